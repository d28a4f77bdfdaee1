#pragma once

#include <rcim/fault/concept.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Stuck-at faults that gather in spots inside a crossbar: a Poisson number of discs lies anywhere on it, and in each of them cells
/// fail independently with one probability. A crossbar is closed to a torus, so that spots at its border are whole and every
/// cell has the same rate; the probability in a disc follows from the rate asked for, which is met exactly.
struct hot_spots {
    using policy_kind = fault_kind;
    static constexpr bool none = false;

    float p_stuck_hrs = 0.0f; ///< per cell, on average, [0, 1]
    float p_stuck_lrs = 0.0f; ///< per cell, on average, [0, 1]; the sum is what the spots can reach, or less
    float spots = 2.0f;       ///< mean number in a crossbar, > 0
    int radius = 4;           ///< in cells; 2 radius + 1 is at most an extent of the crossbar

    [[nodiscard]] int stuck_level(const random_source& source, const cell_site& site, int levels) const {
        const double rate = p_stuck_hrs + p_stuck_lrs;
        const int here = covering(source, site);
        if (here == 0 || rate == 0.0) {
            return healthy;
        }
        const double failing = -std::expm1(here * std::log1p(-probability_inside(site)));
        return stuck_by(source.word(site.index) * 0x1p-32, failing, p_stuck_hrs / rate, levels);
    }

    /// How many spots cover a cell.
    [[nodiscard]] int covering(const random_source& source, const cell_site& site) const {
        const random_source centres = source.fork(1);
        const int count = source.fork(0).poisson(0, spots);
        int covered = 0;
        for (int n = 0; n < count; ++n) {
            const auto draw = static_cast<std::uint64_t>(2 * n);
            const index_t down = distance(site.row, centres.below(draw, static_cast<std::uint32_t>(site.rows)), site.rows);
            const index_t across = distance(site.col, centres.below(draw + 1, static_cast<std::uint32_t>(site.cols)), site.cols);
            covered += down * down + across * across <= index_t{radius} * radius ? 1 : 0;
        }
        return covered;
    }

    /// The probability q that a cell fails by a spot that covers it. A cell is covered by a Poisson number of spots with mean
    /// spots x disc / crossbar, so P(stuck) = 1 - exp(-q x mean).
    [[nodiscard]] double probability_inside(const cell_site& site) const {
        if (2 * radius + 1 > std::min(site.rows, site.cols)) {
            fail("hot_spots", "radius", text("a disc that fits a crossbar of ", site.rows, " x ", site.cols), text(radius));
        }
        double disc = 0.0;
        for (int down = -radius; down <= radius; ++down) {
            disc += 2.0 * std::floor(std::sqrt(static_cast<double>(radius * radius - down * down))) + 1.0;
        }
        const double covering_mean = spots * disc / (static_cast<double>(site.rows) * static_cast<double>(site.cols));
        const double q = -std::log1p(-static_cast<double>(p_stuck_hrs + p_stuck_lrs)) / covering_mean;
        if (!(q <= 1.0)) {
            fail("hot_spots", "p_stuck_hrs + p_stuck_lrs", text("at most ", -std::expm1(-covering_mean), ", which such spots reach"),
                 text(p_stuck_hrs + p_stuck_lrs));
        }
        return q;
    }

    void validate() const { require_rate("hot_spots", "p_stuck_hrs + p_stuck_lrs", p_stuck_hrs + p_stuck_lrs); }

    static std::string name() { return "hot_spots"; }
    static constexpr auto fields() {
        return std::tuple{field{"p_stuck_hrs", &hot_spots::p_stuck_hrs, 0.0, 1.0}, field{"p_stuck_lrs", &hot_spots::p_stuck_lrs, 0.0, 1.0},
                          field{"spots", &hot_spots::spots, 1e-6, 500.0}, field{"radius", &hot_spots::radius, 0.0, 1e6}};
    }

private:
    static constexpr index_t distance(index_t a, index_t b, index_t extent) {
        const index_t apart = a < b ? b - a : a - b;
        return std::min(apart, extent - apart);
    }
};
static_assert(FaultModel<hot_spots>);

} // namespace rcim::inline RCIM_ABI
