#include <rcim/cell/cycle_variation.hpp>
#include <rcim/cell/device_variation.hpp>
#include <rcim/cell/drifting.hpp>
#include <rcim/cell/ideal_cell.hpp>
#include <rcim/cell/measured_errors.hpp>
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/pulse_presets.hpp>
#include <rcim/cell/write_verified.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/chain.hpp>
#include <rcim/fault/wear_out.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/clipped_on_write.hpp>
#include <rcim/update/digital_master.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/update/zeroed_on_use.hpp>

#include <crossbar/both_plans.hpp>
#include <doctest/doctest.h>

// Cells that are not exact: codes, conductances, weights and counts after every step are the same bits in both plans. And a wrapper
// without error is the exact cell.

using namespace rcim_test;
using namespace rcim;

namespace plans_analog_tests {

constexpr design<> ideal{};
constexpr sgd plain{.learning_rate = 1.0f};
using cell1 = multilevel_cell<1>;
using cell2 = multilevel_cell<2>;
using cell3 = multilevel_cell<3>;
constexpr cell2 leaky{.on_off_ratio = 10.0};

/// Everything at once.
constexpr auto everything = drifting<write_verified<programming_error<device_variation<cycle_variation<pulsed<cell2>>>>>>{
    .mean = 0.02f,
    .spread = 0.01f,
    .t0 = 1.0,
    .seconds_per_step = 3.0,
    .inner = {.tolerance = 0.2f,
              .budget = 60,
              .inner = {.sigma = {0.05f, 0.1f, 0.1f, 0.05f},
                        .inner = {.sigma = 0.05f, .inner = {.sigma = 0.01f, .inner = pulses_of(reram_array_om, leaky)}}}}};

/// The design with the wrapped cell against the one with the exact cell, on several chips.
template <class Design, class Cell>
void compare_with_exact(const Design& chip, const Cell& wrapped, const cell2& exact, std::uint64_t seed) {
    for (const chip_size& s : chip_sizes) {
        const auto own = chip.with(stuck_at{s.p_stuck_hrs, s.p_stuck_lrs}).with(geometry<dynamic, dynamic>{.rows = s.rows, .cols = s.cols});
        const auto a = own.with(wrapped);
        const auto b = own.with(exact);
        array_of<std::remove_const_t<decltype(a)>, plan::folded> analog(a, s.inputs, s.outputs, seed, 3);
        array_of<std::remove_const_t<decltype(b)>, plan::folded> packed(b, s.inputs, s.outputs, seed, 3);
        compare_plans(analog, packed, describe(a), seed++, false, false);
        analog.age(1e6);
        const bool same = analog.weights()(0, 0) == packed.weights()(0, 0);
        CHECK(same);
    }
}

template <class Cell>
void exact_without_error(const Cell& wrapped, const cell2& exact, std::uint64_t seed) {
    compare_with_exact(ideal.with(bit_sliced<8, offset>{}).with(plain), wrapped, exact, seed);
    compare_with_exact(ideal.with(bit_sliced<8, differential>{}).with(clipped_on_use<>{.theta = 0.4f, .inner = plain}), wrapped, exact, seed + 50);
}

TEST_CASE("both plans hold the same conductances: programming error in every encoding") {
    compare_plans_of(ideal.with(nvmexplorer_error(cell1{})).with(bit_sliced<4, offset>{}).with(plain), 2000);
    compare_plans_of(ideal.with(nvmexplorer_error(cell2{})).with(bit_sliced<8, differential, nearest>{}).with(plain), 2010);
    compare_plans_of(ideal.with(error_of(milo_2021, cell3{})).with(bit_sliced<8, sign_magnitude>{}).with(plain), 2020);
    compare_plans_of(ideal.with(error_of(wan_2022, leaky)).with(bit_sliced<16, offset, carried>{}).with(plain), 2030);
    compare_plans_of(ideal.with(nvmexplorer_error(nvmexplorer_means(cell3{}))).with(bit_sliced<16, differential>{}).with(plain), 2040);
}

TEST_CASE("both plans hold the same conductances: update rules") {
    const auto pair = ideal.with(error_of(wan_2022, cell2{})).with(bit_sliced<8, differential>{});
    const auto single = ideal.with(error_of(wan_2022, leaky)).with(bit_sliced<8, offset>{});
    compare_plans_of(pair.with(clipped_on_use<>{.theta = 0.4f, .inner = plain}), 2100);
    compare_plans_of(single.with(clipped_on_use<>{.theta = 0.4f, .inner = plain}), 2110);
    compare_plans_of(single.with(zeroed_on_use<>{.theta = 0.4f, .inner = plain}), 2120);
    compare_plans_of(pair.with(gated_on_use<>{.theta = 0.4f, .inner = plain}), 2130);
    compare_plans_of(pair.with(clipped_on_use<gated_on_use<>>{.theta = 0.3f, .inner = {.theta = 0.4f, .inner = plain}}), 2140);
    compare_plans_of(single.with(clipped_on_write<>{.theta = 0.4f, .inner = {.learning_rate = 0.5f, .momentum = 0.9f}}), 2150, true);
    compare_plans_of(pair.with(digital_master<>{plain}), 2160, true);
}

TEST_CASE("both plans hold the same conductances: every model, alone and together") {
    const auto pair = ideal.with(bit_sliced<8, differential>{}).with(plain);
    compare_plans_of(pair.with(device_variation<cell2>{.sigma = 0.1f, .lognormal = true, .inner = leaky}), 2200);
    compare_plans_of(pair.with(cycle_variation<cell2>{.sigma = 0.05f, .relative = 0.05f, .inner = leaky}), 2210);
    compare_plans_of(pair.with(pulses_of(reram_array_hfo2, cell2{})), 2220);
    compare_plans_of(pair.with(write_verified<pulsed<cell2>>{.budget = 40, .inner = pulses_of(reram_sb, cell2{})}), 2230);
    compare_plans_of(pair.with(drifting<cell2>{.mean = 0.05f, .spread = 0.02f, .seconds_per_step = 10.0}), 2240, true);
    compare_plans_of(pair.with(everything), 2250, true);
    compare_plans_of(ideal.with(bit_sliced<8, offset, carried>{}).with(clipped_on_use<>{.theta = 0.4f, .inner = plain}).with(everything), 2260, true);
    // A cell that takes the whole word.
    compare_plans_of(ideal.with(bit_sliced<8, sign_magnitude>{}).with(plain).with(cycle_variation<ideal_cell>{.sigma = 0.01f}), 2270);
    compare_plans_of(pair.with(uneven_levels<cell2>{.position = {0.0f, 0.7f, 1.9f, 3.0f}}), 2280);
}

TEST_CASE("both plans wear the same cells that are not exact") {
    const auto chip = ideal.with(bit_sliced<8, differential>{}).with(plain).with(nvmexplorer_error(cell2{}))
                          .with(chain<stuck_at, wear_out>{stuck_at{0.05f, 0.05f}, wear_out{.mean = 5.0, .sigma = 0.3f}});
    using design_type = std::remove_const_t<decltype(chip)>;
    array_of<design_type, plan::folded> folded(chip, 19, 9, 7, 3);
    array_of<design_type, plan::reference> reference(chip, 19, 9, 7, 3);
    compare_plans(folded, reference, describe(chip), 2300, false);
}

TEST_CASE("a wrapper without error is the exact cell, bit for bit") {
    for (const cell2& exact : {cell2{}, leaky}) {
        exact_without_error(programming_error<cell2>{.inner = exact}, exact, 2400);
        exact_without_error(device_variation<cell2>{.inner = exact}, exact, 2410);
        exact_without_error(cycle_variation<cell2>{.inner = exact}, exact, 2420);
        exact_without_error(pulsed<cell2>{.inner = exact}, exact, 2430);
        exact_without_error(write_verified<cell2>{.inner = exact}, exact, 2440);
        exact_without_error(drifting<cell2>{.seconds_per_step = 100.0, .inner = exact}, exact, 2450);
        exact_without_error(uneven_levels<cell2>{.inner = exact}, exact, 2460);
        using all = drifting<write_verified<programming_error<device_variation<cycle_variation<pulsed<uneven_levels<cell2>>>>>>>;
        exact_without_error(all{.inner = {.inner = {.inner = {.inner = {.inner = {.inner = {.inner = exact}}}}}}}, exact, 2470);
    }
}

} // namespace plans_analog_tests
