#include <rcim/update/sampled_rows.hpp>

#include <doctest/doctest.h>
#include <statistics.hpp>

#include <array>
#include <cmath>
#include <vector>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("sampled_rows: each row is kept with the probability of its significance, on its own, and its errors make up for it") {
    constexpr std::size_t count = 60000;
    // Three significances in turn, 1, 2 and 6: at a thinning of 4 the bound is 12.
    std::vector<float> activation, error(count, 0.5f);
    for (std::size_t r = 0; r < count; ++r) {
        activation.push_back(std::array{2.0f, 4.0f, 12.0f}[r % 3]);
    }
    const std::array<double, 3> p{1.0 / 12.0, 2.0 / 12.0, 6.0 / 12.0};
    const auto kept = [&](std::uint32_t layer, std::uint32_t step) {
        std::vector<std::uint8_t> keep(count, 1);
        std::vector<float> factor(count, 1.0f);
        sampled_rows<>{.thinning = 4.0f}.keep_rows({.activation = activation, .error = error, .keep = keep, .factor = factor,
                                                   .draws = random_source(5, purpose::row_sampling, layer, step)});
        bool made_up = true;
        for (std::size_t r = 0; r < count; ++r) {
            made_up = made_up && (keep[r] == 0 || std::abs(static_cast<double>(factor[r]) * p[r % 3] - 1.0) < 1e-6);
        }
        CHECK(made_up);
        return keep;
    };
    const auto first = kept(0, 0), layer = kept(1, 0), step = kept(0, 1);
    for (std::size_t kind = 0; kind < 3; ++kind) {
        state_pairs<2> neighbours({1.0 - p[kind], p[kind]}), layers({1.0 - p[kind], p[kind]}), steps({1.0 - p[kind], p[kind]});
        double rows = 0.0;
        for (std::size_t r = kind; r < count; r += 3) {
            rows += first[r];
            if (r / 3 % 2 == 0) {
                neighbours.add(first[r], first[r + 3]);
            }
            layers.add(first[r], layer[r]);
            steps.add(first[r], step[r]);
        }
        CAPTURE(kind);
        CHECK(binomial(rows, count / 3.0, p[kind]));
        CHECK(neighbours.independent());
        CHECK(layers.independent());
        CHECK(steps.independent());
    }
}
