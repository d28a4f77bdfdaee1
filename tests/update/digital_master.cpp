#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/digital_master.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

using namespace rcim;

namespace digital_master_tests {

/// Programs weights, descends gradients of one value and counts, after each step, the weights with at most one stuck cell that
/// are not what adding up says, to half a code.
template <class Design>
int far_from_master(const Design& chip, float gradient, int steps) {
    crossbar_array<Design> array(chip, 30, 20, 4, 0);
    std::vector<float> start(600, 0.1f);
    array.program({start.data(), 20, 30});
    thread_pool pool(1);
    update_report report;
    int far = 0;
    float master = 0.1f;
    for (int n = 0; n < steps; ++n) {
        for (index_t o = 0; o < 20; ++o) {
            std::fill_n(array.gradient() + o * array.row_stride(), 30, gradient);
        }
        array.update({.step = static_cast<std::uint32_t>(n)}, pool, report);
        master -= gradient;
        for (index_t o = 0; o < 20; ++o) {
            for (index_t i = 0; i < 30; ++i) {
                // At most one stuck cell.
                const bool reachable = std::popcount(array.keep(0, o, i)) + std::popcount(array.keep(1, o, i)) >= 30;
                const float used = static_cast<float>(array.used(o, i).code()) * array.format().lsb;
                far += reachable && std::abs(used - master) > 0.5001f * array.format().lsb ? 1 : 0;
            }
        }
    }
    return far;
}

TEST_CASE("digital_master: increments far below a code add up") {
    const auto chip = design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<16, differential, nearest>{});
    const sgd rule{.learning_rate = 1.0f};
    CHECK(far_from_master(chip.with(digital_master<sgd>{.inner = rule}), 1e-5f, 100) == 0);
    CHECK(far_from_master(chip.with(rule), 1e-5f, 100) > 600);
}

// Falling from weights that a stuck cell of plus made too large: minus makes up for it.
TEST_CASE("digital_master: a write takes the cells to the copy in one step, wherever a stuck one had put the weight") {
    const auto chip = design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<16, differential, nearest>{}).with(stuck_at{.p_stuck_lrs = 0.05f});
    const sgd rule{.learning_rate = 1.0f};
    CHECK(far_from_master(chip.with(digital_master<sgd>{.inner = rule}), 1e-3f, 20) == 0);
    CHECK(far_from_master(chip.with(clipped_on_use<digital_master<sgd>>{.theta = 0.25f, .inner = {.inner = rule}}), 1e-3f, 20) == 0);
}

} // namespace digital_master_tests
