#include <rcim/nn/batch_norm.hpp>
#include <rcim/update/frozen.hpp>
#include <rcim/update/sgd.hpp>

#include <nn/layer_checks.hpp>

#include <cmath>
#include <limits>

using namespace rcim_test;

namespace batch_norm_tests {

struct trained {
    rcim::sgd update{.learning_rate = 0.1f, .momentum = 0.9f};
};
struct fixed {
    rcim::frozen update{};
};
using trained_norm = rcim::batch_norm<trained>;

/// Scale and shift that are not 1 and 0.
void bend(trained_norm& norm) {
    for (std::size_t c = 0; c < norm.scale().value().size(); ++c) {
        norm.scale().value()[c] = 0.5f + 0.3f * static_cast<float>(c);
        norm.shift().value()[c] = 0.1f * static_cast<float>(c);
    }
}

std::vector<checked_parameter> parameters_of(trained_norm& norm) {
    return {parameter_in_memory("scale", norm.scale().value(), norm.scale().gradient()),
            parameter_in_memory("shift", norm.shift().value(), norm.shift().gradient())};
}

TEST_CASE("batch_norm: shapes and errors") {
    CHECK(trained_norm({}, 6).output_shape({6, 3, 4}) == rcim::map_shape{6, 3, 4});
    CHECK(trained_norm({}, 6).describe() == "batch_norm{.channels = 6}");
    CHECK(error_of([] { trained_norm({}, 0); }) == "batch_norm: channels: expected at least 1, found 0");
    CHECK(error_of([] {
              (void)trained_norm({}, 6).output_shape({3, 3, 4});
          }) == "batch_norm: channels: expected 6, found 3 in 3 x 3 x 4");
    rcim::thread_pool pool(1);
    trained_norm subject({}, 2);
    rcim::batch_tensor y;
    CHECK(error_of([&] {
              subject.forward(rcim::batch_tensor({2, 1, 1}, 1), y, {pool, true});
          }) == "batch_norm: values per channel: expected at least 2 in training, found 1");
    CHECK(error_of([&] { subject.forward(rcim::batch_tensor({2, 1, 1}, 1), y, {pool, false}); }) == "no error");
}

TEST_CASE("batch_norm: gradient in training and evaluation") {
    for (const index_t samples : {2, 17, 40}) {
        for (const bool training : {true, false}) {
            trained_norm subject({}, 3);
            bend(subject);
            subject.running_mean()[1] = 0.2f;
            subject.running_variance()[1] = 0.4f;
            check_gradients(subject, random_batch({3, 2, 3}, samples, 1), parameters_of(subject),
                            {.tolerance = 3e-3, .training = training});
        }
    }
}

TEST_CASE("batch_norm: normalises a batch and keeps running statistics as PyTorch does") {
    rcim::thread_pool pool(2);
    const rcim::map_shape shape{3, 4, 5};
    const index_t samples = 23;
    auto x = random_batch(shape, samples, 7);
    trained_norm subject({}, 3);
    std::vector<double> running_mean(3, 0.0), running_variance(3, 1.0);
    rcim::batch_tensor y;
    for (int step = 0; step < 3; ++step) {
        for (index_t n = 0; n < samples; ++n) {
            for (index_t f = 0; f < shape.size(); ++f) {
                x.at(n, f) = 3.0f * x.at(n, f) + 10.0f * static_cast<float>(f / shape.plane());
            }
        }
        subject.forward(x, y, {pool, true});
        CHECK(static_cast<double>(subject.running_mean()[1]) == doctest::Approx(running_mean[1]).epsilon(1e-5)); // a pass alone leaves them
        rcim::update_report report;
        subject.update({pool, 0, 0, 0.0f, report}); // of no step for scale and shift, which have no gradient
        for (index_t c = 0; c < 3; ++c) {
            const auto moments = [&](const rcim::batch_tensor& t) {
                double sum = 0.0, squares = 0.0;
                const double count = static_cast<double>(samples * shape.plane());
                for (index_t n = 0; n < samples; ++n) {
                    for (index_t p = 0; p < shape.plane(); ++p) {
                        sum += static_cast<double>(t.at(n, c * shape.plane() + p));
                    }
                }
                for (index_t n = 0; n < samples; ++n) {
                    for (index_t p = 0; p < shape.plane(); ++p) {
                        squares += std::pow(static_cast<double>(t.at(n, c * shape.plane() + p)) - sum / count, 2.0);
                    }
                }
                return std::pair(sum / count, squares / (count - 1.0));
            };
            const auto [mean, variance] = moments(x);
            const auto i = static_cast<std::size_t>(c);
            running_mean[i] = 0.9 * running_mean[i] + 0.1 * mean;
            running_variance[i] = 0.9 * running_variance[i] + 0.1 * variance;
            CHECK(static_cast<double>(subject.running_mean()[i]) == doctest::Approx(running_mean[i]).epsilon(1e-5));
            CHECK(static_cast<double>(subject.running_variance()[i]) == doctest::Approx(running_variance[i]).epsilon(1e-5));
            const auto [mean_y, variance_y] = moments(y);
            CHECK(std::abs(mean_y) < 1e-5);
            CHECK(variance_y == doctest::Approx(1.0).epsilon(0.01));
        }
    }
    // Evaluation uses the running statistics and leaves them.
    const auto before = std::vector<float>(subject.running_mean().begin(), subject.running_mean().end());
    subject.forward(x, y, {pool, false});
    CHECK(std::equal(before.begin(), before.end(), subject.running_mean().begin()));
    const double expected = (static_cast<double>(x.at(5, 25)) - running_mean[1]) / std::sqrt(running_variance[1] + 1e-5);
    CHECK(static_cast<double>(y.at(5, 25)) == doctest::Approx(expected).epsilon(1e-4));
}

TEST_CASE("batch_norm: any number of threads") {
    const auto make = [] {
        auto norm = std::make_unique<trained_norm>(trained{}, 5);
        bend(*norm);
        return norm;
    };
    check_any_number_of_threads(make, {5, 3, 2});
    check_any_number_of_threads(make, {5, 1, 1}, {2, 15, 16, 17, 40, 150, 300});
}

TEST_CASE("batch_norm: update changes scale and shift by the innermost rule") {
    rcim::thread_pool pool(1);
    trained_norm subject({}, 2);
    const auto x = random_batch({2, 3, 3}, 20, 1);
    rcim::batch_tensor y;
    subject.forward(x, y, {pool, true});
    subject.backward(x, y, random_gradient({2, 3, 3}, 20, 2), nullptr, {pool, true});
    rcim::update_report report;
    subject.update({pool, 1, 0, 0.5f, report});
    for (std::size_t c = 0; c < 2; ++c) {
        CHECK(subject.scale().value()[c] == doctest::Approx(1.0f - 0.05f * subject.scale().gradient()[c]));
        CHECK(subject.shift().value()[c] == doctest::Approx(-0.05f * subject.shift().gradient()[c]));
    }
}

TEST_CASE("batch_norm: state that is visited") {
    trained_norm subject({}, 2);
    byte_archive state;
    subject.visit(state);
    CHECK(state.names == std::vector<std::string>{"scale/value", "scale/sgd/velocity", "shift/value", "shift/sgd/velocity",
                                                  "running_mean", "running_variance"});
}

TEST_CASE("batch_norm: a frozen one does not change in training") {
    rcim::thread_pool pool(1);
    rcim::batch_norm<fixed> subject({}, 2);
    CHECK_FALSE(subject.learns());
    CHECK(trained_norm({}, 2).learns());
    subject.running_mean()[0] = 0.5f;
    byte_archive before, after;
    subject.visit(before);
    rcim::batch_tensor y, z;
    const auto x = random_batch({2, 3, 3}, 20, 1);
    subject.forward(x, y, {pool, true});
    subject.visit(after);
    CHECK(before.bytes == after.bytes);
    subject.forward(x, z, {pool, false});
    CHECK(y.at(3, 4) == z.at(3, 4));
}

TEST_CASE("batch_norm: NaN gets through") {
    rcim::thread_pool pool(1);
    trained_norm subject({}, 1);
    auto x = random_batch({1, 2, 2}, 3, 1);
    x.at(1, 1) = std::numeric_limits<float>::quiet_NaN();
    rcim::batch_tensor y;
    subject.forward(x, y, {pool, false});
    CHECK(std::isnan(y.at(1, 1)));
    CHECK_FALSE(std::isnan(y.at(0, 0)));
    subject.forward(x, y, {pool, true});
    CHECK(std::isnan(y.at(0, 0)));
}

} // namespace batch_norm_tests
