#include <rcim/nn/softmax_cross_entropy.hpp>

#include <nn/layer_checks.hpp>

#include <cmath>
#include <cstring>
#include <limits>

using namespace rcim_test;

namespace softmax_cross_entropy_tests {

std::vector<int> random_labels(index_t samples, int classes, std::uint64_t seed) {
    const rcim::random_source source(seed, rcim::purpose::test, 9);
    std::vector<int> labels;
    for (index_t n = 0; n < samples; ++n) {
        labels.push_back(static_cast<int>(source.below(static_cast<std::uint64_t>(n), static_cast<std::uint32_t>(classes))));
    }
    return labels;
}

/// Random logits from -5 to 5.
rcim::batch_tensor random_logits(index_t classes, index_t samples, std::uint64_t seed) {
    auto x = random_batch({classes, 1, 1}, samples, seed);
    for (index_t n = 0; n < samples; ++n) {
        for (index_t k = 0; k < classes; ++k) {
            x.at(n, k) *= 5.0f;
        }
    }
    return x;
}

TEST_CASE("softmax_cross_entropy: loss, gradient and correct predictions from their definitions") {
    rcim::thread_pool pool(2);
    rcim::softmax_cross_entropy subject;
    for (const index_t samples : {1, 15, 16, 17, 40, 150}) {
        for (const int classes : {1, 2, 10}) {
            CAPTURE(samples);
            CAPTURE(classes);
            const auto z = random_logits(classes, samples, 1);
            const auto labels = random_labels(samples, classes, 2);
            rcim::batch_tensor gradient;
            const auto result = subject(z, labels, &gradient, pool);
            double loss = 0.0;
            double worst = 0.0;
            index_t correct = 0;
            for (index_t n = 0; n < samples; ++n) {
                const int own = labels[static_cast<std::size_t>(n)];
                double sum = 0.0;
                bool largest = true;
                for (index_t k = 0; k < classes; ++k) {
                    sum += std::exp(static_cast<double>(z.at(n, k)));
                    largest = largest && z.at(n, own) >= z.at(n, k);
                }
                correct += largest;
                loss += std::log(sum) - static_cast<double>(z.at(n, own));
                for (index_t k = 0; k < classes; ++k) {
                    const double expected = (std::exp(static_cast<double>(z.at(n, k))) / sum - (k == own ? 1.0 : 0.0)) /
                                            static_cast<double>(samples);
                    worst = std::max(worst, std::abs(expected - static_cast<double>(gradient.at(n, k))));
                }
            }
            CHECK(result.loss == doctest::Approx(loss / static_cast<double>(samples)).epsilon(1e-12));
            CHECK(result.correct == correct);
            CHECK(worst < 1e-7);
            CHECK(spare_lanes_are_zero(gradient));
            const auto without = subject(z, labels, nullptr, pool);
            CHECK(without.loss == result.loss);
            CHECK(without.correct == result.correct);
        }
    }
}

TEST_CASE("softmax_cross_entropy: any number of threads") {
    for (const index_t samples : {1, 15, 16, 17, 40, 300}) {
        const auto z = random_logits(10, samples, 3);
        const auto labels = random_labels(samples, 10, 4);
        std::vector<unsigned char> expected;
        for (const int threads : {1, 2, 3}) {
            rcim::thread_pool pool(threads);
            rcim::softmax_cross_entropy subject;
            rcim::batch_tensor gradient;
            const auto result = subject(z, labels, &gradient, pool);
            std::vector<unsigned char> bytes(sizeof result.loss);
            std::memcpy(bytes.data(), &result.loss, sizeof result.loss);
            append_bytes(bytes, gradient);
            if (threads == 1) {
                expected = bytes;
            }
            CHECK(bytes == expected);
        }
    }
}

TEST_CASE("softmax_cross_entropy: large logits do not overflow") {
    rcim::thread_pool pool(1);
    rcim::softmax_cross_entropy subject;
    rcim::batch_tensor z({2, 1, 1}, 2), gradient;
    z.at(0, 0) = 3e38f;
    z.at(0, 1) = -3e38f;
    z.at(1, 0) = -1000.0f;
    z.at(1, 1) = 1000.0f;
    const std::vector<int> labels{0, 0};
    const auto result = subject(z, labels, &gradient, pool);
    CHECK(result.loss == doctest::Approx(1000.0));
    CHECK(result.correct == 1);
    CHECK(gradient.at(0, 0) == 0.0f);
    CHECK(gradient.at(1, 0) == -0.5f);
    CHECK(gradient.at(1, 1) == 0.5f);
}

TEST_CASE("softmax_cross_entropy: NaN in a logit is NaN in the loss and no correct prediction") {
    rcim::thread_pool pool(1);
    rcim::softmax_cross_entropy subject;
    for (const index_t place : {0, 1, 2}) {
        rcim::batch_tensor z({3, 1, 1}, 20), gradient;
        z.at(17, place) = std::numeric_limits<float>::quiet_NaN();
        const std::vector<int> labels(20, 0);
        const auto result = subject(z, labels, &gradient, pool);
        CHECK(std::isnan(result.loss));
        CHECK(result.correct == 19);
        CHECK(std::isnan(gradient.at(17, 0)));
        CHECK_FALSE(std::isnan(gradient.at(16, 0)));
    }
}

TEST_CASE("softmax_cross_entropy: no samples") {
    rcim::thread_pool pool(1);
    rcim::softmax_cross_entropy subject;
    const auto result = subject(rcim::batch_tensor({3, 1, 1}, 0), {}, nullptr, pool);
    CHECK(result.loss == 0.0);
    CHECK(result.correct == 0);
}

TEST_CASE("softmax_cross_entropy: errors") {
    rcim::thread_pool pool(1);
    rcim::softmax_cross_entropy subject;
    const rcim::batch_tensor z({3, 1, 1}, 2);
    CHECK(error_of([&] { subject(z, std::vector<int>{0}, nullptr, pool); }) ==
          "softmax_cross_entropy: labels: expected 2, one per sample, found 1");
    CHECK(error_of([&] {
              subject(z, std::vector<int>{0, 3}, nullptr, pool);
          }) == "softmax_cross_entropy: label 1: expected 0 to 2, found 3");
    CHECK(error_of([&] {
              subject(z, std::vector<int>{-1, 0}, nullptr, pool);
          }) == "softmax_cross_entropy: label 0: expected 0 to 2, found -1");
}

} // namespace softmax_cross_entropy_tests
