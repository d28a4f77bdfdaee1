#include <rcim/import/onnx_reader.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "harness/outline.hpp"
#include "harness/target.hpp"

// A byte or two make a node here, with its constants: the message, its bytes, and what is read of it.
const fuzz::memory_bound fuzz::memory{.constant = 1 << 20, .per_byte = 16 << 10};

namespace {

using rcim::index_t;
using extents = std::vector<std::int64_t>;

constexpr std::array<const char*, 25> operators{"Conv",
                                                "Relu",
                                                "MaxPool",
                                                "Add",
                                                "Gemm",
                                                "Flatten",
                                                "AveragePool",
                                                "BatchNormalization",
                                                "Reshape",
                                                "MatMul",
                                                "Mul",
                                                "Sub",
                                                "Div",
                                                "Pad",
                                                "ReduceMean",
                                                "Softmax",
                                                "GlobalAveragePool",
                                                "GlobalMaxPool",
                                                "Identity",
                                                "Dropout",
                                                "Squeeze",
                                                "Unsqueeze",
                                                "LogSoftmax",
                                                "Transpose",
                                                "Constant"};
constexpr std::array<const char*, 10> others{"group",       "dilations", "axis", "kernel_shape", "value_ints",
                                             "value_float", "is_test",   "perm", "value",        "no_such_attribute"};

/// Makes a model of bytes: an operator, then what it takes, mostly as it should be. Zeros when there are no more bytes.
class model_of {
public:
    explicit model_of(fuzz::bytes input) : left_(input) {
        auto& set = *model_.add_opset_import();
        set.set_version(right_or(13));
        made_.push_back({"x", below(2) == 0 ? extents{1 + below(4), 1 + below(8), 1 + below(8)} : extents{1 + below(8)}});
        auto& given = *graph().add_input();
        given.set_name("x");
        auto& type = *given.mutable_type()->mutable_tensor_type();
        type.set_elem_type(onnx::TensorProto::FLOAT);
        type.mutable_shape()->add_dim()->set_dim_value(below(3));
        for (const std::int64_t extent : made_[0].shape) {
            type.mutable_shape()->add_dim()->set_dim_value(right_or(extent));
        }
        while (!left_.empty() && graph().node_size() < 64) {
            add_node();
        }
        graph().add_output()->set_name(made_.back().name);
    }
    [[nodiscard]] std::string bytes() const { return model_.SerializeAsString(); }

private:
    struct tensor {
        std::string name;
        extents shape; ///< of one sample, if all is right
    };

    onnx::GraphProto& graph() { return *model_.mutable_graph(); }

    int byte() {
        if (left_.empty()) {
            return 0;
        }
        const int first = left_.front();
        left_ = left_.subspan(1);
        return first;
    }
    int below(int count) { return byte() % count; }
    /// What it should be, or now and then something else: small, negative, or beyond all products.
    std::int64_t right_or(std::int64_t right) {
        const int code = byte();
        return code < 224 ? right : code < 240 ? code - 228 : std::int64_t{1} << (code - 240) * 4 << (code % 3);
    }

    const tensor& any() {
        return made_[made_.size() - 1 -
                     static_cast<std::size_t>(below(static_cast<int>(std::min<std::size_t>(made_.size(), 255))))];
    }

    std::string constant(const extents& shape, const extents* numbers = nullptr) {
        auto& to = *graph().add_initializer();
        to.set_name(rcim::text("c", graph().initializer_size()));
        to.set_data_type(numbers != nullptr ? onnx::TensorProto::INT64 : onnx::TensorProto::FLOAT);
        std::int64_t size = 1;
        for (const std::int64_t extent : shape) {
            to.add_dims(right_or(extent));
            size *= extent;
        }
        if (numbers != nullptr) {
            to.mutable_int64_data()->Add(numbers->begin(), numbers->end());
        } else {
            to.mutable_float_data()->Resize(static_cast<int>(std::min<std::int64_t>(size, 4096)), static_cast<float>(below(3)));
        }
        return to.name();
    }
    std::string list(const extents& numbers) {
        extents own;
        for (const std::int64_t number : numbers) {
            own.push_back(right_or(number));
        }
        return constant({static_cast<std::int64_t>(own.size())}, &own);
    }

