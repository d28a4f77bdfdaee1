#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/programming_error.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/calibrated.hpp>
#include <rcim/convert/lossless_adc.hpp>
#include <rcim/convert/multibit_dac.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/nn/conv2d.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/train/calibrate.hpp>
#include <rcim/train/evaluate.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/update/transposed_errors.hpp>

#include <doctest/doctest.h>
#include <nn/gradient_check.hpp>

#include <cmath>
#include <cstring>
#include <vector>

using namespace rcim;

namespace converters_tests {

using rcim_test::random_batch;

/// Words of four bits in cells of two, weights are codes; inputs of four bits, at most 15.
template <class Encoding>
constexpr auto codes = design<>{}
                           .with(multilevel_cell<2>{})
                           .with(bit_sliced<4, Encoding>{.fraction_bits = 0})
                           .with(bit_serial_dac<4, unsigned_inputs>{.full_scale = 16.0f});

constexpr auto slices = design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<8, differential>{.fraction_bits = 7});

template <class Design>
constexpr plan plan_for(const Design&) {
    return plan_of<Design>;
}

TEST_CASE("plans: converters that say what each does pick the coded plan over whole levels and the analog one over real cells") {
    CHECK(plan_for(slices.with(bit_serial_dac<8>{})) == plan::folded);
    CHECK(plan_for(slices.with(bit_serial_dac<8>{}).with(lossless_adc{})) == plan::folded);
    CHECK(plan_for(slices.with(bit_serial_dac<8>{}).with(uniform_adc<8>{})) == plan::coded);
    CHECK(plan_for(slices.with(bit_serial_dac<8>{}).with(uniform_adc<6, calibrated>{})) == plan::coded);
    CHECK(plan_for(slices.with(uniform_adc<8, given_range>{})) == plan::analog);
    const auto real = design<>{}.with(programming_error<multilevel_cell<2>>{}).with(bit_sliced<8, differential>{});
    CHECK(plan_for(real.with(bit_serial_dac<8>{}).with(uniform_adc<8>{})) == plan::analog);
    CHECK(plan_for(design<>{}.with(bit_sliced<16, differential>{}).with(bit_serial_dac<8>{}).with(uniform_adc<8>{})) == plan::analog);
}

TEST_CASE("converters: what needs whole sums takes ideal cells, of any encoding, and refuses cells that leak") {
    const auto chip = design<>{}.with(bit_sliced<8, offset>{.fraction_bits = 7}).with(bit_serial_dac<8>{}).with(lossless_adc{});
    CHECK_NOTHROW(dense(chip, dense_options{.in = 6, .out = 3}, 1, 0));
    CHECK_NOTHROW(dense(chip.with(multilevel_cell<2>{}), dense_options{.in = 6, .out = 3}, 1, 0));
    const auto leaky = chip.with(multilevel_cell<2>{.on_off_ratio = 10.0f});
    CHECK_THROWS_WITH_AS(dense(leaky, dense_options{.in = 6, .out = 3}, 1, 0), doctest::Contains("lossless_adc: cell: expected cells that draw no current at HRS"),
                         error);
    CHECK_NOTHROW(dense(leaky.without<map_kind>().with(bit_sliced<8, sign_magnitude>{.fraction_bits = 7}), dense_options{.in = 6, .out = 3}, 1, 0)); // leaks cancel
}

TEST_CASE("converters: no gradient passes a conversion that saturates") {
    // Inputs 3 = (1, 1) and 1 = (1, 0), weights 7 = (3, 1) and 6 = (2, 1). First bits: sums 5 and 2; second: 3 and 1. Of two bits: 5 is cut to 3.
    const auto chip = codes<differential>.with(uniform_adc<2, unit_lsb>{}).with(sgd{.learning_rate = 1.0f});
    dense<std::remove_const_t<decltype(chip)>> layer(chip, {.in = 2, .out = 1, .bias = false}, 1, 0);
    const std::vector<float> w{7.0f, 6.0f};
    layer.program({w.data(), 1, 2});
    thread_pool pool(1);
    batch_tensor x({2, 1, 1}, 1), y, dx;
    x.at(0, 0) = 3.0f;
    x.at(0, 1) = 1.0f;
    layer.forward(x, y, {pool, true, 1, 0});
    CHECK(y.at(0, 0) == (3.0f + 4.0f * 2.0f) + 2.0f * (3.0f + 4.0f * 1.0f));
    batch_tensor dy({1, 1, 1}, 1);
    std::fill_n(dy.data(), dy.block_stride(), 0.0f);
    dy.at(0, 0) = 1.0f;
    layer.backward(x, y, dy, &dx, {pool, true, 1, 0});
    // The cut conversion counts 1 of (1 + 4) (1 + 2 + 4 + 8) in each of two arrays.
    const float share = 149.0f / 150.0f;
    CHECK(dx.at(0, 0) == doctest::Approx(7.0f * share));
    CHECK(dx.at(0, 1) == doctest::Approx(6.0f * share));
    CHECK(layer.weight_gradient()(0, 0) == doctest::Approx(3.0f * share));

    layer.forward(x, y, {pool, false, 1, 0});
    layer.backward(x, y, dy, &dx, {pool, false, 1, 0});
    CHECK(dx.at(0, 0) == 7.0f);
}

