#include <rcim/nn/relu.hpp>

#include <nn/layer_checks.hpp>

#include <cmath>
#include <limits>

using namespace rcim_test;

TEST_CASE("relu: gradient") {
    rcim::relu subject;
    check_gradients(subject, separated_batch({3, 5, 3}, 17, 0.05f, 1));
    check_gradients(subject, separated_batch({1, 1, 1}, 1, 0.05f, 2));
}

TEST_CASE("relu: any number of threads") {
    check_any_number_of_threads([] { return std::make_unique<rcim::relu>(); }, {3, 5, 7});
}

TEST_CASE("relu: NaN stays NaN and passes no gradient") {
    rcim::thread_pool pool(1);
    rcim::relu subject;
    rcim::batch_tensor x({3, 1, 1}, 1), y, dx;
    x.at(0, 0) = std::numeric_limits<float>::quiet_NaN();
    x.at(0, 1) = -std::numeric_limits<float>::infinity();
    x.at(0, 2) = 2.0f;
    subject.forward(x, y, {pool});
    CHECK(std::isnan(y.at(0, 0)));
    CHECK(y.at(0, 1) == 0.0f);
    CHECK(y.at(0, 2) == 2.0f);
    rcim::batch_tensor dy({3, 1, 1}, 1);
    for (index_t f = 0; f < 3; ++f) {
        dy.at(0, f) = 1.0f;
    }
    subject.backward(x, y, dy, &dx, {pool});
    CHECK(dx.at(0, 0) == 0.0f);
    CHECK(dx.at(0, 1) == 0.0f);
    CHECK(dx.at(0, 2) == 1.0f);
}
