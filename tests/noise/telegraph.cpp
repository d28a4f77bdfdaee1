#include <rcim/noise/telegraph.hpp>

#include <doctest/doctest.h>
#include <noise/cells.hpp>
#include <statistics.hpp>

#include <cmath>
#include <string>
#include <vector>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("telegraph: He et al., DAC 2019 (PytorX): 0.20 % at 3 kohm, 50.0 % at 3 Mohm, no fit at 30 Mohm") {
    const telegraph noise;
    CHECK(noise.change(1.0 / 3e3) == doctest::Approx(0.0019986).epsilon(1e-6));
    CHECK(noise.change(1.0 / 3e6) == doctest::Approx(0.5001).epsilon(1e-6));
    CHECK(noise.change(1.0 / 30e6) == doctest::Approx(4.9875).epsilon(1e-6));
    CHECK((1.0 - noise.b) / noise.a == doctest::Approx(6.008e6).epsilon(1e-4));
    for (const double g : {3.33e-4, 1e-5, 1.0 / 3e6}) {
        // Their form, and R' = R (1 - r).
        const double p = noise.b * g + noise.a;
        CHECK(noise.disturbed(g) == doctest::Approx(g + g * p / (g - p)).epsilon(1e-12));
        CHECK(1.0 / noise.disturbed(g) == doctest::Approx((1.0 - noise.change(g)) / g).epsilon(1e-12));
    }
}

TEST_CASE("telegraph: levels for which there is no fit are an error, or r is cut") {
    CHECK(objection(telegraph{}, 1.0 / 3e6, 3.33e-4) == "");
    CHECK(objection(telegraph{}, 1.0 / 30e6, 3.33e-4) ==
          "telegraph: clamp: expected true, or conductances above a / (1 - b) = 1.6645e-07 S, where the fit holds, "
          "found false, and levels from 3.33333e-08 to 0.000333 S");
    CHECK(objection(telegraph{}, 0.0, 1e-4) != "");
    CHECK(objection(telegraph{.probability = 0.0}, 0.0, 1e-4) == "");
    CHECK(objection(telegraph{.clamp = true}, 0.0, 1e-4) == "");
    const telegraph cut{.clamp = true, .largest_change = 0.4};
    CHECK(cut.disturbed(1e-4) == telegraph{}.disturbed(1e-4));
    CHECK(cut.disturbed(1.0 / 3e6) == doctest::Approx(1.0 / 3e6 / 0.6));
    CHECK(cut.disturbed(1e-9) == doctest::Approx(1e-9 / 0.6));
    CHECK(cut.disturbed(0.0) == 0.0);
    // What errors of programming leave down there does not run off.
    CHECK(telegraph{}.disturbed(1.0 / 30e6) == doctest::Approx(2.0 / 30e6));
    CHECK_THROWS_AS(validate(telegraph{.dwell_images = 0}), error);
    CHECK_THROWS_AS(validate(telegraph{.largest_change = 1.0}), error);
}

TEST_CASE("telegraph: as many cells as it says have a filled trap, and the mean of reads is off") {
    constexpr std::uint64_t count = 100000;
    const double g = 1e-6;
    for (const double p : {0.5, 0.1}) {
        const telegraph noise{.probability = p};
        const std::vector<double> sample = found(noise, g, count);
        double filled = 0.0;
        for (const double x : sample) {
            REQUIRE((x == g || x == noise.disturbed(g)));
            filled += x == g ? 0.0 : 1.0;
        }
        CHECK(binomial(filled, count, p));
        const double change = noise.disturbed(g) - g; // 20 % of g
        CHECK(change == doctest::Approx(0.2011 * g).epsilon(1e-3));
        CHECK(mean_is(sample, g + p * change));
        CHECK(!mean_is(sample, g));
        CHECK(moments_of(sample).deviation == doctest::Approx(change * std::sqrt(p * (1.0 - p))).epsilon(0.02));
    }
}