TEST_CASE("converters: columns that cannot saturate are read as if there were none") {
    // 5 rows of levels up to 3 reach 15.
    const auto chip = slices.with(bit_serial_dac<8>{}).with(stuck_at{.p_stuck_hrs = 0.1f, .p_stuck_lrs = 0.1f}).with(geometry<5, 32>{});
    const auto converted = chip.with(uniform_adc<4, unit_lsb>{});
    conv2d<std::remove_const_t<decltype(chip)>> plain(chip, {.in_channels = 3, .out_channels = 5}, 3, 0);
    conv2d<std::remove_const_t<decltype(converted)>> layer(converted, {.in_channels = 3, .out_channels = 5}, 3, 0);
    thread_pool pool(2);
    const batch_tensor x = random_batch({3, 7, 6}, 20, 5);
    batch_tensor y, expected;
    plain.forward(x, expected, {pool});
    layer.forward(x, y, {pool});
    double worst = 0.0;
    for (index_t n = 0; n < 20; ++n) {
        for (index_t f = 0; f < y.shape().size(); ++f) {
            worst = std::max(worst, std::abs(static_cast<double>(y.at(n, f)) - static_cast<double>(expected.at(n, f))));
        }
    }
    CHECK(worst < 1e-5); // one sum in float, the other in whole numbers
}

TEST_CASE("transposed errors: through fine converters they are the digital ones") {
    const auto digital = slices.with(bit_serial_dac<8>{}).with(uniform_adc<8>{}).with(geometry<16, 24>{});
    const auto check = [&](const auto& chip) {
        conv2d<std::remove_cvref_t<decltype(digital)>> plain(digital, {.in_channels = 2, .out_channels = 9, .stride = 2, .padding = 1}, 3, 0);
        conv2d<std::remove_cvref_t<decltype(chip)>> layer(chip, {.in_channels = 2, .out_channels = 9, .stride = 2, .padding = 1}, 3, 0);
        thread_pool pool(2);
        const batch_tensor x = random_batch({2, 6, 5}, 18, 5);
        batch_tensor y, dx, expected;
        plain.forward(x, y, {pool, true});
        layer.forward(x, y, {pool, true});
        batch_tensor dy = random_batch(y.shape(), 18, 6);
        for (index_t n = 18; n < 32; ++n) {
            for (index_t f = 0; f < y.shape().size(); ++f) {
                dy.at(n, f) = 0.0f;
            }
        }
        plain.backward(x, y, dy, &expected, {pool, true});
        layer.backward(x, y, dy, &dx, {pool, true});
        double worst = 0.0;
        for (index_t n = 0; n < 32; ++n) {
            for (index_t f = 0; f < dx.shape().size(); ++f) {
                const double error = std::abs(static_cast<double>(dx.at(n, f)) - static_cast<double>(expected.at(n, f)));
                worst = std::max(worst, n < 18 ? error : std::abs(static_cast<double>(dx.at(n, f))));
            }
        }
        CHECK(worst < 2e-3); // 9 outputs of weights below 1, errors rounded to 2^-14 of their largest
    };
    // Sums of at most 24 columns of level 3.
    check(digital.with(transposed_errors<bit_serial_dac<15>, uniform_adc<7, unit_lsb>>{}));
    check(digital.with(transposed_errors<bit_serial_dac<15, two_passes>, uniform_adc<7, unit_lsb>>{.separate_arrays = true}));
}

