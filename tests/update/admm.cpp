#include <rcim/core/random.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/update/admm.hpp>
#include <rcim/update/clipped_on_use.hpp>

#include <doctest/doctest.h>
#include <laws/update_laws.hpp>

#include <vector>

using namespace rcim;

TEST_CASE("admm: laws of rules") {
    rcim_test::update_laws(admm<>{.pull = 0.01f}); // crossbars there have few rows
    rcim_test::update_laws(admm<>{.pull = 0.0f});
    rcim_test::update_laws(clipped_on_use<admm<largest_per_column<2>, sgd>>{.theta = 0.5f, .inner = {.pull = 0.01f}}, true);
    CHECK_THROWS_WITH_AS(validate(admm<>{.pull = 0.5f, .largest_pull = 0.1f}), doctest::Contains("largest_pull"), error);
    CHECK(words_per_weight(admm<>{}) == 2);
}

TEST_CASE("admm: steps and rounds are those of the method, number by number") {
    // Two outputs of three inputs, rows apart by four; columns of two inputs, then one; one weight is kept of each.
    const admm<largest_per_column<1>, sgd> rule{
        .pull = 0.25f, .growth = 2.0f, .largest_pull = 0.4f, .every = 2, .inner = {.learning_rate = 0.5f}};
    rule_state state(rule, 8);
    std::vector<float> w{1.0f, -2.0f, 0.5f, 0.0f, 0.25f, 0.125f, -4.0f, 0.0f};
    const std::vector<float> gradient{0.5f, 0.0f, 0.0f, 0.0f, 0.0f, 1.0f, 0.0f, 0.0f};
    std::vector<float> increment(8);
    std::vector<float> z{0.0f, -2.0f, 0.5f, 0.0f, 0.25f, 0.0f, -4.0f, 0.0f}; // of the weights at first
    std::vector<float> u(8, 0.0f);
    for (std::uint32_t step = 0; step < 5; ++step) {
        if (step == 2 || step == 4) {
            for (std::size_t i = 0; i < 8; ++i) {
                const float sum = w[i] + u[i];
                const std::size_t other = i % 4 == 0 ? i + 1 : i - 1; // in a column of two
                const bool kept = i % 4 == 2 || (i % 4 < 2 && std::abs(sum) > std::abs(w[other] + u[other]));
                z[i] = kept ? sum : 0.0f;
            }
            for (std::size_t i = 0; i < 8; ++i) {
                u[i] += w[i] - z[i];
            }
        }
        state.delta(rule, {.step = step},
                    {gradient, w, {}, increment, {.inputs = 3, .outputs = 2, .stride = 4, .inputs_per_crossbar = 2}});
        const float pull = step < 2 ? 0.25f : 0.4f; // the second round would have 0.5
        for (std::size_t i = 0; i < 8; ++i) {
            CHECK(increment[i] == doctest::Approx(-0.5f * gradient[i] - pull * (w[i] - z[i] + u[i])));
            w[i] += increment[i];
        }
    }
}

TEST_CASE("admm: weights near their projection, at the expense of the loss") {
    // min |W - W0|^2 / 2 with two weights of each column of eight.
    constexpr index_t inputs = 40;
    constexpr index_t outputs = 5;
    const largest_per_column<2> set{};
    const auto learn = [&](float pull) {
        crossbar_array array(
            design<>{}
                .with(geometry<8, dynamic>{.cols = 3})
                .with(admm<largest_per_column<2>, sgd>{
                    .pull = pull, .growth = 1.5f, .largest_pull = 0.3f, .every = 10, .inner = {.learning_rate = 0.1f}}),
            inputs, outputs, 3, 0);
        const random_source draw(5, purpose::test);
        std::vector<float> wanted(inputs * outputs);
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            wanted[i] = 2.0f * draw.uniform(i) - 1.0f;
        }
        array.program({wanted.data(), outputs, inputs});
        thread_pool pool(1);
        update_report report;
        for (std::uint32_t step = 0; step < 200; ++step) {
            for (index_t o = 0; o < outputs; ++o) {
                for (index_t i = 0; i < inputs; ++i) {
                    array.gradient()[o * array.row_stride() + i] =
                        array.weights()(o, i) - wanted[static_cast<std::size_t>(o * inputs + i)];
                }
            }
            array.update({.step = step}, pool, report);
        }
        std::vector<std::uint8_t> kept(inputs * outputs, 1);
        set.keep({array.weights(), 8}, kept);
        double beyond = 0.0; // the set
        double lost = 0.0;   // against W0 when projected
        for (index_t o = 0; o < outputs; ++o) {
            for (index_t i = 0; i < inputs; ++i) {
                const auto at = static_cast<std::size_t>(o * inputs + i);
                const auto weight = static_cast<double>(array.weights()(o, i));
                beyond += kept[at] != 0 ? 0.0 : weight * weight;
                const double off = (kept[at] != 0 ? weight : 0.0) - static_cast<double>(wanted[at]);
                lost += off * off;
            }
        }
        return std::pair{beyond, lost};
    };
    const auto without = learn(0.0f);
    const auto with = learn(0.02f);
    CHECK(without.first > 20.0);
    CHECK(with.first < 1e-3 * without.first);
    CHECK(with.second == doctest::Approx(without.second).epsilon(0.02)); // this loss is least at the projection of W0
}
