#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/conv2d.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/sgd.hpp>

#include <nn/crossbar_layers.hpp>
#include <nn/layer_checks.hpp>

#include <cmath>
#include <memory>
#include <type_traits>

using namespace rcim;
using namespace rcim_test;

namespace conv2d_tests {

constexpr auto learning = design<>{}.with(sgd{.learning_rate = 0.1f});
using learning_conv2d = conv2d<std::remove_const_t<decltype(learning)>>;
constexpr auto faulty = design<>{}
                            .with(multilevel_cell<2>{})
                            .with(bit_sliced<16, differential>{})
                            .with(stuck_at{.p_stuck_hrs = 0.09f, .p_stuck_lrs = 0.02f})
                            .with(clipped_on_use<>{.theta = 0.25f, .inner = {.learning_rate = 0.1f, .momentum = 0.5f}});
using faulty_conv2d = conv2d<std::remove_const_t<decltype(faulty)>>;

TEST_CASE("conv2d: gradients") {
    struct setting {
        conv2d_options options;
        map_shape input;
    };
    for (const setting& s : {setting{{.in_channels = 2, .out_channels = 3, .kernel = 3}, {2, 5, 4}},
                             setting{{.in_channels = 2, .out_channels = 3, .kernel = 3, .padding = 1}, {2, 4, 5}},
                             setting{{.in_channels = 1, .out_channels = 2, .kernel = 3, .stride = 2, .padding = 1}, {1, 6, 7}},
                             setting{{.in_channels = 3, .out_channels = 4, .kernel = 1, .bias = false}, {3, 3, 2}},
                             setting{{.in_channels = 1, .out_channels = 9, .kernel = 2, .stride = 3, .padding = 2}, {1, 5, 5}},
                             setting{{.in_channels = 2, .out_channels = 2, .kernel = 5, .padding = 2}, {2, 2, 3}}}) {
        learning_conv2d layer(learning, s.options, 7, 0);
        for (std::size_t o = 0; o < layer.bias_values().size(); ++o) {
            layer.bias_values()[o] = 0.25f * static_cast<float>(o) - 0.5f;
        }
        check_gradients(layer, random_batch(s.input, 3, 1), parameters_of(layer, s.options.bias));
    }
    learning_conv2d layer(learning, {.in_channels = 2, .out_channels = 3, .kernel = 3, .padding = 1}, 7, 0);
    check_gradients(layer, random_batch({2, 4, 4}, 17, 1), parameters_of(layer, true), {.tolerance = 4e-3});
}

TEST_CASE("conv2d: one result by hand") {
    learning_conv2d layer(learning, {.in_channels = 1, .out_channels = 2, .kernel = 2, .stride = 2, .padding = 1}, 7, 0);
    const float w[] = {1.0f, 2.0f, 3.0f, 4.0f, -1.0f, 0.0f, 0.0f, 0.5f};
    layer.array().program({w, 2, 4});
    layer.bias_values()[1] = 10.0f;
    batch_tensor x({1, 2, 2}, 1);
    for (index_t i = 0; i < 4; ++i) {
        x.at(0, i) = static_cast<float>(i + 1);
    }
    thread_pool pool(1);
    batch_tensor y;
    layer.forward(x, y, {pool});
    // The padded map: zeros around 1 2 / 3 4; each position sees one of its numbers.
    CHECK(y.shape() == map_shape{2, 2, 2});
    const float expected[] = {4.0f, 6.0f, 6.0f, 4.0f, 10.5f, 10.0f, 10.0f, 6.0f};
    for (index_t i = 0; i < 8; ++i) {
        CHECK(y.at(0, i) == expected[i]);
    }
}

TEST_CASE("conv2d: inputs of several extents after one another") {
    learning_conv2d layer(learning, {.in_channels = 1, .out_channels = 2, .kernel = 3, .padding = 1}, 7, 0);
    thread_pool pool(1);
    batch_tensor y, first, dx;
    const batch_tensor small = random_batch({1, 5, 5}, 2, 1);
    const batch_tensor large = random_batch({1, 7, 6}, 18, 2);
    layer.forward(small, first, {pool});
    layer.forward(large, y, {pool});
    CHECK(y.shape() == map_shape{2, 7, 6});
    layer.backward(large, y, random_gradient({2, 7, 6}, 18, 3), &dx, {pool});
    CHECK(dx.shape() == map_shape{1, 7, 6});
    layer.forward(small, y, {pool});
    CHECK(y.shape() == map_shape{2, 5, 5});
    bool equal = true;
    for (index_t n = 0; n < 2; ++n) {
        for (index_t f = 0; f < 50; ++f) {
            equal = equal && y.at(n, f) == first.at(n, f);
        }
    }
    CHECK(equal);
}

TEST_CASE("conv2d: training steps on faulty cells leave the same bits with one, two and three threads") {
    const conv2d_options options{.in_channels = 3, .out_channels = 5, .kernel = 3, .stride = 2, .padding = 1};
    check_any_number_of_threads([&] { return std::make_unique<faulty_conv2d>(faulty, options, 7, 2); }, {3, 7, 6},
                                {1, 16, 33, 130});
}

TEST_CASE("conv2d: initial weights depend on seed and place, and stay within the bound") {
    const conv2d_options options{.in_channels = 3, .out_channels = 50, .kernel = 3, .gain = 2.0f};
    learning_conv2d a(learning, options, 7, 0), b(learning, options, 7, 0), c(learning, options, 8, 0),
        d(learning, options, 7, 1);
    const auto differs = [&](learning_conv2d& other) {
        bool different = false;
        for (index_t o = 0; o < 50; ++o) {
            for (index_t i = 0; i < 27; ++i) {
                different = different || a.array().weights()(o, i) != other.array().weights()(o, i);
            }
        }
        return different;
    };
    CHECK(!differs(b));
    CHECK(differs(c));
    CHECK(differs(d));
    // 1350 uniform numbers come close to their bound.
    CHECK(a.max_abs_weight() <= 2.0f / std::sqrt(27.0f));
    CHECK(a.max_abs_weight() > 0.98f * 2.0f / std::sqrt(27.0f));
}

TEST_CASE("conv2d: a frozen layer passes gradients on and stays as it is") {
    constexpr auto chip = design<>{};
    conv2d<design<>> layer(chip, {.in_channels = 1, .out_channels = 2, .kernel = 3}, 7, 0);
    CHECK(!layer.learns());
    check_gradients(layer, random_batch({1, 4, 4}, 3, 1));
    const float before = layer.array().weights()(1, 4);
    thread_pool pool(1);
    update_report report;
    layer.update({pool, 7, 0, 1.0f, report});
    CHECK(layer.array().weights()(1, 4) == before);
    CHECK(report.increments == 0);
}

TEST_CASE("conv2d: an empty batch has no gradient") {
    learning_conv2d layer(learning, {.in_channels = 1, .out_channels = 2, .kernel = 3}, 7, 0);
    thread_pool pool(2);
    const batch_tensor x({1, 4, 4}, 0);
    batch_tensor y, dx;
    layer.forward(x, y, {pool});
    layer.backward(x, y, batch_tensor({2, 2, 2}, 0), &dx, {pool});
    CHECK(y.samples() == 0);
    CHECK(dx.samples() == 0);
    for (index_t i = 0; i < 18; ++i) {
        CHECK(layer.weight_gradient()(i / 9, i % 9) == 0.0f);
    }
    CHECK(layer.bias_gradient()[0] == 0.0f);
}

TEST_CASE("conv2d: description and errors") {
    const learning_conv2d layer(learning, {.in_channels = 2, .out_channels = 4, .kernel = 5, .stride = 2, .padding = 1}, 7, 0);
    CHECK(layer.describe() ==
          "conv2d 4 x 2 x 5 x 5, stride 2, padding 1 on design<>{}.with(sgd{.learning_rate = 0.1, .momentum = 0, "
          ".weight_decay = 0})");
    CHECK(layer.output_shape({2, 5, 9}) == map_shape{4, 2, 4});
    CHECK(error_of([&] {
              static_cast<void>(layer.output_shape({3, 9, 9}));
          }) == "conv2d: input: expected 2 channels, found 3 x 9 x 9");
    CHECK(error_of([&] {
              static_cast<void>(layer.output_shape({2, 2, 9}));
          }) == "conv2d: input: expected at least 5 x 5 with padding, found 2 x 2 x 9");
    CHECK(
        error_of([&] { learning_conv2d(learning, {.in_channels = 0}, 7, 0); }) ==
        "conv2d: options: expected channels, kernel and stride of at least 1 and padding of at least 0, found channels 0 to 1, "
        "kernel 3, stride 1, padding 0");
    CHECK(error_of([&] { learning_conv2d(learning, {.stride = 0}, 7, 0); }) != "no error");
    CHECK(error_of([&] { learning_conv2d(learning, {.padding = -1}, 7, 0); }) != "no error");
    learning_conv2d mutable_layer(learning, {.in_channels = 2, .kernel = 3}, 7, 0);
    thread_pool pool(1);
    batch_tensor y;
    CHECK(error_of([&] {
              mutable_layer.forward(batch_tensor({1, 5, 5}, 1), y, {pool});
          }) == "conv2d: input: expected 2 channels, found 1 x 5 x 5");
}

} // namespace conv2d_tests
