#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/update/sgd.hpp>

#include <nn/crossbar_layers.hpp>
#include <nn/layer_checks.hpp>
#include <statistics.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <type_traits>
#include <vector>

using namespace rcim;
using namespace rcim_test;

namespace dense_layer_tests {

constexpr auto learning = design<>{}.with(sgd{.learning_rate = 0.1f});
using learning_dense = dense<std::remove_const_t<decltype(learning)>>;
constexpr auto faulty = design<>{}
                            .with(multilevel_cell<2>{})
                            .with(bit_sliced<16, offset, carried>{})
                            .with(stuck_at{.p_stuck_hrs = 0.02f, .p_stuck_lrs = 0.02f})
                            .with(sgd{.learning_rate = 0.1f});
using faulty_dense = dense<std::remove_const_t<decltype(faulty)>>;

TEST_CASE("dense: gradients") {
    struct setting {
        index_t in, out;
        bool bias;
        map_shape input;
        index_t samples;
    };
    for (const setting& s :
         {setting{7, 5, true, {7, 1, 1}, 3}, setting{12, 9, true, {3, 2, 2}, 2}, setting{1, 1, true, {1, 1, 1}, 1},
          setting{33, 2, false, {33, 1, 1}, 4}, setting{4, 17, true, {1, 4, 1}, 17}}) {
        learning_dense layer(learning, {.in = s.in, .out = s.out, .bias = s.bias}, 7, 0);
        for (std::size_t o = 0; s.bias && o < layer.bias_values().size(); ++o) {
            layer.bias_values()[o] = 0.25f * static_cast<float>(o) - 0.5f;
        }
        check_gradients(layer, random_batch(s.input, s.samples, 1), parameters_of(layer, s.bias));
    }
}

TEST_CASE("dense: one result and one step by hand") {
    learning_dense layer(learning, {.in = 2, .out = 2}, 7, 0);
    const float w[] = {1.0f, 2.0f, -3.0f, 0.5f};
    layer.array().program({w, 2, 2});
    layer.bias_values()[0] = 0.25f;
    batch_tensor x({2, 1, 1}, 2), y, dx, dy({2, 1, 1}, 2);
    x.at(0, 0) = 2.0f;
    x.at(0, 1) = -1.0f;
    x.at(1, 0) = 1.0f;
    x.at(1, 1) = 4.0f;
    dy.at(0, 0) = 1.0f;
    dy.at(1, 1) = 2.0f;
    thread_pool pool(1);
    const pass_context context{pool, true, 7, 0};
    layer.forward(x, y, context);
    CHECK(y.at(0, 0) == 0.25f);
    CHECK(y.at(0, 1) == -6.5f);
    CHECK(y.at(1, 0) == 9.25f);
    CHECK(y.at(1, 1) == -1.0f);
    layer.backward(x, y, dy, &dx, context);
    CHECK(dx.at(0, 0) == 1.0f);
    CHECK(dx.at(0, 1) == 2.0f);
    CHECK(dx.at(1, 0) == -6.0f);
    CHECK(dx.at(1, 1) == 1.0f);
    update_report report;
    layer.update({pool, 7, 0, 0.5f, report});
    // Gradients {2, -1} and {2, 8}, at half of the learning rate.
    CHECK(layer.array().weights()(0, 0) == 1.0f - 0.05f * 2.0f);
    CHECK(layer.array().weights()(0, 1) == 2.0f + 0.05f);
    CHECK(layer.array().weights()(1, 1) == 0.5f - 0.05f * 8.0f);
    CHECK(layer.bias_values()[0] == 0.25f - 0.05f);
    CHECK(layer.bias_values()[1] == -0.1f);
    CHECK(report.gradient_square == 4.0 + 1.0 + 4.0 + 64.0);
    CHECK(report.increments == 4);
}

TEST_CASE("dense: training steps on faulty cells leave the same bits with one, two and three threads") {
    check_any_number_of_threads([] { return std::make_unique<faulty_dense>(faulty, dense_options{.in = 50, .out = 19}, 7, 2); },
                                {2, 5, 5}, {1, 16, 33, 130});
}

TEST_CASE("dense: an empty batch has no gradient") {
    learning_dense layer(learning, {.in = 3, .out = 2}, 7, 0);
    thread_pool pool(2);
    const batch_tensor x({3, 1, 1}, 0);
    batch_tensor y, dx;
    layer.forward(x, y, {pool});
    layer.backward(x, y, batch_tensor({2, 1, 1}, 0), &dx, {pool});
    CHECK(y.samples() == 0);
    for (index_t i = 0; i < 6; ++i) {
        CHECK(layer.weight_gradient()(i / 3, i % 3) == 0.0f);
    }
    CHECK(layer.bias_gradient()[1] == 0.0f);
}

TEST_CASE("dense: description and errors") {
    const learning_dense layer(learning, {.in = 12, .out = 4}, 7, 0);
    CHECK(layer.describe() == "dense 4 x 12 on design<>{}.with(sgd{.learning_rate = 0.1, .momentum = 0, .weight_decay = 0})");
    CHECK(layer.output_shape({3, 2, 2}) == map_shape{4, 1, 1});
    CHECK(error_of([&] {
              static_cast<void>(layer.output_shape({3, 2, 3}));
          }) == "dense: input: expected 12 features, found 18 (3 x 2 x 3)");
    CHECK(error_of([] { learning_dense(learning, {.in = 0, .out = 4}, 7, 0); }) ==
          "dense: options: expected at least one input and one output, found 0 inputs, 4 outputs");
    learning_dense mutable_layer(learning, {.in = 12, .out = 4}, 7, 0);
    thread_pool pool(1);
    batch_tensor y;
    CHECK(error_of([&] {
              mutable_layer.forward(batch_tensor({13, 1, 1}, 1), y, {pool});
          }) == "dense: input: expected 12 features, found 13 (13 x 1 x 1)");
}

TEST_CASE("dense: initial weights are uniform, and independent of those of other layers and seeds") {
    const index_t in = 200, out = 150;
    const float gain = 2.0f;
    const learning_dense first(learning, {.in = in, .out = out, .gain = gain}, 3, 0), place(learning, {.in = in, .out = out, .gain = gain}, 3, 1),
        seed(learning, {.in = in, .out = out, .gain = gain}, 4, 0);
    const auto scaled = [&](const learning_dense& one, index_t o, index_t i) {
        return 0.5 + 0.5 * static_cast<double>(one.weights()(o, i)) * std::sqrt(static_cast<double>(in)) / static_cast<double>(gain);
    };
    std::vector<double> all;
    uniform_pairs neighbours, rows, places, seeds;
    for (index_t o = 0; o < out; ++o) {
        for (index_t i = 0; i < in; ++i) {
            const double here = scaled(first, o, i);
            all.push_back(here);
            if (i % 2 == 0) {
                neighbours.add(here, scaled(first, o, i + 1));
            }
            if (o % 2 == 0) {
                rows.add(here, scaled(first, o + 1, i));
            }
            places.add(here, scaled(place, o, i));
            seeds.add(here, scaled(seed, o, i));
        }
    }
    CHECK(kolmogorov_smirnov(all, [](double x) { return std::clamp(x, 0.0, 1.0); }) < ks_bound);
    CHECK(neighbours.independent());
    CHECK(rows.independent());
    CHECK(places.independent());
    CHECK(seeds.independent());
}

} // namespace dense_layer_tests