TEST_CASE("telegraph: a state lasts for the images of a dwell and is then drawn anew") {
    const telegraph noise{.dwell_images = 16};
    constexpr std::uint64_t dwells = 4000;
    double filled = 0.0, changed = 0.0;
    bool before = false;
    int broken = 0;
    for (std::uint64_t d = 0; d < dwells; ++d) {
        const double first = noise.held(1e-5, cell_at(77, 16 * d));
        for (std::uint64_t image = 1; image < 16; ++image) {
            broken += noise.held(1e-5, cell_at(77, 16 * d + image)) == first ? 0 : 1;
        }
        const bool now = first != 1e-5;
        filled += now ? 1.0 : 0.0;
        changed += now != before ? 1.0 : 0.0;
        before = now;
    }
    CHECK(broken == 0);
    CHECK(binomial(filled, dwells, 0.5));
    CHECK(binomial(changed, dwells, 0.5)); // whatever the state was: memoryless
}

TEST_CASE("telegraph: cells, crossbars and dwells are independent") {
    const telegraph noise{.dwell_images = 4};
    constexpr std::uint64_t count = 100000;
    double neighbours = 0.0, dwells = 0.0, seeds = 0.0;
    for (std::uint64_t n = 0; n < count; ++n) {
        const double own = noise.held(1e-5, cell_at(2 * n));
        neighbours += own == noise.held(1e-5, cell_at(2 * n + 1)) ? 1.0 : 0.0;
        dwells += own == noise.held(1e-5, cell_at(2 * n, 4)) ? 1.0 : 0.0;
        seeds += own == noise.held(1e-5, cell_at(2 * n, 0, 0.0, 12)) ? 1.0 : 0.0;
    }
    CHECK(binomial(neighbours, count, 0.5));
    CHECK(binomial(dwells, count, 0.5));
    CHECK(binomial(seeds, count, 0.5));
}

TEST_CASE("telegraph: redrawn for every bit of the input it would understate the spread of an 8-bit sum by a factor of 1.7") {
    // A column of cells, inputs of all ones, one bit in each of eight cycles, shifted and added. Held, a cell's change d counts
    // d sum 2^k; drawn anew in each cycle, deviations add in squares, d sqrt(sum 4^k). The ratio is sqrt(255^2 / 21845) = sqrt(2.977).
    const double expected = std::sqrt(255.0 * 255.0 / 21845.0);
    CHECK(expected == doctest::Approx(std::sqrt(3.0)).epsilon(0.005));
    const telegraph noise{.dwell_images = 1};
    constexpr std::uint64_t images = 20000, rows = 4;
    std::vector<double> held, redrawn;
    for (std::uint64_t image = 0; image < images; ++image) {
        double held_sum = 0.0, redrawn_sum = 0.0;
        for (std::uint64_t k = 0; k < 8; ++k) {
            for (std::uint64_t row = 0; row < rows; ++row) {
                held_sum += std::ldexp(noise.held(1e-6, cell_at(row, image)), static_cast<int>(k));
                redrawn_sum += std::ldexp(noise.held(1e-6, cell_at(row, 8 * image + k)), static_cast<int>(k));
            }
        }
        held.push_back(held_sum);
        redrawn.push_back(redrawn_sum);
    }
    const moments one = moments_of(held), other = moments_of(redrawn);
    const double d = noise.disturbed(1e-6) - 1e-6;
    // Binomial and close to it: a deviation from n values is off by at most 1 / sqrt(2 n), to five of these.
    const double bound = 5.0 / std::sqrt(2.0 * images);
    CHECK(one.deviation == doctest::Approx(0.5 * d * std::sqrt(rows) * 255.0).epsilon(bound));
    CHECK(other.deviation == doctest::Approx(0.5 * d * std::sqrt(rows) * std::sqrt(21845.0)).epsilon(bound));
    CHECK(one.deviation / other.deviation == doctest::Approx(expected).epsilon(1.5 * bound));
    MESSAGE("ratio of spreads: ", one.deviation / other.deviation);
    // The mean is the same.
    CHECK(std::abs(one.mean - other.mean) < 5.0 * std::hypot(one.deviation, other.deviation) / std::sqrt(1.0 * images));
}
