#if __has_include(<onnx/onnx_pb.h>)

// The tests that ONNX has for its backends, where they are installed (Debian: libonnx-testdata): every model that is read gives the
// outputs that come with it.

#include <rcim/import/onnx_reader.hpp>

#include <doctest/doctest.h>
#include <import/networks.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace rcim;
namespace fs = std::filesystem;

namespace conformance_tests {

/// The largest difference of an output from what it is to be, relative to numbers above one. Inputs but the first become constants.
double difference(const fs::path& folder) {
    onnx::ModelProto model;
    detail::parse_protobuf(model, read_plain(folder / "model.onnx"), "conformance", folder.string(), "a model");
    std::set<std::string> stored;
    for (const auto& one : model.graph().initializer()) {
        stored.insert(one.name());
    }
    const fs::path data = folder / "test_data_set_0";
    onnx_tensor in;
    int number = 0;
    for (const auto& input : model.graph().input()) {
        if (stored.contains(input.name())) {
            continue;
        }
        const fs::path file = data / text("input_", number, ".pb");
        if (number == 0) {
            in = load_onnx_tensor(file);
        } else {
            auto& constant = *model.mutable_graph()->add_initializer();
            detail::parse_protobuf(constant, read_plain(file), "conformance", file.string(), "a tensor");
            constant.set_name(input.name());
        }
        ++number;
    }
    const onnx_tensor out = load_onnx_tensor(data / "output_0.pb");
    const std::string bytes = model.SerializeAsString();
    network net = rcim_test::ideal_network(parse_onnx({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()},
                                                      folder.string(), {.keep_softmax = true}));
    const index_t features = net.input_shape().size();
    batch_tensor x(net.input_shape(), in.size() / features);
    for (index_t n = 0; n < in.size(); ++n) {
        x.at(n / features, n % features) = in.floats[static_cast<std::size_t>(n)];
    }
    thread_pool pool(1);
    const batch_tensor& y = net.forward(x, {pool});
    if (out.size() != y.samples() * y.shape().size()) {
        return 1e9;
    }
    double worst = 0.0;
    for (index_t n = 0; n < out.size(); ++n) {
        const auto expected = static_cast<double>(out.floats[static_cast<std::size_t>(n)]);
        const auto found = static_cast<double>(y.at(n / y.shape().size(), n % y.shape().size()));
        worst = std::max(worst, std::fabs(found - expected) / std::max(1.0, std::fabs(expected)));
    }
    return worst;
}

TEST_CASE("read_onnx: ONNX's own tests") {
    const char* const named = std::getenv("RCIM_ONNX_TESTDATA");
    const fs::path root = named != nullptr ? named : "/usr/share/libonnx-testdata/data";
    if (!fs::exists(root / "node")) {
        MESSAGE("ONNX's tests are not here: apt-get install libonnx-testdata, or set RCIM_ONNX_TESTDATA to their folder data");
        return;
    }
    std::set<std::string> passed;
    std::map<std::string, std::string> refused;
    for (const char* group : {"node", "simple", "pytorch-converted", "pytorch-operator"}) {
        for (const auto& entry : fs::directory_iterator(root / group)) {
            const std::string name = entry.path().filename().string();
            try {
                const double worst = difference(entry.path());
                CAPTURE(name);
                CHECK(worst < 1e-4);
                passed.insert(name);
            } catch (const error& e) {
                refused.emplace(name, e.what());
            }
        }
    }
    MESSAGE(passed.size(), " of ", passed.size() + refused.size(), " models are read");
    CHECK(passed.size() >= 60); // 64 of those of ONNX 1.12
    for (const char* op : {"averagepool_2d_ceil",
                           "averagepool_2d_default",
                           "averagepool_2d_pads",
                           "averagepool_2d_pads_count_include_pad",
                           "averagepool_2d_same_lower",
                           "averagepool_2d_same_upper",
                           "averagepool_2d_strides",
                           "batchnorm_epsilon",
                           "batchnorm_example",
                           "conv_with_autopad_same",
                           "conv_with_strides_and_asymmetric_padding",
                           "conv_with_strides_no_padding",
                           "conv_with_strides_padding",
                           "flatten_axis1",
                           "gemm_alpha",
                           "gemm_beta",
                           "gemm_default_no_bias",
                           "gemm_default_scalar_bias",
                           "gemm_default_vector_bias",
                           "gemm_transposeB",
                           "logsoftmax_example_1",
                           "matmul_2d",
                           "maxpool_2d_ceil",
                           "maxpool_2d_default",
                           "maxpool_2d_pads",
                           "maxpool_2d_same_lower",
                           "maxpool_2d_same_upper",
                           "maxpool_2d_strides",
                           "softmax_example"}) {
        CAPTURE(std::string(op));
        const auto why = refused.find(std::string("test_") + op);
        CAPTURE((why == refused.end() ? std::string() : why->second));
        CHECK(passed.contains(std::string("test_") + op));
    }
}

#endif

} // namespace conformance_tests
