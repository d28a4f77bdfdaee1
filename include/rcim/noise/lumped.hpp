#pragma once

#include <rcim/noise/concept.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Read noise lumped into one standard deviation of the conductance, drawn anew for every read: sigma^2 = (relative g)^2 + absolute_s^2.
/// By default there is none.
struct lumped {
    using policy_kind = noise_kind;
    static constexpr bool folds = false;

    double relative = 0.0;   ///< share of the conductance, [0, 10]
    double absolute_s = 0.0; ///< in siemens, [0, 1]; cells of no conductance have it too

    /// In S^2.
    [[nodiscard]] constexpr double conductance_variance(double conductance) const {
        return relative * conductance * (relative * conductance) + absolute_s * absolute_s;
    }

    static std::string name() { return "lumped"; }
    static constexpr auto fields() {
        return std::tuple{field{"relative", &lumped::relative, 0.0, 10.0}, field{"absolute_s", &lumped::absolute_s, 0.0, 1.0}};
    }
};
static_assert(NoiseModel<lumped>);

} // namespace rcim::inline RCIM_ABI
