#pragma once

/// @file
/// Networks as ONNX models (operator set 13). Needs libonnx and protobuf (target rcim::onnx).

#include <rcim/compat/onnx.hpp>
#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/data/file.hpp>
#include <rcim/nn/average_pool.hpp>
#include <rcim/nn/max_pool.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/nn/outline.hpp>
#include <rcim/nn/residual_block.hpp>
#include <rcim/nn/zero_padding.hpp>

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rcim::inline RCIM_ABI {

namespace detail {

/// Writes outlines as nodes, one after the other.
class onnx_writer {
public:
    onnx_writer(onnx::ModelProto& model, const map_shape& input) : graph_(*model.mutable_graph()), shape_(input) {
        model.set_ir_version(7);
        model.set_producer_name("rcim");
        auto* const operators = model.add_opset_import();
        operators->set_domain("");
        operators->set_version(13);
        graph_.set_name("network");
        describe(*graph_.add_input(), "input", {input.channels, input.height, input.width});
    }

    void write(const std::vector<layer_outline>& layers) {
        for (const layer_outline& one : layers) {
            std::visit([&](const auto& kind) { add(kind); }, one.kind);
        }
    }

    void finish() {
        describe(*graph_.add_output(), now_,
                 vector_ ? std::vector<index_t>{shape_.channels}
                         : std::vector<index_t>{shape_.channels, shape_.height, shape_.width});
    }

private:
    static void describe(onnx::ValueInfoProto& value, const std::string& name, const std::vector<index_t>& extents) {
        value.set_name(name);
        auto* const type = value.mutable_type()->mutable_tensor_type();
        type->set_elem_type(onnx::TensorProto::FLOAT);
        type->mutable_shape()->add_dim()->set_dim_param("batch");
        for (const index_t extent : extents) {
            type->mutable_shape()->add_dim()->set_dim_value(extent);
        }
    }

    [[nodiscard]] std::string fresh(std::string_view stem) { return text(stem, "_", count_++); }

    /// A node from the tensor that is there now, and these constants, to the one that is there then.
    onnx::NodeProto& node(const char* op, const map_shape& shape, bool vector,
                          std::initializer_list<std::string> constants = {}) {
        onnx::NodeProto& result = *graph_.add_node();
        result.set_op_type(op);
        result.set_name(fresh(op));
        result.add_input(now_);
        for (const std::string& name : constants) {
            result.add_input(name);
        }
        now_ = result.name() + "_out";
        result.add_output(now_);
        shape_ = shape;
        vector_ = vector;
        return result;
    }
    static void attribute(onnx::NodeProto& node, const char* name, std::int64_t value) {
        auto* const a = node.add_attribute();
        a->set_name(name);
        a->set_type(onnx::AttributeProto::INT);
        a->set_i(value);
    }
    static void attribute(onnx::NodeProto& node, const char* name, std::initializer_list<index_t> values) {
        auto* const a = node.add_attribute();
        a->set_name(name);
        a->set_type(onnx::AttributeProto::INTS);
        a->mutable_ints()->Add(values.begin(), values.end());
    }
    onnx::TensorProto& tensor(std::string_view role, std::initializer_list<index_t> extents) {
        onnx::TensorProto& result = *graph_.add_initializer();
        result.set_name(fresh(role));
        result.mutable_dims()->Add(extents.begin(), extents.end());
        return result;
    }
    std::string constant(std::string_view role, const std::vector<float>& values, std::initializer_list<index_t> extents) {
        onnx::TensorProto& result = tensor(role, extents);
        result.set_data_type(onnx::TensorProto::FLOAT);
        result.mutable_float_data()->Add(values.begin(), values.end());
        return result.name();
    }
    std::string constant(std::string_view role, std::initializer_list<index_t> values) {
        onnx::TensorProto& result = tensor(role, {static_cast<index_t>(values.size())});
        result.set_data_type(onnx::TensorProto::INT64);
        result.mutable_int64_data()->Add(values.begin(), values.end());
        return result.name();
    }

    /// Operators on maps need four axes.
    void as_map() {
        if (vector_) {
            const std::string to = constant("shape", {0, shape_.channels, shape_.height, shape_.width});
            node("Reshape", shape_, false, {to});
        }
    }
    void as_vector() {
        if (!vector_) {
            attribute(node("Flatten", {shape_.size(), 1, 1}, true), "axis", std::int64_t{1});
        }
    }
    [[nodiscard]] map_shape after(layer&& one) const { return one.output_shape(shape_); }

    void add(const relu_outline&) { node("Relu", shape_, vector_); }
    void add(const conv2d_outline& o) {
        as_map();
        const conv2d_options& c = o.options;
        const map_shape out{c.out_channels, (shape_.height + 2 * c.padding - c.kernel) / c.stride + 1,
                            (shape_.width + 2 * c.padding - c.width()) / c.stride + 1};
        const std::string weights = constant("weight", o.weights, {c.out_channels, c.in_channels, c.kernel, c.width()});
        onnx::NodeProto& made = o.bias.empty()
                                    ? node("Conv", out, false, {weights})
                                    : node("Conv", out, false, {weights, constant("bias", o.bias, {c.out_channels})});
        attribute(made, "kernel_shape", {c.kernel, c.width()});
        attribute(made, "strides", {c.stride, c.stride});
        attribute(made, "pads", {c.padding, c.padding, c.padding, c.padding});
    }
    void add(const dense_outline& o) {
        as_vector();
        const std::string weights = constant("weight", o.weights, {o.out, o.in});
        const map_shape out{o.out, 1, 1};
        attribute(o.bias.empty() ? node("Gemm", out, true, {weights})
                                 : node("Gemm", out, true, {weights, constant("bias", o.bias, {o.out})}),
                  "transB", std::int64_t{1});
    }
    void add(const batch_norm_outline& o) {
        const auto channels = static_cast<index_t>(o.scale.size());
        const std::string scale = constant("scale", o.scale, {channels});
        const std::string shift = constant("shift", o.shift, {channels});
        const std::string mean = constant("mean", o.mean, {channels});
        const std::string variance = constant("variance", o.variance, {channels});
        auto* const a = node("BatchNormalization", shape_, vector_, {scale, shift, mean, variance}).add_attribute();
        a->set_name("epsilon");
        a->set_type(onnx::AttributeProto::FLOAT);
        a->set_f(o.epsilon);
    }
    void pool(const char* op, const pool_options& window, const map_shape& out) {
        as_map();
        const index_t width = window.width == 0 ? window.height : window.width;
        const index_t stride = window.stride == 0 ? window.height : window.stride;
        onnx::NodeProto& made = node(op, out, false);
        attribute(made, "kernel_shape", {window.height, width});
        attribute(made, "strides", {stride, stride});
        attribute(made, "pads", {window.top, window.left, window.bottom, window.right});
        if (window.count_padding) {
            attribute(made, "count_include_pad", std::int64_t{1});
        }
    }
    void add(const max_pool_outline& o) { pool("MaxPool", o.window, after(max_pool(o.window))); }
    void add(const average_pool_outline& o) { pool("AveragePool", o.window, after(average_pool(o.window))); }
    void add(const global_average_pool_outline&) {
        as_map();
        node("GlobalAveragePool", {shape_.channels, 1, 1}, false);
    }
    void add(const dropout_outline&) {} // models are for inference
    void add(const subsample_outline& o) {
        pool("MaxPool", {.height = 1, .stride = o.stride}, after(subsample(shape_.channels, o.stride)));
        if (o.channels > shape_.channels) {
            add(zero_padding_outline{{.channels = o.channels - shape_.channels}});
        }
    }
    void add(const zero_padding_outline& o) {
        as_map();
        const zero_padding_options& s = o.sides;
        const std::string pads = constant("pads", {0, 0, s.top, s.left, 0, s.channels, s.bottom, s.right});
        node("Pad", after(zero_padding(s)), false, {pads});
    }
    void add(const reshape_outline& o) {
        const std::string to = constant("shape", {0, o.shape.channels, o.shape.height, o.shape.width});
        node("Reshape", o.shape, false, {to});
    }
    void add(const fixed_affine_outline& o) {
        const auto with = [&](const char* op, const char* role, const std::vector<float>& values, float nothing) {
            const auto count = static_cast<index_t>(values.size());
            if (count == 1 && values[0] == nothing) {
                return;
            }
            const bool per_feature = count == shape_.size() && count != shape_.channels;
            const std::string name = count == 1    ? constant(role, values, {1})
                                     : vector_     ? constant(role, values, {count})
                                     : per_feature ? constant(role, values, {shape_.channels, shape_.height, shape_.width})
                                                   : constant(role, values, {count, 1, 1});
            node(op, shape_, vector_, {name});
        };
        with("Mul", "scale", o.scale, 1.0f);
        with("Add", "shift", o.shift, 0.0f);
    }
    void add(const softmax_outline& o) {
        as_vector();
        attribute(node(o.logarithm ? "LogSoftmax" : "Softmax", shape_, true), "axis", std::int64_t{1});
    }
    void add(const residual_outline& o) {
        as_map();
        const std::string from = now_;
        const map_shape in = shape_;
        write(o.body);
        as_map();
        const std::string body = now_;
        now_ = from;
        shape_ = in;
        vector_ = false;
        write(o.shortcut);
        as_map();
        const std::string shortcut = now_;
        now_ = body;
        node("Add", shape_, false, {shortcut});
        if (o.rectified) {
            node("Relu", shape_, false);
        }
    }

    onnx::GraphProto& graph_;
    map_shape shape_;
    bool vector_ = false;
    std::string now_ = "input";
    int count_ = 0;
};

} // namespace detail

/// Writes an outline as an ONNX model of operator set 13 with one input [batch, channels, rows, columns]; replaces a file only as a whole.
/// Dropout is left out. Throws `error` where the file cannot be written or the model takes more than 2 GiB.
inline void write_onnx(const network_outline& from, const std::filesystem::path& path) {
    onnx::ModelProto model;
    detail::onnx_writer writer(model, from.input);
    writer.write(from.layers);
    writer.finish();
    std::string bytes;
    if (!model.SerializeToString(&bytes)) {
        fail("write_onnx", path.string(), "a model of less than 2 GiB", text(model.ByteSizeLong(), " bytes"));
    }
    write_file(path, bytes);
}

/// Writes what a network computes with its weights as they are used, rounding and stuck cells included; converters, noise and wires are not
/// part of a model. Throws `error` at a layer without an outline.
inline void export_onnx(network& net, const std::filesystem::path& path) {
    write_onnx(net.outline(), path);
}

} // namespace rcim::inline RCIM_ABI
