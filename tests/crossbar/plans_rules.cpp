#include <rcim/cell/ideal_cell.hpp>
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/chain.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/clipped_on_write.hpp>
#include <rcim/update/digital_master.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/sgd.hpp>

#include <crossbar/both_plans.hpp>
#include <doctest/doctest.h>

using namespace rcim_test;
using namespace rcim;

namespace plans_rules_tests {

constexpr design<> ideal{};
constexpr sgd plain{.learning_rate = 1.0f};
constexpr sgd heavy{.learning_rate = 0.5f, .momentum = 0.9f};
constexpr sgd decaying{.learning_rate = 0.5f, .weight_decay = 0.01f};

TEST_CASE("both plans hold the same codes: momentum and weight decay") {
    compare_plans_of(ideal.with(multilevel_cell<2>{}).with(bit_sliced<8, offset>{}).with(heavy), 1000, true);
    compare_plans_of(ideal.with(multilevel_cell<2>{}).with(bit_sliced<16, differential>{}).with(heavy), 1010, true);
    compare_plans_of(ideal.with(multilevel_cell<3>{}).with(bit_sliced<16, sign_magnitude, carried>{}).with(decaying), 1020,
                     true);
    compare_plans_of(ideal.with(multilevel_cell<2>{}).with(bit_sliced<16, differential>{}).with(clipped_on_use<>{0.25f, heavy}),
                     1030, true);
    compare_plans_of(
        ideal.with(multilevel_cell<1>{}).with(bit_sliced<16, offset, nearest>{}).with(clipped_on_write<>{0.25f, decaying}),
        1040, true);
}

TEST_CASE("both plans hold the same codes: finite on/off ratio, with which offset leaks") {
    constexpr multilevel_cell<2> leaky{.on_off_ratio = 10.0};
    compare_plans_of(ideal.with(leaky).with(bit_sliced<8, offset>{}).with(plain), 1100);
    compare_plans_of(ideal.with(leaky).with(bit_sliced<8, offset>{}).with(decaying), 1110, true);
    compare_plans_of(ideal.with(leaky).with(bit_sliced<16, offset, nearest>{.scale = 0.3f}).with(clipped_on_use<>{0.3f, plain}),
                     1120);
    compare_plans_of(ideal.with(leaky).with(bit_sliced<16, differential>{.scale = 0.3f}).with(decaying), 1130, true);
    compare_plans_of(ideal.with(leaky).with(bit_sliced<8, sign_magnitude>{.fraction_bits = 9}).with(plain), 1140);
    compare_plans_of(ideal.with(leaky).with(bit_sliced<8, offset>{}).with(digital_master<>{plain}), 1150, true);
}

TEST_CASE("both plans hold the same codes: a digital master copy") {
    constexpr multilevel_cell<2> cell{};
    compare_plans_of(ideal.with(cell).with(bit_sliced<8, offset>{}).with(digital_master<>{plain}), 1200, true);
    compare_plans_of(ideal.with(cell).with(bit_sliced<16, differential, nearest>{}).with(digital_master<>{heavy}), 1210, true);
    compare_plans_of(ideal.with(cell).with(bit_sliced<8, sign_magnitude>{}).with(digital_master<>{plain}), 1220, true);
    compare_plans_of(
        ideal.with(cell).with(bit_sliced<16, differential>{}).with(clipped_on_use<digital_master<>>{0.25f, {plain}}), 1230,
        true);
    compare_plans_of(ideal.with(cell).with(bit_sliced<16, differential>{}).with(gated_on_use<digital_master<>>{0.25f, {plain}}),
                     1240, true);
}

TEST_CASE("both plans hold the same codes: rules in rules") {
    constexpr multilevel_cell<2> cell{};
    compare_plans_of(
        ideal.with(cell).with(bit_sliced<16, differential>{}).with(clipped_on_use<gated_on_use<>>{0.6f, {0.1f, plain}}), 1300);
    compare_plans_of(
        ideal.with(cell).with(bit_sliced<16, differential>{}).with(clipped_on_use<gated_on_use<>>{0.3f, {0.5f, plain}}), 1310);
    compare_plans_of(
        ideal.with(cell).with(bit_sliced<16, offset>{}).with(clipped_on_write<clipped_on_use<>>{0.2f, {0.3f, plain}}), 1320);
    compare_plans_of(
        ideal.with(cell).with(bit_sliced<8, sign_magnitude>{}).with(gated_on_use<clipped_on_write<>>{0.5f, {0.3f, plain}}),
        1330);
}

TEST_CASE("both plans hold the same codes: cells that take a whole word, wide cells, wide words") {
    compare_plans_of(ideal.with(bit_sliced<16, differential>{}).with(plain), 1400);
    compare_plans_of(ideal.with(bit_sliced<8, offset, nearest>{}).with(clipped_on_use<>{0.5f, plain}), 1410);
    compare_plans_of(ideal.with(multilevel_cell<8>{}).with(bit_sliced<16, sign_magnitude>{}).with(plain), 1420);
    compare_plans_of(ideal.with(multilevel_cell<7>{}).with(bit_sliced<20, offset>{}).with(plain), 1430);
    compare_plans_of(ideal.with(multilevel_cell<8>{}).with(bit_sliced<20, differential>{}).with(gated_on_use<>{0.1f, plain}),
                     1440);
}

TEST_CASE("a threshold beyond the largest decodable magnitude, faults included, equals no clipping bit for bit") {
    const auto chip = ideal.with(multilevel_cell<2>{}).with(bit_sliced<16, differential>{}).with(stuck_at{0.0904f, 0.0175f});
    array_of<decltype(chip.with(plain)), plan::folded> without(chip.with(plain), 33, 12, 7, 0);
    // Q4.12: words up to 2^16 - 1 in units of 2^-12.
    const auto clipped = chip.with(clipped_on_use<>{16.0f, plain});
    array_of<std::remove_const_t<decltype(clipped)>, plan::folded> with(clipped, 33, 12, 7, 0);
    compare_plans(without, with, "theta 16", 7, false);
}

} // namespace plans_rules_tests
