#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/multibit_dac.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/mapping/symmetric.hpp>
#include <rcim/nn/conv2d.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/nn/map_weights.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/nn/relu.hpp>
#include <rcim/noise/injected.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/train/profile_shift.hpp>
#include <rcim/update/digital_master.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/wire/nodal.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace rcim;

namespace profile_shift_tests {

constexpr auto chip = design<>{}
                          .with(multilevel_cell<7>{.on_off_ratio = 1e4, .g_on = 333e-6})
                          .with(bit_sliced<7, symmetric<sign_magnitude>>{.fitted = true})
                          .with(multibit_dac<8, unsigned_inputs>{})
                          .with(geometry<32, 32>{});
constexpr nodal wires{.word_line_ohm = 10.0, .bit_line_ohm = 10.0};

template <class Design>
network net_of(const Design& on) {
    network net({1, 28, 28}, 1);
    net.emplace<conv2d<Design>>(on, conv2d_options{.in_channels = 1, .out_channels = 4, .kernel = 5, .stride = 3}, 1u, 0u);
    net.emplace<relu>();
    net.emplace<dense<Design>>(on, dense_options{.in = net.output_shape().size(), .out = 10}, 1u, 1u);
    return net;
}

dataset digits() {
    dataset data = procedural_digits({.train = 192, .test = 64});
    data.mean = {0.0f};
    data.deviation = {1.0f};
    return data;
}

/// Mean square of what two networks make of the same images.
double distance(network& a, network& b, const dataset& data) {
    thread_pool pool(1);
    batch_tensor x;
    std::vector<int> labels;
    std::vector<index_t> first(32);
    for (std::size_t i = 0; i < first.size(); ++i) {
        first[i] = static_cast<index_t>(i);
    }
    load_batch(data.test, first, pixel_table(data.mean, data.deviation), x, labels, pool);
    const batch_tensor ya = a.forward(x, {.pool = pool});
    const batch_tensor yb = b.forward(x, {.pool = pool});
    double sum = 0.0;
    for (index_t n = 0; n < 32; ++n) {
        for (index_t f = 0; f < 10; ++f) {
            const double off = static_cast<double>(ya.at(n, f)) - static_cast<double>(yb.at(n, f));
            sum += off * off;
        }
    }
    return sum / 320.0;
}

TEST_CASE("profile_shift: wires take current away, gains give most of it back") {
    const dataset data = digits();
    const pixel_table table(data.mean, data.deviation);
    network ideal = net_of(chip);
    network wired = net_of(chip.with(wires));
    map_weights(ideal, wired);
    const auto shift = profile_shift(wired, data.train, table, {.images = 64});
    REQUIRE(shift.size() == 3);
    CHECK(shift[1].empty());
    for (const std::size_t n : {0u, 2u}) {
        REQUIRE(!shift[n].empty());
        const shift_moments all = shift[n].of_results();
        CHECK(all.slope() < 1.0);
        CHECK(all.slope() > 0.3);
        CHECK(all.gain() > 1.0);
        CHECK(shift[n].of_sums().deviation() > 0.0);
        // A layer's statistics are those of all its columns together.
        CHECK(shift[n].statistics(shift_grain::layer).mean.size() == 1);
        CHECK(shift[n].statistics(shift_grain::column).mean.size() == shift[n].sums.size());
    }
    const double before = distance(ideal, wired, data);
    recalibrate(wired, shift);
    const double per_layer = distance(ideal, wired, data);
    recalibrate(wired, shift, shift_grain::column);
    const double per_output = distance(ideal, wired, data);
    CHECK(per_layer < 0.5 * before);
    CHECK(per_output < per_layer);
}

TEST_CASE("profile_shift: the same bits for any number of threads; nothing without wires") {
    const dataset data = digits();
    const pixel_table table(data.mean, data.deviation);
    network wired = net_of(chip.with(wires));
    thread_pool three(3);
    const auto one = profile_shift(wired, data.train, table, {.images = 100});
    const auto same = profile_shift(wired, data.train, table, {.images = 100, .pool = &three});
    for (std::size_t n = 0; n < one.size(); ++n) {
        CHECK(one[n].statistics(shift_grain::column).mean == same[n].statistics(shift_grain::column).mean);
        CHECK(one[n].gains(shift_grain::column) == same[n].gains(shift_grain::column));
    }
    network ideal = net_of(chip);
    for (const shift_profile& none : profile_shift(ideal, data.train, table)) {
        CHECK(none.empty());
    }
}

TEST_CASE("inject: sums get the mean and the spread of the profile, in training and out of it") {
    const dataset data = digits();
    const pixel_table table(data.mean, data.deviation);
    network wired = net_of(chip.with(wires));
    const auto shift = profile_shift(wired, data.train, table);
    network ideal = net_of(chip);
    network with_mean = net_of(chip.with(injected{.grain = shift_grain::column, .scale = 0.0}));
    map_weights(ideal, with_mean);
    map_weights(ideal, wired);
    CHECK(distance(ideal, with_mean, data) < 1e-12); // before there are statistics; two plans, so to rounding
    inject(with_mean, shift);
    CHECK(distance(ideal, with_mean, data) > 0.0);
    CHECK(distance(wired, with_mean, data) < distance(wired, ideal, data)); // the mean shift is the better part of it

    network noisy = net_of(chip.with(injected{.grain = shift_grain::column, .scale = 0.3, .mean = false})
                               .with(digital_master<sgd>{.inner = {.learning_rate = 0.1f}}));
    inject(noisy, shift);
    const auto record = fit(noisy, data, {.epochs = 20, .batch = 32});
    CHECK(record.epochs.back().loss < 0.9 * record.epochs.front().loss);
    CHECK(record.epochs.back().train_accuracy > 0.4);
}

TEST_CASE("inject and recalibrate: other extents are an error") {
    const dataset data = digits();
    network wired = net_of(chip.with(wires));
    auto shift = profile_shift(wired, data.train, pixel_table(data.mean, data.deviation));
    std::swap(shift[0], shift[2]);
    CHECK_THROWS_WITH_AS(recalibrate(wired, shift), doctest::Contains("profile: expected"), error);
    shift.pop_back();
    CHECK_THROWS_WITH_AS(recalibrate(wired, shift), doctest::Contains("profiles: expected 3"), error);
}

TEST_CASE("gains: of what converters say, before the constant of an offset is taken away") {
    constexpr auto in_offset = design<>{}
                                   .with(multilevel_cell<4>{.on_off_ratio = 20.0})
                                   .with(bit_sliced<8, offset>{})
                                   .with(multibit_dac<6, unsigned_inputs>{})
                                   .with(geometry<16, 16>{})
                                   .with(nodal{});
    using design = std::remove_const_t<decltype(in_offset)>;
    dense<design> fast(in_offset, {.in = 20, .out = 5}, 1, 0);
    dense<design, plan::reference> judge(in_offset, {.in = 20, .out = 5}, 1, 0);
    const std::vector<double> gains{1.1, 0.9, 1.2, 1.0, 1.05};
    fast.array().set_gains(gains);
    judge.array().set_gains(gains);
    thread_pool pool(1);
    batch_tensor x({20, 1, 1}, 3), a, b;
    for (index_t n = 0; n < 3; ++n) {
        for (index_t i = 0; i < 20; ++i) {
            x.at(n, i) = static_cast<float>((7 * i + 3 * n) % 11) / 11.0f;
        }
    }
    fast.forward(x, a, {.pool = pool});
    judge.forward(x, b, {.pool = pool});
    for (index_t n = 0; n < 3; ++n) {
        for (index_t o = 0; o < 5; ++o) {
            CHECK(a.at(n, o) == doctest::Approx(b.at(n, o)).epsilon(1e-4));
        }
    }
}

} // namespace profile_shift_tests
