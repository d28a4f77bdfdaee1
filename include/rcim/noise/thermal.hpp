#pragma once

#include <rcim/noise/concept.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Thermal noise: the current of a cell of conductance g has the variance 4 k T g f, whatever its voltage, so idle rows and inputs of
/// zero are as noisy as others.
///
/// J. B. Johnson, Physical Review 32, 97, 1928; H. Nyquist, Physical Review 32, 110, 1928. 4 k T g is the one-sided spectral density, so
/// f is the equivalent noise bandwidth of the sense amplifier: 1 / (2 t) for one that integrates for a time t.
struct thermal {
    using policy_kind = noise_kind;
    static constexpr bool folds = false;
    static constexpr double boltzmann = 1.380649e-23; ///< k in J/K, exact in the SI of 2019

    double bandwidth_hz = 1e7;    ///< f, [0, 1e15]
    double temperature_k = 300.0; ///< T, [0, 1e4]

    /// In A^2/S.
    [[nodiscard]] constexpr double variance_per_siemens() const { return 4.0 * boltzmann * temperature_k * bandwidth_hz; }

    static std::string name() { return "thermal"; }
    static constexpr auto fields() {
        return std::tuple{field{"bandwidth_hz", &thermal::bandwidth_hz, 0.0, 1e15},
                          field{"temperature_k", &thermal::temperature_k, 0.0, 1e4}};
    }
};
static_assert(NoiseModel<thermal>);

} // namespace rcim::inline RCIM_ABI
