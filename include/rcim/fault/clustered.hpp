#pragma once

#include <rcim/fault/concept.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Stuck-at faults that gather on some crossbars: the number of defects of a cell is Poisson with a mean that is drawn for each
/// crossbar from a gamma distribution, and a cell with a defect is stuck. So the counts of crossbars follow the negative
/// binomial law of semiconductor yield (C. H. Stapper, IBM J. Res. Dev. 27(6), 1983): variance n p + (n p)^2 / shape for small p.
///
/// With mean gamma(shape) x scale, P(stuck) = 1 - (1 + scale)^-shape; the scale is chosen so that this is exactly the rate asked
/// for. That weight clipping meets such clusters is a reconstruction: the abstract of the paper does not give its fault model.
struct clustered {
    using policy_kind = fault_kind;
    static constexpr bool none = false;

    float p_stuck_hrs = 0.0f; ///< per cell, on average over crossbars, [0, 1)
    float p_stuck_lrs = 0.0f; ///< per cell, on average over crossbars, [0, 1); the sum is below 1
    float shape = 1.0f;       ///< > 0; small: few crossbars hold most faults; large: independent faults

    [[nodiscard]] int stuck_level(const random_source& source, const cell_site& site, int levels) const {
        const double rate = p_stuck_hrs + p_stuck_lrs;
        return stuck_by(source.word(site.index) * 0x1p-32, density(source), rate > 0.0 ? p_stuck_hrs / rate : 0.0, levels);
    }

    /// The share of stuck cells that is drawn for a crossbar.
    [[nodiscard]] double density(const random_source& source) const {
        const double rate = p_stuck_hrs + p_stuck_lrs;
        if (rate == 0.0) {
            return 0.0;
        }
        const double scale = std::expm1(-std::log1p(-rate) / shape);
        return -std::expm1(-scale * source.fork(0).gamma(0, shape));
    }

    void validate() const {
        require_rate("clustered", "p_stuck_hrs + p_stuck_lrs", p_stuck_hrs + p_stuck_lrs);
        if (!(p_stuck_hrs + p_stuck_lrs < 1.0f)) {
            fail("clustered", "p_stuck_hrs + p_stuck_lrs", "less than 1", "1");
        }
    }

    static std::string name() { return "clustered"; }
    static constexpr auto fields() {
        return std::tuple{field{"p_stuck_hrs", &clustered::p_stuck_hrs, 0.0, 1.0}, field{"p_stuck_lrs", &clustered::p_stuck_lrs, 0.0, 1.0},
                          field{"shape", &clustered::shape, 1e-3, 1e6}};
    }
};
static_assert(FaultModel<clustered>);

} // namespace rcim::inline RCIM_ABI
