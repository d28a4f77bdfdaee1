#include <rcim/adapt/ksm_sigmoid.hpp>
#include <rcim/adapt/rounded_factor.hpp>
#include <rcim/adapt/straight_through.hpp>

#include <doctest/doctest.h>
#include <statistics.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace rcim;

namespace estimators_tests {

const factor_set shifts{2, shifting<2>::nearest, shifting<2>::code, shifting<2>::factor, shifting<2>::name()};
const mask_context evaluating{shifts, random_source(1, purpose::test), false};

template <class E>
std::vector<float> factors_of(const E& e, const std::vector<float>& real, const mask_context& context = evaluating) {
    std::vector<float> f(real.size());
    e.factors(real, f, context);
    return f;
}

TEST_CASE("mask estimators: a fresh mask leaves everything as it is") {
    CHECK(factors_of(straight_through{}, {straight_through{}.initial()}) == std::vector<float>{1.0f});
    CHECK(factors_of(ksm_sigmoid{}, {ksm_sigmoid{}.initial()}) == std::vector<float>{1.0f});
    CHECK(factors_of(ksm_sigmoid{.soft = true}, {1e-2f, 1e-2f}) == std::vector<float>{1.0f, 1.0f});
    CHECK(factors_of(rounded_factor{}, {rounded_factor::initial()}) == std::vector<float>{1.0f});
}

TEST_CASE("mask estimators: straight through") {
    CHECK(factors_of(straight_through{}, {4.9e-3f, 5e-3f, 5.1e-3f, -1.0f}) == std::vector<float>{0.0f, 0.0f, 1.0f, 0.0f});
    std::vector<float> gradient{2.0f, -3.0f};
    straight_through{}.slopes(std::vector<float>{1.0f, -1.0f}, gradient);
    CHECK(gradient == std::vector<float>{2.0f, -3.0f});
}

TEST_CASE("mask estimators: factors are rounded to those of the periphery, or not at all") {
    CHECK(factors_of(rounded_factor{}, {1.3f, 0.2f, 0.6f, 9.0f}) == std::vector<float>{1.0f, 0.0f, 0.5f, 2.0f});
    const factor_set none{};
    const mask_context real{none, random_source(1, purpose::test), false};
    CHECK(factors_of(rounded_factor{}, {1.3f, -0.2f}, real) == std::vector<float>{1.3f, -0.2f});
}

TEST_CASE("mask estimators: the KSM sigmoid has the slope of its code") {
    // 12 s (1 - s), and just below 3.0 at the start (papers: 3.0 at 1e-2).
    std::vector<float> gradient{1.0f, 1.0f};
    const std::vector<float> real{1e-2f, 5e-3f};
    ksm_sigmoid{}.slopes(real, gradient);
    const double s = 1.0 / (1.0 + std::exp(-0.06));
    CHECK(static_cast<double>(gradient[0]) == doctest::Approx(12.0 * s * (1.0 - s)).epsilon(1e-5));
    CHECK(gradient[1] == doctest::Approx(3.0));
    // The soft part: where h is 0, half of the number between least and largest of these.
    const std::vector<float> soft = factors_of(ksm_sigmoid{.soft = true}, {1e-2f, -1e-2f, 0.0f, -2e-3f, 4e-3f});
    const std::vector<double> expected{1.0, 0.0, 0.0, 0.5 * 8.0 / 14.0, 0.5};
    for (std::size_t i = 0; i < soft.size(); ++i) {
        CHECK(static_cast<double>(soft[i]) == doctest::Approx(expected[i]).epsilon(1e-6));
    }
    // Gumbel draws flip some in training, and none afterwards.
    const std::vector<float> near(1000, 5.5e-3f);
    const mask_context training{shifts, random_source(1, purpose::test), true};
    const auto closed = [&](const mask_context& context) {
        const auto f = factors_of(ksm_sigmoid{.gumbel = true}, near, context);
        return std::count(f.begin(), f.end(), 0.0f);
    };
    CHECK(closed(evaluating) == 0);
    // The difference of two Gumbel draws is logistic: P(x + d < 0) = 1 / (1 + e^x) with x = 0.6: 354 of 1000, deviation 15.
    CHECK(closed(training) > 354 - 75);
    CHECK(closed(training) < 354 + 75);
}

TEST_CASE("mask estimators: differences of Gumbel draws open a gate with the probability of the sigmoid, each column on its own") {
    constexpr std::size_t columns = 40000;
    for (const float x : {-2.0f, 0.0f, 1.0f}) {
        const ksm_sigmoid soft{.gumbel = true};
        const std::vector<float> real(columns, soft.threshold + x / soft.beta);
        const auto gates = [&](std::uint32_t step) {
            return factors_of(soft, real, {shifts, random_source(3, purpose::mask_learning, 0, step), true});
        };
        const std::vector<float> first = gates(0), second = gates(1);
        const double p = 1.0 / (1.0 + std::exp(-static_cast<double>(x)));
        rcim_test::state_pairs<2> neighbours({1.0 - p, p}), steps({1.0 - p, p});
        double open = 0.0;
        for (std::size_t i = 0; i < columns; ++i) {
            const auto here = static_cast<std::size_t>(first[i]);
            open += static_cast<double>(here);
            if (i % 2 == 0) {
                neighbours.add(here, static_cast<std::size_t>(first[i + 1]));
            }
            steps.add(here, static_cast<std::size_t>(second[i]));
        }
        CAPTURE(x);
        CHECK(rcim_test::binomial(open, columns, p));
        CHECK(neighbours.independent());
        CHECK(steps.independent());
    }
}

} // namespace estimators_tests
