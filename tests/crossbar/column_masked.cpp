#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/programming_error.hpp>
#include <rcim/core/events.hpp>
#include <rcim/core/snapshot.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/update/sgd.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace rcim;

namespace column_masked_tests {

constexpr index_t inputs = 20;
constexpr index_t outputs = 6;

constexpr auto chip = design<>{}
                          .with(multilevel_cell<2>{})
                          .with(column_masked<bit_sliced<8, differential>, shifting<2>>{.map = {.fraction_bits = 6}, .rows = 5})
                          .with(geometry<dynamic, dynamic>{.rows = 11, .cols = 8}) // 10 rows and two outputs to a crossbar
                          .with(sgd{.learning_rate = 1.0f});

std::vector<float> random_weights(std::uint64_t seed) {
    const random_source draw(seed, purpose::test);
    std::vector<float> w(inputs * outputs);
    for (std::size_t i = 0; i < w.size(); ++i) {
        w[i] = std::nearbyint((2.0f * draw.uniform(i) - 1.0f) * 100.0f) / 64.0f; // whole codes
    }
    return w;
}
std::vector<float> random_factors(std::uint64_t seed) {
    const random_source draw(seed, purpose::test, 1);
    std::vector<float> f(4 * outputs);
    for (std::size_t i = 0; i < f.size(); ++i) {
        f[i] = shifting<2>::factor(draw.below(i, 4));
    }
    return f;
}
matrix_view<const float> view(const std::vector<float>& w) {
    return {w.data(), outputs, inputs};
}

TEST_CASE("masked arrays: effective weights are those of the cells times their columns' factors") {
    crossbar_array array(chip, inputs, outputs, 3, 0);
    const std::vector<float> w = random_weights(1);
    array.program(view(w));
    const std::vector<float> f = random_factors(2);
    array.adapt(f, {});
    for (index_t o = 0; o < outputs; ++o) {
        for (index_t i = 0; i < inputs; ++i) {
            CHECK(array.weights()(o, i) ==
                  f[static_cast<std::size_t>(i / 5 * outputs + o)] * w[static_cast<std::size_t>(o * inputs + i)]);
        }
    }
    // Factors go and come back without a trace, and through a snapshot.
    const snapshot kept(array);
    array.adapt(std::vector<float>(f.size(), 1.0f), {});
    CHECK(array.weights()(5, 19) == w[5 * inputs + 19]);
    kept.restore(array);
    CHECK(array.weights()(5, 19) == f[3 * outputs + 5] * w[5 * inputs + 19]);
    CHECK_THROWS_WITH_AS(array.adapt(std::vector<float>(7, 1.0f), {}), doctest::Contains("4 groups x 6 outputs"), error);
    CHECK_THROWS_WITH_AS(array.adapt(std::vector<float>(f.size(), 0.75f), {}), doctest::Contains("shifting<2, 1, true>"),
                         error);
}

TEST_CASE("masked arrays: a rule that learns through factors gets the gradient of what cells hold") {
    crossbar_array array(chip, inputs, outputs, 3, 0);
    const std::vector<float> w = random_weights(1);
    array.program(view(w));
    const std::vector<float> f = random_factors(2);
    array.adapt(f, {});
    for (index_t o = 0; o < outputs; ++o) {
        for (index_t i = 0; i < inputs; ++i) {
            array.gradient()[o * array.row_stride() + i] = 1.0f / 32.0f; // two codes
        }
    }
    thread_pool pool(1);
    update_report report;
    array.update({}, pool, report);
    array.adapt(std::vector<float>(f.size(), 1.0f), {});
    for (index_t o = 0; o < outputs; ++o) {
        for (index_t i = 0; i < inputs; ++i) {
            CHECK(array.weights()(o, i) ==
                  w[static_cast<std::size_t>(o * inputs + i)] - f[static_cast<std::size_t>(i / 5 * outputs + o)] / 32.0f);
        }
    }
}

TEST_CASE("arrays: weights are tried in some crossbars without a write, and written there alone") {
    crossbar_array array(chip, inputs, outputs, 3, 0);
    const std::vector<float> w = random_weights(1);
    const std::vector<float> other = random_weights(5);
    array.program(view(w));
    const std::vector<float> f = random_factors(2);
    std::vector<std::uint8_t> tiles(static_cast<std::size_t>(array.tiles().tiles()), 0);
    CHECK(tiles.size() == 6);
    tiles[1] = tiles[4] = 1;
    const auto chosen = [&](index_t o, index_t i) { return tiles[static_cast<std::size_t>(array.tiles().tile_of(i, o))] != 0; };
    array.adapt(f, {view(other), tiles});
    CHECK(array.on_trial());
    for (index_t o = 0; o < outputs; ++o) {
        for (index_t i = 0; i < inputs; ++i) {
            const auto at = static_cast<std::size_t>(o * inputs + i);
            CHECK(array.weights()(o, i) ==
                  (chosen(o, i) ? other[at] : f[static_cast<std::size_t>(i / 5 * outputs + o)] * w[at]));
            CHECK(static_cast<float>(array.stored(o, i).code()) == w[at] * 64.0f);
        }
    }
    thread_pool pool(1);
    update_report report;
    event_ledger events;
    array.reprogram(view(other), tiles, {}, pool, report, &events.at(0));
    CHECK(!array.on_trial());
    std::uint64_t cells = 0;
    for (index_t o = 0; o < outputs; ++o) {
        for (index_t i = 0; i < inputs; ++i) {
            const auto at = static_cast<std::size_t>(o * inputs + i);
            CHECK(static_cast<float>(array.stored(o, i).code()) == (chosen(o, i) ? other : w)[at] * 64.0f);
            const auto word = [](float weight, bool minus) {
                return static_cast<std::uint32_t>(std::max(0.0f, (minus ? -1.0f : 1.0f) * weight * 64.0f));
            };
            for (const bool minus : {false, true}) {
                for (int s = 0; s < 4 && chosen(o, i); ++s) {
                    cells += (word(w[at], minus) >> (2 * s) & 3u) != (word(other[at], minus) >> (2 * s) & 3u) ? 1u : 0u;
                }
            }
        }
    }
    CHECK(events.at(0)[stage::weights].cell_writes == cells);
    // Once more changes and writes nothing.
    event_ledger again;
    array.reprogram(view(other), tiles, {}, pool, report, &again.at(0));
    CHECK(again.at(0)[stage::weights].cell_writes == 0);
    CHECK_THROWS_WITH_AS(array.reprogram(view(other), std::vector<std::uint8_t>(5), {}, pool, report),
                         doctest::Contains("tiles"), error);
    CHECK_THROWS_WITH_AS(array.adapt(f, {view(other), std::vector<std::uint8_t>(5)}), doctest::Contains("trial"), error);
    std::vector<float> broken = other;
    broken[3] = std::nanf("");
    CHECK_THROWS_WITH_AS(array.reprogram(view(broken), tiles, {}, pool, report), doctest::Contains("finite"), error);
}

TEST_CASE("arrays: what is written anew meets stuck cells and draws new programming errors") {
    const auto faulty = design<>{}
                            .with(multilevel_cell<2>{})
                            .with(bit_sliced<8, differential>{.fraction_bits = 6})
                            .with(stuck_at{.p_stuck_hrs = 0.1f, .p_stuck_lrs = 0.05f})
                            .with(sgd{});
    const std::vector<float> w = random_weights(1);
    const std::vector<float> other = random_weights(5);
    crossbar_array once(faulty, inputs, outputs, 3, 0);
    once.program(view(other));
    crossbar_array twice(faulty, inputs, outputs, 3, 0);
    twice.program(view(w));
    thread_pool pool(1);
    update_report report;
    const std::vector<std::uint8_t> all(1, 1);
    twice.reprogram(view(other), all, {}, pool, report);
    for (int a = 0; a < 2; ++a) {
        for (index_t i = 0; i < inputs; ++i) { // stuck bits are where they were
            const stored_word<> word = twice.stored(2, i);
            const auto held = static_cast<std::uint32_t>(a == 0 ? word.plus : word.minus);
            CHECK((held & ~twice.keep(a, 2, i) & 0xffu) == (twice.stuck_level(a, 2, i) & 0xffu));
        }
    }
    const auto erring = design<>{}
                            .with(programming_error<multilevel_cell<2>>{.sigma = {0.05f, 0.05f, 0.05f, 0.05f}})
                            .with(bit_sliced<8, differential>{.fraction_bits = 6})
                            .with(sgd{});
    crossbar_array noisy(erring, inputs, outputs, 3, 0);
    noisy.program(view(w));
    const float before = noisy.weights()(0, 0);
    noisy.reprogram(view(other), all, {.step = 1}, pool, report);
    noisy.reprogram(view(w), all, {.step = 2}, pool, report);
    CHECK(noisy.weights()(0, 0) != before);
    CHECK(noisy.weights()(0, 0) == doctest::Approx(w[0]).epsilon(0.3));
}

TEST_CASE("arrays: factors need columns that have some") {
    crossbar_array array(design<>{}, inputs, outputs, 3, 0);
    CHECK_THROWS_WITH_AS(array.adapt(std::vector<float>(6, 1.0f), {}), doctest::Contains("column_masked"), error);
}

} // namespace column_masked_tests
