#include <rcim/noise/pytorx_noise.hpp>

#include <doctest/doctest.h>
#include <noise/cells.hpp>
#include <statistics.hpp>

#include <cmath>
#include <string>
#include <vector>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("pytorx_noise: He et al., DAC 2019 (PytorX), 333 uS at 300 K: 1.272e-7 S at 10 MHz and 0.1 V, in all 0.337 levels") {
    const pytorx_noise noise;
    CHECK(pytorx_noise{.level_step_s = 0.0}.deviation(3.33e-4, 0.1) == doctest::Approx(1.272e-7).epsilon(5e-4));
    CHECK(noise.deviation(3.33e-4, 0.1) / noise.level_step_s == doctest::Approx(0.337).epsilon(1e-3));
}

TEST_CASE("pytorx_noise: He et al., DAC 2019 (PytorX), 333 uS at 300 K: 8.11e-6 S at 1 GHz and 0.01 V, three levels") {
    const pytorx_noise noise{.bandwidth_hz = 1e9};
    CHECK(pytorx_noise{.bandwidth_hz = 1e9, .level_step_s = 0.0}.deviation(3.33e-4, 0.01) == doctest::Approx(8.11e-6).epsilon(5e-4));
    CHECK(noise.deviation(3.33e-4, 0.01) / noise.level_step_s == doctest::Approx(3.1).epsilon(0.02));
}

TEST_CASE("pytorx_noise: thermal and shot noise at a steady voltage are those of the library, to the rounding of k and q") {
    // As a conductance: the variance of the current over the square of the voltage.
    const double g = 1e-4, volts = 0.2, f = 1e7;
    const double current = 4.0 * 1.380649e-23 * 300.0 * f * g + 2.0 * 1.602176634e-19 * f * g * volts;
    CHECK(pytorx_noise{.level_step_s = 0.0}.deviation(g, volts) == doctest::Approx(std::sqrt(current) / volts).epsilon(1e-3));
}

TEST_CASE("pytorx_noise: normal around the conductance for a pass, by the voltage of the row") {
    constexpr std::uint64_t count = 100000;
    const pytorx_noise noise{.telegraph = false, .images_per_forward = 8};
    CHECK(is_normal(found(noise, 3.33e-4, count, 0.001), 3.33e-4, noise.deviation(3.33e-4, 0.001)));
    // A row without voltage keeps the spread of its levels.
    CHECK(is_normal(found(noise, 3.33e-4, count), 3.33e-4, noise.level_step_s / 3.0));
    for (std::uint64_t n = 0; n < 50; ++n) {
        const double first = noise.held(1e-4, cell_at(n, 16, 0.1));
        CHECK(noise.held(1e-4, cell_at(n, 23, 0.1)) == first);
        CHECK(noise.held(1e-4, cell_at(n, 24, 0.1)) != first);
        CHECK(noise.held(1e-4, cell_at(n, 15, 0.1)) != first);
    }
    // None is negative.
    const std::vector<double> dark = found(noise, 0.0, count, 0.1);
    double zero = 0.0;
    for (const double x : dark) {
        REQUIRE(x >= 0.0);
        zero += x == 0.0 ? 1.0 : 0.0;
    }
    CHECK(binomial(zero, count, 0.5));
}

TEST_CASE("pytorx_noise: RTN moves the mean, and is drawn apart from the normal part") {
    constexpr std::uint64_t count = 100000;
    const double g = 1e-5;
    const double change = telegraph{}.disturbed(g) - g;
    const pytorx_noise noise{.level_step_s = 3e-7};
    const double sigma = noise.deviation(g, 1.0);
    const std::vector<double> sample = found(noise, g, count, 1.0);
    CHECK(mean_is(sample, g + 0.5 * change));
    CHECK(!mean_is(sample, g));
    // Independent parts: their variances add, to five standard errors.
    CHECK(moments_of(sample).deviation == doctest::Approx(std::hypot(sigma, 0.5 * change)).epsilon(5.0 / std::sqrt(2.0 * count)));
}

TEST_CASE("pytorx_noise: as published") {
    const pytorx_noise theirs{.level_step_s = 0.0, .telegraph = false, .as_published = true};
    held_cell cell = cell_at(5, 0, 0.1);
    cell.column_volts = 0.02;
    held_cell swapped = cell_at(5, 0, 0.02);
    // The voltage is that of another row.
    CHECK(theirs.held(1e-4, cell) == pytorx_noise{.level_step_s = 0.0, .telegraph = false}.held(1e-4, swapped));
    CHECK(theirs.held(1e-4, cell) != pytorx_noise{.level_step_s = 0.0, .telegraph = false}.held(1e-4, cell));
    // Where there is none, no noise at all.
    cell.column_volts = 0.0;
    CHECK(pytorx_noise{.telegraph = false, .as_published = true}.held(1e-4, cell) == 1e-4);
    CHECK(pytorx_noise{.telegraph = false}.held(1e-4, cell_at(5)) != 1e-4);
    // Theirs is no mean: a layer of 64 rows, batch 1000, one position.
    cell.column_volts = 0.1;
    held_cell scaled = cell;
    scaled.column_volts = 0.1 * std::sqrt(1.0 / 1000.0) / 64.0;
    CHECK(pytorx_noise{.as_published = true, .volts_factor = std::sqrt(1.0 / 1000.0) / 64.0}.held(1e-4, cell) ==
          pytorx_noise{.as_published = true}.held(1e-4, scaled));
    // RTN beyond its range, as in their run.sh.
    CHECK(pytorx_noise{.as_published = true}.trapped(3.33e-8) == doctest::Approx(-4.16e-8).epsilon(2e-3));
    CHECK(pytorx_noise{.as_published = true}.trapped(1e-4) == doctest::Approx(pytorx_noise{}.trapped(1e-4)).epsilon(1e-9));
}

TEST_CASE("pytorx_noise: levels for which RTN has no fit") {
    CHECK(objection(pytorx_noise{}, 3.33e-7, 3.33e-4) == "");
    CHECK(objection(pytorx_noise{}, 3.33e-8, 3.33e-4).starts_with("pytorx_noise: telegraph: clamp: expected true"));
    CHECK(objection(pytorx_noise{.clamp = true}, 0.0, 3.33e-4) == "");
    CHECK(objection(pytorx_noise{.telegraph = false}, 0.0, 3.33e-4) == "");
    CHECK(objection(pytorx_noise{.as_published = true}, 0.0, 3.33e-4) == "");
}
