#pragma once

#include <laws/policy_laws.hpp>
#include <rcim/cell/concept.hpp>

#include <cmath>
#include <vector>

namespace rcim_test {

/// Laws of `CellModel`, as its header states them.
template <rcim::CellModel C>
void cell_laws(const C& cell) {
    policy_laws(cell);
    const std::vector<int> counts = C::bits == 0 ? std::vector<int>{2, 3, 4, 16, 256, 65536} : std::vector<int>{1 << C::bits};
    for (const int levels : counts) {
        INFO(rcim::describe(cell), " with ", levels, " levels");
        const C copy = cell;
        const double bottom = cell.conductance(0, levels);
        const double top = cell.conductance(levels - 1, levels);
        const double step = (top - bottom) / (levels - 1);
        CHECK(bottom >= 0.0);
        double below = -1.0;
        int broken = 0;
        for (int level = 0; level < levels; ++level) {
            const double g = cell.conductance(level, levels);
            broken += std::isfinite(g) && g > below && g == cell.conductance(level, levels) && g == copy.conductance(level, levels) ? 0 : 1;
            if constexpr (C::folds) {
                broken += std::abs(g - (bottom + level * step)) <= 1e-12 * top ? 0 : 1;
            }
            below = g;
        }
        CHECK(broken == 0);
        CHECK(rcim::leak_in_levels(cell, levels) == doctest::Approx(bottom / step).epsilon(1e-12));
    }
}

} // namespace rcim_test
