#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/calibrated.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/core/events.hpp>
#include <rcim/core/snapshot.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/column_masked.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/nn/conv2d.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/noise/thermal.hpp>
#include <rcim/update/sgd.hpp>

#include <nn/layer_checks.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>

using namespace rcim;
using namespace rcim_test;

namespace circulant_tests {

/// Whole numbers in [-3, 3]; those of errors zero in lanes beyond the last sample.
batch_tensor whole_batch(map_shape shape, index_t samples, std::uint64_t seed) {
    batch_tensor x(shape, samples);
    const random_source draw(seed, purpose::test);
    for (index_t n = 0; n < samples; ++n) {
        for (index_t f = 0; f < shape.size(); ++f) {
            x.at(n, f) = static_cast<float>(draw.below(static_cast<std::uint64_t>(n * shape.size() + f), 7)) - 3.0f;
        }
    }
    return x;
}

/// Numbers that differ by more than a share of the largest.
int differing(const batch_tensor& a, const batch_tensor& b, float tolerance = 0.0f) {
    int count = 0;
    float largest = 0.0f;
    for (index_t n = 0; n < b.samples(); ++n) {
        for (index_t f = 0; f < b.shape().size(); ++f) {
            largest = std::max(largest, std::abs(b.at(n, f)));
        }
    }
    for (index_t n = 0; n < b.samples(); ++n) {
        for (index_t f = 0; f < b.shape().size(); ++f) {
            count += std::abs(a.at(n, f) - b.at(n, f)) <= tolerance * largest ? 0 : 1;
        }
    }
    return count;
}

constexpr auto digital = design<>{}.with(sgd{});
using digital_conv2d = conv2d<std::remove_const_t<decltype(digital)>>;
using digital_dense = dense<std::remove_const_t<decltype(digital)>>;

/// Forward reads, errors and gradients against a layer that holds the expanded matrix. All numbers are whole, so all sums are
/// exact, except those of the frequency domain.
template <class Twin>
void compare_with_expanded(layer& subject, adaptable_layer& stored, bool in_frequency_domain, Twin& twin,
                           const circulant_matrix& m, const map_shape& input, std::uint64_t seed) {
    CHECK(in_frequency_domain == m.transforms());
    const float tolerance = m.transforms() ? 3e-6f : 0.0f;
    static thread_pool pool(2);
    const parameter_view parameters = subject.parameters();
    REQUIRE(parameters.weights.rows == m.outputs);
    REQUIRE(parameters.weights.cols == m.inputs());
    twin.program(parameters.weights);
    for (std::size_t o = 0; o < parameters.digital.at(0).size(); ++o) {
        parameters.digital.at(0)[o] = twin.bias_values()[o] = static_cast<float>(o);
    }
    const pass_context context{pool, true, 1, 0};
    const auto samples = static_cast<index_t>(1 + seed % 19);
    const batch_tensor x = whole_batch(input, samples, seed);
    batch_tensor y, expected, dx, expected_dx;
    subject.forward(x, y, context);
    twin.forward(x, expected, context);
    REQUIRE(y.shape() == expected.shape());
    CHECK(differing(y, expected, tolerance) == 0);
    const batch_tensor dy = whole_batch(y.shape(), samples, seed + 1);
    subject.backward(x, y, dy, &dx, context);
    twin.backward(x, expected, dy, &expected_dx, context);
    CHECK(differing(dx, expected_dx, tolerance) == 0);
    std::vector<float> gradient(static_cast<std::size_t>(m.stored_outputs() * m.stored_inputs()));
    m.reduce(twin.array().gradient(), twin.array().row_stride(), gradient.data(), m.stored_inputs(), pool);
    const matrix_view<const float> own = stored.weight_gradient();
    REQUIRE(own.rows == m.stored_outputs());
    REQUIRE(own.cols == m.stored_inputs());
    int wrong = 0;
    float largest = 0.0f;
    for (const float g : gradient) {
        largest = std::max(largest, std::abs(g));
    }
    for (index_t o = 0; o < own.rows; ++o) {
        for (index_t i = 0; i < own.cols; ++i) {
            wrong += std::abs(own(o, i) - gradient[static_cast<std::size_t>(o * own.cols + i)]) <= tolerance * largest ? 0 : 1;
        }
    }
    CHECK(wrong == 0);
}

template <index_t K, class Design>
void compare_design_with_expanded(const Design& chip, int cases) {
    int transformed = 0;
    for (int n = 0; n < cases; ++n) {
        const auto seed = static_cast<std::uint64_t>(K * 1000 + n);
        CAPTURE(seed);
        const random_source draw(seed, purpose::test, 5);
        const auto below = [&](std::uint32_t i, std::uint32_t bound) { return static_cast<index_t>(draw.below(i, bound)); };
        Design made = chip;
        made.map.copies = index_t{1} << below(0, K == 2 ? 2 : 3);
        made.geometry = {.rows = 5 + below(1, 60), .cols = 8 + below(2, 40)};
        made.map.horizontal_slices = n % 4 != 3;
        const conv2d_options o{.in_channels = 1 + below(3, 19),
                               .out_channels = 1 + below(4, 19),
                               .kernel = 1 + below(5, 3),
                               .stride = 1 + below(6, 2),
                               .padding = below(7, 2)};
        conv2d layer(made, o, seed, 2);
        digital_conv2d twin(digital, o, seed, 2);
        transformed += layer.in_frequency_domain() ? 1 : 0;
        compare_with_expanded(layer, layer, layer.in_frequency_domain(), twin,
                              {K, made.map.copies, o.out_channels, o.in_channels, o.kernel * o.kernel}, {o.in_channels, 5, 4},
                              seed);
        const dense_options d{.in = 1 + below(8, 40), .out = 1 + below(9, 30)};
        dense full(made, d, seed, 2);
        digital_dense full_twin(digital, d, seed, 2);
        transformed += full.in_frequency_domain() ? 1 : 0;
        compare_with_expanded(full, full, full.in_frequency_domain(), full_twin, {K, made.map.copies, d.out, d.in, 1},
                              {d.in, 1, 1}, seed);
    }
    CHECK(transformed > 3);
}

template <index_t K, class Encoding>
constexpr auto
    whole_chip = design<>{}
                     .with(multilevel_cell<2>{})
                     .with(block_circulant<K, bit_sliced<8, Encoding, nearest>>{.map = {.fraction_bits = 0, .scale = 1.0f}})
                     .with(geometry<dynamic, dynamic>{.rows = 8, .cols = 8})
                     .with(stuck_at{.p_stuck_hrs = 0.09f, .p_stuck_lrs = 0.05f})
                     .with(sgd{.learning_rate = 1.0f});

template <class Layer>
void require_equal_copies(const Layer& layer, index_t copies, index_t block, index_t taps) {
    const auto& array = layer.array();
    int unequal = 0;
    for (index_t o = 0; o < array.outputs(); ++o) {
        for (index_t i = 0; i < array.inputs(); ++i) {
            const index_t s = i / taps % block;
            const index_t first = (i / taps - s + (s + o % copies) % block) * taps + i % taps;
            unequal += array.stored(o, i).code() != array.stored(o / copies * copies, first).code() ? 1 : 0;
        }
    }
    REQUIRE(unequal == 0);
}

TEST_CASE("circulant layers: products and gradients are those of the expanded matrix, with stuck cells, bit by bit") {
    compare_design_with_expanded<2>(whole_chip<2, differential>, 40);
    compare_design_with_expanded<4>(whole_chip<4, offset>, 40);
    compare_design_with_expanded<16>(whole_chip<16, differential>, 40);
}

TEST_CASE("circulant layers: through converters that lose nothing they are those of the expanded matrix, too") {
    // 8 bits in units of one level hold any sum of 5 to 28 rows of levels up to 3.
    const auto chip = whole_chip<8, offset>.with(bit_serial_dac<8>{}).with(uniform_adc<8, unit_lsb>{});
    static_assert(plan_of<std::remove_const_t<decltype(chip)>> == plan::coded);
    thread_pool pool(2);
    for (const index_t copies : {1, 4}) {
        auto made = chip;
        made.map.copies = copies;
        made.geometry = {.rows = 28, .cols = 20};
        conv2d layer(made, {.in_channels = 11, .out_channels = 13, .kernel = 3, .padding = 1}, 3, 0);
        digital_conv2d twin(digital, {.in_channels = 11, .out_channels = 13, .kernel = 3, .padding = 1}, 3, 0);
        twin.program(layer.parameters().weights);
        batch_tensor x = whole_batch({11, 4, 5}, 18, 9); // 127 in every sample, so that one unit is 1
        for (index_t n = 0; n < 18; ++n) {
            x.at(n, n) = 127.0f;
        }
        batch_tensor y, expected;
        layer.forward(x, y, {pool, false, 1, 0});
        twin.forward(x, expected, {pool, false, 1, 0});
        CHECK(differing(y, expected) == 0);
    }
}

TEST_CASE("circulant layers: programming takes the nearest circulant matrix, and initial weights keep their spread") {
    const auto chip = design<>{}.with(multilevel_cell<2>{}).with(block_circulant<8, bit_sliced<16, differential>>{.copies = 2});
    dense layer(chip, {.in = 200, .out = 40}, 3, 0);
    const matrix_view<const float> first = layer.parameters().weights;
    CHECK(first.rows == 40);
    CHECK(first.cols == 200);
    double square = 0.0;
    for (index_t o = 0; o < 40; ++o) {
        for (index_t i = 0; i < 200; ++i) {
            square += static_cast<double>(first(o, i) * first(o, i));
        }
    }
    CHECK(square / 8000.0 == doctest::Approx(1.0 / 3.0 / 200.0).epsilon(0.08)); // uniform in +-1 / sqrt(200)
    std::vector<float> w(8000);
    const random_source draw(4, purpose::test);
    for (std::size_t i = 0; i < w.size(); ++i) {
        w[i] = draw.uniform(i) - 0.5f;
    }
    layer.program({w.data(), 40, 200});
    const circulant_matrix m{8, 2, 40, 200, 1};
    const std::vector<float> stored = m.project({w.data(), 40, 200});
    std::vector<float> expected(static_cast<std::size_t>(40 * row_stride_of(200)));
    m.expand({stored.data(), 10, 200}, expected.data(), row_stride_of(200), nullptr);
    const matrix_view<const float> now = layer.parameters().weights;
    for (index_t o = 0; o < 40; ++o) {
        for (index_t i = 0; i < 200; ++i) {
            CHECK(std::abs(now(o, i) - expected[static_cast<std::size_t>(o * row_stride_of(200) + i)]) <= 0.5f / 4096.0f);
        }
    }
    require_equal_copies(layer, 2, 8, 1);
    CHECK_THROWS_WITH_AS(layer.program({w.data(), 39, 200}), doctest::Contains("40 x 200"), error);
    w[77] = std::nanf("");
    CHECK_THROWS_WITH_AS(layer.program({w.data(), 40, 200}), doctest::Contains("finite"), error);
}

TEST_CASE("circulant layers: all copies take one step, that of the sum of their gradients, however it is rounded") {
    const auto chip = design<>{}
                          .with(multilevel_cell<2>{})
                          .with(block_circulant<4, bit_sliced<8, differential, stochastic>>{.map = {.fraction_bits = 6}})
                          .with(sgd{.learning_rate = 0.05f, .momentum = 0.5f});
    thread_pool pool(1);
    for (const index_t copies : {1, 2, 4}) {
        auto made = chip;
        made.map.copies = copies;
        conv2d layer(made, {.in_channels = 6, .out_channels = 7, .kernel = 3, .padding = 1}, 3, 0);
        for (std::uint32_t step = 0; step < 5; ++step) {
            const batch_tensor x = random_batch({6, 4, 4}, 5, step);
            batch_tensor y;
            const pass_context context{pool, true, 1, step};
            layer.forward(x, y, context);
            layer.backward(x, y, random_gradient(y.shape(), 5, step + 100), nullptr, context);
            update_report report;
            layer.update({pool, 1, step, 1.0f, report});
            CHECK(report.increments > 0);
            require_equal_copies(layer, copies, 4, 9);
        }
    }
    // One step of a known size: rounding to the nearest, so that copies do not matter.
    auto nearest_chip = whole_chip<4, differential>;
    nearest_chip.faults = stuck_at{};
    std::vector<std::vector<float>> after;
    std::vector<double> norms;
    for (const index_t copies : {1, 2, 4}) {
        auto made = nearest_chip;
        made.map.copies = copies;
        dense layer(made, {.in = 10, .out = 9, .bias = false}, 3, 0);
        const batch_tensor x = whole_batch({10, 1, 1}, 6, 1);
        batch_tensor y;
        layer.forward(x, y, {pool, true, 1, 0});
        layer.backward(x, y, whole_batch({9, 1, 1}, 6, 2), nullptr, {pool, true, 1, 0});
        update_report report;
        layer.update({pool, 1, 0, 1.0f, report});
        const matrix_view<const float> w = layer.parameters().weights;
        std::vector<float> all;
        for (index_t o = 0; o < w.rows; ++o) {
            all.insert(all.end(), w.row(o).begin(), w.row(o).end());
        }
        after.push_back(all);
        norms.push_back(report.gradient_square);
    }
    CHECK(after[0] == after[1]);
    CHECK(after[0] == after[2]);
    CHECK(norms[0] == norms[1]);
    CHECK(norms[0] == norms[2]);
}

TEST_CASE("circulant layers: they learn through converters, with stuck cells and copies that differ") {
    const auto chip = design<>{}
                          .with(multilevel_cell<2>{})
                          .with(block_circulant<4, bit_sliced<16, differential>>{.map = {.fraction_bits = 14}, .copies = 2})
                          .with(geometry<16, 64>{})
                          .with(stuck_at{.p_stuck_hrs = 0.1f})
                          .with(bit_serial_dac<8>{})
                          .with(uniform_adc<8>{})
                          .with(sgd{.learning_rate = 0.05f});
    thread_pool pool(1);
    dense layer(chip, {.in = 16, .out = 8}, 5, 0);
    dense goal(design<>{}.with(multilevel_cell<2>{}).with(block_circulant<4, bit_sliced<16, differential>>{}),
               {.in = 16, .out = 8}, 6, 0);
    double losses[2] = {};
    for (std::uint32_t step = 0; step < 150; ++step) {
        const batch_tensor x = random_batch({16, 1, 1}, 32, step);
        batch_tensor y, wanted;
        layer.forward(x, y, {pool, true, 1, step});
        goal.forward(x, wanted, {pool, false, 1, step});
        batch_tensor dy(y.shape(), 32);
        double loss = 0.0;
        for (index_t n = 0; n < 32; ++n) {
            for (index_t o = 0; o < 8; ++o) {
                dy.at(n, o) = (y.at(n, o) - wanted.at(n, o)) / 32.0f;
                loss += static_cast<double>(dy.at(n, o) * dy.at(n, o));
            }
        }
        losses[step == 0 ? 0 : 1] = loss;
        layer.backward(x, y, dy, nullptr, {pool, true, 1, step});
        update_report report;
        layer.update({pool, 1, step, 1.0f, report});
    }
    CHECK(losses[1] < 0.2 * losses[0]);
    // A snapshot brings the layer back.
    const snapshot kept(layer);
    const float before = layer.parameters().weights(3, 3);
    const std::vector<float> zeros(128, 0.0f);
    layer.program({zeros.data(), 8, 16});
    CHECK(layer.parameters().weights(3, 3) != before);
    kept.restore(layer);
    CHECK(layer.parameters().weights(3, 3) == before);
}

TEST_CASE("circulant layers: as many conversions as the expanded matrix, fewer cells, K / copies times the cycles") {
    const auto base = design<>{}.with(multilevel_cell<2>{}).with(geometry<16, 16>{}).with(bit_serial_dac<8>{}).with(sgd{});
    using words = bit_sliced<8, differential>; // 4 slices: 4 weights side by side
    thread_pool pool(1);
    const auto events_of = [&](const auto& chip) {
        dense layer(chip, {.in = 32, .out = 24}, 1, 0);
        event_ledger ledger;
        const batch_tensor x = random_batch({32, 1, 1}, 3, 1);
        batch_tensor y, dx;
        pass_context context{pool, true, 1, 0};
        context.events = &ledger;
        layer.forward(x, y, context);
        layer.backward(x, y, random_gradient(y.shape(), 3, 2), &dx, context);
        update_report report;
        update_step step{pool, 1, 0, 1.0f, report};
        step.events = &ledger;
        layer.update(step);
        return ledger.at(0);
    };
    const layer_events whole = events_of(base.with(words{}));
    const event_counts& plain = whole[stage::forward];
    for (const index_t copies : {1, 2, 8}) {
        CAPTURE(copies);
        const auto rotations = static_cast<std::uint64_t>(8 / copies);
        const auto ours = base.with(block_circulant<8, words>{.copies = copies});
        const layer_events all = events_of(ours);
        const event_counts& forward = all[stage::forward];
        CHECK(forward.conversions == plain.conversions);
        CHECK(forward.shift_adds == plain.shift_adds);
        CHECK(forward.serial_reads == plain.serial_reads * rotations);
        CHECK(all[stage::errors].serial_reads == whole[stage::errors].serial_reads * rotations);
        CHECK(all.footprint.weight_cells == whole.footprint.weight_cells / rotations);
        CHECK(all.footprint.inputs == 32);
        CHECK(all.footprint.outputs == 24);
        CHECK(all[stage::weights].buffer_words == 32 * 24 / 8); // one gradient for each weight
        CHECK(forward.buffer_words == 3 * (32 + 24));           // one fetch of the inputs
        CHECK(all[stage::errors].buffer_words == 3 * (32 + 24));
        const auto col_tiles = static_cast<std::uint64_t>((3 * copies + 3) / 4);
        CHECK(all.footprint.weight_crossbars == 2 * 2 * col_tiles);
        auto fetching = ours;
        fetching.map.reuse_slices = false;
        CHECK(events_of(fetching)[stage::forward].buffer_words == 3 * (32 * rotations + 24));
        CHECK(events_of(fetching)[stage::errors].buffer_words == 3 * (32 * (2 * rotations - 1) + 24));
        fetching.map.share_tiles = false;
        CHECK(events_of(fetching)[stage::forward].buffer_words == 3 * (32 * rotations * col_tiles + 24));
        fetching.map.reuse_slices = true;
        CHECK(events_of(fetching)[stage::forward].buffer_words == 3 * (32 * col_tiles + 24));
        CHECK(events_of(fetching)[stage::errors].buffer_words == 3 * (32 + 24 * 2));
        fetching.map.horizontal_slices = false; // 8 of 16 rows
        CHECK(events_of(fetching).footprint.weight_crossbars == 2 * 4 * col_tiles);
    }
}

TEST_CASE("circulant layers: factors of stored columns are part of the effective weights, in the frequency domain too") {
    auto chip = design<>{}
                    .with(multilevel_cell<2>{})
                    .with(column_masked<block_circulant<4, bit_sliced<8, differential, nearest>>, shifting<2>>{
                        .map = {.map = {.fraction_bits = 0}}, .rows = 6})
                    .with(geometry<16, 32>{})
                    .with(sgd{.learning_rate = 1.0f});
    thread_pool pool(1);
    for (const index_t copies : {1, 2}) {
        chip.map.map.copies = copies;
        dense layer(chip, {.in = 20, .out = 16}, 3, 0);
        CHECK(layer.in_frequency_domain() == (copies == 1));
        std::vector<float> w(320);
        const random_source draw(4, purpose::test);
        for (std::size_t i = 0; i < w.size(); ++i) {
            w[i] = static_cast<float>(draw.below(i, 200)) - 100.0f;
        }
        layer.program({w.data(), 16, 20});
        std::vector<float> factors(layer.factors().size());
        for (std::size_t i = 0; i < factors.size(); ++i) {
            factors[i] = shifting<2>::factor(draw.below(1000 + i, 4));
        }
        layer.adapt(factors, {}, &pool);
        digital_dense twin(digital, {.in = 20, .out = 16}, 3, 0);
        const circulant_matrix m{4, copies, 16, 20, 1};
        compare_with_expanded(layer, layer, layer.in_frequency_domain(), twin, m, {20, 1, 1}, 8);
        // A column that is closed reads nothing.
        std::fill(factors.begin(), factors.end(), 0.0f);
        layer.adapt(factors, {}, &pool);
        CHECK(layer.max_abs_weight() == 0.0f);
        batch_tensor y;
        layer.forward(whole_batch({20, 1, 1}, 3, 1), y, {pool, false, 1, 0});
        for (index_t o = 0; o < 16; ++o) {
            CHECK(y.at(1, o) == static_cast<float>(o)); // the bias
        }
    }
}

TEST_CASE("circulant layers: every rotation draws noise of its own") {
    const auto chip = design<>{}
                          .with(multilevel_cell<2>{})
                          .with(block_circulant<8, bit_sliced<8, offset>>{.map = {.fraction_bits = 6}})
                          .with(bit_serial_dac<8>{})
                          .with(uniform_adc<12>{})
                          .with(thermal{.bandwidth_hz = 1e10});
    using chip_type = std::remove_const_t<decltype(chip)>;
    static_assert(plan_of<chip_type> == plan::analog);
    thread_pool pool(2);
    const auto check = [&](layer& subject) {
        const std::vector<float> w(64, 0.5f);
        subject.program({w.data(), 8, 8});
        batch_tensor x({8, 1, 1}, 2), y;
        for (index_t i = 0; i < 16; ++i) {
            x.at(i / 8, i % 8) = 1.0f;
        }
        subject.forward(x, y, {pool, false, 1, 0});
        std::set<float> results; // of one column
        for (index_t i = 0; i < 16; ++i) {
            results.insert(y.at(i / 8, i % 8));
        }
        CHECK(results.size() > 8);
        CHECK(std::abs(y.at(0, 0) - 4.0f) < 1.0f);
    };
    dense<chip_type> fast(chip, {.in = 8, .out = 8, .bias = false}, 1, 0);
    dense<chip_type, plan::reference> judge(chip, {.in = 8, .out = 8, .bias = false}, 1, 0);
    check(fast);
    check(judge);
}

TEST_CASE("circulant layers: calibrated converters, and any number of threads") {
    const auto chip = design<>{}
                          .with(multilevel_cell<2>{})
                          .with(block_circulant<4, bit_sliced<8, differential>>{.map = {.fraction_bits = 7}, .copies = 2})
                          .with(geometry<16, 32>{})
                          .with(stuck_at{.p_stuck_hrs = 0.05f, .p_stuck_lrs = 0.01f})
                          .with(bit_serial_dac<6>{})
                          .with(uniform_adc<5, calibrated>{})
                          .with(sgd{.learning_rate = 0.1f});
    using layer_type = conv2d<std::remove_const_t<decltype(chip)>>;
    const auto make = [&] {
        auto layer = std::make_unique<layer_type>(
            chip, conv2d_options{.in_channels = 6, .out_channels = 5, .kernel = 3, .padding = 1}, 7, 0);
        thread_pool pool(1);
        batch_tensor y;
        pass_context context{pool, false, 5, 0};
        context.calibrating = true;
        layer->forward(random_batch({6, 4, 3}, 16, 9), y, context);
        layer->fit_converters();
        CHECK(!layer->array().fitted_ranges().empty());
        return layer;
    };
    check_any_number_of_threads(make, {6, 4, 3}, {1, 17});
}

TEST_CASE("circulant layers: an array's extents are those of a stored matrix") {
    const auto chip = design<>{}.with(multilevel_cell<2>{}).with(block_circulant<4, bit_sliced<8, differential>>{.copies = 2});
    CHECK_THROWS_WITH_AS(crossbar_array(chip, 10, 4, 1, 0), doctest::Contains("a multiple of 4 inputs and of 2 outputs"),
                         error);
    CHECK_THROWS_WITH_AS(crossbar_array(chip, 12, 3, 1, 0), doctest::Contains("stored matrix"), error);
    CHECK(crossbar_array(chip, 36, 4, 1, 0, 9).inputs() == 36);
}

} // namespace circulant_tests
