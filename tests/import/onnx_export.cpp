#if __has_include(<onnx/onnx_pb.h>)

#include <rcim/import/onnx_export.hpp>
#include <rcim/import/onnx_reader.hpp>
#include <rcim/nn/dropout.hpp>
#include <rcim/nn/fixed_affine.hpp>
#include <rcim/nn/relu.hpp>
#include <rcim/nn/reshape.hpp>
#include <rcim/nn/softmax.hpp>

#include <data/scratch.hpp>
#include <doctest/doctest.h>
#include <import/networks.hpp>
#include <import/onnx_models.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

using namespace rcim_test;

namespace onnx_export_tests {

using rcim::map_shape;

/// The largest difference between the outputs of two networks, and of two inputs.
double difference(rcim::network& a, rcim::network& b) {
    rcim::thread_pool pool(1);
    rcim::batch_tensor x(a.input_shape(), 5);
    for (index_t n = 0; n < 5; ++n) {
        const std::vector<float> values = numbers(a.input_shape().size(), static_cast<std::uint64_t>(n));
        for (index_t f = 0; f < a.input_shape().size(); ++f) {
            x.at(n, f) = values[static_cast<std::size_t>(f)];
        }
    }
    const rcim::batch_tensor& y = a.forward(x, {pool});
    const rcim::batch_tensor& z = b.forward(x, {pool});
    REQUIRE(y.shape().size() == z.shape().size());
    double worst = 0.0;
    for (index_t n = 0; n < 5; ++n) {
        for (index_t f = 0; f < y.shape().size(); ++f) {
            worst = std::max(worst, std::fabs(static_cast<double>(y.at(n, f)) - static_cast<double>(z.at(n, f))));
        }
    }
    return worst;
}

TEST_CASE("export_onnx: a network that was exported and imported computes the same") {
    const scratch here;
    const auto back = [&](rcim::network& net) {
        rcim::export_onnx(net, here / "net.onnx");
        return ideal_network(rcim::read_onnx(here / "net.onnx", {.keep_softmax = true}), 9);
    };
    // Of a faulty chip: the model has the weights that its cells give.
    rcim::network lenet = sliced_network(ideal_lenet5(3).outline(), 0.05f);
    rcim::network again = back(lenet);
    CHECK(again.size() == lenet.size());
    CHECK(difference(lenet, again) == 0.0);
    rcim::network residual = ideal_resnet8(3);
    rcim::network blocks = back(residual);
    CHECK(blocks.size() == residual.size());
    CHECK(difference(residual, blocks) == 0.0);

    // Every other layer that there is.
    rcim::network rest({2, 6, 5}, 1);
    rest.emplace<rcim::fixed_affine>(std::vector<float>{2}, numbers(60, 1));
    rest.emplace<rcim::fixed_affine>(numbers(2, 2), std::vector<float>{0});
    rest.emplace<rcim::zero_padding>(rcim::zero_padding_options{.top = 1, .right = 2, .channels = 1});
    rest.emplace<rcim::max_pool>(rcim::pool_options{.height = 2, .width = 3, .stride = 1, .left = 1});
    rest.emplace<rcim::average_pool>(
        rcim::pool_options{.height = 3, .stride = 2, .top = 1, .bottom = 1, .count_padding = true});
    rest.emplace<rcim::average_pool>(rcim::pool_options{.height = 2, .stride = 1, .top = 1});
    rest.emplace<rcim::dropout>(0.5f, 0u);
    rest.emplace<rcim::reshape>(map_shape{1, rest.output_shape().size(), 1});
    rcim::sequence body;
    body.emplace<rcim::fixed_affine>(std::vector<float>{-1}, std::vector<float>{0.25f});
    rest.emplace<rcim::residual_block>(std::move(body), rcim::sequence{}, false);
    rest.emplace<rcim::softmax>();
    rcim::network copied = back(rest);
    CHECK(difference(rest, copied) < 1e-6);
    rest.add(std::make_unique<rcim::relu>());
    CHECK(error_of([&] { rcim::export_onnx(rest, here / "no such folder" / "net.onnx"); }).find("a folder to write in") !=
          std::string::npos);
}

struct unknown final : rcim::layer {
    [[nodiscard]] std::string describe() const override { return "unknown"; }
    [[nodiscard]] map_shape output_shape(const map_shape& input) const override { return input; }
    void forward(const rcim::batch_tensor&, rcim::batch_tensor&, const rcim::pass_context&) override {}
    void backward(const rcim::batch_tensor&, const rcim::batch_tensor&, const rcim::batch_tensor&, rcim::batch_tensor*,
                  const rcim::pass_context&) override {}
};

TEST_CASE("export_onnx: a layer of the user's without an outline is named") {
    rcim::network net({1, 2, 2}, 1);
    net.emplace<rcim::relu>();
    net.emplace<unknown>();
    CHECK(error_of([&] { rcim::export_onnx(net, "/nowhere"); }) ==
          "network: layer 1 (unknown): expected a layer that has an outline, found none");
}

TEST_CASE("import_onnx: mnist-8 of the ONNX model zoo gives the outputs that come with it") {
    const char* root = std::getenv("RCIM_DATA");
    const std::filesystem::path folder =
        root == nullptr ? std::filesystem::path() : std::filesystem::path(root) / "onnx/mnist-8";
    if (root == nullptr || !std::filesystem::exists(folder / "model.onnx")) {
        MESSAGE("onnx/mnist-8 is not here: set RCIM_DATA to the folder that holds it");
        return;
    }
    const rcim::network_outline model = rcim::read_onnx(folder / "model.onnx");
    const rcim::onnx_tensor in = rcim::load_onnx_tensor(folder / "input_0.pb");
    const rcim::onnx_tensor out = rcim::load_onnx_tensor(folder / "output_0.pb");
    REQUIRE(in.size() == 784);
    REQUIRE(out.size() == 10);
    rcim::batch_tensor x({1, 28, 28}, 1);
    for (index_t f = 0; f < 784; ++f) {
        x.at(0, f) = in.floats[static_cast<std::size_t>(f)];
    }
    rcim::thread_pool pool(1);
    double largest = 0.0;
    for (const float value : out.floats) {
        largest = std::max(largest, std::fabs(static_cast<double>(value)));
    }
    const auto relative_error = [&](rcim::network net) {
        const rcim::batch_tensor& y = net.forward(x, {pool});
        double worst = 0.0;
        for (index_t f = 0; f < 10; ++f) {
            worst = std::max(worst, std::fabs(static_cast<double>(y.at(0, f)) -
                                              static_cast<double>(out.floats[static_cast<std::size_t>(f)])) /
                                        largest);
        }
        return worst;
    };
    CHECK(ideal_network(model).size() == 7);
    CHECK(relative_error(ideal_network(model)) < 1e-6);
    CHECK(relative_error(sliced_network(model, 0.0f)) < 1e-3);
    const scratch here;
    rcim::write_onnx(model, here / "again.onnx");
    CHECK(relative_error(ideal_network(rcim::read_onnx(here / "again.onnx"))) < 1e-6);
}

#endif

} // namespace onnx_export_tests
