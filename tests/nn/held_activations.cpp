#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/streamed_dac.hpp>
#include <rcim/core/random.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/kernel/reference_activations.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/nn/conv2d.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/nn/max_pool.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/nn/relu.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/elided_columns.hpp>
#include <rcim/update/elided_rows.hpp>
#include <rcim/update/elided_share.hpp>
#include <rcim/update/elided_slices.hpp>
#include <rcim/update/sampled_rows.hpp>
#include <rcim/update/transposed_errors.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <vector>

using namespace rcim;
namespace reference = rcim::kernel::reference;

namespace held_activations_tests {

batch_tensor filled(map_shape shape, index_t samples, std::uint64_t seed, float zeros, bool positive) {
    batch_tensor x(shape, samples);
    const random_source draws(seed, purpose::test);
    std::uint64_t n = 0;
    for (index_t s = 0; s < x.blocks() * samples_per_block; ++s) {
        for (index_t f = 0; f < shape.size(); ++f, n += 2) {
            const auto number = static_cast<float>(draws.normal(n));
            x.at(s, f) = s >= samples || draws.uniform(n + 1) < zeros ? 0.0f : positive ? std::abs(number) : number;
        }
    }
    return x;
}

/// The weights of a small net after some steps, as bits.
struct trained {
    std::vector<float> weights;
    event_ledger events;
    double accuracy = 0.0;
};
template <class Design>
trained train(const Design& chip, int threads = 1, bool counted = true, float elision = 1.0f, int epochs = 2) {
    static const dataset data = procedural_digits({.train = 200, .test = 50});
    network net(data.train.shape, 3);
    net.emplace<conv2d<Design>>(chip, conv2d_options{.in_channels = 1, .out_channels = 4, .kernel = 5, .stride = 2}, 3, 0u);
    net.emplace<relu>();
    net.emplace<conv2d<Design>>(chip, conv2d_options{.in_channels = 4, .out_channels = 6, .kernel = 3, .padding = 1}, 3, 1u);
    net.emplace<max_pool>(2);
    net.emplace<relu>();
    net.emplace<dense<Design>>(chip, dense_options{.in = net.output_shape().size(), .out = 10}, 3, 2u);
    thread_pool pool(threads);
    trained result;
    const auto record = fit(net, data, {.epochs = epochs, .batch = 40, .pool = &pool, .elision = [=](const schedule_point&) { return elision; },
                                        .events = counted ? &result.events : nullptr});
    result.accuracy = record.test_accuracy;
    for (std::size_t i = 0; i < net.size(); ++i) {
        const matrix_view<const float> w = net[i].parameters().weights;
        for (index_t o = 0; o < w.rows; ++o) {
            result.weights.insert(result.weights.end(), w.row(o).begin(), w.row(o).end());
        }
    }
    return result;
}
bool same_bits(const trained& a, const trained& b) {
    return a.weights.size() == b.weights.size() && std::memcmp(a.weights.data(), b.weights.data(), 4 * a.weights.size()) == 0;
}

constexpr auto chip = design<>{}
                          .with(multilevel_cell<4>{})
                          .with(bit_sliced<16, differential>{})
                          .with(geometry<64, 64>{})
                          .with(bit_serial_dac<16>{})
                          .with(sgd{.learning_rate = 0.05f, .momentum = 0.9f});

TEST_CASE("gradients of rows that are kept equal the sum over these rows, and rows written and skipped are all rows") {
    const auto study = [](const auto& flow, index_t samples) {
        const auto own = design<>{}.with(multilevel_cell<4>{}).with(bit_sliced<16, differential>{}).with(geometry<32, 32>{}).with(sgd{}).with(flow);
        const conv2d_options options{.in_channels = 2, .out_channels = 3, .kernel = 3, .stride = 1, .padding = 1};
        const kernel::convolution_shape shape{.in = {2, 6, 5}, .out_channels = 3, .kernel_height = 3, .kernel_width = 3, .padding = 1};
        conv2d layer(own, options, 1, 0);
        thread_pool pool(2);
        const batch_tensor x = filled(shape.in, samples, 1, 0.5f, true);
        const batch_tensor dy = filled(shape.out(), samples, 2, 0.8f, false);
        batch_tensor y, dx;
        event_ledger events;
        const pass_context context{.pool = pool, .training = true, .events = &events, .elision = 0.5f};
        layer.forward(x, y, context);
        layer.backward(x, y, dy, &dx, context);

        const std::vector<float> largest_x = reference::largest_activations(x, shape), largest_dy = reference::largest_errors(dy);
        std::vector<std::uint8_t> keep(largest_x.size(), std::uint8_t{1});
        for (std::size_t r = 0; r < keep.size(); ++r) {
            const auto block = static_cast<index_t>(r) / samples_per_block / shape.out().plane();
            keep[r] = block * samples_per_block + static_cast<index_t>(r) % samples_per_block < samples ? 1 : 0;
        }
        std::uint64_t existing = 0, kept = 0;
        for (const std::uint8_t k : keep) {
            existing += k;
        }
        CHECK(existing == static_cast<std::uint64_t>(samples * shape.out().plane()));
        keep_rows(flow, {largest_x, largest_dy, 32, 0.5f, keep});
        for (const std::uint8_t k : keep) {
            kept += k;
        }
        const std::vector<double> expected = reference::gradient_of_rows(x, dy, shape, keep, {}, 32);
        double worst = 0.0;
        for (index_t o = 0; o < 3; ++o) {
            for (index_t i = 0; i < 18; ++i) {
                worst = std::max(worst, std::abs(expected[static_cast<std::size_t>(o * 18 + i)] -
                                                 static_cast<double>(layer.weight_gradient()(o, i))));
            }
        }
        CHECK(worst < 1e-4);

        // 18 inputs on 32 columns with one cell each: one column tile, and an array for each sign.
        const layer_events& own_events = events.layers().at(0);
        const event_counts& writes = own_events[stage::activations];
        CHECK(writes.row_writes == 2 * kept);
        CHECK(writes.row_writes + writes.rows_skipped == 2 * existing);
        CHECK(writes.cell_writes == 2 * 18 * kept);
        CHECK(writes.cell_writes + writes.cells_skipped == 2 * 18 * existing);
        CHECK(writes.serial_writes == kept);
        CHECK(own_events.activation_lines.total() == kept);
        const event_counts& reads = own_events[stage::gradients];
        std::uint64_t crossbars = 0;
        for (std::size_t first = 0; first < keep.size(); first += 32) {
            crossbars += std::any_of(keep.begin() + static_cast<std::ptrdiff_t>(first),
                                     keep.begin() + static_cast<std::ptrdiff_t>(std::min(first + 32, keep.size())),
                                     [](std::uint8_t k) { return k != 0; })
                             ? 1
                             : 0;
        }
        if (activation_part(flow).packed) {
            crossbars = (kept + 31) / 32;
        }
        CHECK(reads.array_reads == 2 * crossbars * 3); // ideal DAC: one cycle for each of 3 outputs
        CHECK(reads.conversions == 2 * crossbars * 18 * 3);
        CHECK(reads.row_activations == 2 * kept * 3);
        return kept;
    };
    CHECK(study(elided_rows<outer_product, activation_arrays<0>>{.relative = 0.1f}, 20) < 20 * 30);
    CHECK(study(elided_rows<outer_product, activation_arrays<0>>{.relative = 0.1f, .inner = {.packed = true}}, 37) > 0);
    CHECK(study(elided_share<largest_error, activation_arrays<0>>{.share = 0.5f}, 16) > 0);
    CHECK(study(elided_rows<outer_product, activation_arrays<0>>{.relative = 0.9f, .whole_crossbars = true}, 33) > 0);
    CHECK(study(activation_arrays<0>{}, 20) == 20 * 30);
}

TEST_CASE("skipping what adds exactly nothing changes no bit, and is less") {
    const trained all = train(chip.with(activation_arrays<>{}));
    const std::uint64_t written = all.events.total(stage::activations).cell_writes;
    CHECK(all.events.total(stage::activations).rows_skipped == 0);
    const auto same = [&](const trained& some) {
        CHECK(same_bits(all, some));
        const event_counts count = some.events.total(stage::activations);
        CHECK(count.cell_writes < written);
        CHECK(count.cell_writes + count.cells_skipped == written);
        CHECK(count.row_writes + count.rows_skipped == all.events.total(stage::activations).row_writes);
    };
    same(train(chip.with(elided_rows<>{})));
    same(train(chip.with(elided_rows<largest_error>{}), 3));
    same(train(chip.with(elided_share<>{})));
    same(train(chip.with(elided_columns<>{}), 2));
    same(train(chip.with(sampled_rows<>{})));
    same(train(chip.with(elided_columns<elided_rows<>>{})));
    same(train(chip.with(elided_slices<elided_rows<>>{})));
    // A schedule that turns the thresholds off.
    same(train(chip.with(elided_rows<>{.relative = 0.5f}), 1, true, 0.0f));
    same(train(chip.with(elided_rows<outer_product, activation_arrays<>>{.inner = {.changed_cells_only = true}})));
    same(train(chip.with(elided_rows<outer_product, activation_arrays<>>{.inner = {.packed = true}})));
}

TEST_CASE("counting changes nothing, and the same seed gives the same bits and counts for any number of threads") {
    const auto flow = elided_columns<elided_rows<>>{.relative = 0.01f, .inner = {.relative = 0.02f, .inner = {.changed_cells_only = true}}};
    const trained one = train(chip.with(flow)), three = train(chip.with(flow), 3), uncounted = train(chip.with(flow), 2, false);
    CHECK(same_bits(one, three));
    CHECK(same_bits(one, uncounted));
    CHECK(uncounted.events.layers().empty());
    REQUIRE(one.events.layers().size() == 3);
    CHECK(one.events.images == 400);
    CHECK(one.events.steps == 10);
    for (std::size_t l = 0; l < 3; ++l) {
        CHECK(one.events.layers()[l].stages == three.events.layers()[l].stages);
        CHECK(one.events.layers()[l].significance == three.events.layers()[l].significance);
        CHECK(one.events.layers()[l].activation_lines.writes == three.events.layers()[l].activation_lines.writes);
    }
    // 40 = 2 1/2 blocks of samples; each row once per step, in bins or as zero.
    std::uint64_t rows = 0;
    for (const std::uint64_t bin : one.events.layers()[1].significance) {
        rows += bin;
    }
    CHECK(rows == 400 * 12 * 12);
}

TEST_CASE("thresholds leave out rows and the net learns all the same, with faults, clips and errors through the crossbars") {
    const trained some = train(chip.with(elided_share<>{.share = 0.1f}), 2, true, 1.0f, 16);
    const event_counts count = some.events.total(stage::activations);
    CHECK(count.rows_skipped > count.row_writes);
    CHECK(some.accuracy > 0.3);
    const auto faulty = design<>{}
                            .with(multilevel_cell<2>{})
                            .with(bit_sliced<16, differential>{})
                            .with(geometry<64, 64>{})
                            .with(stuck_at{.p_stuck_hrs = 0.01f, .p_stuck_lrs = 0.001f})
                            .with(clipped_on_use<sgd>{.inner = {.learning_rate = 0.05f, .momentum = 0.9f}})
                            .with(elided_rows<outer_product, activation_arrays<16, 4, transposed_errors<>>>{.relative = 0.01f});
    CHECK(train(faulty, 2, false, 1.0f, 16).accuracy > 0.3);
}

TEST_CASE("slices that are left out are not written, and what is held is right on average or the nearest") {
    const auto held = [](const auto& flow, std::uint32_t step, const batch_tensor& x, event_ledger* events) {
        const auto own = design<>{}.with(geometry<32, 32>{}).with(sgd{}).with(flow);
        static thread_pool pool(2);
        dense layer(own, {.in = 8, .out = 2}, 1, 0);
        batch_tensor y, dy({2, 1, 1}, x.samples());
        std::fill_n(dy.data(), dy.block_stride() * dy.blocks(), 0.0f);
        dy.at(0, 0) = 1.0f; // so the gradient of output 0 is what is held of sample 0
        const pass_context context{.pool = pool, .training = true, .seed = 3, .step = step, .events = events};
        layer.forward(x, y, context);
        layer.backward(x, y, dy, nullptr, context);
        std::vector<float> result;
        for (index_t i = 0; i < 8; ++i) {
            result.push_back(layer.weight_gradient()(0, i));
        }
        return result;
    };
    const batch_tensor x = filled({8, 1, 1}, 20, 1, 0.2f, true);
    float largest = 0.0f;
    for (index_t s = 0; s < 20; ++s) {
        for (index_t i = 0; i < 8; ++i) {
            largest = std::max(largest, x.at(s, i));
        }
    }
    // Of 15 bits of magnitude 3 stay.
    const auto unit = static_cast<double>(power_of_two_unit(largest, 3));
    event_ledger events;
    const auto nearest = held(elided_slices<>{.slices = 3, .stochastic = false}, 0, x, &events);
    for (index_t i = 0; i < 8; ++i) {
        const double expected = std::min(7.0, std::nearbyint(static_cast<double>(x.at(0, i)) / unit)) * unit;
        CHECK(static_cast<double>(nearest[static_cast<std::size_t>(i)]) == doctest::Approx(expected).epsilon(1e-4));
    }
    const event_counts& writes = events.layers().at(0)[stage::activations];
    CHECK(writes.cell_writes == 20 * 8);
    CHECK(writes.cells_skipped == 20 * 8 * 3);
    CHECK(writes.rows_skipped == 0);
    CHECK(events.layers().at(0)[stage::gradients].conversions == 8 * 2);

    std::vector<double> mean(8, 0.0);
    constexpr int trials = 4000;
    for (std::uint32_t t = 0; t < trials; ++t) {
        const auto drawn = held(elided_slices<>{.slices = 3}, t, x, nullptr);
        for (std::size_t i = 0; i < 8; ++i) {
            mean[i] += static_cast<double>(drawn[i]) / trials;
            const double units = static_cast<double>(drawn[i]) / unit;
            CHECK(std::abs(units - std::nearbyint(units)) < 1e-3);
            CHECK(std::abs(static_cast<double>(drawn[i]) - static_cast<double>(x.at(0, static_cast<index_t>(i)))) < 1.001 * unit);
        }
    }
    for (std::size_t i = 0; i < 8; ++i) {
        // The deviation of one is at most half a unit: within 5 standard errors, but for what lies beyond the largest number.
        const double expected = std::min(7.0 * unit, static_cast<double>(x.at(0, static_cast<index_t>(i))));
        CHECK(std::abs(mean[i] - expected) < 5.0 * 0.5 * unit / std::sqrt(static_cast<double>(trials)) + (expected > 6.5 * unit ? unit : 0.0));
    }
}

TEST_CASE("gradients of sampled rows are right on average, and few rows are written") {
    const auto own = design<>{}.with(sgd{}).with(sampled_rows<outer_product, activation_arrays<0>>{.thinning = 4.0f});
    const kernel::convolution_shape shape{.in = {2, 6, 5}, .out_channels = 3, .kernel_height = 3, .kernel_width = 3, .padding = 1};
    conv2d layer(own, {.in_channels = 2, .out_channels = 3, .kernel = 3, .padding = 1}, 1, 0);
    thread_pool pool(1);
    const batch_tensor x = filled(shape.in, 20, 1, 0.5f, true), dy = filled(shape.out(), 20, 2, 0.8f, false);
    batch_tensor y;
    layer.forward(x, y, {.pool = pool});
    const std::vector<std::uint8_t> every(static_cast<std::size_t>(2 * 30 * samples_per_block), std::uint8_t{1});
    const std::vector<double> expected = reference::gradient_of_rows(x, dy, shape, every, {}, 1);
    constexpr int trials = 2000;
    std::vector<double> sum(54, 0.0), squares(54, 0.0);
    event_ledger events;
    for (std::uint32_t t = 0; t < trials; ++t) {
        layer.backward(x, y, dy, nullptr, {.pool = pool, .training = true, .seed = 5, .step = t, .events = &events});
        for (std::size_t n = 0; n < 54; ++n) {
            const auto g = static_cast<double>(layer.weight_gradient()(static_cast<index_t>(n) / 18, static_cast<index_t>(n) % 18));
            sum[n] += g;
            squares[n] += g * g;
        }
    }
    // 54 means, each within five of its standard errors.
    for (std::size_t n = 0; n < 54; ++n) {
        const double mean = sum[n] / trials;
        const double deviation = std::sqrt((squares[n] / trials - mean * mean) / trials);
        CHECK(std::abs(mean - expected[n]) < 5.0 * deviation);
    }
    // Of the rows that add anything at most a quarter, on average.
    std::uint64_t there = 0;
    const auto largest_x = reference::largest_activations(x, shape), largest_dy = reference::largest_errors(dy);
    for (std::size_t r = 0; r < largest_x.size(); ++r) {
        there += largest_x[r] * largest_dy[r] > 0.0f ? 1u : 0u;
    }
    CHECK(events.total(stage::activations).serial_writes < trials * there / 4);
    CHECK(events.total(stage::activations).serial_writes > trials * there / 8);
}

/// An ADC of the user's, on the reference plan, that counts what it converts.
struct counting_adc {
    using policy_kind = adc_kind;
    static constexpr bool folds = false;
    static inline std::uint64_t conversions = 0;

