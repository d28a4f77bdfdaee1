#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/nn/softmax_cross_entropy.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/sgd.hpp>

#include <nn/layer_checks.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

using namespace rcim;
using namespace rcim_test;

namespace nets_tests {

constexpr auto digital = design<>{}.with(sgd{.learning_rate = 0.02f});
constexpr auto faulty = design<>{}
                            .with(multilevel_cell<2>{})
                            .with(bit_sliced<16, differential>{}) // with stochastic rounding
                            .with(stuck_at{.p_stuck_hrs = 0.0904f, .p_stuck_lrs = 0.0175f})
                            .with(clipped_on_use<>{.theta = 0.25f, .inner = {.learning_rate = 0.02f, .momentum = 0.5f}});

/// Numbers that learn: weights stored directly, biases, scales and shifts; padding not counted.
struct parameter_count : archive {
    index_t total = 0;

protected:
    void on_array(const array& a) override {
        const bool counts = a.name.ends_with("/weight") || a.name.ends_with("/value");
        index_t size = counts ? 1 : 0;
        for (const index_t extent : a.shape) {
            size *= extent;
        }
        total += size;
    }
};

index_t parameters_of(network& net) {
    parameter_count counter;
    net.visit(counter);
    return counter.total;
}

struct training_trace {
    std::vector<double> losses;
    std::vector<unsigned char> state;
};

/// Steps on one fixed batch.
training_trace train(network& net, index_t samples, std::uint32_t steps, int threads) {
    thread_pool pool(threads);
    softmax_cross_entropy loss;
    batch_tensor dy;
    const batch_tensor x = random_batch(net.input_shape(), samples, 3);
    std::vector<int> labels;
    for (index_t n = 0; n < samples; ++n) {
        labels.push_back(static_cast<int>(n % net.output_shape().channels));
    }
    training_trace trace;
    for (std::uint32_t step = 0; step < steps; ++step) {
        const pass_context context{pool, true, net.seed(), step};
        trace.losses.push_back(loss(net.forward(x, context), labels, &dy, pool).loss);
        net.backward(dy, context);
        update_report report;
        net.update({pool, net.seed(), step, 1.0f, report});
        CHECK(report.gradient_square > 0.0);
        CHECK(report.changed_words > 0);
    }
    byte_archive state;
    net.visit(state);
    trace.state = std::move(state.bytes);
    return trace;
}

/// `make` gives a new net: one step lowers the loss of its batch; several end in the same bits on any number of threads.
template <class Make>
void check_net(Make&& make, index_t samples, std::uint32_t steps = 3) {
    network first = make();
    const training_trace one = train(first, samples, steps, 1);
    CHECK(std::isfinite(one.losses[0]));
    CHECK(one.losses[1] < one.losses[0]);
    for (const int threads : {2, 3}) {
        CAPTURE(threads);
        network net = make();
        const training_trace other = train(net, samples, steps, threads);
        CHECK(other.losses == one.losses);
        CHECK(other.state == one.state);
    }
}

TEST_CASE("nets: LeNet-5 has the shapes and the 61,706 parameters of the usual count") {
    network net = lenet5(digital, 7);
    CHECK(parameters_of(net) == 61706);
    CHECK(net.output_shape() == map_shape{10, 1, 1});
    CHECK(net.size() == 11);
    network large = lenet5(digital, 7, {1, 32, 32});
    CHECK(parameters_of(large) == 61706);
    network colour = lenet5(digital, 7, {3, 32, 32}, 100);
    CHECK(colour.output_shape() == map_shape{100, 1, 1});
    CHECK(parameters_of(colour) == 61706 + 2 * 25 * 6 + 90 * 85);
}

TEST_CASE("nets: VGG-8") {
    // 32-32-64-64-128-128 filters of 3 x 3 with batch normalisation, 2048 to 256 to 10.
    network net = vgg8(digital, 7);
    CHECK(net.output_shape() == map_shape{10, 1, 1});
    const index_t filters = 9 * (3 * 32 + 32 * 32 + 32 * 64 + 64 * 64 + 64 * 128 + 128 * 128);
    CHECK(parameters_of(net) == filters + 2 * 448 + 2048 * 256 + 256 + 256 * 10 + 10);
    network plain = vgg8(digital, 7, {1, 28, 28}, 10, {.batch_norm = false, .hidden = 64});
    CHECK(plain.output_shape() == map_shape{10, 1, 1});
    CHECK(parameters_of(plain) == filters - 9 * 2 * 32 + 448 + 128 * 3 * 3 * 64 + 64 + 64 * 10 + 10);
    CHECK(error_of([] {
              static_cast<void>(vgg8(digital, 7, {3, 7, 8}));
          }) == "network: layer 19 (max_pool{.kernel = 2, .stride = 2}): max_pool: input: expected at least 2 x 2 positions, "
                "found 128 x 1 x 2");
    CHECK(error_of([] { static_cast<void>(vgg8(digital, 7, {3, 8, 8})); }) == "no error");
}

TEST_CASE("nets: ResNet-20 has the 269,722 parameters of parameter-free shortcuts") {
    network net = resnet20(digital, 7);
    CHECK(net.output_shape() == map_shape{10, 1, 1});
    CHECK(parameters_of(net) == 269722);
    // Three blocks each on 32 x 32, 16 x 16 and 8 x 8 positions.
    std::vector<map_shape> shapes;
    map_shape shape = net.input_shape();
    for (std::size_t i = 0; i < net.size(); ++i) {
        shape = net[i].output_shape(shape);
        shapes.push_back(shape);
    }
    CHECK(shapes.size() == 14);
    CHECK(shapes[5] == map_shape{16, 32, 32});
    CHECK(shapes[6] == map_shape{32, 16, 16});
    CHECK(shapes[8] == map_shape{32, 16, 16});
    CHECK(shapes[9] == map_shape{64, 8, 8});
    CHECK(shapes[11] == map_shape{64, 8, 8});
    CHECK(shapes[12] == map_shape{64, 1, 1});
    network small = resnet8(digital, 7, {1, 28, 28}, 7);
    CHECK(small.output_shape() == map_shape{7, 1, 1});
}

TEST_CASE("nets: the ResNets of 6n + 2 layers") {
    // With parameter-free shortcuts. He et al. give 0.27 M for 20 layers and 0.46 M for 32; projections would make 8 layers 78,042.
    const auto count = [](network net) { return parameters_of(net); };
    CHECK(count(resnet8(digital, 7)) == 75290);
    CHECK(count(resnet20(digital, 7)) == 269722);
    CHECK(count(resnet32(digital, 7)) == 464154);
    CHECK(count(resnet(digital, 7, 44)) == 658586);
    CHECK(count(resnet(digital, 7, 32, {3, 32, 32}, 100)) == 464154 + 90 * 65);
    for (const index_t depth : {8, 14, 20, 32}) {
        CAPTURE(depth);
        network net = resnet(digital, 7, depth, {3, 32, 32}, 100);
        CHECK(net.output_shape() == map_shape{100, 1, 1});
        index_t layers = 0; // with weights
        net.each([&](layer& one) { layers += one.parameters().weights.rows > 0 ? 1 : 0; });
        CHECK(layers == depth);
        thread_pool pool(2);
        const batch_tensor x = random_batch({3, 32, 32}, 3, 1);
        const batch_tensor& y = net.forward(x, {pool});
        CHECK(y.shape() == map_shape{100, 1, 1});
        CHECK(y.samples() == 3);
        bool finite = true;
        for (index_t f = 0; f < 100; ++f) {
            finite = finite && std::isfinite(y.at(2, f));
        }
        CHECK(finite);
    }
    for (const index_t depth : {2, 7, 9, 18, 19, 52, -4}) {
        CAPTURE(depth);
        CHECK(error_of([&] { static_cast<void>(resnet(digital, 7, depth)); }) ==
              text("resnet: depth: expected 6n + 2 with n of at least 1, found ", depth));
    }
}

TEST_CASE("nets: LeNet-5 trains, to the same bits on any number of threads") {
    check_net([] { return lenet5(digital, 7); }, 20);
    check_net([] { return lenet5(faulty, 7); }, 40, 4);
}

TEST_CASE("nets: VGG-8 trains, to the same bits on any number of threads") {
    check_net([] { return vgg8(digital, 7, {3, 16, 16}); }, 20, 2);
    check_net([] { return vgg8(faulty, 7, {3, 8, 8}); }, 33);
}

TEST_CASE("nets: ResNet-20 trains, to the same bits on any number of threads") {
    check_net([] { return resnet20(digital, 7, {3, 12, 12}); }, 20, 2);
    check_net([] { return resnet8(faulty, 7, {3, 9, 9}); }, 33);
}

TEST_CASE("nets: layers of one net may stand on different designs") {
    constexpr auto narrow = design<>{}
                                .with(multilevel_cell<4>{.on_off_ratio = 50.0})
                                .with(bit_sliced<8, offset, carried>{.fraction_bits = 6})
                                .with(geometry<32, 32>{})
                                .with(sgd{.learning_rate = 0.02f});
    const auto make = [&] {
        network net({1, 12, 12}, 7);
        net.emplace<conv2d<std::remove_const_t<decltype(digital)>>>(digital, conv2d_options{.out_channels = 6, .padding = 1},
                                                                    7u, 0u);
        net.emplace<relu>();
        net.emplace<max_pool>(2);
        net.emplace<conv2d<std::remove_const_t<decltype(faulty)>>>(faulty, conv2d_options{.in_channels = 6, .out_channels = 8},
                                                                   7u, 1u);
        net.emplace<relu>();
        net.emplace<dense<design<>>>(design<>{}, dense_options{.in = 128, .out = 40}, 7u, 2u); // frozen
        net.emplace<relu>();
        net.emplace<dense<std::remove_const_t<decltype(narrow)>>>(narrow, dense_options{.in = 40, .out = 10}, 7u, 3u);
        return net;
    };
    network net = make();
    CHECK(net.learns());
    CHECK(!net[5].learns());
    byte_archive names;
    net.visit(names);
    const auto has = [&](const std::string& name) {
        return std::find(names.names.begin(), names.names.end(), name) != names.names.end();
    };
    CHECK(has("00/weight"));
    CHECK(has("03/plus/code"));
    CHECK(has("03/minus/keep"));
    CHECK(has("05/weight"));
    CHECK(has("07/plus/code"));
    CHECK(!has("07/minus/code"));
    CHECK(has("07/residue"));
    check_net(make, 33, 4);

    // The frozen layer stays; the others move.
    network trained = make();
    const float before = trained[5].max_abs_weight();
    const float first = trained[0].max_abs_weight();
    train(trained, 33, 3, 1);
    CHECK(trained[5].max_abs_weight() == before);
    CHECK(trained[0].max_abs_weight() != first);
    CHECK(trained[3].max_abs_weight() <= 0.25f);
}

TEST_CASE("nets: an input of the wrong shape") {
    network net = lenet5(digital, 7);
    thread_pool pool(1);
    CHECK(error_of([&] {
              net.forward(batch_tensor({1, 32, 32}, 2), {pool});
          }) == "network: input: expected 1 x 28 x 28, found 1 x 32 x 32");
    CHECK(error_of([] {
              static_cast<void>(lenet5(digital, 7, {1, 3, 28}));
          }) == "network: layer 3 (conv2d 16 x 6 x 5 x 5, stride 1, padding 0 on design<>{}.with(sgd{.learning_rate = 0.02, "
                ".momentum = 0, "
                ".weight_decay = 0})): conv2d: input: expected at least 5 x 5 with padding, found 6 x 1 x 14");
    network wrong({2, 8, 8}, 7);
    CHECK(error_of([&] {
              wrong.emplace<conv2d<std::remove_const_t<decltype(digital)>>>(digital, conv2d_options{.in_channels = 3}, 7u, 0u);
          }) == "network: layer 0 (conv2d 1 x 3 x 3 x 3, stride 1, padding 0 on design<>{}.with(sgd{.learning_rate = 0.02, "
                ".momentum = 0, "
                ".weight_decay = 0})): conv2d: input: expected 3 channels, found 2 x 8 x 8");
    CHECK(wrong.size() == 0);
}

} // namespace nets_tests
