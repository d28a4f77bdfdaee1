#pragma once

#include <rcim/convert/concept.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// A converter with steps of one over all of full scale, as many bits as that takes (lossless.hpp has the rule). It answers with every
/// whole sum itself, and therefore folds; where sums are not whole, designs with it do not compile. Full scales of more than 2^14 steps
/// are beyond converters and treated as ideal, which for whole sums is the same.
struct lossless_adc {
    using policy_kind = adc_kind;
    static constexpr bool folds = true;
    static constexpr bool saturates = false;
    static constexpr bool whole_sums = true;

    [[nodiscard]] adc_transfer transfer(const adc_site& site) const {
        const double low = std::floor(site.full_scale.low);
        const double high = std::ceil(site.full_scale.high);
        const double levels = high - low + 1.0;
        return levels >= 2.0 && levels <= 16384.0 ? adc_transfer::uniform(low, high, static_cast<std::int32_t>(levels)) : adc_transfer{};
    }
    [[nodiscard]] constexpr converter_index index() const { return converter_index::common; }

    /// What it takes. Of a full scale below 2^62.
    [[nodiscard]] int bits_for(const adc_site& site) const {
        const double steps = std::ceil(site.full_scale.high) - std::floor(site.full_scale.low);
        return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(steps)));
    }

    static std::string name() { return "lossless_adc"; }
    static constexpr auto fields() { return std::tuple{}; }
};
static_assert(SiteAdc<lossless_adc>);

} // namespace rcim::inline RCIM_ABI
