#include <rcim/nn/relu.hpp>
#include <rcim/nn/sequence.hpp>

#include <nn/layer_checks.hpp>
#include <nn/tiny_layers.hpp>

#include <memory>

using namespace rcim_test;

TEST_CASE("sequence: without layers it is the identity") {
    rcim::thread_pool pool(1);
    rcim::sequence empty;
    rcim::batch_tensor x({2, 1, 1}, 3);
    CHECK(&empty.forward(x, {pool}) == &x);
    CHECK(empty.output_shape({2, 3, 4}) == rcim::map_shape{2, 3, 4});
    CHECK(empty.describe() == "identity");
    CHECK_FALSE(empty.learns());
    CHECK(empty.max_abs_weight() == 0.0f);
    empty.backward(x, x, nullptr, {pool});
}

TEST_CASE("sequence: errors") {
    rcim::sequence subject;
    CHECK(error_of([&] { subject.add(nullptr); }) == "sequence: layer 0: expected a layer, found a null pointer");
    subject.emplace<rcim::relu>();
    subject.emplace<tiny_projection>(2, 3, 1, 0u);
    CHECK(error_of([&] {
              (void)subject.output_shape({4, 1, 1});
          }) == "layer 1 (tiny_projection 2 to 3): tiny_projection: channels: expected 2, found 4");
}

TEST_CASE("sequence: without a gradient by its input, backward stops at the first layer that learns") {
    rcim::thread_pool pool(1);
    rcim::sequence subject;
    auto& fixed = subject.emplace<tiny_projection>(2, 3, 1, 0u, false);
    subject.emplace<rcim::relu>();
    auto& learning = subject.emplace<tiny_projection>(3, 2, 1, 1u, true);
    auto& above = subject.emplace<tiny_projection>(2, 2, 1, 2u, false);
    const auto x = random_batch({2, 1, 1}, 5, 1);
    subject.forward(x, {pool, true});
    const auto dy = random_gradient({2, 1, 1}, 5, 2);
    subject.backward(x, dy, nullptr, {pool, true});
    CHECK(fixed.backward_calls == 0);
    CHECK(learning.backward_calls == 1);
    CHECK(above.backward_calls == 1);
    rcim::batch_tensor dx;
    subject.backward(x, dy, &dx, {pool, true});
    CHECK(fixed.backward_calls == 1);
    CHECK(dx.shape() == x.shape());
}
