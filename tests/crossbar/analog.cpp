#include <rcim/cell/cycle_variation.hpp>
#include <rcim/cell/device_variation.hpp>
#include <rcim/cell/drifting.hpp>
#include <rcim/cell/measured_errors.hpp>
#include <rcim/cell/pulse_presets.hpp>
#include <rcim/cell/write_verified.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/crossbar/reference_read.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/fault/wear_out.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/sgd.hpp>

#include <statistics.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace rcim;

namespace analog_tests {

constexpr design<> ideal{};
using cell2 = multilevel_cell<2>;
constexpr cell2 leaky{.on_off_ratio = 10.0};
constexpr int inputs = 40, outputs = 25;

std::vector<float> weights(float size, std::uint64_t seed = 1) {
    const random_source source(seed, purpose::test);
    std::vector<float> w(static_cast<std::size_t>(inputs * outputs));
    for (std::size_t i = 0; i < w.size(); ++i) {
        w[i] = size * (2.0f * source.uniform(i) - 1.0f);
    }
    return w;
}

template <class Array>
void program(Array& array, const std::vector<float>& w) {
    array.program({w.data(), outputs, inputs});
}

template <class Array>
update_report add(Array& array, float size, std::uint32_t step, thread_pool& pool) {
    const std::vector<float> w = weights(size, 100 + step);
    std::vector<float> padded(static_cast<std::size_t>(outputs * array.row_stride()), 0.0f);
    for (index_t o = 0; o < outputs; ++o) {
        std::copy_n(w.data() + o * inputs, inputs, padded.data() + o * array.row_stride());
    }
    update_report report;
    array.add(padded, {.step = step}, pool, report);
    return report;
}

/// Position of a cell, in steps of one level above HRS.
template <class Array>
double position(const Array& array, int a, index_t o, index_t i, int s) {
    const auto& cell = array.chip().cell;
    const int levels = 1 << array.format().cell_bits;
    const double low = cell.conductance(0, levels);
    return (array.conductance(a, o, i, s) - low) / (cell.conductance(levels - 1, levels) - low) * (levels - 1);
}

template <class Array, class Visit>
void for_each_cell(const Array& array, Visit&& visit) {
    for (int a = 0; a < (array.format().pair ? 2 : 1); ++a) {
        for (index_t o = 0; o < array.outputs(); ++o) {
            for (index_t i = 0; i < array.inputs(); ++i) {
                for (int s = 0; s < array.format().slices; ++s) {
                    visit(a, o, i, s);
                }
            }
        }
    }
}

template <class Array>
std::vector<double> positions(const Array& array) {
    std::vector<double> all;
    for_each_cell(array, [&](int a, index_t o, index_t i, int s) { all.push_back(position(array, a, o, i, s)); });
    return all;
}

constexpr auto everything = drifting<write_verified<programming_error<device_variation<cycle_variation<pulsed<cell2>>>>>>{
    .mean = 0.02f,
    .spread = 0.01f,
    .seconds_per_step = 3.0,
    .inner = {.inner = {.sigma = {0.05f, 0.1f, 0.1f, 0.05f},
                        .inner = {.sigma = 0.05f, .inner = {.sigma = 0.01f, .inner = pulses_of(reram_array_om, leaky)}}}}};

/// Weights and reads of the folded plan against sums over conductances.
template <class Design>
void reads_are_sums(const Design& chip) {
    INFO(describe(chip));
    crossbar_array<Design> array(chip, inputs, outputs, 3, 1);
    static_assert(plan_of<Design> == plan::folded);
    thread_pool pool(1);
    program(array, weights(0.3f));
    add(array, 0.2f, 1, pool);
    array.age(100.0);
    const std::vector<float> x = weights(1.0f, 5);
    std::vector<double> y(outputs);
    read_reference(array, std::span(x).first(inputs), y);
    const auto w = array.weights();
    const double full = static_cast<double>(array.format().lsb) * array.format().top_word();
    for (index_t o = 0; o < outputs; ++o) {
        double sum = 0.0;
        for (index_t i = 0; i < inputs; ++i) {
            sum += static_cast<double>(w(o, i)) * static_cast<double>(x[static_cast<std::size_t>(i)]);
        }
        CHECK(std::abs(sum - y[static_cast<std::size_t>(o)]) <= inputs * 1e-6 * full);
    }
}

TEST_CASE("analog cells: reads are sums over conductances, in every encoding and rule") {
    const auto chip = ideal.with(everything).with(stuck_at{0.05f, 0.05f});
    reads_are_sums(chip.with(bit_sliced<8, differential>{}));
    reads_are_sums(chip.with(bit_sliced<8, sign_magnitude>{}));
    reads_are_sums(chip.with(bit_sliced<8, offset>{}));
    reads_are_sums(chip.with(bit_sliced<8, offset>{}).with(clipped_on_use<>{.theta = 0.2f}));
    reads_are_sums(chip.with(bit_sliced<8, differential>{}).with(gated_on_use<>{.theta = 0.2f}));
    reads_are_sums(ideal.with(bit_sliced<8, offset>{}).with(uneven_levels<cell2>{.position = {0.0f, 0.6f, 2.2f, 3.0f}, .inner = leaky}));
}

TEST_CASE("analog cells: programming leaves each cell a draw of its own around its level; programming again draws again") {
    const auto chip = ideal.with(bit_sliced<8, differential>{}).with(programming_error<cell2>{.sigma = {0.05f, 0.05f, 0.05f, 0.05f}, .inner = leaky});
    crossbar_array array(chip, inputs, outputs, 3, 1);
    const std::vector<double> blank = positions(array);
    CHECK(std::all_of(blank.begin(), blank.end(), [](double x) { return std::abs(x) < 1e-12; }));
    program(array, weights(7.0f));
    std::vector<double> first = positions(array), second;
    program(array, weights(7.0f));
    second = positions(array);
    std::vector<double> between;
    for (std::size_t i = 0; i < first.size(); ++i) {
        between.push_back(second[i] - first[i]);
        first[i] -= std::round(first[i]);
    }
    CHECK(rcim_test::is_normal(first, 0.0, static_cast<double>(0.05f)));
    CHECK(rcim_test::is_normal(between, 0.0, static_cast<double>(0.05f) * std::sqrt(2.0)));
}

TEST_CASE("analog cells: only cells whose digit changes are written, and counted") {
    const auto chip = ideal.with(bit_sliced<8, differential>{}).with(error_of(wan_2022, cell2{}));
    crossbar_array array(chip, inputs, outputs, 3, 1);
    thread_pool pool(2);
    program(array, weights(7.0f));
    std::uint64_t writes = 0;
    for (std::uint32_t step = 0; step < 5; ++step) {
        const std::vector<double> before = positions(array);
        std::vector<stored_word<>> words;
        for (index_t o = 0; o < outputs; ++o) {
            for (index_t i = 0; i < inputs; ++i) {
                words.push_back(array.stored(o, i));
            }
        }
        const update_report report = add(array, 0.5f, step, pool);
        const std::vector<double> after = positions(array);
        std::uint64_t moved = 0;
        for (std::size_t i = 0; i < before.size(); ++i) {
            moved += before[i] != after[i] ? 1u : 0u;
        }
        // A cell that is written at HRS may stay there: what draws below is cut off at no conductance.
        CHECK(report.cell_writes >= moved);
        CHECK(report.cell_writes <= moved + report.cell_writes / 3);
        CHECK(report.pulses == report.cell_writes);
        CHECK(report.increments > 0);
        writes += report.cell_writes;
        const update_report nothing = add(array, 0.0f, step, pool);
        CHECK(positions(array) == after);
        CHECK(nothing.cell_writes == 0);
        CHECK(nothing.changed_words == 0);
    }
    CHECK(writes > 0);
}

TEST_CASE("analog cells: an update is added to what reads back, and carries between slices") {
    // Without error in the digits that matter: levels are nearly met, so 3 + 1 carries into the next slice.
    const auto chip = ideal.with(bit_sliced<8, differential, nearest>{.fraction_bits = 0})
                          .with(programming_error<cell2>{.sigma = {0.002f, 0.002f, 0.002f, 0.002f}, .inner = leaky});
    crossbar_array array(chip, 1, 1, 3, 1);
    thread_pool pool(1);
    const float three = 3.0f;
    array.program({&three, 1, 1});
    std::vector<float> one(static_cast<std::size_t>(array.row_stride()), 0.0f);
    one[0] = 1.0f;
    update_report report;
    array.add(one, {.step = 1}, pool, report);
    CHECK(array.stored(0, 0) == stored_word<>{4, 0});
    CHECK(report.cell_writes == 2);
    CHECK(position(array, 0, 0, 0, 0) != 0.0);
    CHECK(std::abs(position(array, 0, 0, 0, 1) - 1.0) < 0.1);
    CHECK(std::abs(static_cast<double>(array.weights()(0, 0)) - 4.0) < 0.5);
    CHECK(array.weights()(0, 0) != 4.0f);
}

TEST_CASE("analog cells: stuck cells stand on their level, whatever happens") {
    const auto chip = ideal.with(bit_sliced<8, differential>{}).with(everything).with(stuck_at{0.1f, 0.1f});
    crossbar_array array(chip, inputs, outputs, 3, 1);
    thread_pool pool(2);
    program(array, weights(1.0f));
    for (std::uint32_t step = 0; step < 5; ++step) {
        add(array, 0.5f, step, pool);
        array.age(1e4);
    }
    int stuck = 0, broken = 0;
    for_each_cell(array, [&](int a, index_t o, index_t i, int s) {
        const int shift = 2 * s;
        if ((array.keep(a, o, i) >> shift & 3u) == 0) {
            ++stuck;
            const auto level = static_cast<double>(array.stuck_level(a, o, i) >> shift & 3u);
            broken += std::abs(position(array, a, o, i, s) - level) < 1e-9 ? 0 : 1;
        }
    });
    CHECK(stuck > 1000);
    CHECK(broken == 0);
}

TEST_CASE("analog cells: a clip uses the cells' real value where it lets the word that is read pass, else its own code") {
    const auto chip = ideal.with(bit_sliced<8, offset>{}).with(error_of(milo_2021, leaky)).with(clipped_on_use<>{.theta = 0.5f}).with(stuck_at{0.1f, 0.1f});
    crossbar_array array(chip, inputs, outputs, 3, 1);
    const auto free = ideal.with(bit_sliced<8, offset>{}).with(error_of(milo_2021, leaky)).with(stuck_at{0.1f, 0.1f});
    crossbar_array unclipped(free, inputs, outputs, 3, 1);
    program(array, weights(0.5f));
    program(unclipped, weights(0.5f));
    const float leak = array.format().lsb * static_cast<float>(leak_in_levels(leaky, 4) * 85.0);
    int clipped = 0, passed = 0;
    for (index_t o = 0; o < outputs; ++o) {
        for (index_t i = 0; i < inputs; ++i) {
            REQUIRE(array.stored(o, i) == unclipped.stored(o, i));
            if (array.used(o, i) == array.stored(o, i)) {
                CHECK(array.weights()(o, i) == unclipped.weights()(o, i));
                ++passed;
            } else {
                CHECK(std::abs(std::abs(array.weights()(o, i) - leak) - 0.5f) < 1e-6f);
                ++clipped;
            }
        }
    }
    CHECK(clipped > 20);
    CHECK(passed > 200);
}

TEST_CASE("analog cells: drift follows its law from the last write of each cell") {
    const auto chip = ideal.with(bit_sliced<8, differential, nearest>{.fraction_bits = 0})
                          .with(drifting<cell2>{.mean = 0.1f, .spread = 0.02f, .t0 = 10.0, .inner = leaky});
    crossbar_array array(chip, inputs, outputs, 3, 1);
    thread_pool pool(1);
    std::vector<float> w = weights(100.0f);
    program(array, w);
    const std::vector<double> fresh = positions(array);
    array.age(10.0); // t0
    CHECK(positions(array) == fresh);
    array.age(990.0);
    const std::vector<double> old = positions(array);
    const double dark = 1.0 / 3.0;
    std::vector<double> exponents;
    for (std::size_t i = 0; i < old.size(); ++i) {
        exponents.push_back(-std::log((old[i] + dark) / (fresh[i] + dark)) / std::log(100.0));
    }
    CHECK(rcim_test::normal_moments(exponents, 0.1, 0.02));
    // A cell's clock starts again when it is written.
    add(array, 40.0f, 1, pool);
    const std::vector<double> rewritten = positions(array);
    array.age(10.0);
    const std::vector<double> later = positions(array);
    int written = 0, broken = 0;
    for (std::size_t i = 0; i < old.size(); ++i) {
        if (rewritten[i] != old[i]) {
            ++written;
            broken += later[i] == rewritten[i] ? 0 : 1;
        } else {
            broken += later[i] < rewritten[i] ? 0 : 1;
        }
    }
    CHECK(written > 100);
    CHECK(broken == 0);
    CHECK_THROWS_AS(array.age(-1.0), error);
    CHECK_THROWS_AS(array.age(std::nan("")), error);
}

TEST_CASE("analog cells: time passes with each step of training; the controller reads drifted cells") {
    const auto chip = ideal.with(bit_sliced<8, differential, nearest>{.fraction_bits = 0})
                          .with(drifting<cell2>{.mean = 0.2f, .t0 = 1.0, .seconds_per_step = 50.0})
                          .with(sgd{.learning_rate = 1.0f});
    crossbar_array array(chip, 1, 1, 3, 1);
    thread_pool pool(1);
    const float three = 3.0f;
    array.program({&three, 1, 1});
    update_report report;
    array.gradient()[0] = 0.0f;
    array.update({.step = 0}, pool, report);
    CHECK(static_cast<double>(array.weights()(0, 0)) == doctest::Approx(3.0 * std::pow(50.0, -0.2)).epsilon(1e-6)); // 1.37
    CHECK(array.stored(0, 0).plus == 1);
    CHECK(report.cell_writes == 0);
    array.gradient()[0] = -1.0f;
    array.update({.step = 1}, pool, report);
    CHECK(array.stored(0, 0).plus == 2);
    CHECK(array.weights()(0, 0) == 2.0f);
    CHECK(report.cell_writes == 1);
    // Drift also takes a chip on which nothing learns.
    const auto frozen_chip = ideal.with(bit_sliced<8, differential>{.fraction_bits = 0}).with(drifting<cell2>{.mean = 0.2f, .seconds_per_step = 50.0});
    crossbar_array still(frozen_chip, 1, 1, 3, 1);
    still.program({&three, 1, 1});
    still.update({.step = 0}, pool, report);
    CHECK(still.weights()(0, 0) < 1.5f);
}

TEST_CASE("analog cells: wear counts the cells that are written") {
    const auto chip = ideal.with(bit_sliced<8, differential>{}).with(nvmexplorer_error(cell2{})).with(wear_out{.mean = 50.0, .sigma = 0.0f});
    crossbar_array array(chip, inputs, outputs, 3, 1);
    thread_pool pool(2);
    program(array, weights(1.0f));
    update_report report;
    for (std::uint32_t step = 0; step < 4; ++step) {
        report += add(array, 0.5f, step, pool);
    }
    std::uint64_t worn = 0, cells = 0;
    for_each_cell(array, [&](int a, index_t o, index_t i, int s) {
        worn += 50u - array.writes_left(a, o, i, s);
        ++cells;
    });
    CHECK(worn == report.cell_writes + cells); // `program` writes each cell once
}

TEST_CASE("analog cells: the same bits with any number of threads") {
    const auto chip = ideal.with(bit_sliced<16, differential>{}).with(everything).with(stuck_at{0.05f, 0.05f});
    std::vector<double> first;
    for (const int threads : {1, 2, 3, 7}) {
        crossbar_array array(chip, inputs, outputs, 3, 1);
        thread_pool pool(threads);
        program(array, weights(1.0f));
        for (std::uint32_t step = 0; step < 6; ++step) {
            add(array, 0.5f, step, pool);
        }
        const std::vector<double> now = positions(array);
        first = first.empty() ? now : first;
        CHECK(now == first);
    }
}

} // namespace analog_tests
