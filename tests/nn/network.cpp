#include <rcim/nn/average_pool.hpp>
#include <rcim/nn/batch_norm.hpp>
#include <rcim/nn/dropout.hpp>
#include <rcim/nn/max_pool.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/nn/relu.hpp>
#include <rcim/nn/residual_block.hpp>
#include <rcim/nn/softmax_cross_entropy.hpp>
#include <rcim/update/sgd.hpp>

#include <nn/layer_checks.hpp>
#include <nn/tiny_layers.hpp>

#include <memory>
#include <type_traits>

using namespace rcim_test;

namespace network_tests {

static_assert(std::is_nothrow_move_constructible_v<rcim::network>);
static_assert(!std::is_copy_constructible_v<rcim::network>);

struct trained {
    rcim::sgd update{.learning_rate = 0.05f};
};

rcim::network small_net(std::uint64_t seed) {
    rcim::network net({2, 6, 6}, seed);
    net.emplace<tiny_projection>(2, 4, 1, 1u);
    net.emplace<rcim::batch_norm<trained>>(trained{}, 4);
    net.emplace<rcim::max_pool>(2);
    net.emplace<rcim::relu>();
    rcim::sequence body;
    body.emplace<tiny_projection>(4, 4, 1, 2u);
    net.emplace<rcim::residual_block>(std::move(body));
    net.emplace<rcim::dropout>(0.1f, 0u);
    net.emplace<rcim::global_average_pool>();
    net.emplace<tiny_projection>(4, 3, 1, 3u);
    return net;
}

/// Classes differ in the mean of channel 0.
void label(rcim::batch_tensor& x, std::vector<int>& labels) {
    labels.clear();
    for (index_t n = 0; n < x.samples(); ++n) {
        const int own = static_cast<int>(n % 3);
        labels.push_back(own);
        for (index_t f = 0; f < 36; ++f) {
            x.at(n, f) += static_cast<float>(own - 1);
        }
    }
}

std::vector<unsigned char> trained_state(int threads, index_t samples, double* first_loss = nullptr,
                                         double* last_loss = nullptr, std::uint32_t steps = 5) {
    rcim::thread_pool pool(threads);
    rcim::network net = small_net(7);
    rcim::softmax_cross_entropy loss;
    rcim::batch_tensor dy;
    std::vector<int> labels;
    for (std::uint32_t step = 0; step < steps; ++step) {
        auto x = random_batch(net.input_shape(), samples, step);
        label(x, labels);
        const rcim::pass_context context{pool, true, net.seed(), step};
        const auto result = loss(net.forward(x, context), labels, &dy, pool);
        net.backward(dy, context);
        rcim::update_report report;
        net.update({pool, net.seed(), step, 1.0f, report});
        if (step == 0 && first_loss) {
            *first_loss = result.loss;
        }
        if (last_loss) {
            *last_loss = result.loss;
        }
    }
    byte_archive state;
    net.visit(state);
    return state.bytes;
}

TEST_CASE("network: shapes, description, names of state") {
    rcim::network net = small_net(7);
    CHECK(net.size() == 8);
    CHECK(net.seed() == 7);
    CHECK(net.input_shape() == rcim::map_shape{2, 6, 6});
    CHECK(net.output_shape() == rcim::map_shape{3, 1, 1});
    CHECK(net.learns());
    CHECK(net.describe() == "00 tiny_projection 2 to 4 -> 4 x 6 x 6\n"
                            "01 batch_norm{.channels = 4} -> 4 x 6 x 6\n"
                            "02 max_pool{.kernel = 2, .stride = 2} -> 4 x 3 x 3\n"
                            "03 relu -> 4 x 3 x 3\n"
                            "04 residual_block{.body = {tiny_projection 4 to 4}, .shortcut = {identity}} -> 4 x 3 x 3\n"
                            "05 dropout{.rate = 0.1} -> 4 x 3 x 3\n"
                            "06 global_average_pool -> 4 x 1 x 1\n"
                            "07 tiny_projection 4 to 3 -> 3 x 1 x 1\n");
    byte_archive state;
    net.visit(state);
    CHECK(state.names.front() == "00/weight");
    CHECK(state.names.back() == "07/weight");
    CHECK(net.max_abs_weight() >= net[0].max_abs_weight());
}

TEST_CASE("network: errors") {
    CHECK(error_of([] { rcim::network({0, 1, 1}, 1); }) == "network: input: expected positive extents, found 0 x 1 x 1");
    rcim::network net({2, 6, 6}, 1);
    net.emplace<rcim::relu>();
    CHECK(error_of([&] { net.emplace<rcim::max_pool>(7); }) ==
          "network: layer 1 (max_pool{.kernel = 7, .stride = 7}): max_pool: input: expected at least 7 x 7 positions, "
          "found 2 x 6 x 6");
    CHECK(error_of([&] { net.add(nullptr); }) == "network: layer 1: expected a layer, found a null pointer");
    CHECK(net.size() == 1);
    CHECK(net.output_shape() == rcim::map_shape{2, 6, 6});
    rcim::thread_pool pool(1);
    const rcim::pass_context context{pool};
    const rcim::batch_tensor wrong({1, 6, 6}, 2);
    CHECK(error_of([&] { net.backward(wrong, context); }) ==
          "network: backward: expected a forward pass before it, found none");
    CHECK(error_of([&] { net.forward(wrong, context); }) == "network: input: expected 2 x 6 x 6, found 1 x 6 x 6");
    const rcim::batch_tensor x({2, 6, 6}, 2);
    net.forward(x, context);
    CHECK(error_of([&] {
              net.backward(rcim::batch_tensor({2, 6, 6}, 3), context);
          }) == "network: gradient: expected 2 x 6 x 6, 2 samples, found 2 x 6 x 6, 3 samples");
}

TEST_CASE("network: moves") {
    rcim::thread_pool pool(1);
    rcim::network a = small_net(7);
    const auto x = random_batch(a.input_shape(), 17, 1);
    const rcim::pass_context context{pool, false, 7, 0};
    const float before = a.forward(x, context).at(16, 2);
    rcim::network b = std::move(a);
    CHECK(b.forward(x, context).at(16, 2) == before);
    CHECK(b.size() == 8);
}

TEST_CASE("network: training with 1, 2 and 3 threads gives the same bits") {
    for (const index_t samples : {1, 15, 16, 17, 40}) {
        CAPTURE(samples);
        const auto one = trained_state(1, samples);
        CHECK(one == trained_state(2, samples));
        CHECK(one == trained_state(3, samples));
    }
}

TEST_CASE("network: learns") {
    double first = 0.0;
    double last = 0.0;
    trained_state(2, 33, &first, &last, 200);
    CHECK(first > 0.7);
    CHECK(last < 0.5 * first);
}

TEST_CASE("network: a sample's output does not depend on its neighbours in evaluation") {
    rcim::thread_pool pool(1);
    rcim::network net = small_net(7);
    const rcim::pass_context context{pool, false, 7, 0};
    const auto x = random_batch(net.input_shape(), 33, 1);
    const rcim::batch_tensor all = net.forward(x, context);
    for (const index_t n : {0, 16, 32}) {
        rcim::batch_tensor one(net.input_shape(), 1);
        for (index_t f = 0; f < 72; ++f) {
            one.at(0, f) = x.at(n, f);
        }
        const rcim::batch_tensor& y = net.forward(one, context);
        for (index_t k = 0; k < 3; ++k) {
            CHECK(y.at(0, k) == all.at(n, k));
        }
    }
}

} // namespace network_tests
