#include <rcim/cell/pulse_presets.hpp>
#include <rcim/cell/write_verified.hpp>

#include <doctest/doctest.h>
#include <statistics.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace rcim;
using namespace rcim_test;

namespace exponential_steps_tests {

using cell2 = multilevel_cell<2>;
constexpr cell2 leaky{.on_off_ratio = 2.0}; // HRS draws three levels: the lower bound is not cut off

cell_draws draws_of(std::uint64_t cell, std::uint32_t step = 1) {
    return {random_source(4, purpose::cell_device, 1), random_source(4, purpose::cell_write, 1, step), cell};
}

/// One pulse in the units of the source, written down anew: w in [-1, 1].
double pulse(double w, bool up, const exponential_preset& p) {
    const double z = 2.0 * w / (p.w_max - p.w_min) * p.a + p.b;
    const double step = up ? p.dw_min * std::max(1.0 - p.A_up * std::exp(p.gamma_up * z), 0.0)
                           : -p.dw_min * (1.0 - p.up_down) * std::max(1.0 - p.A_down * std::exp(-p.gamma_down * z), 0.0);
    return std::clamp(w + step, p.w_min, p.w_max);
}

TEST_CASE("exponential_steps: pulse by pulse the curve of the source, in shares of the range") {
    const auto cell = pulses_of(reram_es, leaky, 0.1f);
    const double width = 1.0 + 2.0 * static_cast<double>(0.1f);
    auto quiet = cell;
    quiet.noise = 0.0f;
    double w_up = -1.0, w_down = 1.0;
    double up = -static_cast<double>(0.1f), down = 1.0 + static_cast<double>(0.1f);
    for (int n = 0; n < 2500; ++n) {
        w_up = pulse(w_up, true, reram_es);
        w_down = pulse(w_down, false, reram_es);
        up = quiet.after(up, true, 1, quiet.nominal(), draws_of(1));
        down = quiet.after(down, false, 1, quiet.nominal(), draws_of(1));
        REQUIRE(up == doctest::Approx(0.5 + 0.5 * width * w_up).epsilon(1e-5));
        REQUIRE(down == doctest::Approx(0.5 + 0.5 * width * w_down).epsilon(1e-5));
    }
    CHECK(w_up == 1.0);
    CHECK(w_down == -1.0);
}

TEST_CASE("exponential_steps: without noise the controller's count of pulses ends within a few steps of the goal") {
    auto cell = pulses_of(reram_es, leaky);
    cell.noise = 0.0f;
    double worst = 0.0;
    for (const double from : {0.0, 1.0 / 3, 0.5, 1.0}) {
        for (const double to : {0.0, 1.0 / 3, 2.0 / 3, 1.0}) {
            if (from != to) {
                const int pulses = cell.pulses_for(from, to);
                worst = std::max(worst, std::abs(cell.after(from, to > from, pulses, cell.nominal(), draws_of(1)) - to));
            }
        }
    }
    CHECK(worst < 3.0 * static_cast<double>(cell.step));
    CHECK(cell.pulses_for(0.0, 1.0) > 500);
    CHECK(cell.pulses_for(1.0, 0.0) != cell.pulses_for(0.0, 1.0));
    CHECK(cell.pulses_for(0.5, 0.5001) == 1);
}

TEST_CASE("exponential_steps: where nothing can be reached pulses end, and steps never turn round") {
    exponential_steps<cell2> cell{
        .step = 0.01f, .amplitude_up = 1.0f, .steepness_up = 1.0f, .shift = 1.0f, .most_pulses = 50, .inner = leaky};
    CHECK(cell.pulses_for(0.4, 0.9) == 50); // 1 - exp(z) < 0 above z = 0
    CHECK(cell.after(0.4, true, 50, cell.nominal(), draws_of(1)) == 0.4);
    CHECK_THROWS_WITH_AS(validate(exponential_steps<cell2>{.slope = 0.0f}), doctest::Contains("slope"), error);
}

TEST_CASE("exponential_steps: the noise of a pulse is a share of its step, and devices differ as they should") {
    const exponential_steps<cell2> cell{.step = 0.01f, .margin = 2.0f, .noise = 0.5f, .step_variation = 0.2f, .inner = leaky};
    std::vector<double> moved, gains;
    for (std::uint64_t n = 0; n < 50000; ++n) {
        moved.push_back(cell.after(0.5, true, 4, cell.nominal(), draws_of(n).inner()) - 0.5);
        gains.push_back(cell.device_of(draws_of(n)).up);
    }
    CHECK(is_normal(moved, 4 * static_cast<double>(0.01f), 2 * 0.5 * static_cast<double>(0.01f)));
    CHECK(is_normal(gains, static_cast<double>(0.01f), static_cast<double>(0.2f) * static_cast<double>(0.01f)));
}

TEST_CASE("exponential_steps: a write-verify loop brings a noisy cell nearer to its level") {
    const level_ladder ladder(leaky, 4);
    const auto open = pulses_of(reram_es, leaky);
    const write_verified<exponential_steps<cell2>> closed{.tolerance = 0.1f, .budget = 5000, .inner = open};
    double open_error = 0.0, closed_error = 0.0;
    for (std::uint64_t n = 0; n < 500; ++n) {
        const cell_write write{.held = 0.0f, .target = 2, .ladder = ladder};
        open_error += std::abs(static_cast<double>(program_cell(open, write, draws_of(n)).position) - 2.0);
        closed_error += std::abs(static_cast<double>(program_cell(closed, write, draws_of(n)).position) - 2.0);
    }
    CHECK(closed_error < 0.6 * open_error);
}

} // namespace exponential_steps_tests
