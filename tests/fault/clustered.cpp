#include <rcim/fault/clustered.hpp>

#include <doctest/doctest.h>
#include <statistics.hpp>

#include <vector>

using namespace rcim;
using namespace rcim_test;

namespace clustered_tests {

random_source crossbar(std::uint32_t number) { return {5, purpose::fault_map, 0, number}; }

TEST_CASE("gamma draws follow their distribution") {
    const auto sample = [](double shape) {
        std::vector<double> values;
        for (std::uint64_t i = 0; i < 20000; ++i) {
            values.push_back(random_source(8, purpose::test).gamma(i, shape));
        }
        return values;
    };
    CHECK(kolmogorov_smirnov(sample(1.0), [](double x) { return -std::expm1(-x); }) < ks_bound);
    CHECK(kolmogorov_smirnov(sample(2.0), [](double x) { return 1.0 - std::exp(-x) * (1.0 + x); }) < ks_bound);
    CHECK(kolmogorov_smirnov(sample(0.5), [](double x) { return std::erf(std::sqrt(x)); }) < ks_bound);
    CHECK(kolmogorov_smirnov(sample(4.0), [](double x) { return 1.0 - std::exp(-x) * (1.0 + x + x * x / 2.0 + x * x * x / 6.0); }) <
          ks_bound);
}

TEST_CASE("poisson draws follow their distribution") {
    for (const double mean : {0.3, 3.0}) {
        constexpr int n = 50000, bins = 9;
        std::vector<double> counts(bins, 0.0), expected(bins, 0.0);
        for (std::uint64_t i = 0; i < n; ++i) {
            counts[static_cast<std::size_t>(std::min(bins - 1, random_source(9, purpose::test).poisson(i, mean)))] += 1.0;
        }
        double share = std::exp(-mean), left = 1.0;
        for (std::size_t k = 0; k + 1 < bins; ++k) {
            expected[k] = n * share;
            left -= share;
            share *= mean / static_cast<double>(k + 1);
        }
        expected.back() = n * left;
        // Rare counts are put together, so that Pearson's statistic has its distribution.
        while (expected.back() < 10.0) {
            expected[expected.size() - 2] += expected.back();
            counts[counts.size() - 2] += counts.back();
            expected.pop_back();
            counts.pop_back();
        }
        CHECK(chi_square(counts, expected) < chi_square_bound(static_cast<int>(counts.size()) - 1));
    }
}

TEST_CASE("clustered: the density of a crossbar is exponential where the shape is one") {
    const clustered faults{.p_stuck_hrs = 0.04f, .p_stuck_lrs = 0.01f};
    const double rate = static_cast<double>(faults.p_stuck_hrs + faults.p_stuck_lrs);
    const double scale = 1.0 / (1.0 - rate) - 1.0;
    std::vector<double> densities;
    for (std::uint32_t n = 0; n < 20000; ++n) {
        densities.push_back(faults.density(crossbar(n)));
    }
    CHECK(mean_is(densities, rate));
    CHECK(kolmogorov_smirnov(densities, [&](double q) { return -std::expm1(std::log1p(-q) / scale); }) < ks_bound);
}

TEST_CASE("clustered: the rates asked for reach the cells, and counts of crossbars spread as the shape says") {
    for (const float shape : {0.5f, 2.0f, 1e6f}) {
        for (const float rate : {0.01f, 0.2f}) {
            const clustered faults{.p_stuck_hrs = 0.75f * rate, .p_stuck_lrs = 0.25f * rate, .shape = shape};
            INFO(describe(faults));
            constexpr int crossbars = 3000, cells = 256;
            std::vector<double> hrs, lrs, squares;
            const double p = static_cast<double>(rate);
            for (std::uint32_t n = 0; n < crossbars; ++n) {
                double low = 0.0, high = 0.0;
                for (std::uint64_t i = 0; i < cells; ++i) {
                    const int level = faults.stuck_level(crossbar(n), {.index = i}, 4);
                    low += level == 0 ? 1.0 : 0.0;
                    high += level == 3 ? 1.0 : 0.0;
                }
                hrs.push_back(low / cells);
                lrs.push_back(high / cells);
                squares.push_back((low + high - cells * p) * (low + high - cells * p));
            }
            CHECK(mean_is(hrs, 0.75 * p));
            CHECK(mean_is(lrs, 0.25 * p));
            // With q = 1 - exp(-mean), E[1 - q] = 1 - p and E[(1 - q)^2] = (1 + 2 scale)^-shape.
            const double scale = std::expm1(-std::log1p(-p) / static_cast<double>(shape));
            const double second = std::exp(-static_cast<double>(shape) * std::log1p(2.0 * scale));
            const double variance = cells * (1.0 - p - second) + 1.0 * cells * cells * (second - (1.0 - p) * (1.0 - p));
            CHECK(mean_is(squares, variance));
        }
    }
}

} // namespace clustered_tests
