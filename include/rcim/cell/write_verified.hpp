#pragma once

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/write.hpp>

#include <cmath>
#include <cstdint>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// A controller that reads after it writes: attempts are repeated until the cell lies within a tolerance of its level, or until the
/// budget of pulses is used up; what the last attempt left stays. An attempt is one write of the inner cell: one pulse of a cell
/// that is written at once, or as many pulses as its own model asks for. The read that verifies is exact.
template <CellModel Inner>
struct write_verified {
    using policy_kind = cell_kind;
    static constexpr int bits = Inner::bits;
    static constexpr bool folds = Inner::folds;

    float tolerance = 0.25f; ///< steps of one level, (0, 0.5]
    int budget = 20;         ///< pulses for one write of a cell, >= 1
    Inner inner{};

    [[nodiscard]] constexpr double conductance(int level, int levels) const { return inner.conductance(level, levels); }

    [[nodiscard]] written_cell program(const cell_write& write, const cell_draws& draws) const {
        const int most = budget < write.most_pulses ? budget : write.most_pulses;
        written_cell now{write.held, 0};
        for (std::uint32_t n = 0; now.pulses < most && (n == 0 || std::abs(now.position - write.goal()) > tolerance); ++n) {
            const written_cell next =
                program_cell(inner, {now.position, write.target, write.ladder, most - now.pulses}, draws.attempt(n).inner());
            now = {next.position, now.pulses + next.pulses};
        }
        return now;
    }

    static std::string name() { return "write_verified<" + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"tolerance", &write_verified::tolerance, 1e-6, 0.5}, field{"budget", &write_verified::budget, 1.0, 1e9},
                          field{"inner", &write_verified::inner}};
    }
};
static_assert(CellModel<write_verified<multilevel_cell<2>>>);

} // namespace rcim::inline RCIM_ABI
