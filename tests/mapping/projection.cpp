#include <rcim/core/random.hpp>
#include <rcim/mapping/in_turn.hpp>
#include <rcim/mapping/largest_columns.hpp>
#include <rcim/mapping/largest_of_layer.hpp>
#include <rcim/mapping/largest_per_column.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <numeric>
#include <vector>

using namespace rcim;

namespace projection_tests {

std::vector<float> random_weights(std::size_t size, std::uint64_t seed, bool ties) {
    const random_source draw(seed, purpose::test);
    std::vector<float> w(size);
    for (std::size_t i = 0; i < size; ++i) {
        w[i] = ties ? static_cast<float>(draw.below(i, 5)) - 2.0f : 2.0f * draw.uniform(i) - 1.0f;
    }
    return w;
}

double lost(const std::vector<float>& w, const std::vector<std::uint8_t>& kept) {
    double squares = 0.0;
    for (std::size_t i = 0; i < w.size(); ++i) {
        squares += kept[i] != 0 ? 0.0 : static_cast<double>(w[i] * w[i]);
    }
    return squares;
}

TEST_CASE("projections: no other choice of so many weights of a column loses less") {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        const std::vector<float> w = random_weights(3 * 11, seed, seed % 2 == 1);
        const index_t nonzeros = 1 + static_cast<index_t>(seed % 6);
        const largest_per_column<> projection{.nonzeros = nonzeros};
        std::vector<std::uint8_t> kept(w.size(), 1);
        projection.keep({{w.data(), 3, 11}, 4}, kept);
        for (index_t o = 0; o < 3; ++o) {
            for (index_t first = 0; first < 11; first += 4) { // the last column has three rows
                const index_t rows = std::min<index_t>(4, 11 - first);
                double own = 0.0;
                int count = 0;
                double best = 1e9;
                for (unsigned choice = 0; choice < 1u << rows; ++choice) {
                    double squares = 0.0;
                    for (index_t i = 0; i < rows; ++i) {
                        const auto weight = static_cast<double>(w[static_cast<std::size_t>(o * 11 + first + i)]);
                        squares += (choice >> i & 1u) != 0 ? 0.0 : weight * weight;
                    }
                    best = std::popcount(choice) <= nonzeros ? std::min(best, squares) : best;
                }
                for (index_t i = 0; i < rows; ++i) {
                    const auto at = static_cast<std::size_t>(o * 11 + first + i);
                    own += kept[at] != 0 ? 0.0 : static_cast<double>(w[at]) * static_cast<double>(w[at]);
                    count += kept[at];
                }
                CHECK(count == projection.most_in(rows));
                CHECK(own == doctest::Approx(best).epsilon(1e-12));
            }
        }
    }
}

TEST_CASE("projections: only candidates are kept, and what was projected stays") {
    const std::vector<float> w = random_weights(8 * 30, 3, true);
    const pruning_view view{{w.data(), 8, 30}, 7};
    const auto laws = [&](const auto& projection) {
        std::vector<std::uint8_t> candidates(w.size());
        for (std::size_t i = 0; i < w.size(); ++i) {
            candidates[i] = i % 3 != 0 ? 1 : 0;
        }
        std::vector<std::uint8_t> kept = candidates;
        projection.keep(view, kept);
        std::vector<float> projected(w.size());
        bool subset = true;
        for (std::size_t i = 0; i < w.size(); ++i) {
            subset = subset && kept[i] <= candidates[i];
            projected[i] = kept[i] != 0 ? w[i] : 0.0f;
        }
        CHECK(subset);
        std::vector<std::uint8_t> again(w.size(), 1);
        projection.keep({{projected.data(), 8, 30}, 7}, again);
        CHECK(lost(projected, again) == 0.0);
    };
    laws(largest_per_column<2>{});
    laws(largest_per_column<>{.nonzeros = 100});
    laws(largest_of_layer{.share = 0.2});
    laws(largest_columns{.share = 0.3});
    laws(in_turn<largest_columns, largest_per_column<>>{.first = {.share = 0.5}, .then = {.nonzeros = 3}});
}

TEST_CASE("projections: shares are of candidates, columns of the layer") {
    const std::vector<float> w{0.1f, -0.9f, 0.2f, 0.3f, /**/ 0.5f, 0.0f, -0.4f, 0.8f};
    std::vector<std::uint8_t> kept(8, 1);
    largest_of_layer{.share = 0.25}.keep({{w.data(), 2, 4}, 2}, kept);
    CHECK(kept == std::vector<std::uint8_t>{0, 1, 0, 0, 0, 0, 0, 1});
    std::fill(kept.begin(), kept.end(), 1); // columns of 0.82, 0.13, 0.25 and 0.80
    largest_columns{.share = 0.5}.keep({{w.data(), 2, 4}, 2}, kept);
    CHECK(kept == std::vector<std::uint8_t>{1, 1, 0, 0, 0, 0, 1, 1});
    std::fill(kept.begin(), kept.end(), 1);
    const in_turn<largest_columns, largest_per_column<1>> both{.first = {.share = 0.5}, .then = {}};
    both.keep({{w.data(), 2, 4}, 2}, kept);
    CHECK(kept == std::vector<std::uint8_t>{0, 1, 0, 0, 0, 0, 0, 1});
    CHECK(both.most_in(128) == 1);
    CHECK(describe(both) == "in_turn<largest_columns, largest_per_column<1>>{.first = largest_columns{.share = 0.5}, .then = "
                            "largest_per_column<1>{.nonzeros = 1}}");
    CHECK_THROWS_WITH_AS(validate(largest_per_column<4>{.nonzeros = 5}), doctest::Contains("4, as the type says"), error);
    CHECK_THROWS_WITH_AS(validate(largest_of_layer{.share = 0.0}), doctest::Contains("share"), error);
}

} // namespace projection_tests
