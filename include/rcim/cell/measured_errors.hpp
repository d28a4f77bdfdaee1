#pragma once

/// @file
/// Programming errors and levels from the literature, as numbers; no dataset is needed. What is a choice of this library is said.

#include <rcim/cell/programming_error.hpp>
#include <rcim/cell/uneven_levels.hpp>

#include <algorithm>
#include <array>

namespace rcim::inline RCIM_ABI {

/// Mean and standard deviation of a level, as shares of the range from HRS to LRS.
struct measured_level {
    double mean;
    double sigma;
};

/// Multi-level ReRAM of NVMExplorer (L. Pentecost, A. Hankin et al., HPCA 2022; MIT licence, repository lpentecost/NVMExplorer,
/// commit 16eb289, nvmFI/nvm_data/mlc_rram_args.p), for 1, 2 and 3 bits.
template <int Bits>
    requires(Bits >= 1 && Bits <= 3)
[[nodiscard]] constexpr std::array<measured_level, std::size_t{1} << Bits> nvmexplorer_levels() {
    if constexpr (Bits == 1) {
        return {{{0.0, 0.00864567}, {1.0, 0.00339958}}};
    } else if constexpr (Bits == 2) {
        return {{{0.0, 0.00864567}, {0.38464387, 0.03351085}, {0.72165694, 0.02741654}, {1.0, 0.00339958}}};
    } else {
        return {{{0.0, 0.00864567}, {0.07826194, 0.01345795}, {0.20381963, 0.030416}, {0.38464387, 0.03351085},
                 {0.54212002, 0.02482939}, {0.72165694, 0.02741654}, {0.88611635, 0.03719118}, {1.0, 0.00339958}}};
    }
}

/// Levels at even steps with the standard deviations of NVMExplorer: the choice where a controller aims at even steps.
template <CellModel Inner>
[[nodiscard]] constexpr programming_error<Inner> nvmexplorer_error(const Inner& inner) {
    programming_error<Inner> result{.inner = inner};
    const auto measured = nvmexplorer_levels<Inner::bits>();
    for (std::size_t i = 0; i < measured.size(); ++i) {
        result.sigma[i] = static_cast<float>(measured[i].sigma * static_cast<double>(measured.size() - 1));
    }
    return result;
}

/// Levels where NVMExplorer has their means, without error: the other choice, nvmexplorer_error(nvmexplorer_means(cell)) is both.
template <CellModel Inner>
[[nodiscard]] constexpr uneven_levels<Inner> nvmexplorer_means(const Inner& inner) {
    uneven_levels<Inner> result{.inner = inner};
    const auto measured = nvmexplorer_levels<Inner::bits>();
    for (std::size_t i = 0; i < measured.size(); ++i) {
        result.position[i] = static_cast<float>(measured[i].mean * static_cast<double>(measured.size() - 1));
    }
    return result;
}

/// A standard deviation that depends on the conductance: max(0, d0 + d1 G + d2 G^2 + d3 G^3), all in uS, for levels at even steps
/// from `low` to `high`.
struct conductance_error {
    double low;  ///< of HRS, uS
    double high; ///< of LRS, uS
    std::array<double, 4> coefficients;

    /// In uS.
    [[nodiscard]] constexpr double sigma(double conductance) const {
        const double sum =
            coefficients[0] + conductance * (coefficients[1] + conductance * (coefficients[2] + conductance * coefficients[3]));
        return std::max(sum, 0.0);
    }
};

/// V. Milo et al., IRPS 2021, Fig. 4 (IGVVA-100), as fitted by CrossSim (BSD-3-Clause, NTESS; repository sandialabs/cross-sim, commit
/// 0a2eb1e, RRAM_Milo.py). Its range of conductance is the ladder.
inline constexpr conductance_error milo_2021{50.0, 225.0, {4.782321, -0.009107, 0.0, 0.0}};

/// W. Wan et al., Nature 608, 2022, Extended Data Fig. 3 at 1 s, as fitted by CrossSim (as above, RRAM_Wan.py). The fit gives the largest
/// conductance only; that HRS is at zero is a choice of this library.
inline constexpr conductance_error wan_2022{0.0, 39.26, {1.053, 0.2374, -0.01167, 0.0001536}};

/// The table of a fit for the levels of a cell.
template <CellModel Inner>
[[nodiscard]] constexpr programming_error<Inner> error_of(const conductance_error& fit, const Inner& inner) {
    programming_error<Inner> result{.inner = inner};
    const double step = (fit.high - fit.low) / static_cast<double>(result.sigma.size() - 1);
    for (std::size_t i = 0; i < result.sigma.size(); ++i) {
        result.sigma[i] = static_cast<float>(fit.sigma(fit.low + step * static_cast<double>(i)) / step);
    }
    return result;
}

} // namespace rcim::inline RCIM_ABI
