#pragma once

#include <rcim/convert/adc_range.hpp>
#include <rcim/convert/calibrate.hpp>
#include <rcim/convert/concept.hpp>
#include <rcim/convert/uniform_adc.hpp>

#include <algorithm>
#include <concepts>
#include <ostream>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

enum class calibration_rule {
    percentile,  ///< the least range that holds `share` of the sums
    least_error, ///< the range with the least mean squared error of conversion
};

/// Which converters share a range.
enum class calibration_grain { layer, slice, column };

inline std::ostream& operator<<(std::ostream& out, calibration_rule rule) {
    return out << (rule == calibration_rule::percentile ? "percentile" : "least_error");
}
inline std::ostream& operator<<(std::ostream& out, calibration_grain grain) {
    return out << (grain == calibration_grain::layer ? "layer" : grain == calibration_grain::slice ? "slice" : "column");
}

/// The range that a calibration found in the sums that occur; full scale before.
struct calibrated {
    using policy_kind = adc_range_kind;
    static constexpr bool saturates = true;

    calibration_rule rule = calibration_rule::percentile;
    double share = 0.999; ///< of the sums that a percentile's range holds, (0, 1]
    calibration_grain grain = calibration_grain::layer;

    [[nodiscard]] constexpr sum_range range(const adc_site& site, std::int32_t, bool centred) const {
        const sum_range& over = site.fitted ? *site.fitted : site.full_scale;
        return centred ? around_zero(over) : over;
    }
    [[nodiscard]] constexpr converter_index index() const {
        return grain == calibration_grain::layer   ? converter_index::common
               : grain == calibration_grain::slice ? converter_index::per_plane
                                                   : converter_index::per_column;
    }

    /// The range for sums as in the histogram.
    [[nodiscard]] sum_range fit(const sum_histogram& seen, std::int32_t levels, const sum_range& full_scale) const {
        return rule == calibration_rule::percentile ? percentile_range(seen, share) : least_error_range(seen, levels, full_scale);
    }

    static std::string name() { return "calibrated"; }
    static constexpr auto fields() {
        return std::tuple{field{"rule", &calibrated::rule}, field{"share", &calibrated::share, 1e-6, 1.0},
                          field{"grain", &calibrated::grain}};
    }
};
static_assert(AdcRange<calibrated>);

/// Has ranges that are fitted to sums: grain() says which converters share one, fit(seen, site) gives it from their histogram.
template <class A>
concept CalibratedAdc = SiteAdc<A> && requires(const A& adc, const sum_histogram& seen, const adc_site& site) {
    { adc.grain() } -> std::same_as<calibration_grain>;
    { adc.fit(seen, site) } -> std::same_as<sum_range>;
};
static_assert(CalibratedAdc<uniform_adc<8, calibrated>> && !CalibratedAdc<uniform_adc<8>>);

} // namespace rcim::inline RCIM_ABI
