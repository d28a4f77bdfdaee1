#include <rcim/nn/dropout.hpp>

#include <nn/layer_checks.hpp>
#include <statistics.hpp>

#include <cmath>
#include <limits>

using namespace rcim_test;

TEST_CASE("dropout: errors") {
    CHECK(error_of([] { rcim::dropout(1.0f, 0); }) == "dropout: rate: expected a probability in [0, 1), found 1");
    CHECK(error_of([] { rcim::dropout(-0.1f, 0); }) == "dropout: rate: expected a probability in [0, 1), found -0.1");
    CHECK(error_of([] { rcim::dropout(std::numeric_limits<float>::quiet_NaN(), 0); }) ==
          "dropout: rate: expected a probability in [0, 1), found nan");
}

TEST_CASE("dropout: gradient") {
    rcim::dropout subject(0.4f, 2);
    check_gradients(subject, random_batch({3, 3, 3}, 17, 1));
    check_gradients(subject, random_batch({3, 3, 3}, 17, 1), {}, {.training = false});
}

TEST_CASE("dropout: any number of threads") {
    check_any_number_of_threads([] { return std::make_unique<rcim::dropout>(0.5f, 1); }, {3, 5, 7});
}

TEST_CASE("dropout: draw s * features + f decides") {
    rcim::thread_pool pool(1);
    for (const index_t features : {1, 3, 4, 10}) {
        const index_t samples = 19;
        rcim::dropout subject(0.3f, 6);
        const auto x = random_batch({features, 1, 1}, samples, 1);
        rcim::batch_tensor y;
        subject.forward(x, y, {pool, true, 11, 8});
        const rcim::random_source source(11, rcim::purpose::dropout, 6, 8);
        bool same = true;
        for (index_t n = 0; n < samples; ++n) {
            for (index_t f = 0; f < features; ++f) {
                const bool dropped = source.uniform(static_cast<std::uint64_t>(n * features + f)) < 0.3f;
                same = same && y.at(n, f) == x.at(n, f) * (dropped ? 0.0f : 1.0f / 0.7f);
            }
        }
        CHECK(same);
    }
}

TEST_CASE("dropout: share of zeros, mean, and a mask of its own for every step and place") {
    rcim::thread_pool pool(2);
    const index_t features = 1000;
    const index_t samples = 64;
    rcim::batch_tensor x({features, 1, 1}, samples);
    std::fill_n(x.data(), x.blocks() * x.block_stride(), 1.0f);
    rcim::batch_tensor y, other_step, other_place;
    rcim::dropout subject(0.25f, 0);
    subject.forward(x, y, {pool, true, 1, 0});
    subject.forward(x, other_step, {pool, true, 1, 1});
    rcim::dropout(0.25f, 1).forward(x, other_place, {pool, true, 1, 0});
    index_t zeros = 0, step_differs = 0, place_differs = 0;
    double sum = 0.0;
    state_pairs<2> neighbours({0.75, 0.25}), neighbouring_samples({0.75, 0.25});
    const auto dropped = [&](index_t n, index_t f) { return y.at(n, f) == 0.0f ? std::size_t{1} : std::size_t{0}; };
    for (index_t n = 0; n < samples; ++n) {
        for (index_t f = 0; f < features; ++f) {
            if (f % 2 == 0) {
                neighbours.add(dropped(n, f), dropped(n, f + 1));
            }
            if (n % 2 == 0) {
                neighbouring_samples.add(dropped(n, f), dropped(n + 1, f));
            }
            zeros += y.at(n, f) == 0.0f;
            sum += static_cast<double>(y.at(n, f));
            step_differs += y.at(n, f) != other_step.at(n, f);
            place_differs += y.at(n, f) != other_place.at(n, f);
        }
    }
    CHECK(neighbours.independent());
    CHECK(neighbouring_samples.independent());
    // 5 sigma of 64000 draws.
    const double count = 64000.0;
    CHECK(std::abs(static_cast<double>(zeros) / count - 0.25) < 5.0 * std::sqrt(0.25 * 0.75 / count));
    CHECK(std::abs(sum / count - 1.0) < 5.0 * std::sqrt(0.25 / 0.75 / count));
    CHECK(std::abs(static_cast<double>(step_differs) / count - 0.375) < 5.0 * std::sqrt(0.375 * 0.625 / count));
    CHECK(std::abs(static_cast<double>(place_differs) / count - 0.375) < 5.0 * std::sqrt(0.375 * 0.625 / count));
}

TEST_CASE("dropout: evaluation is the identity, NaN gets through") {
    rcim::thread_pool pool(1);
    rcim::dropout subject(0.9f, 0);
    auto x = random_batch({4, 2, 2}, 17, 1);
    x.at(0, 0) = std::numeric_limits<float>::quiet_NaN();
    rcim::batch_tensor y;
    subject.forward(x, y, {pool, false});
    CHECK(std::isnan(y.at(0, 0)));
    CHECK(y.at(16, 15) == x.at(16, 15));
    subject.forward(x, y, {pool, true});
    CHECK(std::isnan(y.at(0, 0)));
}
