#include <rcim/convert/calibrated.hpp>
#include <rcim/convert/table_adc.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/core/random.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

using namespace rcim;

namespace calibrate_tests {

constexpr random_source draws(5, purpose::test);

/// Sums that crowd around a place, with a few far away; whole if asked for.
std::vector<double> crowded(const sum_range& full_scale, int count, std::uint32_t n, bool whole) {
    std::vector<double> sums;
    const double span = full_scale.high - full_scale.low;
    for (int k = 0; k < count; ++k) {
        const double far = draws.fork(n).uniform(static_cast<std::uint64_t>(k)) < 0.1f ? 0.4 : 0.06;
        const double middle = full_scale.low + (0.5 + 0.1 * n / 8.0) * span;
        const double x = middle + far * span * draws.fork(100 + n).normal(static_cast<std::uint64_t>(k));
        sums.push_back(std::clamp(whole ? std::nearbyint(x) : x, full_scale.low, full_scale.high));
    }
    return sums;
}

sum_histogram of(const std::vector<double>& sums, const sum_range& full_scale) {
    sum_histogram seen(full_scale);
    for (const double sum : sums) {
        seen.add(sum);
    }
    return seen;
}

double error_of(const std::vector<double>& sums, const std::function<double(double)>& convert) {
    double sum = 0.0;
    for (const double x : sums) {
        sum += (convert(x) - x) * (convert(x) - x) / static_cast<double>(sums.size());
    }
    return sum;
}

TEST_CASE("sum_histogram: a bin for each whole number and enough of them, or 1024; merging is adding") {
    const sum_range full_scale{-384.0, 384.0};
    const std::vector<double> sums = crowded(full_scale, 1000, 1, true);
    const sum_histogram seen = of(sums, full_scale);
    CHECK(seen.bins() == 769);
    CHECK(seen.step() == 1.0);
    CHECK(seen.total() == 1000);
    for (std::size_t bin = 0; bin < seen.bins(); ++bin) {
        CHECK(seen.value(bin) == static_cast<double>(bin) - 384.0);
        CHECK(static_cast<std::ptrdiff_t>(seen.count(bin)) == std::count(sums.begin(), sums.end(), seen.value(bin)));
    }
    sum_histogram merged(full_scale);
    for (std::size_t part = 0; part < 3; ++part) {
        sum_histogram some(full_scale);
        for (std::size_t i = part; i < sums.size(); i += 3) {
            some.add(sums[i]);
        }
        merged += some;
    }
    CHECK(merged == seen);
    sum_histogram edges(full_scale);
    edges.add(-1e300);
    edges.add(1e300, 3);
    edges.add(std::nan(""));
    CHECK(edges.count(0) == 1);
    CHECK(edges.count(768) == 3);
    CHECK(edges.total() == 4);

    CHECK(sum_histogram({0.0, 16383.0}).bins() == 16384);
    CHECK(sum_histogram({0.0, 16384.0}).bins() == 1024);
    CHECK(sum_histogram({0.0, 0.5}).bins() == 1024);
    CHECK(sum_histogram({-1.0, 2.0}).bins() == 385);
    CHECK(sum_histogram({-1.0, 2.0}).value(129) == 0.0078125);
    CHECK(sum_histogram({0.0, 0.5}).value(1023) == doctest::Approx(0.5));
    CHECK_THROWS_AS(merged += sum_histogram({0.0, 384.0}), error);
    CHECK_THROWS_AS(sum_histogram({1.0, 1.0}), error);
    CHECK_THROWS_AS(sum_histogram({0.0, std::numeric_limits<double>::infinity()}), error);
}

TEST_CASE("percentile_range: the least that holds the share, by trying all") {
    for (const sum_range full_scale : {sum_range{0.0, 200.0}, sum_range{-100.0, 100.0}, sum_range{-3.5, 90.0}, sum_range{10.0, 12.0}}) {
        for (std::uint32_t n = 0; n < 4; ++n) {
            const sum_histogram seen = of(crowded(full_scale, 500, n, false), full_scale);
            for (const double share : {0.01, 0.5, 0.9, 0.999, 1.0}) {
                const sum_range found = percentile_range(seen, share);
                double least = std::numeric_limits<double>::infinity();
                for (std::size_t bin = 0; bin < seen.bins(); ++bin) {
                    const double high = full_scale.low < 0.0 ? std::abs(seen.value(bin)) : seen.value(bin);
                    std::uint64_t held = 0;
                    for (std::size_t b = 0; b < seen.bins(); ++b) {
                        held += (full_scale.low < 0.0 ? std::abs(seen.value(b)) : seen.value(b)) <= high ? seen.count(b) : 0;
                    }
                    least = static_cast<double>(held) >= share * static_cast<double>(seen.total()) ? std::min(least, high) : least;
                }
                const double origin = full_scale.low < 0.0 ? 0.0 : full_scale.low;
                CHECK(found.high == std::max(least, origin + seen.step()));
                CHECK(found.low == (full_scale.low < 0.0 ? -found.high : full_scale.low));
            }
        }
    }
    sum_histogram nothing({0.0, 8.0});
    CHECK(percentile_range(nothing, 0.9) == nothing.full_scale());
    CHECK(least_error_range(nothing, 8, {0.0, 8.0}) == nothing.full_scale());
    nothing.add(0.0, 5);
    CHECK(percentile_range(nothing, 1.0) == sum_range{0.0, nothing.step()});
}

TEST_CASE("least_error_range: no whole bound does better") {
    for (const sum_range full_scale : {sum_range{0.0, 300.0}, sum_range{-150.0, 150.0}}) {
        for (std::uint32_t n = 0; n < 4; ++n) {
            const std::vector<double> sums = crowded(full_scale, 800, n, true);
            const sum_histogram seen = of(sums, full_scale);
            for (const std::int32_t levels : {3, 8, 15, 64}) {
                const sum_range found = least_error_range(seen, levels, full_scale);
                const auto error = [&](double low, double high) {
                    const double step = (high - low) / (levels - 1);
                    return error_of(sums, [&](double x) { return low + step * std::nearbyint((std::clamp(x, low, high) - low) / step); });
                };
                double least = std::numeric_limits<double>::infinity();
                for (double high = 1.0; high <= full_scale.high; high += 1.0) {
                    least = std::min(least, error(full_scale.low < 0.0 ? -high : 0.0, high));
                }
                CHECK(error(found.low, found.high) <= least * (1.0 + 1e-9));
                CHECK(found.low == (full_scale.low < 0.0 ? -found.high : 0.0));
                CHECK(conversion_error(seen, adc_transfer::uniform(found.low, found.high, levels)) ==
                      doctest::Approx(error(found.low, found.high)).epsilon(1e-9));
            }
        }
    }
    // Wide enough to keep every sum, and no wider.
    sum_histogram seen({0.0, 384.0});
    for (int sum = 0; sum < 64; ++sum) {
        seen.add(sum);
    }
    CHECK(least_error_range(seen, 64, {0.0, 384.0}) == sum_range{0.0, 63.0});
    // 1024 bounds are tried of 16384.
    sum_histogram wide({0.0, 16383.0});
    wide.add(1000.0);
    wide.add(2000.0);
    CHECK(least_error_range(wide, 3, {0.0, 16383.0}).high == 2000.0);
}

TEST_CASE("fitted_levels: no other levels do better, by trying every cut") {
    const sum_range full_scale{-20.0, 20.0};
    for (std::uint32_t n = 0; n < 6; ++n) {
        std::vector<double> sums = crowded(full_scale, 40, n, true);
        const sum_histogram seen = of(sums, full_scale);
        std::sort(sums.begin(), sums.end());
        std::vector<double> distinct = sums;
        distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
        // Of sorted sums cut into four runs, each at its mean.
        const auto run_error = [&](double from, double to) {
            double count = 0.0, mean = 0.0, error = 0.0;
            for (const double x : sums) {
                count += x >= from && x < to ? 1.0 : 0.0;
                mean += x >= from && x < to ? x : 0.0;
            }
            mean /= count;
            for (const double x : sums) {
                error += x >= from && x < to ? (x - mean) * (x - mean) : 0.0;
            }
            return error / static_cast<double>(sums.size());
        };
        REQUIRE(distinct.size() > 4);
        double least = std::numeric_limits<double>::infinity();
        const std::size_t all = distinct.size();
        for (std::size_t a = 1; a < all; ++a) {
            for (std::size_t b = a + 1; b < all; ++b) {
                for (std::size_t c = b + 1; c < all; ++c) {
                    least = std::min(least, run_error(-1e9, distinct[a]) + run_error(distinct[a], distinct[b]) +
                                                run_error(distinct[b], distinct[c]) + run_error(distinct[c], 1e9));
                }
            }
        }
        const std::vector<double> levels = fitted_levels(seen, 2);
        REQUIRE(levels.size() == 4);
        CHECK(std::is_sorted(levels.begin(), levels.end()));
        const auto nearest = [&](double x) {
            return *std::min_element(levels.begin(), levels.end(), [&](double l, double r) { return std::abs(l - x) < std::abs(r - x); });
        };
        CHECK(error_of(sums, nearest) == doctest::Approx(least).epsilon(1e-9));
    }
}

TEST_CASE("fitted_levels: Lloyd's condition on many bins, and less error than even steps over the least-error range") {
    for (const sum_range full_scale : {sum_range{-5000.0, 5000.0}, sum_range{0.0, 0.7}}) {
        const std::vector<double> sums = crowded(full_scale, 5000, 2, full_scale.high > 1.0);
        const sum_histogram seen = of(sums, full_scale);
        for (const int bits : {1, 3, 5}) {
            const std::vector<double> levels = fitted_levels(seen, bits);
            REQUIRE(levels.size() == std::size_t{1} << bits);
            for (std::size_t l = 0; l < levels.size(); ++l) {
                const double from = l == 0 ? -1e9 : 0.5 * (levels[l - 1] + levels[l]);
                const double to = l + 1 == levels.size() ? 1e9 : 0.5 * (levels[l] + levels[l + 1]);
                double count = 0.0, sum = 0.0;
                for (std::size_t bin = 0; bin < seen.bins(); ++bin) {
                    if (seen.value(bin) >= from && seen.value(bin) < to) {
                        count += static_cast<double>(seen.count(bin));
                        sum += static_cast<double>(seen.count(bin)) * seen.value(bin);
                    }
                }
                CHECK(sum / count == doctest::Approx(levels[l]).epsilon(1e-6));
            }
            const table_adc fitted(levels);
            const sum_range even = least_error_range(seen, 1 << bits, full_scale);
            CHECK(conversion_error(seen, fitted.transfer({})) <
                  conversion_error(seen, adc_transfer::uniform(even.low, even.high, 1 << bits)));
        }
    }
}

TEST_CASE("fitted_levels: fewer sums than levels") {
    sum_histogram seen({0.0, 10.0});
    CHECK(fitted_levels(seen, 3) == std::vector<double>{0.0, 10.0});
    seen.add(4.0);
    CHECK(fitted_levels(seen, 3) == std::vector<double>{0.0, 4.0});
    seen.add(7.0);
    CHECK(fitted_levels(seen, 3) == std::vector<double>{4.0, 7.0});
    sum_histogram at_zero({0.0, 10.0});
    at_zero.add(0.0);
    CHECK(fitted_levels(at_zero, 3) == std::vector<double>{0.0, 10.0});
    CHECK_THROWS_AS(static_cast<void>(fitted_levels(seen, 0)), error);
    CHECK_THROWS_AS(static_cast<void>(fitted_levels(seen, 9)), error);
}

TEST_CASE("calibrated: the range by its rule, for the levels of the converter") {
    const sum_range full_scale{-384.0, 384.0};
    const sum_histogram seen = of(crowded(full_scale, 2000, 0, true), full_scale);
    const adc_site site{.full_scale = full_scale};
    const uniform_adc<5, calibrated> most{.range = {.share = 0.9}};
    CHECK(most.fit(seen, site) == percentile_range(seen, 0.9));
    CHECK(most.grain() == calibration_grain::layer);
    const uniform_adc<5, calibrated> least{.range = {.rule = calibration_rule::least_error, .grain = calibration_grain::column}};
    CHECK(least.fit(seen, site) == least_error_range(seen, 31, full_scale));
    CHECK(least.index() == converter_index::per_column);
    const sum_range found = least.fit(seen, site);
    adc_site after = site;
    after.fitted = &found;
    CHECK(least.transfer(after).low == found.low);
    CHECK(conversion_error(seen, least.transfer(after)) < conversion_error(seen, least.transfer(site)));
}

} // namespace calibrate_tests