    onnx::AttributeProto& attribute(const char* name, onnx::AttributeProto::AttributeType type) {
        auto& to = *node_->add_attribute();
        to.set_name(name);
        to.set_type(type);
        return to;
    }
    void integer(const char* name, std::int64_t right) { attribute(name, onnx::AttributeProto::INT).set_i(right_or(right)); }
    void integers(const char* name, const extents& right) {
        auto& to = attribute(name, onnx::AttributeProto::INTS);
        for (const std::int64_t number : right) {
            to.add_ints(right_or(number));
        }
    }

    /// Gives the window's rows and columns, and sets its stride and padding; returns the extents of what it leaves.
    extents window(const extents& in, std::int64_t rows, std::int64_t cols) {
        const std::int64_t stride = 1 + below(3);
        integers("strides", {stride, stride});
        const int how = below(8);
        extents pads{0, 0, 0, 0};
        if (how == 0) {
            constexpr std::array<const char*, 4> modes{"SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET"};
            attribute("auto_pad", onnx::AttributeProto::STRING).set_s(modes[static_cast<std::size_t>(below(4))]);
        } else if (how < 5) {
            pads = {below(3), below(3), below(3), below(3)};
            integers("pads", pads);
        }
        return {(in[1] + pads[0] + pads[2] - rows) / stride + 1, (in[2] + pads[1] + pads[3] - cols) / stride + 1};
    }

