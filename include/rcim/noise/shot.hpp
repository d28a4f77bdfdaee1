#pragma once

#include <rcim/noise/concept.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Shot noise: a cell that carries the current i has the variance 2 q |i| f. Full shot noise, as of carriers that cross one by one, is
/// the most that a cell shows.
///
/// W. Schottky, Annalen der Physik 362, 541, 1918. 2 q |i| is the one-sided spectral density; f as in `thermal`.
struct shot {
    using policy_kind = noise_kind;
    static constexpr bool folds = false;
    static constexpr double electron_charge = 1.602176634e-19; ///< q in C, exact in the SI of 2019

    double bandwidth_hz = 1e7; ///< f, [0, 1e15]

    /// In A^2/A.
    [[nodiscard]] constexpr double variance_per_ampere() const { return 2.0 * electron_charge * bandwidth_hz; }

    static std::string name() { return "shot"; }
    static constexpr auto fields() { return std::tuple{field{"bandwidth_hz", &shot::bandwidth_hz, 0.0, 1e15}}; }
};
static_assert(NoiseModel<shot>);

} // namespace rcim::inline RCIM_ABI