    [[nodiscard]] double convert(double sum) const {
        ++conversions;
        return sum;
    }
    static std::string name() { return "counting_adc"; }
    static constexpr auto fields() { return std::tuple{}; }
};

template <class Design>
void compare_conversions(const Design& own) {
    conv2d layer(own, {.in_channels = 2, .out_channels = 5, .kernel = 3, .padding = 1}, 1, 0);
    thread_pool pool(1);
    const batch_tensor x = filled({2, 4, 5}, 3, 9, 0.2f, false);
    batch_tensor y;
    event_ledger events;
    counting_adc::conversions = 0;
    layer.forward(x, y, {.pool = pool, .events = &events});
    INFO(describe(own));
    CHECK(events.layers().at(0)[stage::forward].conversions == counting_adc::conversions);
    CHECK(counting_adc::conversions > 0);
}

TEST_CASE("conversions in closed form are those that the reference plan makes") {
    const auto own = design<>{}.with(multilevel_cell<2>{}).with(counting_adc{}).with(geometry<7, 10>{});
    compare_conversions(own.with(bit_sliced<8, differential>{}).with(bit_serial_dac<6>{}));
    compare_conversions(own.with(bit_sliced<8, offset>{}).with(bit_serial_dac<6>{}));
    compare_conversions(own.with(bit_sliced<8, sign_magnitude>{}).with(bit_serial_dac<4, two_passes>{}));
    compare_conversions(own.with(bit_sliced<6, differential>{}).with(streamed_dac<6, 2>{}));
}

TEST_CASE("reads of a layer by hand") {
    // 18 inputs and 5 outputs of 4 slices on 7 x 10 crossbars: 3 row tiles, 2 weights in a row, 3 column tiles; a pair.
    const auto own = design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<8, differential>{}).with(geometry<7, 10>{}).with(bit_serial_dac<6>{}).with(sgd{});
    conv2d layer(own, {.in_channels = 2, .out_channels = 5, .kernel = 3, .padding = 1}, 1, 4);
    thread_pool pool(1);
    const batch_tensor x = filled({2, 4, 5}, 3, 9, 0.2f, false), dy = filled({5, 4, 5}, 3, 10, 0.2f, false);
    batch_tensor y, dx;
    event_ledger events;
    const pass_context context{.pool = pool, .training = true, .events = &events};
    layer.forward(x, y, context);
    layer.backward(x, y, dy, &dx, context);
    const layer_events& own_events = events.layers().at(4);
    const event_counts& forward = own_events[stage::forward];
    CHECK(forward.serial_reads == 3 * 20 * 6);
    CHECK(forward.array_reads == 3 * 20 * 6 * 9 * 2);
    CHECK(forward.row_activations == 3 * 20 * 6 * 18 * 3 * 2);
    CHECK(forward.conversions == 3 * 20 * 6 * 3 * 5 * 4 * 2);
    CHECK(forward.buffer_words == 3 * 20 * (18 + 5));
    CHECK(forward.bus_words == 3 * (2 * 20 + 5 * 20));
    const event_counts& errors = own_events[stage::errors];
    CHECK(errors.serial_reads == 3 * 20 * 6 * 4);
    CHECK(errors.array_reads == 3 * 20 * 6 * 9 * 4 * 2);
    CHECK(errors.conversions == 3 * 20 * 6 * 3 * 18 * 4 * 2);
    CHECK(own_events[stage::activations] == event_counts{});
    CHECK(own_events.footprint.weight_crossbars == 18);
    CHECK(own_events.footprint.weight_cells == 18 * 5 * 4 * 2);
    CHECK(own_events.footprint.adc_bits == lossless_bits(7, 2, 1));
    CHECK(own_events.footprint.name == "conv2d 5 x 2 x 3 x 3, stride 1, padding 1");
}

