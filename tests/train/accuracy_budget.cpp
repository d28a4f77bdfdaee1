#include <rcim/train/accuracy_budget.hpp>
#include <rcim/nn/network.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace rcim;

namespace accuracy_budget_tests {

/// Factors that follow from accuracies.
std::vector<float> factors(accuracy_budget& budget, const std::vector<double>& accuracies) {
    network net({1, 1, 1}, 1);
    thread_pool pool(1);
    const training_state at{net, pool};
    budget.on_start(at);
    const rate_schedule schedule = budget.schedule();
    std::vector<float> used;
    for (const double accuracy : accuracies) {
        used.push_back(schedule({}));
        budget.on_epoch(at, {.test_accuracy = accuracy});
    }
    used.push_back(schedule({}));
    CHECK(budget.factors() == std::vector<float>(used.begin(), used.end() - 1));
    return used;
}

TEST_CASE("a budget of accuracy grows its factor within the budget and takes it back beyond") {
    accuracy_budget budget({.points = 0.01, .reference = {0.5, 0.7, 0.8}, .growth = 2.0f, .retreat = 8.0f, .most = 3.0f});
    CHECK(factors(budget, {0.495, 0.7, 0.78, 0.8}) == std::vector<float>{1.0f, 2.0f, 3.0f, 3.0f / 8.0f, 0.75f});
    // Again, as before.
    CHECK(factors(budget, {0.4, 0.9}) == std::vector<float>{1.0f, 0.125f, 0.25f});
}

TEST_CASE("without a reference the best accuracy so far is one") {
    accuracy_budget budget({.points = 0.02, .first = 0.5f});
    CHECK(factors(budget, {0.3, 0.6, 0.59, 0.5}) == std::vector<float>{0.5f, 1.0f, 2.0f, 4.0f, 1.0f});
}

TEST_CASE("settings of a budget that make no sense throw") {
    CHECK_THROWS_WITH_AS(accuracy_budget({.points = -0.1}), doctest::Contains("accuracy_budget: points"), error);
    CHECK_THROWS_WITH_AS(accuracy_budget({.growth = 0.5f}), doctest::Contains("factors"), error);
}

} // namespace accuracy_budget_tests
