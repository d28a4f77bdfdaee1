#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/clipped_on_write.hpp>
#include <rcim/update/sgd.hpp>

#include <crossbar/both_plans.hpp>
#include <doctest/doctest.h>

using namespace rcim_test;
using rcim::bit_sliced;
using rcim::multilevel_cell;
using rcim::offset;

TEST_CASE("both plans hold the same codes: offset, 4 bits") {
    constexpr auto chip = rcim::design<>{};
    compare_plans_of(
        chip.with(multilevel_cell<1>{}).with(bit_sliced<4, offset, rcim::nearest>{}).with(rcim::sgd{.learning_rate = 1.0f}),
        100);
    compare_plans_of(chip.with(multilevel_cell<2>{})
                         .with(bit_sliced<4, offset, rcim::stochastic>{})
                         .with(rcim::clipped_on_use<>{.theta = 3.0f, .inner = {.learning_rate = 1.0f}}),
                     110);
    compare_plans_of(chip.with(multilevel_cell<3>{})
                         .with(bit_sliced<4, offset, rcim::carried>{})
                         .with(rcim::clipped_on_write<>{.theta = 3.0f, .inner = {.learning_rate = 1.0f}}),
                     120);
    compare_plans_of(
        chip.with(multilevel_cell<4>{}).with(bit_sliced<4, offset, rcim::stochastic>{}).with(rcim::sgd{.learning_rate = 1.0f}),
        130);
}

TEST_CASE("both plans hold the same codes: offset, 8 bits") {
    constexpr auto chip = rcim::design<>{};
    compare_plans_of(chip.with(multilevel_cell<1>{})
                         .with(bit_sliced<8, offset, rcim::carried>{})
                         .with(rcim::clipped_on_use<>{.theta = 0.4f, .inner = {.learning_rate = 1.0f}}),
                     140);
    compare_plans_of(chip.with(multilevel_cell<2>{})
                         .with(bit_sliced<8, offset, rcim::nearest>{})
                         .with(rcim::clipped_on_write<>{.theta = 0.4f, .inner = {.learning_rate = 1.0f}}),
                     150);
    compare_plans_of(
        chip.with(multilevel_cell<3>{}).with(bit_sliced<8, offset, rcim::carried>{}).with(rcim::sgd{.learning_rate = 1.0f}),
        160);
    compare_plans_of(chip.with(multilevel_cell<4>{})
                         .with(bit_sliced<8, offset, rcim::nearest>{})
                         .with(rcim::clipped_on_use<>{.theta = 0.4f, .inner = {.learning_rate = 1.0f}}),
                     170);
}

TEST_CASE("both plans hold the same codes: offset, 16 bits") {
    constexpr auto chip = rcim::design<>{};
    compare_plans_of(chip.with(multilevel_cell<1>{})
                         .with(bit_sliced<16, offset, rcim::stochastic>{})
                         .with(rcim::clipped_on_write<>{.theta = 0.4f, .inner = {.learning_rate = 1.0f}}),
                     180);
    compare_plans_of(
        chip.with(multilevel_cell<2>{}).with(bit_sliced<16, offset, rcim::nearest>{}).with(rcim::sgd{.learning_rate = 1.0f}),
        190);
    compare_plans_of(chip.with(multilevel_cell<3>{})
                         .with(bit_sliced<16, offset, rcim::stochastic>{})
                         .with(rcim::clipped_on_use<>{.theta = 0.4f, .inner = {.learning_rate = 1.0f}}),
                     200);
    compare_plans_of(chip.with(multilevel_cell<4>{})
                         .with(bit_sliced<16, offset, rcim::carried>{})
                         .with(rcim::clipped_on_write<>{.theta = 0.4f, .inner = {.learning_rate = 1.0f}}),
                     210);
}
