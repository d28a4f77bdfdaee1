#pragma once

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>

#include <cmath>

namespace rcim::inline RCIM_ABI {

/// How many writes cells take: lognormal, with the parameters of the fault model `wear_out`.
///
/// Published ReRAM lies between 1e4 and 1e9 writes (NVMExplorer's survey of 2016 to 2020, from public reading notes); that it is lognormal
/// is a reconstruction.
struct endurance {
    double mean_writes = 1e6; ///< of all cells, > 0
    double sigma = 0.5;       ///< standard deviation of the natural logarithm, >= 0

    /// Half of the cells take fewer writes.
    [[nodiscard]] double median_writes() const { return mean_writes * std::exp(-0.5 * sigma * sigma); }

    /// The share of cells that have failed after so many writes each.
    [[nodiscard]] double failed_share(double writes) const {
        if (!(writes > 0.0)) {
            return 0.0;
        }
        if (sigma == 0.0) {
            return writes < median_writes() ? 0.0 : 1.0;
        }
        return 0.5 * std::erfc(-std::log(writes / median_writes()) / (sigma * 1.4142135623730951));
    }

    /// Throws `error` unless both are finite and in range.
    void validate() const {
        if (!(mean_writes > 0.0 && std::isfinite(mean_writes))) {
            fail("endurance", "mean_writes", "a finite number above 0", text(mean_writes));
        }
        if (!(sigma >= 0.0 && sigma <= 10.0)) {
            fail("endurance", "sigma", "a number from 0 to 10", text(sigma));
        }
    }
};

} // namespace rcim::inline RCIM_ABI
