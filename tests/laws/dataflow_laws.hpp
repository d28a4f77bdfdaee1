#pragma once

#include <laws/policy_laws.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/update/dataflow.hpp>
#include <rcim/core/random.hpp>
#include <rcim/update/sgd.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <vector>

namespace rcim_test {

using rcim::index_t;

/// `keep_rows`: flags are cleared or left, the same way each time; a row that adds nothing is cleared wherever any is, and with thresholds of
/// zero no other; larger thresholds clear no fewer rows; `column_bound` grows with them.
template <rcim::DataflowModel D>
void elision_laws(const D& dataflow) {
    if constexpr (rcim::elides_rows<D>()) {
        constexpr std::size_t count = 500;
        std::vector<float> activation(count), error(count);
        const rcim::random_source draws(62, rcim::purpose::test);
        for (std::size_t r = 0; r < count; ++r) {
            activation[r] = draws.uniform(3 * r) < 0.3f ? 0.0f : std::abs(static_cast<float>(draws.normal(3 * r + 1)));
            error[r] = draws.uniform(3 * r + 2) < 0.3f ? 0.0f : 1e-3f * draws.uniform(3 * r) * draws.uniform(3 * r);
        }
        const auto kept = [&](float elision) {
            std::vector<std::uint8_t> keep(count, std::uint8_t{1});
            keep[7] = keep[8] = 0;
            std::vector<float> factor(rcim::rescales_rows<D>() ? count : 0, 1.0f);
            rcim::keep_rows(dataflow, {activation, error, 16, elision, keep, factor, rcim::random_source(63, rcim::purpose::row_sampling)});
            for (std::size_t r = 0; r < factor.size(); ++r) {
                CHECK(factor[r] >= 1.0f);
                CHECK((factor[r] == 1.0f || (keep[r] == 1 && elision > 0.0f)));
            }
            CHECK(keep[7] == 0);
            CHECK(keep[8] == 0);
            return keep;
        };
        const std::vector<std::uint8_t> none = kept(0.0f), once = kept(1.0f), twice = kept(2.0f);
        CHECK(once == kept(1.0f));
        int broken = 0;
        for (std::size_t r = 0; r < count; ++r) {
            broken += once[r] <= none[r] && twice[r] <= once[r] && none[r] <= 1 ? 0 : 1;
            // What adds something may only be left out above a threshold of zero.
            broken += r == 7 || r == 8 || activation[r] * error[r] == 0.0f || none[r] == 1 ? 0 : 1;
        }
        CHECK(broken == 0);
    }
    CHECK(rcim::column_bound(dataflow, 2.0f, 0.0f) == 0.0f);
    CHECK(rcim::column_bound(dataflow, 2.0f, 1.0f) >= rcim::column_bound(dataflow, 1.0f, 1.0f));
    CHECK(rcim::column_bound(dataflow, 2.0f, 2.0f) >= rcim::column_bound(dataflow, 2.0f, 1.0f));
}

/// Law of `DataflowModel`, as its header states it: with ideal cells and converters the gradient is that of the digital sum over
/// the batch, dL/dW = sum of dy x, and the step that follows from it is the same; `rounded`: within that share of the largest, where
/// activations are whole numbers.
template <rcim::DataflowModel D>
void dataflow_laws(const D& dataflow, double rounded = 1e-5) {
    policy_laws(dataflow);
    elision_laws(dataflow);
    const auto digital = rcim::design<>{}.with(rcim::sgd{.learning_rate = 0.1f});
    const auto chip = digital.with(dataflow);
    rcim::dense subject(chip, {.in = 5, .out = 3}, 1, 0);
    rcim::thread_pool pool(1);
    rcim::batch_tensor x({5, 1, 1}, 4), y, dy({3, 1, 1}, 4);
    const rcim::random_source draws(61, rcim::purpose::test);
    std::uint64_t draw = 0;
    for (index_t n = 0; n < 4; ++n) {
        for (index_t i = 0; i < 5; ++i) {
            x.at(n, i) = static_cast<float>(draws.normal(draw++));
        }
        for (index_t o = 0; o < 3; ++o) {
            dy.at(n, o) = static_cast<float>(draws.normal(draw++));
        }
    }
    const auto weights = [&] {
        std::vector<float> all;
        for (index_t o = 0; o < 3; ++o) {
            const auto row = subject.array().weights().row(o);
            all.insert(all.end(), row.begin(), row.end());
        }
        return all;
    };
    const std::vector<float> before = weights();
    subject.forward(x, y, {pool});
    subject.backward(x, y, dy, nullptr, {pool});
    rcim::update_report report;
    std::vector<double> expected;
    for (index_t o = 0; o < 3; ++o) {
        for (index_t i = 0; i < 5; ++i) {
            double sum = 0.0;
            for (index_t n = 0; n < 4; ++n) {
                sum += static_cast<double>(dy.at(n, o)) * static_cast<double>(x.at(n, i));
            }
            CHECK(static_cast<double>(subject.weight_gradient()(o, i)) == doctest::Approx(sum).epsilon(rounded));
            expected.push_back(static_cast<double>(before[expected.size()]) - 0.1 * sum);
        }
    }
    subject.update({.pool = pool, .report = report});
    const std::vector<float> after = weights();
    for (std::size_t i = 0; i < after.size(); ++i) {
        CHECK(static_cast<double>(after[i]) == doctest::Approx(expected[i]).epsilon(rounded));
    }
}

} // namespace rcim_test
