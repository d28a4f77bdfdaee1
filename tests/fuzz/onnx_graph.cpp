#include "harness/outline.hpp"
#include "harness/target.hpp"

#include <rcim/import/onnx_reader.hpp>

#include <algorithm>
#include <array>
#include <string>

// Few bytes make a node here, of which the message, the text of where it stands and an outline are kept.
const fuzz::memory_bound fuzz::memory{.constant = 1 << 20, .per_byte = 8192};

namespace {

using rcim::index_t;

/// Bytes as decisions; zeros when there are no more.
struct decisions {
    fuzz::bytes left;

    std::uint8_t byte() {
        if (left.empty()) {
            return 0;
        }
        const std::uint8_t first = left.front();
        left = left.subspan(1);
        return first;
    }
    int below(int count) { return byte() % count; }
    template <class T, std::size_t N>
    T of(const std::array<T, N>& choices) {
        return choices[static_cast<std::size_t>(below(static_cast<int>(N)))];
    }
    /// An extent, axis or stride: mostly small, at times one that no product takes.
    std::int64_t extent() {
        const int code = byte();
        return code < 240 ? code % 12 - 2 : std::int64_t{1} << (code - 240) * 4 << (code % 2);
    }
};

constexpr std::array<const char*, 25> operators{"Add",     "AveragePool", "BatchNormalization", "Constant",   "Conv",       "Div",     "Dropout",
                                                "Flatten", "Gemm",        "GlobalAveragePool",  "GlobalMaxPool", "Identity", "LogSoftmax", "MatMul",
                                                "MaxPool", "Mul",         "Pad",                "ReduceMean", "Relu",       "Reshape", "Softmax",
                                                "Squeeze", "Sub",         "Transpose",          "Unsqueeze"};
constexpr std::array<const char*, 20> words{"axes",      "axis",  "strides", "pads",  "kernel_shape", "perm",    "value", "value_ints", "group",  "dilations",
                                            "ceil_mode", "alpha", "transB",  "epsilon", "auto_pad", "keepdims", "count_include_pad", "training_mode", "allowzero", "value_floats"};
constexpr std::array<const char*, 4> padding{"NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"};

/// Tensors are called t0, t1, ...: the input, constants, then what nodes give.
std::string name(int n) {
    return rcim::text("t", n);
}

void fill(onnx::TensorProto& to, decisions& from) {
    index_t size = 1;
    for (int d = from.below(6); d > 0; --d) {
        const std::int64_t extent = from.extent();
        to.add_dims(extent);
        size = extent >= 0 && extent < 64 && size < 4096 ? size * extent : 0;
    }
    const bool whole = from.below(3) == 0;
    to.set_data_type(whole ? onnx::TensorProto::INT64 : onnx::TensorProto::FLOAT);
    for (index_t n = 0; n < std::min<index_t>(size, 512); ++n) {
        if (whole) {
            to.add_int64_data(from.extent());
        } else {
            to.add_float_data(n % 3 == 0 ? static_cast<float>(from.byte()) : 1.0f);
        }
    }
}

void fill(onnx::AttributeProto& to, decisions& from) {
    to.set_name(from.of(words));
    switch (from.below(6)) {
    case 0:
        to.set_type(onnx::AttributeProto::INT);
        to.set_i(from.extent());
        break;
    case 1:
        to.set_type(onnx::AttributeProto::FLOAT);
        to.set_f(static_cast<float>(from.byte()) / 16.0f);
        break;
    case 2:
        to.set_type(onnx::AttributeProto::STRING);
        to.set_s(from.of(padding));
        break;
    case 3:
        to.set_type(onnx::AttributeProto::TENSOR);
        fill(*to.mutable_t(), from);
        break;
    default:
        to.set_type(onnx::AttributeProto::INTS);
        for (int n = from.below(9); n > 0; --n) {
            to.add_ints(from.extent());
        }
    }
}

} // namespace

/// Not the bytes of a file but what a model is made of, operator by operator: what is beyond the reach of changed bytes of protobuf.
void fuzz::read(bytes input) {
    decisions from{input};
    onnx::ModelProto model;
    auto& set = *model.add_opset_import();
    set.set_version(6 + from.below(16));
    onnx::GraphProto& graph = *model.mutable_graph();
    auto& given = *graph.add_input();
    given.set_name(name(0));
    auto& type = *given.mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    for (int d = from.below(2) == 0 ? 4 : 2; d > 0; --d) {
        type.mutable_shape()->add_dim()->set_dim_value(from.extent());
    }
    int tensors = 1;
    for (int n = from.below(8); n > 0; --n) {
        auto& constant = *graph.add_initializer();
        constant.set_name(name(tensors++));
        fill(constant, from);
    }
    while (!from.left.empty() && graph.node_size() < 64) {
        auto& node = *graph.add_node();
        node.set_op_type(from.of(operators));
        const int shape = from.byte();
        for (int n = shape % 6; n > 0; --n) {
            node.add_input(name(tensors - 1 - from.below(tensors))); // 0, what came last, is likely where bytes run out
        }
        for (int n = shape / 6 % 4; n > 0; --n) {
            fill(*node.add_attribute(), from);
        }
        node.add_output(name(tensors++));
    }
    graph.add_output()->set_name(name(tensors - 1));
    const std::string file = model.SerializeAsString();
    const rcim::onnx_options options{.input = {0, 0, 0}, .keep_softmax = input.size() % 2 == 0};
    check_outline(rcim::parse_onnx({reinterpret_cast<const std::uint8_t*>(file.data()), file.size()}, "model", options));
}
