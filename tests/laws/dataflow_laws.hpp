#pragma once

#include <laws/policy_laws.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/update/dataflow.hpp>
#include <rcim/update/sgd.hpp>

#include <doctest/doctest.h>

#include <vector>

namespace rcim_test {

using rcim::index_t;

/// Law of `DataflowModel`, as its header states it: with ideal cells and converters the gradient is that of the digital sum over
/// the batch, dL/dW = sum of dy x, and the step that follows from it is the same.
template <rcim::DataflowModel D>
void dataflow_laws(const D& dataflow) {
    policy_laws(dataflow);
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
            CHECK(static_cast<double>(subject.weight_gradient()(o, i)) == doctest::Approx(sum).epsilon(1e-5));
            expected.push_back(static_cast<double>(before[expected.size()]) - 0.1 * sum);
        }
    }
    subject.update({.pool = pool, .report = report});
    const std::vector<float> after = weights();
    for (std::size_t i = 0; i < after.size(); ++i) {
        CHECK(static_cast<double>(after[i]) == doctest::Approx(expected[i]).epsilon(1e-5));
    }
}

} // namespace rcim_test
