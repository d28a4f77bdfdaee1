#pragma once

#include <rcim/fault/concept.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Independent stuck-at faults: each cell is stuck at its lowest level (HRS) or at its highest (LRS) with fixed probabilities.
///
/// One draw u decides: u < p_stuck_hrs, else u < p_stuck_hrs + p_stuck_lrs. So the cells stuck at a small HRS rate stay stuck
/// at a larger one on the same chip. Rates reach the cells to within 2^-32.
struct stuck_at {
    using policy_kind = fault_kind;
    static constexpr bool none = false;

    float p_stuck_hrs = 0.0f; ///< per cell, [0, 1]
    float p_stuck_lrs = 0.0f; ///< per cell, [0, 1]; the sum is at most 1

    [[nodiscard]] constexpr int stuck_level(const random_source& source, const cell_site& site, int levels) const {
        const double draw = source.word(site.index) * 0x1p-32;
        const double hrs = p_stuck_hrs;
        return draw < hrs ? 0 : draw < hrs + p_stuck_lrs ? levels - 1 : healthy;
    }

    /// The sum is taken as a float: 0.4f and 0.6f are one.
    void validate() const { require_rate("stuck_at", "p_stuck_hrs + p_stuck_lrs", p_stuck_hrs + p_stuck_lrs); }

    static std::string name() { return "stuck_at"; }
    static constexpr auto fields() {
        return std::tuple{field{"p_stuck_hrs", &stuck_at::p_stuck_hrs, 0.0, 1.0},
                          field{"p_stuck_lrs", &stuck_at::p_stuck_lrs, 0.0, 1.0}};
    }
};
static_assert(FaultModel<stuck_at>);

} // namespace rcim::inline RCIM_ABI
