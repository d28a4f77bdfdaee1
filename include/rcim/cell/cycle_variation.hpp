#pragma once

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/write.hpp>

#include <cmath>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Variation from cycle to cycle: each write ends at a normally distributed place around where the inner cell would end. Two parts add
/// up, independent of each other: one of the same size everywhere, one in proportion to the conductance.
template <CellModel Inner>
struct cycle_variation {
    using policy_kind = cell_kind;
    static constexpr int bits = Inner::bits;
    static constexpr bool folds = Inner::folds;

    float sigma = 0.0f;    ///< share of the range from HRS to LRS, [0, 1]
    float relative = 0.0f; ///< share of the conductance, [0, 1]
    Inner inner{};

    [[nodiscard]] constexpr double conductance(int level, int levels) const { return inner.conductance(level, levels); }

    [[nodiscard]] written_cell program(const cell_write& write, const cell_draws& draws) const {
        written_cell result = program_cell(inner, write, draws.inner());
        const float dark = write.ladder.dark();
        if (relative > 0.0f) {
            result.position = std::fma(relative * draws.write_normal(1), result.position + dark, result.position);
        }
        if (sigma > 0.0f) {
            result.position = std::fma(sigma * write.ladder.span(), draws.write_normal(0), result.position);
        }
        return result;
    }

    static std::string name() { return "cycle_variation<" + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"sigma", &cycle_variation::sigma, 0.0, 1.0}, field{"relative", &cycle_variation::relative, 0.0, 1.0},
                          field{"inner", &cycle_variation::inner}};
    }
};
static_assert(CellModel<cycle_variation<multilevel_cell<2>>>);

} // namespace rcim::inline RCIM_ABI
