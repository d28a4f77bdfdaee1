#include <rcim/core/random.hpp>
#include <rcim/sweep/pareto.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "../data/scratch.hpp"

using namespace rcim;

namespace pareto_tests {

/// By the definition, point by point.
std::vector<std::size_t> by_definition(const std::vector<std::vector<double>>& values, const std::vector<goal>& goals) {
    std::vector<std::size_t> front;
    for (std::size_t i = 0; i < values.size(); ++i) {
        bool belongs = std::none_of(values[i].begin(), values[i].end(), [](double x) { return std::isnan(x); });
        for (std::size_t j = 0; j < values.size() && belongs; ++j) {
            bool as_good = true;
            bool better = false;
            for (std::size_t c = 0; c < goals.size(); ++c) {
                const double a = goals[c] == goal::minimise ? values[j][c] : -values[j][c];
                const double b = goals[c] == goal::minimise ? values[i][c] : -values[i][c];
                as_good = as_good && a <= b; // NaN is as good as nothing
                better = better || a < b;
            }
            belongs = !(as_good && better);
        }
        if (belongs) {
            front.push_back(i);
        }
    }
    return front;
}

TEST_CASE("pareto_front is what its definition says, for random points with ties and NaN") {
    for (std::uint32_t round = 0; round < 200; ++round) {
        const random_source random(7, purpose::test, round);
        const std::size_t columns = 1 + random.below(0, 4);
        const std::uint32_t levels = 2 + random.below(1, 30); // few levels: many ties
        const std::size_t points = random.below(2, 60);
        std::vector<goal> goals;
        for (std::size_t c = 0; c < columns; ++c) {
            goals.push_back(random.below(10 + c, 2) == 0 ? goal::minimise : goal::maximise);
        }
        std::vector<std::vector<double>> values(points, std::vector<double>(columns));
        for (std::size_t i = 0; i < points; ++i) {
            for (std::size_t c = 0; c < columns; ++c) {
                const std::uint32_t level = random.below(100 + i * columns + c, levels);
                values[i][c] = random.below(1000 + i * columns + c, 40) == 0 ? std::nan("") : static_cast<double>(level);
            }
        }
        std::vector<std::size_t> front = pareto_front(values, goals);
        std::sort(front.begin(), front.end());
        CHECK(front == by_definition(values, goals));
    }
}

TEST_CASE("pareto_front of rows: results and settings, without failed rows, best first") {
    const auto row = [](double accuracy, double energy, double bits) {
        sweep_row r;
        r.point.design = "d";
        r.point.settings.set("bits", bits);
        r.results = {{"accuracy", accuracy}, {"energy", energy}};
        return r;
    };
    std::vector<sweep_row> rows{row(0.8, 2.0, 4), row(0.9, 3.0, 8), row(0.7, 2.5, 2), row(0.9, 3.5, 6), row(0.5, 0.1, 1)};
    rows[4].error = "broken";
    const std::vector<objective> two{{"accuracy", goal::maximise}, {"energy"}};
    CHECK(pareto_front(rows, two) == std::vector<std::size_t>{1, 0});
    const std::vector<objective> three{{"accuracy", goal::maximise}, {"energy"}, {"bits"}};
    CHECK(pareto_front(rows, three) == std::vector<std::size_t>{1, 3, 0, 2});
    const std::vector<objective> wrong{{"area"}};
    CHECK(error_of([&] { (void)pareto_front(rows, wrong); }) ==
          "pareto_front: area of bits = 4; seed 0: expected a number, found none of that name; there are accuracy = 0.8, "
          "energy = 2");
    CHECK(error_of([&] { (void)pareto_front(rows, {}); }) == "pareto_front: goals: expected at least one column, found none");
}

} // namespace pareto_tests
