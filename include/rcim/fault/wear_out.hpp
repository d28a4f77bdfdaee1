#pragma once

#include <rcim/fault/concept.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Cells that wear out: each takes a number of writes that is drawn from a lognormal distribution, and the write that reaches it
/// leaves the cell stuck. A write is a change of the cell's level, however many pulses that takes; where the update rule writes whole lines
/// (`row_write`, `whole_write`) it is any write of the cell's line.
///
/// Endurances of published ReRAM lie between 1e4 and 1e9 writes (NVMExplorer's survey of 2016 to 2020). Lognormal endurance is a
/// reconstruction of what the weight clipping paper may have used; its abstract does not say.
struct wear_out {
    using policy_kind = fault_kind;
    static constexpr bool none = false;

    double mean = 1e6;      ///< writes, > 0
    float sigma = 0.5f;     ///< standard deviation of the natural logarithm, >= 0
    float hrs_share = 0.9f; ///< of worn cells that stick at HRS, [0, 1]; the others at LRS

    [[nodiscard]] constexpr int stuck_level(const random_source&, const cell_site&, int) const { return healthy; }

    [[nodiscard]] worn_cell wear(const random_source& source, const cell_site& site, int levels) const {
        const double s = sigma;
        const double writes = mean * std::exp(s * source.fork(0).normal(site.index) - 0.5 * s * s);
        const double draw = source.fork(1).word(site.index) * 0x1p-32;
        return {std::max(1.0, std::nearbyint(writes)), draw < static_cast<double>(hrs_share) ? 0 : levels - 1};
    }

    static std::string name() { return "wear_out"; }
    static constexpr auto fields() {
        return std::tuple{field{"mean", &wear_out::mean, 1e-9, std::numeric_limits<double>::max()}, field{"sigma", &wear_out::sigma, 0.0, 10.0},
                          field{"hrs_share", &wear_out::hrs_share, 0.0, 1.0}};
    }
};
static_assert(FaultModel<wear_out>);

} // namespace rcim::inline RCIM_ABI
