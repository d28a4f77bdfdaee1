#include <laws/update_laws.hpp>
#include <rcim/update/threshold_training.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace rcim;

namespace threshold_training_tests {

template <class Rule>
std::vector<float> increments(const Rule& rule, std::vector<float> gradient, const update_context& context = {}) {
    const auto size = static_cast<index_t>(gradient.size());
    const std::vector<float> weight(gradient.size(), 0.0f);
    std::vector<float> increment(gradient.size(), 7.0f);
    rule_state<Rule> state(rule, size);
    state.delta(rule, context, {gradient, weight, {}, increment, line_layout::one_each(gradient.size())});
    return increment;
}
constexpr sgd plain{.learning_rate = 1.0f};

TEST_CASE("threshold_training: increments below a share of the largest are zero, others are left") {
    const std::vector<float> gradient{-1.0f, 0.5f, 0.25f, -0.25f, 0.249f, -0.1f, 0.0f};
    const std::vector<float> kept{1.0f, -0.5f, -0.25f, 0.25f, 0.0f, 0.0f, 0.0f};
    CHECK(increments(threshold_training<>{.theta = 0.25f, .inner = plain}, gradient) == kept);
    // The share is of what the inner rule makes of gradients.
    CHECK(increments(threshold_training<>{.theta = 0.25f, .inner = {.learning_rate = 4.0f}}, gradient)[3] == 1.0f);
    // The schedule's factor.
    const std::vector<float> first{1.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
    CHECK(increments(threshold_training<>{.theta = 0.25f, .inner = plain}, gradient, {.elision = 3.0f}) == first);
    CHECK(increments(threshold_training<>{.theta = 0.25f, .inner = plain}, gradient, {.elision = 0.0f}) == increments(plain, gradient));
    CHECK(increments(threshold_training<>{.theta = 1.0f, .inner = plain}, gradient) == first);
}

TEST_CASE("threshold_training: a threshold of zero is the rule inside, bit for bit") {
    using rule = threshold_training<sgd>;
    rcim_test::driven_rule<rule> with(rule{.theta = 0.0f, .inner = {.momentum = 0.9f, .weight_decay = 0.01f}});
    rcim_test::driven_rule<sgd> without(sgd{.momentum = 0.9f, .weight_decay = 0.01f});
    for (std::uint32_t n = 0; n < 5; ++n) {
        CHECK(with.step(n) == without.step(n));
    }
}

TEST_CASE("the largest increment: sizes around 16, any place, either sign") {
    for (const std::size_t size : {0u, 1u, 15u, 16u, 17u, 31u, 33u, 70u}) {
        std::vector<float> values(size, 0.5f);
        CHECK(largest_increment(values) == (size == 0 ? 0.0f : 0.5f));
        for (std::size_t i = 0; i < size; ++i) {
            values[i] = i % 2 == 0 ? -2.0f : 2.0f;
            CHECK(largest_increment(values) == 2.0f);
            values[i] = std::nanf("");
            CHECK(largest_increment(values) == (size == 1 ? 0.0f : 0.5f));
            values[i] = 0.5f;
        }
    }
}

} // namespace threshold_training_tests
