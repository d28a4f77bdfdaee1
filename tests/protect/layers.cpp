#include <protect/both_plans.hpp>
#include <rcim/convert/multibit_dac.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/fault/chain.hpp>
#include <rcim/fault/wear_out.hpp>
#include <rcim/kernel/quantise.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/clipped_on_use.hpp>

#include <nn/layer_checks.hpp>

#include <limits>
#include <memory>

using namespace rcim_test;

namespace layers_tests {

constexpr auto plain = design<>{}
                           .with(multilevel_cell<2>{})
                           .with(bit_sliced<16, differential>{})
                           .with(geometry<dynamic, dynamic>{.rows = 128, .cols = 128})
                           .with(bit_serial_dac<>{})
                           .with(clipped_on_use<sgd>{.theta = 0.5f, .inner = {.learning_rate = 0.05f}});
constexpr auto coded = plain.with(an_code<>{});

TEST_CASE("quantise: each sample in its own unit, to half a unit, and integers with a border of zeros") {
    const map_shape shape{2, 3, 4};
    for (const index_t samples : {1, 15, 16, 17, 33}) {
        batch_tensor x = uneven_batch(shape, samples, 3);
        x.at(0, 5) = -4.0f; // exactly half a range of integers
        driven_batch driven;
        for (const int threads : {1, 2}) {
            thread_pool pool(threads);
            driven.round(bit_serial_dac<10>{}, x, true, 1, pool);
            int broken = 0;
            for (index_t n = 0; n < samples; ++n) {
                float largest = 0.0f;
                for (index_t f = 0; f < shape.size(); ++f) {
                    largest = std::max(largest, std::abs(x.at(n, f)));
                }
                const float unit = driven.units(n / 16)[n % 16];
                broken += unit == bit_serial_dac<10>{}.unit(largest) ? 0 : 1;
                double border = 0.0;
                for (index_t c = 0; c < 2; ++c) {
                    for (index_t r = 0; r < 5; ++r) {
                        for (index_t k = 0; k < 6; ++k) {
                            const auto whole = driven.integers(n / 16)[((c * 5 + r) * 6 + k) * 16 + n % 16];
                            if (r == 0 || r == 4 || k == 0 || k == 5) {
                                border += std::abs(static_cast<double>(whole));
                                continue;
                            }
                            const index_t f = (c * 3 + r - 1) * 4 + k - 1;
                            const double bits = bit_serial_dac<10>{}.weight(9) * bit_serial_dac<10>{}.drive(static_cast<double>(x.at(n, f) / unit), 9);
                            broken += static_cast<float>(whole) * unit == driven.rounded().at(n, f) && (whole < 0) == (bits < 0.0) ? 0 : 1;
                            const float error = std::abs(driven.rounded().at(n, f) - x.at(n, f));
                            broken += error <= 0.5f * unit || (x.at(n, f) > 511.0f * unit && error <= unit) ? 0 : 1;
                        }
                    }
                }
                broken += border == 0.0 ? 0 : 1;
            }
            CHECK(broken == 0);
        }
    }
}

TEST_CASE("quantise: a number that is not finite shows in its sample alone") {
    batch_tensor x = uneven_batch({5, 1, 1}, 3, 1);
    x.at(1, 2) = std::numeric_limits<float>::infinity();
    x.at(2, 0) = std::numeric_limits<float>::quiet_NaN();
    driven_batch driven;
    thread_pool pool(1);
    driven.round(bit_serial_dac<>{}, x, true, 0, pool);
    for (index_t f = 0; f < 5; ++f) {
        CHECK(std::isfinite(driven.rounded().at(0, f)));
        CHECK(std::isnan(driven.rounded().at(1, f)));
        CHECK(std::isnan(driven.rounded().at(2, f)));
        CHECK(driven.integers(0)[f * 16 + 1] == 0);
    }
}

TEST_CASE("bit_serial_dac: both plans agree without a code, and errors go back unrounded") {
    const auto chip = plain.with(stuck_at{0.05f, 0.02f});
    using chip_type = std::remove_const_t<decltype(chip)>;
    const conv2d_options options{.in_channels = 2, .out_channels = 5, .kernel = 3, .stride = 2, .padding = 1};
    conv2d<chip_type, plan::folded> folded(chip, options, 5, 2);
    conv2d<chip_type, plan::reference> reference(chip, options, 5, 2);
    compare_layers_without_code(folded, reference, {2, 5, 4}, 17, 9);
}

TEST_CASE("DACs of several bits per cycle and of other signs: both plans agree") {
    const auto agree = [](const auto& dac) {
        const auto chip = design<>{}
                              .with(multilevel_cell<2>{})
                              .with(bit_sliced<16, differential>{})
                              .with(geometry<16, 40>{})
                              .with(dac)
                              .with(sgd{.learning_rate = 0.05f})
                              .with(stuck_at{0.05f, 0.02f});
        using chip_type = std::remove_const_t<decltype(chip)>;
        const conv2d_options options{.in_channels = 2, .out_channels = 5, .kernel = 3, .stride = 2, .padding = 1};
        conv2d<chip_type, plan::folded> folded(chip, options, 5, 2);
        conv2d<chip_type, plan::reference> reference(chip, options, 5, 2);
        compare_layers_without_code(folded, reference, {2, 5, 4}, 17, 9);
    };
    agree(multibit_dac<8, unsigned_inputs>{});
    agree(streamed_dac<9, 3, two_passes>{.full_scale = 1.0f});
    agree(streamed_dac<12, 4>{});
}

TEST_CASE("an_code: a code on healthy cells changes nothing but their number") {
    dense with(coded, {.in = 40, .out = 12}, 5, 2);
    dense without(plain, {.in = 40, .out = 12}, 5, 2);
    thread_pool pool(2);
    const batch_tensor x = uneven_batch({40, 1, 1}, 20, 3);
    batch_tensor y, expected;
    with.forward(x, y, {pool, false, 1, 0});
    without.forward(x, expected, {pool, false, 1, 0});
    CHECK(worst_difference(y, expected, 1.0) == 0.0);
    kernel::sum_counts sums;
    with.take_sums(sums);
    CHECK(sums == kernel::sum_counts{20u * 12u * 2u * 16u, 0, 0});
    with.take_sums(sums);
    CHECK(sums.checked == 20u * 12u * 2u * 16u); // nothing since
    cell_census cells;
    with.count_cells(cells);
    CHECK(cells.cells == 40u * 12u * 2u * 12u);
    CHECK(cells.check_cells == 40u * 12u * 2u * 4u);
    cell_census plain_cells;
    without.count_cells(plain_cells);
    CHECK(plain_cells.check_cells == 0);
}

TEST_CASE("an_code: one wrong cell in each sum is corrected exactly") {
    // Faults so rare that no two share the ten rows of a column.
    auto sparse = coded.with(stuck_at{0.0002f, 0.0002f});
    sparse.geometry.rows = 10;
    dense with(sparse, {.in = 60, .out = 12}, 6, 2);
    dense healthy_layer(coded, {.in = 60, .out = 12}, 6, 2);
    const auto planes = with.array().words().planes();
    int wrong = 0;
    bool alone = true;
    for (const kernel::code_plane& plane : planes) {
        for (index_t o = 0; o < 12; ++o) {
            int in_sum[6] = {};
            for (index_t i = 0; i < 60; ++i) {
                in_sum[i / 10] += plane.remainder[o * with.array().row_stride() + i] != 0 ? 1 : 0;
            }
            for (const int n : in_sum) {
                alone = alone && n <= 1;
                wrong += n;
            }
        }
    }
    REQUIRE(alone);
    REQUIRE(wrong > 1);
    thread_pool pool(1);
    const batch_tensor x = uneven_batch({60, 1, 1}, 20, 3);
    batch_tensor y, expected;
    with.forward(x, y, {pool, false, 1, 0});
    healthy_layer.forward(x, expected, {pool, false, 1, 0});
    CHECK(worst_difference(y, expected, 1.0) == 0.0);
    kernel::sum_counts sums;
    with.take_sums(sums);
    CHECK(sums.corrected > 0);
    CHECK(sums.uncorrectable == 0);
}

TEST_CASE("an_code: the same bits with any number of threads") {
    const auto chip = coded.with(stuck_at{0.02f, 0.01f});
    using chip_type = std::remove_const_t<decltype(chip)>;
    check_any_number_of_threads([&] { return std::make_unique<conv2d<chip_type>>(chip, conv2d_options{.in_channels = 2, .out_channels = 5, .kernel = 3, .padding = 1}, 3, 0); },
                                {2, 6, 5}, {1, 17, 40});
    check_any_number_of_threads([&] { return std::make_unique<dense<chip_type>>(chip, dense_options{.in = 150, .out = 21}, 3, 0); }, {150, 1, 1},
                                {1, 17, 40});
}

TEST_CASE("an_code: cells that leak are refused") {
    const auto leaky = plain.with(an_code<>{}).with(no_faults{});
    auto chip = leaky;
    chip.cell.on_off_ratio = 10.0;
    CHECK(error_of([&] { dense layer(chip, {.in = 4, .out = 2}, 1, 0); }).find("an_code<119>: cell: expected cells that draw no current at HRS") == 0);
}

TEST_CASE("fit: a LeNet-5 of coded words learns on chips with few faults, and shows what was checked") {
    const dataset data = procedural_digits({.train = 1500, .test = 200});
    const auto chip = coded.with(chain<stuck_at, wear_out>{stuck_at{0.0002f, 0.0002f}, wear_out{.mean = 1e7}});
    network net = lenet5(chip, 7);
    const training_record record = fit(net, data, {.epochs = 2, .batch = 32});
    CHECK(record.stopped.empty());
    CHECK(record.test_accuracy > 0.5);
    for (const epoch_record& e : record.epochs) {
        CHECK(e.sums_corrected > 0);
        CHECK(e.sums_checked > 100 * e.sums_corrected);
        CHECK(e.cell_writes > e.plain_cell_writes);
        CHECK(e.plain_cell_writes > 0);
    }
    const cell_census cells = net.census();
    CHECK(3 * cells.check_cells == cells.cells);
}

} // namespace layers_tests
