#include <rcim/nn/max_pool.hpp>
#include <rcim/nn/relu.hpp>

#include <nn/layer_checks.hpp>

#include <cmath>
#include <limits>

using namespace rcim_test;

TEST_CASE("max_pool: shapes") {
    CHECK(rcim::max_pool(2).output_shape({6, 28, 28}) == rcim::map_shape{6, 14, 14});
    CHECK(rcim::max_pool(2).output_shape({6, 5, 7}) == rcim::map_shape{6, 2, 3});
    CHECK(rcim::max_pool(3, 2).output_shape({1, 8, 9}) == rcim::map_shape{1, 3, 4});
    CHECK(rcim::max_pool(3, 1).output_shape({2, 3, 3}) == rcim::map_shape{2, 1, 1});
    CHECK(rcim::max_pool(3, 2).describe() == "max_pool{.kernel = 3, .stride = 2}");
}

TEST_CASE("max_pool: errors") {
    CHECK(error_of([] { rcim::max_pool(0); }) == "max_pool: kernel: expected 1 to 4096, found 0");
    CHECK(error_of([] { rcim::max_pool(2, -1); }) == "max_pool: stride: expected 1 to 4096, or 0 for the kernel's, found -1");
    CHECK(error_of([] {
              (void)rcim::max_pool(3).output_shape({4, 2, 8});
          }) == "max_pool: input: expected at least 3 x 3 positions, found 4 x 2 x 8");
    rcim::thread_pool pool(1);
    rcim::max_pool subject(3);
    rcim::batch_tensor y;
    CHECK(error_of([&] {
              subject.forward(rcim::batch_tensor({1, 3, 2}, 1), y, {pool});
          }) == "max_pool: input: expected at least 3 x 3 positions, found 1 x 3 x 2");
}

TEST_CASE("max_pool: gradient") {
    for (const auto& [side, stride] : {std::pair<index_t, index_t>{2, 2}, {3, 2}, {3, 1}, {2, 3}, {1, 1}}) {
        rcim::max_pool subject(side, stride);
        check_gradients(subject, separated_batch({2, 5, 7}, 17, 0.05f, 1));
    }
    rcim::max_pool whole(4);
    check_gradients(whole, separated_batch({1, 4, 4}, 1, 0.05f, 2));
}

TEST_CASE("max_pool: any number of threads") {
    check_any_number_of_threads([] { return std::make_unique<rcim::max_pool>(2); }, {3, 5, 7});
    check_any_number_of_threads([] { return std::make_unique<rcim::max_pool>(3, 2); }, {3, 5, 7});
}

TEST_CASE("max_pool: the first of equal maxima gets the gradient, NaN gets through") {
    rcim::thread_pool pool(1);
    rcim::max_pool subject(2);
    rcim::batch_tensor x({1, 2, 2}, 2), y, dx, dy({1, 1, 1}, 2);
    x.at(1, 2) = std::numeric_limits<float>::quiet_NaN();
    subject.forward(x, y, {pool});
    CHECK(y.at(0, 0) == 0.0f);
    CHECK(std::isnan(y.at(1, 0)));
    dy.at(0, 0) = 3.0f;
    subject.backward(x, y, dy, &dx, {pool});
    CHECK(dx.at(0, 0) == 3.0f);
    CHECK(dx.at(0, 1) == 0.0f);
    CHECK(dx.at(0, 2) == 0.0f);
    CHECK(dx.at(0, 3) == 0.0f);
}

TEST_CASE("max_pool, then relu: the same outputs as the other way round, and the same gradients") {
    rcim::thread_pool pool(1);
    const rcim::pass_context context{pool, true};
    const auto x = random_batch({3, 6, 6}, 17, 4);
    const auto dy = random_gradient({3, 3, 3}, 17, 5);
    rcim::max_pool pool_a(2), pool_b(2);
    rcim::relu relu_a, relu_b;
    rcim::batch_tensor a, ya, b, yb, da, dxa, db, dxb;
    pool_a.forward(x, a, context);
    relu_a.forward(a, ya, context);
    relu_a.backward(a, ya, dy, &da, context);
    pool_a.backward(x, a, da, &dxa, context);
    relu_b.forward(x, b, context);
    pool_b.forward(b, yb, context);
    pool_b.backward(b, yb, dy, &db, context);
    relu_b.backward(x, b, db, &dxb, context);
    bool same = true;
    for (index_t n = 0; n < 17; ++n) {
        for (index_t f = 0; f < 27; ++f) {
            same = same && ya.at(n, f) == yb.at(n, f);
        }
        for (index_t f = 0; f < 108; ++f) {
            same = same && dxa.at(n, f) == dxb.at(n, f);
        }
    }
    CHECK(same);
}