    void add_node() {
        const auto which = static_cast<std::size_t>(below(static_cast<int>(operators.size())));
        const std::string op = operators[which];
        const int wish = byte();
        tensor from = made_[wish < 192 ? made_.size() - 1 : static_cast<std::size_t>(wish) % made_.size()];
        onnx::NodeProto node;
        node_ = &node;
        node.set_op_type(op);
        node.add_input(from.name);
        extents shape = from.shape;
        const bool maps = shape.size() == 3;
        const std::int64_t features = shape.empty() ? 1 : shape[0];
        if (op == "Conv" && maps) {
            const std::int64_t filters = 1 + below(3);
            const std::int64_t rows = 1 + below(3);
            const std::int64_t cols = 1 + below(3);
            node.add_input(constant({filters, shape[0], rows, cols}));
            if (below(2) == 0) {
                node.add_input(constant({filters}));
            }
            const extents left = window(shape, rows, cols);
            shape = {filters, left[0], left[1]};
        } else if ((op == "MaxPool" || op == "AveragePool") && maps) {
            const std::int64_t rows = 1 + below(3);
            const std::int64_t cols = 1 + below(3);
            integers("kernel_shape", {rows, cols});
            const extents left = window(shape, rows, cols);
            shape = {shape[0], left[0], left[1]};
            if (const int more = below(4); more > 1) {
                integer(more == 2 ? "ceil_mode" : "count_include_pad", 1);
            }
        } else if (op == "Gemm" || op == "MatMul") {
            const std::int64_t outputs = 1 + below(4);
            const bool turned = op == "Gemm" && below(2) == 0;
            node.add_input(turned ? constant({outputs, features}) : constant({features, outputs}));
            if (turned) {
                integer("transB", 1);
            }
            if (op == "Gemm" && below(2) == 0) {
                node.add_input(constant({below(2) == 0 ? outputs : 1}));
                attribute("beta", onnx::AttributeProto::FLOAT).set_f(static_cast<float>(below(3)));
            }
            shape = {outputs};
        } else if (op == "BatchNormalization") {
            for (int n = 0; n < 4; ++n) {
                node.add_input(constant({features}));
            }
        } else if (op == "Add" || op == "Sub" || op == "Mul" || op == "Div") {
            const int with = below(5);
            extents channels = shape;
            std::fill(channels.begin() + (channels.empty() ? 0 : 1), channels.end(), 1);
            node.add_input(with < 2    ? any().name
                           : with == 2 ? constant(channels)
                           : with == 3 ? constant({1})
                                       : constant(shape));
            if (below(4) == 3) {
                node.mutable_input()->SwapElements(0, 1);
            }
        } else if (op == "Reshape") {
            std::int64_t size = 1;
            for (const std::int64_t extent : shape) {
                size *= extent;
            }
            shape = maps && below(2) == 0 ? extents{shape[0], shape[2], shape[1]} : extents{size};
            extents wanted = shape;
            wanted.insert(wanted.begin(), below(2) - 1);
            if (wanted[0] == 0 && below(2) == 0) {
                wanted.back() = -1;
            }
            node.add_input(list(wanted));
        } else if (op == "Pad") {
            extents pads(8, 0);
            for (const std::size_t side : {2u, 3u, 5u, 6u, 7u}) {
                pads[side] = below(3);
            }
            below(2) == 0 ? static_cast<void>(node.add_input(list(pads))) : integers("pads", pads);
            shape = maps ? extents{shape[0] + pads[5], shape[1] + pads[2] + pads[6], shape[2] + pads[3] + pads[7]} : shape;
        } else if (op == "ReduceMean" || op == "Squeeze" || op == "Unsqueeze") {
            extents axes = op == "Unsqueeze" && !maps ? extents{2, 3} : extents{2 - 4 * below(2), 3 - 4 * below(2)};
            below(2) == 0 ? static_cast<void>(node.add_input(list(axes))) : integers("axes", axes);
            const bool keeps = op == "ReduceMean" && below(2) == 0;
            if (op == "ReduceMean") {
                integer("keepdims", keeps ? 1 : 0);
            }
            shape = op == "Unsqueeze" || keeps ? extents{features, 1, 1} : extents{features};
        } else if (op == "Transpose" || op == "Constant") {
            // Of constants, for what comes next.
            node.clear_input();
            if (op == "Transpose") {
                node.add_input(constant({2, features}));
                integers("perm", {1, 0});
            } else {
                attribute("value_floats", onnx::AttributeProto::FLOATS)
                    .mutable_floats()
                    ->Resize(static_cast<int>(std::clamp<std::int64_t>(features, 0, 64)), 0.5f);
            }
            shape = {features};
        } else if (op == "Flatten") {
            std::int64_t size = 1;
            for (const std::int64_t extent : shape) {
                size *= extent;
            }
            shape = {size};
        } else if (op.starts_with("Global")) {
            shape = {features, 1, 1};
        }
        for (int more = byte(); more >= 192; more = byte()) { // what it should not have
            more < 224 ? static_cast<void>(node.add_input(any().name))
                       : integer(others[static_cast<std::size_t>(more) % others.size()], below(4) - 1);
        }
        // Extents of a window that did not fit go on as they are: the reader has to say so.
        for (std::int64_t& extent : shape) {
            extent = std::clamp<std::int64_t>(extent, 0, 64);
        }
        made_.push_back({right_or(0) == 0 ? rcim::text("t", made_.size()) : any().name, std::move(shape)});
        node.add_output(made_.back().name);
        *graph().add_node() = std::move(node);
    }

    fuzz::bytes left_;
    onnx::ModelProto model_;
    onnx::NodeProto* node_ = nullptr;
    std::vector<tensor> made_;
};

} // namespace

/// Not the bytes of a file but what a model is made of, operator by operator: beyond the reach of changed bytes of protobuf.
void fuzz::read(bytes input) {
    const std::string file = model_of(input).bytes();
    const rcim::onnx_options options{.input = {0, 0, 0}, .keep_softmax = input.size() % 2 == 0};
    check_outline(rcim::parse_onnx({reinterpret_cast<const std::uint8_t*>(file.data()), file.size()}, "model", options));
}
