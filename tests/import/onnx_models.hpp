#pragma once

/// @file
/// Small ONNX models, made here.

#include <rcim/compat/onnx.hpp>
#include <rcim/core/config.hpp>
#include <rcim/core/random.hpp>
#include <rcim/data/file.hpp>

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <vector>

namespace rcim_test {

using rcim::index_t;
using extents = std::vector<index_t>;

inline std::vector<float> numbers(index_t count, std::uint64_t seed) {
    const rcim::random_source random(seed, rcim::purpose::test);
    std::vector<float> result;
    for (index_t i = 0; i < count; ++i) {
        result.push_back(2.0f * random.uniform(static_cast<std::uint64_t>(i)) - 1.0f);
    }
    return result;
}

/// A model in the making. The operator set comes last in its bytes, so no part of them is a model.
struct onnx_model {
    onnx::ModelProto proto;
    int opset = 13;

    onnx::GraphProto& graph() { return *proto.mutable_graph(); }

    /// An extent below 1 is open.
    onnx_model& input(const std::string& name, const extents& shape) {
        value(*graph().add_input(), name, shape);
        return *this;
    }
    onnx_model& output(const std::string& name) {
        value(*graph().add_output(), name, {});
        return *this;
    }
    onnx_model& constant(const std::string& name, const extents& shape, const std::vector<float>& values) {
        auto& t = *graph().add_initializer();
        t.set_name(name);
        t.set_data_type(onnx::TensorProto::FLOAT);
        t.mutable_dims()->Add(shape.begin(), shape.end());
        t.mutable_float_data()->Add(values.begin(), values.end());
        return *this;
    }
    onnx_model& constant(const std::string& name, const std::vector<std::int64_t>& values) {
        auto& t = *graph().add_initializer();
        t.set_name(name);
        t.set_data_type(onnx::TensorProto::INT64);
        t.add_dims(static_cast<std::int64_t>(values.size()));
        t.mutable_int64_data()->Add(values.begin(), values.end());
        return *this;
    }
    onnx::NodeProto& node(const std::string& op, std::initializer_list<const char*> inputs, const std::string& out) {
        auto& n = *graph().add_node();
        n.set_op_type(op);
        n.set_name("the_" + out);
        for (const char* name : inputs) {
            n.add_input(name);
        }
        n.add_output(out);
        return n;
    }

    std::string bytes() {
        proto.set_ir_version(7);
        proto.clear_opset_import();
        auto& set = *proto.add_opset_import();
        set.set_domain("");
        set.set_version(opset);
        return proto.SerializeAsString();
    }
    std::filesystem::path save(const std::filesystem::path& path) {
        rcim::write_file(path, std::string_view(bytes()));
        return path;
    }

private:
    static void value(onnx::ValueInfoProto& v, const std::string& name, const extents& shape) {
        v.set_name(name);
        auto& type = *v.mutable_type()->mutable_tensor_type();
        type.set_elem_type(onnx::TensorProto::FLOAT);
        for (const index_t extent : shape) {
            if (extent < 1) {
                type.mutable_shape()->add_dim()->set_dim_param("N");
            } else {
                type.mutable_shape()->add_dim()->set_dim_value(extent);
            }
        }
    }
};

inline onnx::NodeProto& with(onnx::NodeProto& n, const std::string& name, std::initializer_list<std::int64_t> values) {
    auto& a = *n.add_attribute();
    a.set_name(name);
    a.set_type(onnx::AttributeProto::INTS);
    a.mutable_ints()->Add(values.begin(), values.end());
    return n;
}
inline onnx::NodeProto& with(onnx::NodeProto& n, const std::string& name, int value) {
    auto& a = *n.add_attribute();
    a.set_name(name);
    a.set_type(onnx::AttributeProto::INT);
    a.set_i(value);
    return n;
}
inline onnx::NodeProto& with(onnx::NodeProto& n, const std::string& name, float value) {
    auto& a = *n.add_attribute();
    a.set_name(name);
    a.set_type(onnx::AttributeProto::FLOAT);
    a.set_f(value);
    return n;
}
inline onnx::NodeProto& with(onnx::NodeProto& n, const std::string& name, const char* value) {
    auto& a = *n.add_attribute();
    a.set_name(name);
    a.set_type(onnx::AttributeProto::STRING);
    a.set_s(value);
    return n;
}

} // namespace rcim_test
