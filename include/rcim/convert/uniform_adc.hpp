#pragma once

#include <rcim/convert/adc_range.hpp>
#include <rcim/convert/concept.hpp>
#include <rcim/core/random.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// A converter with equally spaced levels: 2^b over unsigned sums; over sums of both signs 2^b - 1, so that zero is one of them, or
/// 2^b if not symmetric. The nearest level, ties to even. Bits is 2 to 14, or dynamic and then a member; Range says where the levels lie.
///
/// Each column of cells has a converter of its own (chips mostly share one among several columns), and gain and offset errors are drawn
/// once for each from the chip's seed: it sees (1 + gain_sigma x) sum + offset_sigma y steps, x and y standard normal. Their
/// consequences only are modelled: not noise, missing codes or drift.
template <int Bits = dynamic, class Range = full_scale_range>
    requires((Bits == dynamic || (Bits >= 2 && Bits <= 14)) && AdcRange<Range>)
struct uniform_adc {
    using policy_kind = adc_kind;
    static constexpr bool folds = false;
    /// Errors of gain and offset may still push sums at the ends of full scale out of it.
    static constexpr bool saturates = Range::saturates;

    int bits = Bits == dynamic ? 8 : Bits; ///< 2 to 14; the template's unless that is dynamic
    Range range{};
    bool symmetric = true;     ///< over sums of both signs: 2^bits - 1 levels around zero
    float gain_sigma = 0.0f;   ///< of the gain, which is 1 on average; 0 to 0.125
    float offset_sigma = 0.0f; ///< in steps between levels, 0 to 100

    [[nodiscard]] constexpr int bit_count() const { return Bits == dynamic ? bits : Bits; }
    [[nodiscard]] constexpr bool centred(const adc_site& site) const { return symmetric && site.full_scale.low < 0.0; }
    [[nodiscard]] constexpr std::int32_t levels(const adc_site& site) const {
        return (std::int32_t{1} << bit_count()) - (centred(site) ? 1 : 0);
    }

    [[nodiscard]] adc_transfer transfer(const adc_site& site) const {
        const sum_range over = range.range(site, levels(site), centred(site));
        adc_transfer one = adc_transfer::uniform(over.low, over.high, levels(site));
        if (inexact()) {
            // Unique for fewer than 2^25 tiles, 64 slices and 2^32 results.
            const std::uint64_t column = (static_cast<std::uint64_t>(site.tile) << 39) | (static_cast<std::uint64_t>(site.array) << 38) |
                                         (static_cast<std::uint64_t>(site.slice) << 32) | static_cast<std::uint32_t>(site.result);
            one.gain = 1.0 + static_cast<double>(gain_sigma) * random_source(site.seed, purpose::converter, site.place, 0).normal(column);
            one.offset = static_cast<double>(offset_sigma) * one.step *
                         random_source(site.seed, purpose::converter, site.place, 1).normal(column);
        }
        return one;
    }
    [[nodiscard]] constexpr converter_index index() const { return inexact() ? converter_index::per_tile : range.index(); }

    /// With a range that is calibrated: how finely, and the range for the sums that one converter has seen, which plans hand back as
    /// `adc_site::fitted`.
    [[nodiscard]] constexpr auto grain() const
        requires requires(const Range& r) { r.grain; }
    {
        return range.grain;
    }
    template <class Histogram>
    [[nodiscard]] sum_range fit(const Histogram& seen, const adc_site& site) const
        requires requires(const Range& r) { r.fit(seen, std::int32_t{}, site.full_scale); }
    {
        return range.fit(seen, levels(site), site.full_scale);
    }

    void validate() const {
        if (bits != bit_count()) {
            fail(name(), "bits", text(bit_count(), ", as the type says"), text(bits));
        }
    }

    static std::string name() {
        return "uniform_adc<" + (Bits == dynamic ? std::string("dynamic") : std::to_string(Bits)) + ", " + Range::name() + ">";
    }
    static constexpr auto fields() {
        return std::tuple{field{"bits", &uniform_adc::bits, 2.0, 14.0}, field{"range", &uniform_adc::range},
                          field{"symmetric", &uniform_adc::symmetric, 0.0, 1.0}, field{"gain_sigma", &uniform_adc::gain_sigma, 0.0, 0.125},
                          field{"offset_sigma", &uniform_adc::offset_sigma, 0.0, 100.0}};
    }

private:
    [[nodiscard]] constexpr bool inexact() const { return gain_sigma > 0.0f || offset_sigma > 0.0f; }
};
static_assert(SiteAdc<uniform_adc<>>);
static_assert(SiteAdc<uniform_adc<6, unit_lsb>>);

} // namespace rcim::inline RCIM_ABI
