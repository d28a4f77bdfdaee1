#include <statistics.hpp>
#include <rcim/cell/pulse_presets.hpp>
#include <rcim/cell/write_verified.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace rcim;
using namespace rcim_test;

namespace pulsed_tests {

constexpr int count = 100000;
using cell2 = multilevel_cell<2>;
constexpr cell2 leaky{.on_off_ratio = 2.0}; // HRS draws three levels: the lower bound is not cut off

cell_draws draws_of(std::uint64_t cell, std::uint32_t step) {
    return {random_source(4, purpose::cell_device, 1), random_source(4, purpose::cell_write, 1, step), cell};
}

TEST_CASE("pulsed: the soft-bound curve, pulse by pulse, is its closed form") {
    const pulsed<cell2> cell{.rate_up = 0.02f, .rate_down = 0.05f, .margin = 0.1f, .inner = leaky};
    const auto own = cell.device_of(draws_of(1, 1));
    double up = 0.0, down = 1.0;
    for (int n = 1; n <= 200; ++n) {
        up += static_cast<double>(0.02f) * (1.0 + static_cast<double>(0.1f) - up);
        down -= static_cast<double>(0.05f) * (down + static_cast<double>(0.1f));
        CHECK(cell.after(0.0, true, n, own, 0.0f) == doctest::Approx(up).epsilon(1e-12));
        CHECK(cell.after(1.0, false, n, own, 0.0f) == doctest::Approx(down).epsilon(1e-12));
    }
    // The textbook's form: dg = step_up (1 - g / g_max), with g counted from the lower bound.
    const double g = 0.3 + 0.1, g_max = 1.0 + 0.2, step_up = static_cast<double>(0.02f) * g_max;
    CHECK(cell.after(0.3, true, 1, own, 0.0f) - 0.3 == doctest::Approx(step_up * (1.0 - g / g_max)).epsilon(1e-6));
}

TEST_CASE("pulsed: a train has the mean and the noise of its pulses") {
    const pulsed<cell2> cell{.rate_up = 0.05f, .rate_down = 0.05f, .margin = 1.0f, .noise = 0.004f, .inner = leaky};
    const auto own = cell.device_of(draws_of(1, 1));
    constexpr int train = 12;
    std::vector<double> at_once, one_by_one;
    for (int n = 0; n < 20000; ++n) {
        const random_source source(8, purpose::test, 2, static_cast<std::uint32_t>(n));
        at_once.push_back(cell.after(0.2, true, train, own, normal_of(source.word(99))));
        double g = 0.2;
        for (int p = 0; p < train; ++p) {
            g = cell.after(g, true, 1, own, normal_of(source.word(static_cast<std::uint64_t>(p))));
        }
        one_by_one.push_back(g);
    }
    const double left = std::pow(1.0 - static_cast<double>(0.05f), train);
    const double mean = 2.0 - 1.8 * left;
    const double rate = static_cast<double>(0.05f);
    const double sigma = static_cast<double>(0.004f) * std::sqrt((1.0 - left * left) / (rate * (2.0 - rate)));
    CHECK(is_normal(at_once, mean, sigma));
    CHECK(is_normal(one_by_one, mean, sigma));
}

TEST_CASE("pulsed: open loop, the linear controller's error is the curvature; the one that knows the bounds misses by half a pulse") {
    const level_ladder ladder(leaky, 4);
    const auto end = [&](const pulsed<cell2>& cell, float held, int target) {
        return static_cast<double>(program_cell(cell, {held, target, ladder}, draws_of(1, 1)).position);
    };
    pulsed<cell2> cell{.rate_up = 0.01f, .rate_down = 0.02f, .margin = 0.25f, .inner = leaky};
    // 1 / (0.01 x 0.75) pulses up the whole range, of which the first are larger than planned and the last smaller.
    CHECK(cell.pulses_for(0.0, 1.0) == 133);
    CHECK(cell.pulses_for(1.0, 0.0) == 67);
    CHECK(end(cell, 0.0f, 3) == doctest::Approx(3.0 * (1.25 - 1.25 * std::pow(0.99, 133))).epsilon(1e-5));
    CHECK(end(cell, 0.0f, 1) > 1.3);  // far from the bound steps are larger than in the middle
    CHECK(end(cell, 2.0f, 3) < 2.75); // near it smaller
    CHECK(end(cell, 3.0f, 2) < 1.75);
    CHECK(end(cell, 1.0f, 0) > 0.2);
    cell.inverted = true;
    for (int from = 0; from < 4; ++from) {
        for (int to = 0; to < 4; ++to) {
            if (from != to) {
                const double largest_step = 3.0 * 1.25 * (to > from ? 0.01 : 0.02);
                CHECK(std::abs(end(cell, static_cast<float>(from), to) - to) <= 0.51 * largest_step);
            }
        }
    }
}

TEST_CASE("pulsed: devices differ in rates and bounds as they are said to") {
    const pulsed<cell2> normal{.rate_up = 0.01f, .rate_down = 0.02f, .rate_variation = 0.2f, .top_variation = 0.1f, .bottom_variation = 0.05f};
    const pulsed<cell2> skewed{.rate_up = 0.01f, .rate_down = 0.02f, .rate_variation = 0.7f, .lognormal = true};
    const pulsed<cell2> lopsided{.rate_up = 0.01f, .rate_down = 0.01f, .asymmetry_variation = 0.1f};
    std::vector<double> rate, top, bottom, logarithm, asymmetry;
    for (int n = 0; n < count; ++n) {
        const cell_draws draws = draws_of(static_cast<std::uint64_t>(n), 0);
        const auto a = normal.device_of(draws);
        rate.push_back(a.rate_up / 0.01);
        CHECK(a.rate_down == doctest::Approx(2.0 * a.rate_up).epsilon(1e-6));
        top.push_back(a.top);
        bottom.push_back(a.bottom);
        logarithm.push_back(std::log(skewed.device_of(draws).rate_up / 0.01));
        const auto c = lopsided.device_of(draws);
        asymmetry.push_back((c.rate_up - c.rate_down) / 0.01);
    }
    CHECK(is_normal(rate, 1.0, 0.2));
    CHECK(is_normal(top, 1.25, 0.1));
    CHECK(is_normal(bottom, -0.25, 0.05));
    CHECK(is_normal(logarithm, -0.245, 0.7));
    CHECK(is_normal(asymmetry, 0.0, 0.1));
}

TEST_CASE("pulsed: a cell stays between its bounds") {
    const auto cell = pulses_of(reram_array_hfo2, leaky);
    const level_ladder ladder(cell, 4);
    for (int n = 0; n < 2000; ++n) {
        const cell_draws draws = draws_of(static_cast<std::uint64_t>(n), 3);
        const auto own = cell.device_of(draws);
        const written_cell w = program_cell(cell, {1.5f, n % 4, ladder}, draws);
        const double g = static_cast<double>(w.position) / 3.0;
        CHECK((g >= std::max(own.bottom, -1.0) - 1e-6 && g <= std::max(own.top, -1.0) + 1e-6));
        CHECK(w.pulses >= 1);
    }
}

TEST_CASE("write_verified around pulses: meets the tolerance where device and budget allow it, and counts") {
    // Steps of at most 0.05 levels without noise: one pulse at a time always meets a tolerance of 0.1.
    const write_verified<pulsed<cell2>> fine{.tolerance = 0.1f, .budget = 1000, .inner = {.rate_up = 0.01f, .rate_down = 0.01f, .most_pulses = 1, .inner = leaky}};
    const level_ladder ladder(leaky, 4);
    for (int from = 0; from < 4; ++from) {
        for (int to = 0; to < 4; ++to) {
            const written_cell w = program_cell(fine, {static_cast<float>(from), to, ladder}, draws_of(5, 1));
            CHECK(std::abs(w.position - static_cast<float>(to)) <= 0.1f);
            // Pulses by the closed form, to the edge of the tolerance.
            const double edge = to > from ? to - 0.1 : to + 0.1;
            const double d0 = to > from ? 3.75 - from : from + 0.75, d1 = to > from ? 3.75 - edge : edge + 0.75;
            CHECK(w.pulses == (from == to ? 1 : static_cast<int>(std::ceil(std::log(d1 / d0) / std::log(0.99) - 1e-4))));
        }
    }
    // Trains within a budget.
    const write_verified<pulsed<cell2>> noisy{.tolerance = 0.2f, .budget = 100, .inner = pulses_of(reram_array_om, leaky)};
    double verified = 0.0, open = 0.0;
    int most = 0;
    for (int n = 0; n < 5000; ++n) {
        const cell_draws draws = draws_of(static_cast<std::uint64_t>(n), 7);
        const written_cell w = program_cell(noisy, {0.0f, 2, ladder}, draws);
        most = std::max(most, w.pulses);
        verified += std::abs(w.position - 2.0f) <= 0.2f ? 1.0 : 0.0;
        open += std::abs(program_cell(noisy.inner, {0.0f, 2, ladder}, draws).position - 2.0f) <= 0.2f ? 1.0 : 0.0;
        if (std::abs(w.position - 2.0f) > 0.2f) {
            CHECK(w.pulses == 100);
        }
    }
    CHECK(most == 100);
    CHECK(verified > 0.75 * 5000);
    CHECK(open < 0.3 * 5000);
}

TEST_CASE("presets of pulses: converted from the normalised weight") {
    const auto cell = pulses_of(reram_sb, cell2{}, 0.25f);
    CHECK_NOTHROW(validate(cell));
    CHECK_NOTHROW(validate(pulses_of(reram_array_om, cell2{})));
    CHECK_NOTHROW(validate(pulses_of(reram_array_hfo2, cell2{})));
    // From w = 0: 0.002 up, of 2.0 that are 1.5 ranges.
    const double zero = 0.75 / 2.0 * 1.5 - 0.25;
    const auto own = pulsed<cell2>{.rate_up = cell.rate_up, .rate_down = cell.rate_down, .margin = cell.margin}.device_of(draws_of(0, 0));
    CHECK(cell.after(zero, true, 1, own, 0.0f) - zero == doctest::Approx(0.002 * 0.75).epsilon(1e-5));
    CHECK(zero - cell.after(zero, false, 1, own, 0.0f) == doctest::Approx(0.002 * 0.75).epsilon(1e-5));
    CHECK(static_cast<double>(cell.noise) == doctest::Approx(3.75 * 0.002 * 0.75));
    CHECK(static_cast<double>(cell.top_variation) == doctest::Approx(0.3 * 0.75));
    CHECK(static_cast<double>(cell.bottom_variation) == doctest::Approx(0.3 * 0.75));
}

} // namespace pulsed_tests