TEST_CASE("errors of activations in arrays") {
    CHECK_THROWS_WITH_AS(validate(activation_arrays<>{.packed = true, .changed_cells_only = true}),
                         doctest::Contains("activation_arrays<16, 4, digital_gradients>: packed"), error);
    CHECK_THROWS_WITH_AS(validate(elided_rows<>{.whole_crossbars = true, .inner = {.packed = true}}), doctest::Contains("packed: expected false"), error);
    CHECK_THROWS_WITH_AS(validate(elided_columns<>{.inner = {.packed = true}}), doctest::Contains("packed: expected false"), error);
    CHECK_THROWS_WITH_AS(train(chip.without<geometry_kind>().with(geometry<50, 64>{}).with(elided_columns<>{})),
                         doctest::Contains("rows of a crossbar: expected a multiple of 16, found 50"), error);
    CHECK_THROWS_WITH_AS(validate(elided_slices<>{.slices = 4}), doctest::Contains("slices: expected 0 to 3, so that one stays, found 4"), error);
    CHECK_THROWS_WITH_AS(validate(elided_slices<activation_arrays<0>>{.slices = 1}), doctest::Contains("whole numbers"), error);
    CHECK_THROWS_WITH_AS(train(chip.with(elided_rows<>{}), 1, false, -1.0f), doctest::Contains("elision at step 1 of epoch 1"), error);
    CHECK_THROWS_WITH_AS(validate(elided_rows<>{.relative = -0.1f}), doctest::Contains("relative"), error);
}

} // namespace held_activations_tests
