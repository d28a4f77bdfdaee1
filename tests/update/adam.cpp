#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/nn/relu.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/adam.hpp>

#include <doctest/doctest.h>
#include <laws/update_laws.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace rcim;

namespace adam_tests {

using rcim_test::driven_rule;
using rcim_test::state_copy;

/// Algorithm 1 of Kingma and Ba, one weight, as it is printed there: powers and all, in double. Fields are floats.
struct printed_adam {
    double rate, beta1, beta2, epsilon, decay;
    double m = 0.0, v = 0.0;
    int t = 0;

    explicit printed_adam(const adam& rule)
        : rate(rule.learning_rate), beta1(rule.beta1), beta2(rule.beta2), epsilon(rule.epsilon), decay(rule.weight_decay) {}

    double step(double gradient, double weight, double factor) {
        const double g = gradient + decay * weight;
        ++t;
        m = beta1 * m + (1.0 - beta1) * g;
        v = beta2 * v + (1.0 - beta2) * g * g;
        const double m_hat = m / (1.0 - std::pow(beta1, t));
        const double v_hat = v / (1.0 - std::pow(beta2, t));
        return -factor * rate * m_hat / (std::sqrt(v_hat) + epsilon);
    }
};

/// The increments of one call.
std::vector<float> called(const adam& rule, adam::moments& state, const std::vector<float>& gradient,
                          const std::vector<float>& weight, const update_context& context = {}) {
    std::vector<float> increment(gradient.size(), 7.0f);
    rule.delta(state, context, {gradient, weight, {}, increment, line_layout::one_each(gradient.size())});
    return increment;
}

/// Largest distance from the printed algorithm over many steps, in learning rates times the factor of the schedule.
double far_from_printed(const adam& rule, index_t size, std::uint32_t steps, float scale) {
    const auto count = static_cast<std::size_t>(size);
    const random_source weights(51, purpose::test);
    std::vector<float> weight(count), gradient(count);
    for (std::size_t i = 0; i < count; ++i) {
        weight[i] = static_cast<float>(weights.normal(i));
    }
    std::vector<printed_adam> printed(count, printed_adam(rule));
    adam::moments state = rule.state(size);
    double far = 0.0;
    for (std::uint32_t n = 0; n < steps; ++n) {
        const random_source draws(52, purpose::test, 0, n);
        const float factor = 1.0f / static_cast<float>(1 + n % 3);
        for (std::size_t i = 0; i < count; ++i) {
            gradient[i] = scale * (static_cast<float>(draws.normal(i)) + weight[i]);
        }
        // A rule may start in the middle of a run: the step of the context means nothing.
        const std::vector<float> increment = called(rule, state, gradient, weight, {.rate = factor, .step = 1000 + n});
        for (std::size_t i = 0; i < count; ++i) {
            const double expected = printed[i].step(gradient[i], weight[i], factor);
            const double here =
                std::fabs(static_cast<double>(increment[i]) - expected) / static_cast<double>(rule.learning_rate * factor);
            far = here <= far ? far : here; // NaN stays
            weight[i] += increment[i];
        }
    }
    return far;
}

std::string thrown(const adam& rule) {
    try {
        validate(rule);
    } catch (const error& e) {
        return e.what();
    }
    return "nothing";
}

TEST_CASE("adam: Algorithm 1 of Kingma and Ba, ICLR 2015, computed in double") {
    // Increments are about one learning rate: a few roundings of floats, relative to it.
    constexpr double tolerance = 2e-6;
    for (const index_t size : {0, 1, 63, 64, 65, 200}) {
        CAPTURE(size);
        CHECK(far_from_printed(adam{}, size, 60, 1.0f) < tolerance);
    }
    for (const float scale : {1e-12f, 1e-8f, 1e-4f, 1e4f, 1e12f}) {
        CAPTURE(scale);
        CHECK(far_from_printed(adam{.learning_rate = 0.01f}, 100, 60, scale) < tolerance);
        CHECK(far_from_printed(adam{.learning_rate = 0.01f, .weight_decay = 0.1f}, 100, 60, scale) < tolerance);
    }
    CHECK(far_from_printed(adam{.beta1 = 0.0f, .beta2 = 0.0f}, 100, 60, 1.0f) < tolerance);
    CHECK(far_from_printed(adam{.beta1 = 0.3f, .beta2 = 0.7f, .epsilon = 0.5f, .weight_decay = 2.0f}, 100, 60, 1.0f) <
          tolerance);
    CHECK(far_from_printed(adam{.beta1 = 0.99f, .beta2 = 0.99999f}, 100, 3000, 1.0f) < 20.0 * tolerance);
}

TEST_CASE("adam: the first step is one learning rate against the gradient, whatever its scale") {
    const adam rule{.learning_rate = 0.125f, .epsilon = 1e-20f};
    const std::vector<float> gradient{1e-12f, -1e-12f, 1e-6f, -0.3f, 1.0f, 7e5f, -1e12f, 0.0f};
    adam::moments state = rule.state(8);
    const std::vector<float> increment = called(rule, state, gradient, std::vector<float>(8, 3.0f));
    for (std::size_t i = 0; i < 7; ++i) {
        CAPTURE(gradient[i]);
        CHECK(increment[i] == doctest::Approx(gradient[i] > 0.0f ? -0.125 : 0.125).epsilon(1e-6));
    }
    CHECK(increment[7] == 0.0f);
    // Where epsilon is as large as the gradient, half of it.
    const adam half{.learning_rate = 0.125f, .epsilon = 0.5f};
    adam::moments other = half.state(1);
    CHECK(called(half, other, {0.5f}, {0.0f})[0] == doctest::Approx(-0.0625).epsilon(1e-6));
}

TEST_CASE("adam: both means are corrected by the number of steps of the state") {
    // With a constant gradient both corrected means are exact in every step, so that all steps are equal.
    const adam rule{.learning_rate = 0.25f};
    adam::moments state = rule.state(1), late = rule.state(1);
    for (std::uint32_t n = 0; n < 100; ++n) {
        CHECK(called(rule, state, {0.01f}, {0.0f}, {.step = n})[0] == doctest::Approx(-0.25).epsilon(1e-5));
    }
    CHECK(state.ones_first == doctest::Approx(1.0 - std::pow(static_cast<double>(0.9f), 100)).epsilon(1e-14));
    CHECK(state.ones_second == doctest::Approx(1.0 - std::pow(static_cast<double>(0.999f), 100)).epsilon(1e-14));
    CHECK(called(rule, late, {0.01f}, {0.0f}, {.step = 100})[0] == doctest::Approx(-0.25).epsilon(1e-6));
    // A gradient that stops: 0.9 of the mean stay, and 0.999 of the squares, both over what has been seen.
    const double mean = 0.09 / (1.0 - 0.81), square = 0.000999 / (1.0 - 0.998001);
    adam::moments stopped = rule.state(1);
    static_cast<void>(called(rule, stopped, {1.0f}, {0.0f}));
    CHECK(called(rule, stopped, {0.0f}, {0.0f})[0] == doctest::Approx(-0.25 * mean / std::sqrt(square)).epsilon(1e-5));
}

TEST_CASE("adam: decay is a part of the gradient") {
    const adam decaying{.weight_decay = 0.5f}, plain{};
    adam::moments one = decaying.state(3), other = plain.state(3);
    const std::vector<float> weight{2.0f, -4.0f, 0.0f};
    for (int n = 0; n < 5; ++n) {
        // 0.5 w added by hand, without rounding.
        CHECK(called(decaying, one, {1.0f, 0.0f, 0.25f}, weight) == called(plain, other, {2.0f, -2.0f, 0.25f}, weight));
    }
    // Not decoupled (AdamW): with no other gradient the step is one learning rate, not a share of the weight.
    adam::moments still = decaying.state(1);
    CHECK(called(decaying, still, {0.0f}, {100.0f})[0] == doctest::Approx(-1e-3).epsilon(1e-6));
}

TEST_CASE("adam: the factor of the schedule multiplies the learning rate and leaves the moments alone") {
    const adam rule{.learning_rate = 0.5f};
    adam::moments whole = rule.state(2), quarter = rule.state(2), none = rule.state(2);
    const std::vector<float> weight(2, 1.0f);
    for (std::uint32_t n = 0; n < 10; ++n) {
        const std::vector<float> gradient{0.1f * static_cast<float>(n), 1.0f - 0.3f * static_cast<float>(n)};
        const std::vector<float> a = called(rule, whole, gradient, weight),
                                 b = called(rule, quarter, gradient, weight, {.rate = 0.25f});
        CHECK(b == std::vector<float>{0.25f * a[0], 0.25f * a[1]});
        CHECK(called(rule, none, gradient, weight, {.rate = 0.0f}) == std::vector<float>{0.0f, 0.0f});
    }
    CHECK(whole.first == none.first);
    CHECK(whole.second == none.second);
}

TEST_CASE("adam: a state that is shown and restored goes on bit by bit; without its count it would not") {
    const adam rule{.learning_rate = 0.01f, .weight_decay = 0.01f};
    driven_rule<adam> first(rule), resumed(rule), counted_anew(rule);
    for (std::uint32_t n = 0; n < 7; ++n) {
        static_cast<void>(first.step(n));
    }
    state_copy copy = first.saved();
    CHECK(copy.names == std::vector<std::string>{"adam/first", "adam/second", "adam/ones_first", "adam/ones_second"});
    copy.restoring = true;
    resumed.state.visit(copy);
    const state_copy fresh = counted_anew.saved();
    copy.next = 0;
    copy.bytes[2] = fresh.bytes[2];
    copy.bytes[3] = fresh.bytes[3];
    counted_anew.state.visit(copy);
    int equal = 0;
    for (std::uint32_t n = 7; n < 40; ++n) {
        const std::vector<float> expected = first.step(n);
        CHECK(resumed.step(n) == expected);
        equal += counted_anew.step(n) == expected ? 1 : 0;
    }
    CHECK(equal == 0);
    CHECK(words_per_weight(rule) == 2);
}

TEST_CASE("adam: fields out of range") {
    CHECK_NOTHROW(validate(adam{.learning_rate = 0.0f, .beta1 = 0.0f, .beta2 = 0.0f, .epsilon = 1e-20f}));
    CHECK_NOTHROW(validate(adam{.beta1 = 0.999999f, .beta2 = 0.999999f}));
    CHECK(thrown({.learning_rate = -1e-3f}).starts_with("adam: learning_rate: expected a number in [0, "));
    CHECK(thrown({.beta1 = 1.0f}) == "adam: beta1: expected a number in [0, 0.999999], found 1");
    CHECK(thrown({.beta1 = -0.5f}) == "adam: beta1: expected a number in [0, 0.999999], found -0.5");
    CHECK(thrown({.beta2 = 1.0f}) == "adam: beta2: expected a number in [0, 0.999999], found 1");
    CHECK(thrown({.epsilon = 0.0f}).starts_with("adam: epsilon: expected a number in [1e-20, "));
    CHECK(thrown({.weight_decay = -1.0f}).starts_with("adam: weight_decay: expected a number in [0, "));
    CHECK(thrown({.learning_rate = std::numeric_limits<float>::quiet_NaN()}).starts_with("adam: learning_rate: expected"));
}

TEST_CASE("adam: a small net on bit-sliced cells learns digits") {
    const auto chip =
        design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<16, differential>{}).with(adam{.learning_rate = 2e-3f});
    using chip_type = std::remove_const_t<decltype(chip)>;
    const dataset data = procedural_digits({.train = 600, .test = 300, .clutter = 0});
    const auto made = [&] {
        network net(data.train.shape, 7);
        net.emplace<dense<chip_type>>(chip, dense_options{.in = 784, .out = 24}, 7u, 0u);
        net.emplace<relu>();
        net.emplace<dense<chip_type>>(chip, dense_options{.in = 24, .out = 10}, 7u, 1u);
        return net;
    };
    network net = made();
    const training_record record = fit(net, data, {.epochs = 6, .batch = 32});
    CHECK(record.test_accuracy > 0.7);
    CHECK(record.epochs.back().loss < 0.5 * record.epochs.front().loss);

    // Moments are part of what a network shows, those of biases too, and a training goes on in the same bits where one ended.
    network first = made(), second = made();
    static_cast<void>(fit(first, data, {.epochs = 1, .batch = 32, .evaluate = false}));
    static_cast<void>(fit(first, data, {.epochs = 2, .batch = 32, .evaluate = false, .first_epoch = 1}));
    static_cast<void>(fit(second, data, {.epochs = 2, .batch = 32, .evaluate = false}));
    state_copy parts, whole;
    first.visit(parts);
    second.visit(whole);
    CHECK(parts.names == whole.names);
    CHECK(parts.bytes == whole.bytes);
    CHECK(std::find(whole.names.begin(), whole.names.end(), "00/bias/adam/second") != whole.names.end());
}

} // namespace adam_tests
