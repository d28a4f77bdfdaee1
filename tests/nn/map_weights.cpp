#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/map_weights.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/train/evaluate.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/sgd.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace rcim;

TEST_CASE("map_weights: a digitally trained net answers alike on a healthy chip, residual blocks and batch norms included") {
    const dataset data = procedural_digits({.train = 160, .test = 48});
    const auto chip = design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<16, differential>{});
    network digital = resnet8(design<>{}.with(sgd{.learning_rate = 0.05f, .momentum = 0.9f}), 3, {1, 28, 28});
    network mapped = resnet8(chip, 4, {1, 28, 28});
    network broken = resnet8(chip.with(stuck_at{.p_stuck_lrs = 0.05f}), 4, {1, 28, 28});
    fit(digital, data, {.epochs = 2, .batch = 32, .evaluate = false});
    map_weights(digital, mapped);
    map_weights(digital, broken);
    const pixel_table table(data.mean, data.deviation);
    const double before = evaluate(digital, data.test, table).loss;
    CHECK(evaluate(mapped, data.test, table).loss == doctest::Approx(before).epsilon(0.01));
    CHECK(std::abs(evaluate(broken, data.test, table).loss - before) > 0.1);
}

TEST_CASE("map_weights: networks that differ are refused and left as they are") {
    const auto chip = design<>{}.with(sgd{});
    network a({1, 4, 4}, 1), b({1, 4, 4}, 1), c({1, 4, 4}, 1);
    a.emplace<dense<std::remove_const_t<decltype(chip)>>>(chip, dense_options{.in = 16, .out = 3}, 1u, 0u);
    b.emplace<dense<std::remove_const_t<decltype(chip)>>>(chip, dense_options{.in = 16, .out = 4}, 1u, 0u);
    c.emplace<relu>();
    c.emplace<dense<std::remove_const_t<decltype(chip)>>>(chip, dense_options{.in = 16, .out = 3}, 1u, 0u);
    CHECK_THROWS_WITH_AS(map_weights(a, c), "map_weights: layers: expected 1, found 2", error);
    CHECK_THROWS_WITH_AS(map_weights(a, b),
                         doctest::Contains("expected 3 x 16 weights, 3, found 4 x 16 weights, 4"), error);
}
