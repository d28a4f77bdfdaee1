#pragma once

#include <laws/iv_laws.hpp>
#include <laws/policy_laws.hpp>
#include <rcim/cell/write.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace rcim_test {

/// Laws of the hooks, and of cells without them: each level is read back as itself; a write depends on nothing but itself and its
/// draws, ends at a finite conductance, takes a pulse at least, and keeps to the pulses that it may take; no time, no drift.
template <rcim::CellModel C>
void cell_hook_laws(const C& cell, int levels) {
    const rcim::level_ladder ladder(cell, levels);
    int broken = ladder.levels() == levels ? 0 : 1;
    for (int level = 0; level < levels; ++level) {
        broken += ladder.nearest(ladder.position(level)) == level ? 0 : 1;
    }
    broken += ladder.nearest(-1e9f) == 0 && ladder.nearest(1e9f) == levels - 1 ? 0 : 1;
    const rcim::random_source choice(21, rcim::purpose::test);
    for (std::uint32_t n = 0; n < 300; ++n) {
        const rcim::cell_draws draws({21, rcim::purpose::cell_device, 1, n % 5}, {21, rcim::purpose::cell_write, 1, n}, choice.below(5 * n, 9));
        const auto target = static_cast<int>(choice.below(5 * n + 1, static_cast<std::uint32_t>(levels)));
        const float held = 1.4f * ladder.span() * (choice.uniform(5 * n + 2) - 0.2f);
        const rcim::cell_write write{std::max(held, ladder.floor()), target, ladder};
        const rcim::written_cell one = program_cell(cell, write, draws);
        const rcim::written_cell again = program_cell(C(cell), write, draws);
        broken += one.position == again.position && one.pulses == again.pulses ? 0 : 1;
        broken += std::isfinite(one.position) && one.position >= ladder.floor() && one.pulses >= 1 ? 0 : 1;
        broken += program_cell(cell, {held, target, ladder, 3}, draws).pulses <= 3 ? 0 : 1;
        if constexpr (rcim::exact_cell<C>()) {
            broken += one.position == static_cast<float>(target) && one.pulses == 1 ? 0 : 1;
        }
        if constexpr (rcim::drifts<C>()) {
            const auto& part = rcim::drifting_part(cell);
            const float exponent = part.drift_exponent(draws);
            broken += exponent == part.drift_exponent(draws) ? 0 : 1;
            for (const double elapsed : {-std::numeric_limits<double>::infinity(), -1.0, 0.0}) {
                broken += part.at(one.position, elapsed, exponent, ladder) == one.position ? 0 : 1;
            }
            const float later = part.at(one.position, 1e12, exponent, ladder);
            broken += std::isfinite(later) && later >= ladder.floor() ? 0 : 1;
        }
    }
    CHECK(broken == 0);
}

/// Laws of `CellModel`, as its header states them.
template <rcim::CellModel C>
void cell_laws(const C& cell) {
    policy_laws(cell);
    iv_laws(rcim::law_of(cell));
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
        cell_hook_laws(cell, levels);
    }
}

} // namespace rcim_test