TEST_CASE("calibration: a range fitted to the sums loses less than full scale, and is part of the state") {
    const dataset data = procedural_digits({.train = 128, .test = 64});
    const pixel_table table(data.mean, data.deviation);
    const auto ideal = slices.with(bit_serial_dac<8>{}).with(geometry<128, 128>{});
    const auto outputs = [&](auto chip, bool fitted) {
        network net = lenet5(chip, 7);
        if (fitted) {
            calibrate(net, data.train, table, {.images = 64});
        }
        batch_tensor x;
        std::vector<int> labels;
        std::vector<index_t> first(64);
        for (std::size_t i = 0; i < first.size(); ++i) {
            first[i] = static_cast<index_t>(i);
        }
        thread_pool pool(1);
        load_batch(data.test, first, table, x, labels, pool);
        const batch_tensor& y = net.forward(x, {pool});
        std::vector<double> all;
        for (index_t n = 0; n < 64; ++n) {
            for (index_t f = 0; f < 10; ++f) {
                all.push_back(static_cast<double>(y.at(n, f)));
            }
        }
        return all;
    };
    const auto error = [](const std::vector<double>& a, const std::vector<double>& b) {
        double sum = 0.0;
        for (std::size_t i = 0; i < a.size(); ++i) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return std::sqrt(sum);
    };
    const std::vector<double> exact = outputs(ideal, false);
    const double full = error(outputs(ideal.with(uniform_adc<5>{}), false), exact);
    CHECK(error(outputs(ideal.with(uniform_adc<5, calibrated>{}), false), exact) == full);
    for (const calibration_grain grain : {calibration_grain::layer, calibration_grain::slice, calibration_grain::column}) {
        for (const calibration_rule rule : {calibration_rule::percentile, calibration_rule::least_error}) {
            CHECK(error(outputs(ideal.with(uniform_adc<5, calibrated>{.range = {.rule = rule, .grain = grain}}), true), exact) < 0.5 * full);
        }
    }
    // Real cells are calibrated too.
    const auto real = design<>{}
                          .with(programming_error<multilevel_cell<2>>{})
                          .with(bit_sliced<8, differential>{.fraction_bits = 7})
                          .with(bit_serial_dac<8>{})
                          .with(geometry<128, 128>{});
    CHECK(error(outputs(real.with(uniform_adc<5, calibrated>{}), true), exact) < 0.5 * full);
}

TEST_CASE("training through converters: the same bits for any number of threads, and a falling loss") {
    const dataset data = procedural_digits({.train = 256, .test = 16});
    const auto train = [&](auto chip, int threads) {
        thread_pool pool(threads);
        network net = lenet5(chip, 5);
        const training_record record = fit(net, data, {.epochs = 2, .batch = 32, .pool = &pool, .evaluate = false});
        std::vector<float> all;
        net.each([&](layer& one) {
            const auto w = one.parameters().weights;
            for (index_t o = 0; o < w.rows; ++o) {
                const auto row = w.row(o);
                all.insert(all.end(), row.begin(), row.end());
            }
        });
        return std::pair(all, record.epochs[0].loss - record.epochs[1].loss);
    };
    const auto same = [](const std::vector<float>& a, const std::vector<float>& b) {
        return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
    };
    const auto base = design<>{}
                          .with(multilevel_cell<2>{})
                          .with(bit_sliced<16, differential>{.fraction_bits = 15})
                          .with(geometry<128, 128>{})
                          .with(bit_serial_dac<8>{})
                          .with(stuck_at{.p_stuck_hrs = 0.02f, .p_stuck_lrs = 0.005f})
                          .with(clipped_on_use<sgd>{.inner = {.learning_rate = 0.02f, .momentum = 0.9f}});
    const auto full = base.with(uniform_adc<8>{});
    const auto [one, gain] = train(full, 1);
    CHECK(same(one, train(full, 2).first));
    CHECK(same(one, train(full, 3).first));
    CHECK(gain > 0.0);
    // With errors through the crossbars, and cut sums.
    const auto both = base.with(uniform_adc<7, unit_lsb>{}).with(transposed_errors<>{});
    const auto [other, other_gain] = train(both, 1);
    CHECK(same(other, train(both, 2).first));
    CHECK(other_gain > 0.0);
}

TEST_CASE("converters: few samples, whose neighbours fill the lanes, are read as many are") {
    const auto check = [](const auto& chip, index_t padding) {
        conv2d<std::remove_cvref_t<decltype(chip)>> layer(chip, {.in_channels = 2, .out_channels = 3, .padding = padding}, 3, 0);
        thread_pool pool(2);
        const batch_tensor many = random_batch({2, 5, 21}, 17, 5);
        batch_tensor few({2, 5, 21}, 3), y, expected;
        for (index_t n = 0; n < 3; ++n) {
            for (index_t f = 0; f < few.shape().size(); ++f) {
                few.at(n, f) = many.at(n, f);
            }
        }
        layer.forward(many, expected, {pool, true});
        layer.forward(few, y, {pool, true});
        int wrong = 0;
        for (index_t n = 0; n < 3; ++n) {
            for (index_t f = 0; f < y.shape().size(); ++f) {
                wrong += y.at(n, f) == expected.at(n, f) ? 0 : 1;
            }
        }
        CHECK(wrong == 0);
    };
    const auto small = slices.with(geometry<8, 32>{});
    check(small.with(bit_serial_dac<8>{}).with(uniform_adc<3>{}), 1);
    check(small.with(bit_serial_dac<5>{}).with(uniform_adc<3, unit_lsb>{}), 0);
    check(small.with(uniform_adc<6, given_range>{.range = {.low = -9.0, .high = 9.0}}), 2);
}

} // namespace converters_tests
