#include <statistics.hpp>
#include <rcim/cell/cycle_variation.hpp>
#include <rcim/cell/device_variation.hpp>
#include <rcim/cell/drifting.hpp>
#include <rcim/cell/programming_error.hpp>
#include <rcim/cell/write_verified.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace rcim;
using namespace rcim_test;

namespace variation_tests {

constexpr int count = 100000;
using cell2 = multilevel_cell<2>;
/// HRS draws a third of a level, so that no error reaches a conductance of zero.
constexpr cell2 leaky{.on_off_ratio = 10.0};

cell_draws draws_of(std::uint64_t cell, std::uint32_t step) {
    return {random_source(3, purpose::cell_device, 1), random_source(3, purpose::cell_write, 1, step), cell};
}

/// The position of a cell after a write.
template <class Cell>
double written(const Cell& cell, std::uint64_t number, std::uint32_t step, int target, float held = 0.0f) {
    const level_ladder ladder(cell, 4);
    return static_cast<double>(program_cell(cell, {held, target, ladder}, draws_of(number, step)).position);
}

/// The positions of many cells, or of one in many steps.
template <class Cell>
std::vector<double> cells(const Cell& cell, int target) {
    const level_ladder ladder(cell, 4);
    std::vector<double> sample;
    for (int n = 0; n < count; ++n) {
        sample.push_back(static_cast<double>(program_cell(cell, {0.0f, target, ladder}, draws_of(static_cast<std::uint64_t>(n), 0)).position));
    }
    return sample;
}
template <class Cell>
std::vector<double> steps(const Cell& cell, int target) {
    const level_ladder ladder(cell, 4);
    std::vector<double> sample;
    for (int n = 0; n < count; ++n) {
        sample.push_back(static_cast<double>(program_cell(cell, {0.0f, target, ladder}, draws_of(7, static_cast<std::uint32_t>(n))).position));
    }
    return sample;
}

TEST_CASE("programming_error: normal around each level with the level's own deviation") {
    const programming_error<cell2> cell{.sigma = {0.02f, 0.1f, 0.0f, 0.3f}, .inner = leaky};
    CHECK(is_normal(cells(cell, 0), 0.0, 0.02));
    CHECK(is_normal(cells(cell, 1), 1.0, 0.1));
    CHECK(is_normal(steps(cell, 3), 3.0, 0.3));
    CHECK(written(cell, 5, 9, 2) == 2.0);
    CHECK(written(cell, 5, 9, 1) != written(cell, 5, 10, 1));
    CHECK(written(cell, 5, 9, 1) != written(cell, 6, 9, 1));
    CHECK(written(cell, 5, 9, 1) == written(cell, 5, 9, 1));
}

TEST_CASE("programming_error and device_variation: cells, writes and chips are independent") {
    const programming_error<cell2> error{.sigma = {0.1f, 0.1f, 0.1f, 0.1f}, .inner = leaky};
    const device_variation<cell2> device{.sigma = 0.1f, .inner = leaky};
    const level_ladder ladder(error, 4), of_device(device, 4);
    const auto place = [&](const auto& cell, const level_ladder& levels, double sigma, std::uint64_t seed, std::uint64_t number, std::uint32_t step) {
        const cell_draws draws{random_source(seed, purpose::cell_device, 1), random_source(seed, purpose::cell_write, 1, step), number};
        return normal_cdf((static_cast<double>(program_cell(cell, {0.0f, 2, levels}, draws).position) - 2.0) / sigma);
    };
    const double of_factor = 0.1 * 7.0 / 3.0; // of the conductance, HRS included
    uniform_pairs cells_of_errors, writes, chips, cells_of_devices, devices_of_chips;
    for (std::uint64_t n = 0; n < count; n += 2) {
        const double here = place(error, ladder, 0.1, 3, n, 0);
        cells_of_errors.add(here, place(error, ladder, 0.1, 3, n + 1, 0));
        writes.add(here, place(error, ladder, 0.1, 3, n, 1));
        chips.add(here, place(error, ladder, 0.1, 4, n, 0));
        const double factor = place(device, of_device, of_factor, 3, n, 0);
        cells_of_devices.add(factor, place(device, of_device, of_factor, 3, n + 1, 0));
        devices_of_chips.add(factor, place(device, of_device, of_factor, 4, n, 0));
    }
    CHECK(cells_of_errors.independent());
    CHECK(writes.independent());
    CHECK(chips.independent());
    CHECK(cells_of_devices.independent());
    CHECK(devices_of_chips.independent());
}

TEST_CASE("programming_error: no conductance becomes negative") {
    const std::vector<double> sample = cells(programming_error<cell2>{.sigma = {0.1f, 0.0f, 0.0f, 0.0f}}, 0);
    CHECK(*std::min_element(sample.begin(), sample.end()) == 0.0);
    const auto zero = static_cast<double>(std::count(sample.begin(), sample.end(), 0.0));
    CHECK(std::abs(zero - 0.5 * count) < 5.0 * std::sqrt(0.25 * count));
}

TEST_CASE("device_variation: a normal factor of each cell, the same in every write") {
    // The conductance at level 2 is 7/3 of a level.
    const device_variation<cell2> cell{.sigma = 0.1f, .inner = leaky};
    CHECK(is_normal(cells(cell, 2), 2.0, 0.1 * 7.0 / 3.0));
    CHECK(written(cell, 8, 1, 2) == written(cell, 8, 2, 2));
    // One factor for all levels.
    const double third = 1.0 / 3.0;
    CHECK((written(cell, 8, 1, 3) + third) / (written(cell, 8, 1, 1) + third) == doctest::Approx(2.5).epsilon(1e-6));
}

TEST_CASE("device_variation: a lognormal factor with a mean of one") {
    const device_variation<cell2> cell{.sigma = 0.4f, .lognormal = true};
    std::vector<double> logarithms = cells(cell, 3);
    double sum = 0.0;
    for (double& x : logarithms) {
        sum += x;
        x = std::log(x / 3.0);
    }
    CHECK(is_normal(logarithms, -0.08, 0.4));
    CHECK(std::abs(sum / count - 3.0) < 5.0 * 3.0 * std::sqrt((std::exp(0.16) - 1.0) / count));
}

TEST_CASE("cycle_variation: each write has its own draw; two independent parts") {
    CHECK(is_normal(steps(cycle_variation<cell2>{.sigma = 0.02f, .inner = leaky}, 1), 1.0, 0.06));
    CHECK(is_normal(steps(cycle_variation<cell2>{.relative = 0.05f, .inner = leaky}, 2), 2.0, 0.05 * 7.0 / 3.0));
    const cycle_variation<cell2> both{.sigma = 0.02f, .relative = 0.05f, .inner = leaky};
    CHECK(is_normal(cells(both, 2), 2.0, std::hypot(0.06, 0.05 * 7.0 / 3.0)));
}

TEST_CASE("errors of nested cells are independent") {
    const programming_error<cycle_variation<cell2>> cell{.sigma = {0.05f, 0.05f, 0.05f, 0.05f}, .inner = {.sigma = 0.01f, .inner = leaky}};
    CHECK(is_normal(cells(cell, 1), 1.0, std::hypot(0.05, 0.03)));
    const device_variation<cycle_variation<cell2>> other{.sigma = 0.03f, .inner = {.relative = 0.04f, .inner = leaky}};
    // A product of two factors that are nearly one.
    CHECK(normal_moments(cells(other, 1), 1.0, std::hypot(0.03, 0.04, 0.0012) * 4.0 / 3.0));
}

TEST_CASE("write_verified: the expected share within the tolerance, after the expected pulses") {
    // An attempt succeeds with p = P(|x| <= tolerance / sigma); of k attempts all fail with (1 - p)^k.
    const double p = 2.0 * normal_cdf(1.0) - 1.0;
    const write_verified<programming_error<cell2>> cell{.tolerance = 0.1f, .budget = 3, .inner = {.sigma = {0.1f, 0.1f, 0.1f, 0.1f}, .inner = leaky}};
    const level_ladder ladder(cell, 4);
    double within = 0.0;
    double pulses[4] = {};
    for (int n = 0; n < count; ++n) {
        const written_cell w = program_cell(cell, {0.0f, 2, ladder}, draws_of(static_cast<std::uint64_t>(n), 4));
        within += std::abs(w.position - 2.0f) <= 0.1f ? 1.0 : 0.0;
        pulses[std::clamp(w.pulses, 0, 3)] += 1.0;
    }
    const auto binomial = [](double seen, double share) {
        return std::abs(seen - count * share) <= 5.0 * std::sqrt(count * share * (1.0 - share));
    };
    CHECK(binomial(within, 1.0 - std::pow(1.0 - p, 3)));
    CHECK(pulses[0] == 0.0);
    CHECK(binomial(pulses[1], p));
    CHECK(binomial(pulses[2], (1.0 - p) * p));
    CHECK(binomial(pulses[3], (1.0 - p) * (1.0 - p)));
}

TEST_CASE("write_verified: what lies within the tolerance is normal, cut off") {
    const write_verified<programming_error<cell2>> cell{.tolerance = 0.1f, .budget = 100, .inner = {.sigma = {0.1f, 0.1f, 0.1f, 0.1f}, .inner = leaky}};
    const double low = normal_cdf(-1.0), high = normal_cdf(1.0);
    CHECK(kolmogorov_smirnov(cells(cell, 1), [&](double x) {
              return std::clamp((normal_cdf((x - 1.0) / 0.1) - low) / (high - low), 0.0, 1.0);
          }) < ks_bound);
}

TEST_CASE("write_verified: writing again does not help against what the device does each time") {
    const write_verified<device_variation<cell2>> cell{.tolerance = 0.01f, .budget = 5, .inner = {.sigma = 0.2f}};
    const level_ladder ladder(cell, 4);
    const written_cell w = program_cell(cell, {0.0f, 3, ladder}, draws_of(12, 0));
    CHECK(w.pulses == 5);
    CHECK(std::abs(w.position - 3.0f) > 0.01f);
}

TEST_CASE("drifting: exponents are normal; the power law; nothing before t0") {
    const drifting<cell2> cell{.mean = 0.2f, .spread = 0.03f, .t0 = 2.0, .inner = leaky};
    const level_ladder ladder(cell, 4);
    std::vector<double> exponents;
    for (int n = 0; n < count; ++n) {
        exponents.push_back(static_cast<double>(cell.drift_exponent(draws_of(static_cast<std::uint64_t>(n), 0))));
    }
    CHECK(is_normal(exponents, 0.2, 0.03));
    for (const double elapsed : {-1.0, 0.0, 1.0, 2.0}) {
        CHECK(cell.at(1.7f, elapsed, 0.2f, ladder) == 1.7f);
    }
    CHECK(cell.at(1.7f, 1e9, 0.0f, ladder) == 1.7f);
    for (const double elapsed : {2.1, 20.0, 3.0e7}) {
        const double g = (1.7 + 1.0 / 3.0) * std::pow(elapsed / 2.0, -0.2);
        CHECK(static_cast<double>(cell.at(1.7f, elapsed, 0.2f, ladder)) + 1.0 / 3.0 == doctest::Approx(g).epsilon(2e-6));
    }
    // Exponents are cut at zero.
    const drifting<cell2> wide{.mean = 0.0f, .spread = 0.1f};
    double zero = 0.0;
    for (int n = 0; n < count; ++n) {
        zero += wide.drift_exponent(draws_of(static_cast<std::uint64_t>(n), 0)) == 0.0f ? 1.0 : 0.0;
    }
    CHECK(std::abs(zero - 0.5 * count) < 5.0 * std::sqrt(0.25 * count));
}

} // namespace variation_tests
