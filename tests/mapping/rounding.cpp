#include <rcim/core/random.hpp>
#include <rcim/kernel/codes.hpp>
#include <rcim/mapping/rounding.hpp>

#include <doctest/doctest.h>
#include <statistics.hpp>

#include <cmath>
#include <vector>

using namespace rcim;

TEST_CASE("nearest: halves go up, less than half a code is lost") {
    float none = 0.0f;
    CHECK(nearest::round(0.49f, 0, none) == 0);
    CHECK(nearest::round(0.5f, 0, none) == 1);
    CHECK(nearest::round(-0.5f, 0, none) == 0);
    CHECK(nearest::round(-0.51f, 0, none) == -1);
    CHECK(nearest::round(-7.0f, 0, none) == -7);
    CHECK(nearest::round(0x1p26f, 0, none) == 1 << 26);
    CHECK(nearest::round(-0x1p26f, 0, none) == -(1 << 26));
}

TEST_CASE("stochastic: exact on average") {
    // The mean of n draws has the standard error sqrt(f (1 - f) / n); the bound is five of them, missed by chance once in 1.7
    // million seeds, and 2^-24 for the resolution of a draw.
    constexpr int n = 100000;
    std::uint32_t place = 0;
    for (const float exact : {0.001f, 0.1f, 0.25f, 0.5f, 0.75f, 0.999f, -0.001f, -0.3f, -0.5f, -3.7f, 12.125f, 4095.5f}) {
        const random_source source(3, purpose::write_rounding, place++);
        double sum = 0.0;
        bool neighbours = true;
        for (std::uint64_t i = 0; i < n; ++i) {
            float none = 0.0f;
            const std::int32_t whole = stochastic::round(exact, source.word(i), none);
            neighbours = neighbours && (static_cast<float>(whole) == std::floor(exact) || static_cast<float>(whole) == std::ceil(exact));
            sum += whole;
        }
        const double fraction = static_cast<double>(exact - std::floor(exact));
        INFO(exact);
        CHECK(neighbours);
        CHECK(std::abs(sum / n - static_cast<double>(exact)) <= 5.0 * std::sqrt(fraction * (1.0 - fraction) / n) + 0x1p-24);
    }
}

TEST_CASE("stochastic: weights, steps, layers and chips are rounded independently of each other") {
    constexpr index_t weights = 1 << 16;
    const auto rounded = [](std::uint64_t seed, std::uint32_t layer, std::uint32_t step) {
        const std::vector<float> increment(weights, 0.3f);
        std::vector<std::int32_t> codes(weights);
        const random_source source(seed, purpose::write_rounding, layer, step);
        kernel::round_increments<stochastic>(increment.data(), 1.0f, source, nullptr, codes.data(), 0, weights);
        return codes;
    };
    const auto first = rounded(9, 0, 0), layer = rounded(9, 1, 0), step = rounded(9, 0, 1), chip = rounded(10, 0, 0);
    const std::array<double, 2> p{0.7, 0.3};
    rcim_test::state_pairs<2> neighbours(p), blocks(p), layers(p), steps(p), chips(p);
    double up = 0.0;
    for (std::size_t w = 0; w < first.size(); ++w) {
        const auto here = static_cast<std::size_t>(first[w]);
        up += static_cast<double>(here);
        if (w % 2 == 0) {
            neighbours.add(here, static_cast<std::size_t>(first[w + 1]));
        }
        if (w / 16 % 2 == 0) { // words of one block of the generator
            blocks.add(here, static_cast<std::size_t>(first[w + 16]));
        }
        layers.add(here, static_cast<std::size_t>(layer[w]));
        steps.add(here, static_cast<std::size_t>(step[w]));
        chips.add(here, static_cast<std::size_t>(chip[w]));
    }
    CHECK(rcim_test::binomial(up, weights, 0.3));
    CHECK(neighbours.independent());
    CHECK(blocks.independent());
    CHECK(layers.independent());
    CHECK(steps.independent());
    CHECK(chips.independent());
}

TEST_CASE("stochastic: the extreme draws") {
    float none = 0.0f;
    CHECK(stochastic::round(0.0f, 0u, none) == 0);
    CHECK(stochastic::round(0x1p-30f, 0u, none) == 1);
    CHECK(stochastic::round(0.9999f, 0xffffffffu, none) == 0);
    CHECK(stochastic::round(5.0f, 0u, none) == 5);
    CHECK(stochastic::round(-5.0f, 0xffffffffu, none) == -5);
    CHECK(stochastic::round(-0.25f, 0u, none) == 0);
    CHECK(stochastic::round(-0.25f, 0xffffffffu, none) == -1);
}

TEST_CASE("carried: what is lost comes back") {
    float residue = 0.0f;
    std::int32_t sum = 0;
    for (int i = 0; i < 1000; ++i) {
        sum += carried::round(0.125f, 0, residue);
        CHECK(std::abs(static_cast<float>(sum) + residue - 0.125f * static_cast<float>(i + 1)) == 0.0f);
        CHECK(residue >= -0.5f);
        CHECK(residue < 0.5f);
    }
    CHECK(sum == 125);
    // The largest residues do not move a weight to which nothing is added.
    for (float r : {0.49999997f, 0.4999999f, -0.5f}) {
        float first = r;
        const std::int32_t whole = carried::round(0.0f, 0, first);
        float second = first;
        CHECK(carried::round(0.0f, 0, second) == 0);
        CHECK(second == first);
        CHECK(std::abs(static_cast<float>(whole) + first - r) <= 0x1p-24f);
    }
}
