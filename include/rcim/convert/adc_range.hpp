#pragma once

/// @file
/// Range rules: over which sums the levels of a uniform converter lie.

#include <rcim/convert/transfer.hpp>
#include <rcim/core/policy.hpp>

#include <algorithm>
#include <concepts>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

struct adc_range_kind {};

/// Says where the first and the last of `levels` levels lie; low < high. centred: the converter has an odd number of levels for sums of
/// both signs, and zero is to be one of them. `saturates`: whether sums within full scale may lie outside. `index()`: what the answer
/// depends on.
template <class R>
concept AdcRange = PolicyOf<R, adc_range_kind> && requires(const R& rule, const adc_site& site, std::int32_t levels, bool centred) {
    { rule.range(site, levels, centred) } -> std::same_as<sum_range>;
    { rule.index() } -> std::same_as<converter_index>;
    { R::saturates } -> std::convertible_to<bool>;
};

/// The least range around zero that holds this one.
[[nodiscard]] constexpr sum_range around_zero(const sum_range& range) {
    const double high = std::max(-range.low, range.high);
    return {-high, high};
}

/// All sums that the lines and cells can make: nothing is cut, and the step is full scale / (levels - 1), mostly more than one.
struct full_scale_range {
    using policy_kind = adc_range_kind;
    static constexpr bool saturates = false;

    [[nodiscard]] constexpr sum_range range(const adc_site& site, std::int32_t, bool centred) const {
        return centred ? around_zero(site.full_scale) : site.full_scale;
    }
    [[nodiscard]] constexpr converter_index index() const { return converter_index::common; }

    static std::string name() { return "full_scale_range"; }
    static constexpr auto fields() { return std::tuple{}; }
};
static_assert(AdcRange<full_scale_range>);

/// Steps of one, so that every sum in the range is met; larger ones are cut. Of b bits: unsigned sums from 0 to 2^b - 1; sums of both
/// signs to +-(2^(b - 1) - 1), and one further down if the converter is not symmetric.
struct unit_lsb {
    using policy_kind = adc_range_kind;
    static constexpr bool saturates = true;

    [[nodiscard]] constexpr sum_range range(const adc_site& site, std::int32_t levels, bool) const {
        const std::int32_t below = site.full_scale.low < 0.0 ? levels / 2 : 0;
        return {-static_cast<double>(below), static_cast<double>(levels - 1 - below)};
    }
    [[nodiscard]] constexpr converter_index index() const { return converter_index::common; }

    static std::string name() { return "unit_lsb"; }
    static constexpr auto fields() { return std::tuple{}; }
};
static_assert(AdcRange<unit_lsb>);

/// A range as given; sums outside of it are cut.
struct given_range {
    using policy_kind = adc_range_kind;
    static constexpr bool saturates = true;

    double low = 0.0;  ///< in steps of level x units of input
    double high = 1.0; ///< > low

    [[nodiscard]] constexpr sum_range range(const adc_site&, std::int32_t, bool) const { return {low, high}; }
    [[nodiscard]] constexpr converter_index index() const { return converter_index::common; }

    void validate() const {
        if (!(low < high)) {
            fail("given_range", "high", text("more than low, ", low), text(high));
        }
    }

    static std::string name() { return "given_range"; }
    static constexpr auto fields() {
        return std::tuple{field{"low", &given_range::low, -1e12, 1e12}, field{"high", &given_range::high, -1e12, 1e12}};
    }
};
static_assert(AdcRange<given_range>);

} // namespace rcim::inline RCIM_ABI
