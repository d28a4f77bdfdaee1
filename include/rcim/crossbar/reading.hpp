#pragma once

#include <rcim/core/config.hpp>

#include <cstdint>
#include <span>

namespace rcim::inline RCIM_ABI {

/// Which read it is: what its draws and the states of cells depend on.
struct reading {
    std::uint64_t image = 0;                ///< number of the image that is read, or of the first of several
    index_t position = 0;                   ///< number of the position of the result, or of the first of several
    std::span<const double> row_volts = {}; ///< root mean square of the voltage of each input over the pass; empty: unknown
};

} // namespace rcim::inline RCIM_ABI
