#pragma once

/// @file
/// Models in ONNX (Open Neural Network Exchange, onnx.ai; operator sets 6 to 21) as outlines, of no design yet. Needs libonnx and protobuf
/// (target rcim::onnx).

#include <rcim/import/onnx_tensor.hpp>
#include <rcim/nn/outline.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rcim::inline RCIM_ABI {

struct onnx_options {
    map_shape input{0, 0, 0};  ///< of one sample, where the model leaves it open; zeros: as the model says
    bool keep_softmax = false; ///< a Softmax or LogSoftmax at the end; without it the outputs are what goes into it
};

namespace detail {

/// The attributes of one node. What nobody has asked for by the end is refused: it could change what the node computes.
class onnx_attributes {
public:
    onnx_attributes(const onnx::NodeProto& node, const std::string& where) : where_(where) {
        for (const onnx::AttributeProto& one : node.attribute()) {
            left_.emplace(one.name(), &one);
        }
    }

    [[nodiscard]] std::int64_t integer(const char* name, std::int64_t otherwise) {
        const auto* a = take(name, onnx::AttributeProto::INT);
        return a != nullptr ? a->i() : otherwise;
    }
    [[nodiscard]] float number(const char* name, float otherwise) {
        const auto* a = take(name, onnx::AttributeProto::FLOAT);
        return a != nullptr ? a->f() : otherwise;
    }
    [[nodiscard]] std::string word(const char* name, const char* otherwise) {
        const auto* a = take(name, onnx::AttributeProto::STRING);
        return a != nullptr ? printable(a->s()) : otherwise;
    }
    [[nodiscard]] std::vector<std::int64_t> integers(const char* name, std::vector<std::int64_t> otherwise) {
        const auto* a = take(name, onnx::AttributeProto::INTS);
        return a != nullptr ? std::vector<std::int64_t>(a->ints().begin(), a->ints().end()) : otherwise;
    }
    [[nodiscard]] const onnx::AttributeProto* any(const char* name) { return take(name, onnx::AttributeProto::UNDEFINED); }
    /// Throws unless an attribute has the one value that is supported; what lacks it has it.
    void require(const char* name, std::int64_t only) {
        if (const std::int64_t found = integer(name, only); found != only) {
            fail(where_, name, text(only), text(found));
        }
    }
    void require_all(const char* name, std::int64_t only) {
        for (const std::int64_t found : integers(name, {})) {
            if (found != only) {
                fail(where_, name, text(only, " for each axis"), text(found));
            }
        }
    }
    void ignore(std::initializer_list<const char*> names) {
        for (const char* name : names) {
            left_.erase(name);
        }
    }
    void finish() const {
        if (!left_.empty()) {
            fail(where_, "attributes", "those that rcim knows", "'" + printable(left_.begin()->first) + "'");
        }
    }

private:
    const onnx::AttributeProto* take(const char* name, int type) {
        const auto at = left_.find(name);
        if (at == left_.end()) {
            return nullptr;
        }
        const onnx::AttributeProto* const found = at->second;
        left_.erase(at);
        if (type != onnx::AttributeProto::UNDEFINED && found->type() != type) {
            fail(where_, name, "an attribute of the operator's type", text("type ", static_cast<int>(found->type())));
        }
        return found;
    }

    const std::string& where_;
    std::map<std::string, const onnx::AttributeProto*> left_;
};

/// Turns a graph into an outline. Every tensor that depends on the input has a parent: the last tensor before it that everything in it
/// went through. That is the input of its node, or for a sum of two the place where the branches part (their nearest common
/// ancestor by parents), so a sum is a residual block of two chains.
class onnx_reader {
public:
    onnx_reader(const onnx::ModelProto& model, const onnx_options& options, const std::string& file)
        : graph_(model.graph()), options_(options), file_("read_onnx: " + file),
          left_(per_byte * static_cast<index_t>(model.ByteSizeLong())) {
        for (const auto& set : model.opset_import()) {
            if (set.domain().empty() || set.domain() == "ai.onnx") {
                opset_ = set.version();
            }
        }
        if (opset_ < 6 || opset_ > 21) {
            fail(file_, "operator set", "6 to 21", opset_ == 0 ? "none" : text(opset_));
        }
        if (graph_.node_size() > most_nodes) {
            fail(file_, "graph", text("at most ", most_nodes, " nodes"), text(graph_.node_size()));
        }
        if (graph_.sparse_initializer_size() > 0) {
            fail(file_, "initialisers", "dense tensors", "a sparse one");
        }
    }

    [[nodiscard]] network_outline read() {
        for (const auto& one : graph_.initializer()) {
            if (!stored_.emplace(one.name(), &one).second) {
                fail(file_, "initialisers", "each name once", "'" + printable(one.name()) + "' twice");
            }
        }
        if (graph_.output_size() != 1) {
            fail(file_, "outputs", "one", text(graph_.output_size()));
        }
        const std::string& output = graph_.output(0).name();
        find_needed(output);
        add_input();
        for (int n = 0; n < graph_.node_size(); ++n) {
            if (needed_[static_cast<std::size_t>(n)]) {
                node_ = &graph_.node(n);
                where_ = text(file_, ": node '",
                              printable(node_->name().empty() && node_->output_size() > 0 ? node_->output(0) : node_->name()),
                              "' (", printable(node_->op_type()), ")");
                read_node();
            }
        }
        const auto last = computed_.find(output);
        if (last == computed_.end()) {
            fail(file_, "output", "a tensor that depends on the input", "'" + printable(output) + "'");
        }
        network_outline result{shape_of(tensors_.front().shape), chain(0, last->second, 0)};
        if (!options_.keep_softmax && !result.layers.empty() &&
            std::holds_alternative<softmax_outline>(result.layers.back().kind)) {
            result.layers.pop_back();
        }
        if (result.layers.empty()) {
            fail(file_, "graph", "at least one layer", "none");
        }
        return result;
    }

private:
    static constexpr int most_nodes = 20000;
    static constexpr int deepest = 32; ///< blocks inside of blocks
    static constexpr index_t most_features = index_t{1} << 26;
    static constexpr const char* operators = "Add, AveragePool, BatchNormalization, Constant, Conv, Div, Dropout, Flatten, "
                                             "Gemm, GlobalAveragePool, GlobalMaxPool, Identity, "
                                             "LogSoftmax, MatMul, MaxPool, Mul, Pad, ReduceMean, Relu, Reshape, Softmax, "
                                             "Squeeze, Sub, Unsqueeze (and Transpose of constants)";

    using extents = std::vector<index_t>; ///< of one sample: channels, rows, columns, or features alone

    struct tensor {
        std::size_t parent = 0;
        extents shape;
        std::vector<layer_outline> layers; ///< from the parent to this, unless it is a sum
        std::size_t a = 0, b = 0;          ///< ends of the branches of a sum
        bool sum = false;
        std::string where; ///< its node, for errors
        bool emitted = false;
    };

    /// Marks the nodes on which the output depends.
    void find_needed(const std::string& output) {
        std::map<std::string, int> producer;
        for (int n = 0; n < graph_.node_size(); ++n) {
            for (const std::string& name : graph_.node(n).output()) {
                if (!name.empty() && (stored_.contains(name) || !producer.emplace(name, n).second)) {
                    fail(file_, "graph", "each tensor made once", "'" + printable(name) + "' twice");
                }
            }
        }
        needed_.assign(static_cast<std::size_t>(graph_.node_size()), false);
        std::vector<std::string_view> open{output};
        while (!open.empty()) {
            const auto at = producer.find(std::string(open.back()));
            open.pop_back();
            if (at != producer.end() && !needed_[static_cast<std::size_t>(at->second)]) {
                needed_[static_cast<std::size_t>(at->second)] = true;
                for (const std::string& name : graph_.node(at->second).input()) {
                    open.push_back(name);
                    used_.insert(name);
                }
            }
        }
    }

    void add_input() {
        const onnx::ValueInfoProto* input = nullptr;
        for (const auto& one : graph_.input()) {
            if (!stored_.contains(one.name()) && used_.contains(one.name())) {
                if (input != nullptr) {
                    fail(file_, "inputs", "one", text("'", printable(input->name()), "' and '", printable(one.name()), "'"));
                }
                input = &one;
            }
        }
        if (input == nullptr) {
            fail(file_, "inputs", "one on which the output depends", "none");
        }
        const auto& type = input->type().tensor_type();
        if (type.elem_type() != onnx::TensorProto::FLOAT) {
            fail(file_, "input '" + printable(input->name()) + "'", "a tensor of type FLOAT", text("type ", type.elem_type()));
        }
        extents shape;
        for (int d = 0; d < type.shape().dim_size(); ++d) {
            shape.push_back(type.shape().dim(d).has_dim_value() ? type.shape().dim(d).dim_value() : 0);
        }
        if (!shape.empty()) {
            batch_ = shape.front();
            shape.erase(shape.begin());
        }
        if (const map_shape& own = options_.input; own != map_shape{0, 0, 0}) {
            shape = shape.size() == 1 ? extents{own.size()} : extents{own.channels, own.height, own.width};
        }
        where_ = text(file_, ": input '", printable(input->name()), "'");
        if ((shape.size() != 1 && shape.size() != 3) || *std::min_element(shape.begin(), shape.end()) < 1) {
            fail(where_, "shape",
                 "[batch, channels, rows, columns] or [batch, features], all but the batch known (or given as "
                 "onnx_options::input)",
                 shape_text(shape) + " after the batch");
        }
        tensors_.push_back({.shape = checked(std::move(shape))});
        computed_.emplace(input->name(), 0);
    }

    // What a node is given.

    [[nodiscard]] bool has_input(int i) const { return i < node_->input_size() && !node_->input(i).empty(); }
    [[nodiscard]] bool is_constant(int i) const {
        return has_input(i) && (constants_.contains(node_->input(i)) || stored_.contains(node_->input(i)));
    }
    [[nodiscard]] const onnx_tensor& constant(int i, std::string_view role) {
        if (!is_constant(i)) {
            fail(where_, role, "a constant",
                 has_input(i) ? "'" + printable(node_->input(i)) + "', which is computed or unknown" : std::string("none"));
        }
        const std::string& name = node_->input(i);
        auto at = constants_.find(name);
        if (at == constants_.end()) {
            at = constants_.emplace(name, tensor_of(*stored_.at(name), where_)).first;
        }
        // A use is a copy, in a layer or in another constant, and takes a few bytes of the file whatever the size.
        left_ -= at->second.size();
        if (left_ < 0) {
            fail(where_, role, text("constants whose uses hold at most ", per_byte, " numbers for each byte of the model"),
                 "more");
        }
        return at->second;
    }
    [[nodiscard]] const onnx_tensor& floats(int i, std::string_view role) { return of_kind(constant(i, role), role, false); }
    [[nodiscard]] const onnx_tensor& integers(int i, std::string_view role) { return of_kind(constant(i, role), role, true); }
    const onnx_tensor& of_kind(const onnx_tensor& t, std::string_view role, bool whole) const {
        if (t.whole != whole) {
            fail(where_, role, whole ? "whole numbers" : "floats", whole ? "floats" : "whole numbers");
        }
        return t;
    }
    /// Floats of this shape.
    [[nodiscard]] const std::vector<float>& floats(int i, std::string_view role, const extents& shape) {
        const onnx_tensor& t = floats(i, role);
        if (t.shape != shape) {
            fail(where_, role, text("shape ", shape_text(shape)), shape_text(t.shape));
        }
        return t.floats;
    }
    [[nodiscard]] std::size_t data(int i) const {
        const auto at = has_input(i) ? computed_.find(node_->input(i)) : computed_.end();
        if (at == computed_.end()) {
            fail(where_, text("input ", i), "a tensor that the input or a node before this gives",
                 has_input(i) ? "'" + printable(node_->input(i)) + "'" : std::string("none"));
        }
        return at->second;
    }
    /// The shape of input 0, which must have so many extents beside the batch.
    [[nodiscard]] const extents& shape_with(std::size_t rank) const {
        const extents& shape = tensors_[data(0)].shape;
        if (shape.size() != rank) {
            fail(where_, "input", rank == 3 ? "[batch, channels, rows, columns]" : "[batch, features]",
                 shape_text(shape) + " after the batch");
        }
        return shape;
    }

    // What a node gives.

    [[nodiscard]] const extents& checked(extents&& shape) {
        const index_t size = elements_of(shape);
        if (size < 1 || size > most_features) {
            fail(where_, "shape", text("1 to ", most_features, " numbers for one sample"), shape_text(shape));
        }
        return shape_ = std::move(shape);
    }
    [[nodiscard]] static map_shape shape_of(const extents& shape) {
        return shape.size() == 1 ? map_shape{shape[0], 1, 1} : map_shape{shape[0], shape[1], shape[2]};
    }
    [[nodiscard]] layer_outline named(decltype(layer_outline::kind) kind) const {
        return {.name = where_, .kind = std::move(kind)};
    }

    void give(std::size_t parent, extents shape, std::vector<layer_outline> layers) {
        if (node_->output_size() < 1 || node_->output(0).empty()) {
            fail(where_, "outputs", "one", "none");
        }
        for (int i = 1; i < node_->output_size(); ++i) {
            if (used_.contains(node_->output(i))) {
                fail(where_, text("output ", i), "an output that nothing uses", "'" + printable(node_->output(i)) + "' in use");
            }
        }
        computed_.emplace(node_->output(0), tensors_.size());
        tensors_.push_back(
            {.parent = parent, .shape = checked(std::move(shape)), .layers = std::move(layers), .where = where_});
    }
    void give(extents shape, decltype(layer_outline::kind) kind) {
        std::vector<layer_outline> layers;
        layers.push_back(named(std::move(kind)));
        give(data(0), std::move(shape), std::move(layers));
    }

    // Nodes.

    void read_node() {
        if (!node_->domain().empty() && node_->domain() != "ai.onnx") {
            fail(where_, "domain", "ai.onnx", "'" + printable(node_->domain()) + "'");
        }
        const std::string& op = node_->op_type();
        onnx_attributes attributes(*node_, where_);
        bool constants_only = true;
        for (int i = 0; i < node_->input_size(); ++i) {
            constants_only = constants_only && (!has_input(i) || is_constant(i));
        }
        if (constants_only) {
            fold(op, attributes);
        } else if (op == "Conv") {
            convolution(attributes);
        } else if (op == "Gemm" || op == "MatMul") {
            product(op == "Gemm", attributes);
        } else if (op == "Add" || op == "Sub" || op == "Mul" || op == "Div") {
            arithmetic(op);
        } else if (op == "BatchNormalization") {
            normalisation(attributes);
        } else if (op == "Relu") {
            give(extents(tensors_[data(0)].shape), relu_outline{});
        } else if (op == "MaxPool" || op == "AveragePool") {
            pool(op == "MaxPool", attributes);
        } else if (op == "GlobalAveragePool") {
            give({shape_with(3)[0], 1, 1}, global_average_pool_outline{});
        } else if (op == "GlobalMaxPool") {
            const extents shape = shape_with(3);
            give({shape[0], 1, 1}, max_pool_outline{{.height = shape[1], .width = shape[2], .stride = 1}});
        } else if (op == "ReduceMean") {
            mean(attributes);
        } else if (op == "Flatten") {
            attributes.require("axis", 1);
            rearrange({elements_of(tensors_[data(0)].shape)});
        } else if (op == "Reshape") {
            attributes.require("allowzero", 0);
            rearrange(reshaped(integers(1, "shape")));
        } else if (op == "Squeeze" || op == "Unsqueeze") {
            squeeze(op == "Squeeze", attributes);
        } else if (op == "Pad") {
            pad(attributes);
        } else if (op == "Softmax" || op == "LogSoftmax") {
            const extents shape = shape_with(1);
            const std::int64_t axis = attributes.integer("axis", opset_ < 13 ? 1 : -1);
            if (axis != 1 && axis != -1) {
                fail(where_, "axis", "1, the features", text(axis));
            }
            give(extents(shape), softmax_outline{op == "LogSoftmax"});
        } else if (op == "Identity" || op == "Dropout") {
            attributes.ignore({"ratio", "seed"});
            attributes.require("is_test", 1); // of operator set 6
            if (op == "Dropout" && has_input(2)) {
                fail(where_, "training_mode", "a model for inference", "an input");
            }
            give(data(0), extents(tensors_[data(0)].shape), {});
        } else {
            fail(where_, "operator", text("one of ", operators), printable(op));
        }
        attributes.finish();
    }

    /// Nodes whose inputs are constants give constants.
    void fold(const std::string& op, onnx_attributes& attributes) {
        onnx_tensor result;
        if (op == "Constant") {
            result = constant_of(attributes);
        } else if (op == "Identity") {
            result = constant(0, "input");
        } else if (op == "Transpose") {
            result = transposed(constant(0, "input"), attributes);
        } else if (op == "Reshape" || op == "Flatten" || op == "Squeeze" || op == "Unsqueeze") {
            result = constant(0, "input");
            extents shape = result.shape;
            if (op == "Reshape") {
                attributes.require("allowzero", 0);
                shape = filled_in(integers(1, "shape").integers, result.shape);
            } else if (op == "Flatten") {
                const std::int64_t axis = attributes.integer("axis", 1);
                if (axis < 0 || axis > static_cast<std::int64_t>(shape.size())) {
                    fail(where_, "axis", text("0 to ", shape.size()), text(axis));
                }
                shape = {elements_of({shape.begin(), shape.begin() + axis}), elements_of({shape.begin() + axis, shape.end()})};
            } else {
                shape = op == "Squeeze" ? squeezed(shape, axes(attributes)) : unsqueezed(shape, axes(attributes));
            }
            if (shape.size() > std::size_t{most_axes}) {
                fail(where_, "shape", text("at most ", most_axes, " axes"), text(shape.size()));
            }
            result.shape = std::move(shape);
        } else {
            fail(where_, "operator on constants", "Constant, Flatten, Identity, Reshape, Squeeze, Transpose or Unsqueeze",
                 printable(op));
        }
        if (node_->output_size() != 1) {
            fail(where_, "outputs", "one", text(node_->output_size()));
        }
        constants_.emplace(node_->output(0), std::move(result));
        attributes.finish();
    }

    onnx_tensor constant_of(onnx_attributes& attributes) {
        if (const auto* a = attributes.any("value"); a != nullptr && a->has_t()) {
            return tensor_of(a->t(), where_);
        }
        onnx_tensor result;
        if (const auto* a = attributes.any("value_float")) {
            result.floats = {a->f()};
        } else if (const auto* b = attributes.any("value_floats")) {
            result.floats.assign(b->floats().begin(), b->floats().end());
            result.shape = {result.size()};
        } else if (const auto* c = attributes.any("value_int")) {
            result.integers = {c->i()};
            result.whole = true;
        } else if (const auto* d = attributes.any("value_ints")) {
            result.integers.assign(d->ints().begin(), d->ints().end());
            result.whole = true;
            result.shape = {result.size()};
        } else {
            fail(where_, "value", "a dense tensor or numbers", "none");
        }
        return result;
    }

    onnx_tensor transposed(const onnx_tensor& t, onnx_attributes& attributes) const {
        const std::size_t rank = t.shape.size();
        std::vector<std::int64_t> order(rank);
        for (std::size_t d = 0; d < rank; ++d) {
            order[d] = static_cast<std::int64_t>(rank - 1 - d);
        }
        order = attributes.integers("perm", order);
        std::vector<std::int64_t> sorted = order;
        std::sort(sorted.begin(), sorted.end());
        for (std::size_t d = 0; d < sorted.size() || d < rank; ++d) {
            if (sorted.size() != rank || sorted[d] != static_cast<std::int64_t>(d)) {
                fail(where_, "perm", text("an order of ", rank, " axes"), shape_text({order.begin(), order.end()}));
            }
        }
        onnx_tensor result{.whole = t.whole};
        extents step(rank, 1); // of the source along each axis of the result
        for (std::size_t d = 0; d < rank; ++d) {
            const auto from = static_cast<std::size_t>(order[d]);
            result.shape.push_back(t.shape[from]);
            step[d] = elements_of({t.shape.begin() + order[d] + 1, t.shape.end()});
        }
        const auto copy = [&](const auto& source, auto& target) {
            for (index_t n = 0; n < t.size(); ++n) {
                index_t rest = n;
                index_t at = 0;
                for (std::size_t d = rank; d-- > 0;) {
                    at += rest % result.shape[d] * step[d];
                    rest /= result.shape[d];
                }
                target.push_back(source[static_cast<std::size_t>(at)]);
            }
        };
        t.whole ? copy(t.integers, result.integers) : copy(t.floats, result.floats);
        return result;
    }

    /// Padding of a window as top, left, bottom and right.
    std::array<index_t, 4> padding(onnx_attributes& attributes, const extents& in, const std::array<index_t, 2>& window,
                                   index_t stride) const {
        const std::string mode = attributes.word("auto_pad", "NOTSET");
        const std::vector<std::int64_t> pads = attributes.integers("pads", {0, 0, 0, 0});
        if (mode == "SAME_UPPER" || mode == "SAME_LOWER") {
            std::array<index_t, 4> result{};
            for (std::size_t axis = 0; axis < 2; ++axis) {
                const index_t extent = in[axis + 1];
                const index_t total =
                    std::max<index_t>(0, ((extent + stride - 1) / stride - 1) * stride + window[axis] - extent);
                result[axis] = mode == "SAME_UPPER" ? total / 2 : total - total / 2;
                result[axis + 2] = total - result[axis];
            }
            return result;
        }
        if (mode == "VALID") {
            return {};
        }
        if (mode != "NOTSET") {
            fail(where_, "auto_pad", "NOTSET, VALID, SAME_UPPER or SAME_LOWER", mode);
        }
        if (pads.size() != 4 || *std::min_element(pads.begin(), pads.end()) < 0 ||
            *std::max_element(pads.begin(), pads.end()) > largest) {
            fail(where_, "pads", text("four numbers from 0 to ", largest), shape_text({pads.begin(), pads.end()}));
        }
        return {pads[0], pads[1], pads[2], pads[3]};
    }

    index_t one_stride(onnx_attributes& attributes) const {
        const std::vector<std::int64_t> strides = attributes.integers("strides", {1, 1});
        if (strides.size() != 2 || strides[0] != strides[1] || strides[0] < 1 || strides[0] > largest) {
            fail(where_, "strides", text("the same for rows and columns, 1 to ", largest),
                 shape_text({strides.begin(), strides.end()}));
        }
        return strides[0];
    }

    void convolution(onnx_attributes& attributes) {
        const extents in = shape_with(3);
        const onnx_tensor& weights = floats(1, "weights");
        if (weights.shape.size() != 4 || elements_of(weights.shape) < 1) {
            fail(where_, "weights", "[filters, channels, rows, columns]", shape_text(weights.shape));
        }
        attributes.require("group", 1);
        attributes.require_all("dilations", 1);
        const std::array<index_t, 2> window{weights.shape[2], weights.shape[3]};
        if (const auto said = attributes.integers("kernel_shape", {window[0], window[1]});
            said != std::vector<std::int64_t>{window[0], window[1]}) {
            fail(where_, "kernel_shape", text("as of the weights, ", shape_text(weights.shape)),
                 shape_text({said.begin(), said.end()}));
        }
        if (weights.shape[1] != in[0]) {
            fail(where_, "weights", text(in[0], " channels, as the input has"), shape_text(weights.shape));
        }
        const index_t stride = one_stride(attributes);
        const auto [top, left, bottom, right] = padding(attributes, in, window, stride);
        const bool even = top == left && top == bottom && top == right;
        conv2d_outline layer{.options = {.in_channels = in[0],
                                         .out_channels = weights.shape[0],
                                         .kernel = window[0],
                                         .kernel_width = window[1],
                                         .stride = stride,
                                         .padding = even ? top : 0},
                             .weights = weights.floats,
                             .bias = {}};
        if (has_input(2)) {
            layer.bias = floats(2, "bias", {weights.shape[0]});
        }
        const index_t height = in[1] + top + bottom;
        const index_t width = in[2] + left + right;
        if (height < window[0] || width < window[1]) {
            fail(where_, "input", text("at least ", window[0], " x ", window[1], " with padding"), text(height, " x ", width));
        }
        std::vector<layer_outline> layers;
        if (!even) {
            layers.push_back(named(zero_padding_outline{{.top = top, .left = left, .bottom = bottom, .right = right}}));
            static_cast<void>(checked({in[0], height, width}));
        }
        layers.push_back(named(std::move(layer)));
        give(data(0), {weights.shape[0], (height - window[0]) / stride + 1, (width - window[1]) / stride + 1},
             std::move(layers));
    }

    void product(bool gemm, onnx_attributes& attributes) {
        const float alpha = gemm ? attributes.number("alpha", 1.0f) : 1.0f;
        const float beta = gemm ? attributes.number("beta", 1.0f) : 1.0f;
        const bool transposed_weights = gemm && attributes.integer("transB", 0) != 0;
        if (gemm) {
            attributes.ignore({"broadcast"}); // of the bias, in operator set 6
            attributes.require("transA", 0);
        }
        const index_t in = shape_with(1)[0];
        const onnx_tensor& weights = floats(1, "weights");
        if (weights.shape.size() != 2 || elements_of(weights.shape) < 1 || weights.shape[transposed_weights ? 1 : 0] != in) {
            fail(where_, "weights", transposed_weights ? text("[outputs, ", in, "]") : text("[", in, ", outputs]"),
                 shape_text(weights.shape));
        }
        const index_t out = weights.shape[transposed_weights ? 0 : 1];
        dense_outline layer{.in = in, .out = out, .weights = weights.floats, .bias = {}};
        for (index_t o = 0; o < out; ++o) {
            for (index_t i = 0; i < in; ++i) {
                layer.weights[static_cast<std::size_t>(o * in + i)] =
                    alpha * weights.floats[static_cast<std::size_t>(transposed_weights ? o * in + i : i * out + o)];
            }
        }
        if (gemm && has_input(2)) {
            const std::vector<float> bias = per_channel(floats(2, "bias"), {out});
            for (index_t o = 0; o < out; ++o) {
                layer.bias.push_back(beta * bias[static_cast<std::size_t>(bias.size() == 1 ? 0 : o)]);
            }
        }
        give({out}, std::move(layer));
    }

    /// A constant that goes with a tensor of this shape: one number, one per channel, or one per feature.
    std::vector<float> per_channel(const onnx_tensor& c, const extents& shape) const {
        extents whole = shape;
        whole.insert(whole.begin(), 1);
        extents own = c.shape;
        while (own.size() < whole.size()) {
            own.insert(own.begin(), 1);
        }
        extents channels(whole.size(), 1);
        channels[1] = shape[0];
        if (own != whole && own != channels && (c.size() != 1 || c.shape.size() > whole.size())) {
            fail(where_, "constant", text("one number, one per channel or one per feature of ", shape_text(whole)),
                 shape_text(c.shape));
        }
        return c.floats;
    }

    void arithmetic(const std::string& op) {
        if (op == "Add" && !is_constant(0) && !is_constant(1)) {
            sum();
            return;
        }
        const int at = is_constant(0) ? 0 : 1;
        if (!is_constant(at) || (op == "Div" && at == 0)) {
            fail(where_, "inputs", op == "Div" ? "a tensor over a constant" : "a tensor and a constant",
                 at == 0 ? "a constant over a tensor" : "two tensors");
        }
        const std::size_t from = data(1 - at);
        const extents shape = tensors_[from].shape;
        std::vector<float> values = per_channel(floats(at, "constant"), shape);
        fixed_affine_outline layer{{1.0f}, {0.0f}};
        if (op == "Mul") {
            layer.scale = std::move(values);
        } else if (op == "Add") {
            layer.shift = std::move(values);
        } else {
            for (float& value : values) {
                value = op == "Div" ? 1.0f / value : at == 1 ? -value : value;
            }
            (op == "Div" ? layer.scale : layer.shift) = std::move(values);
            if (op == "Sub" && at == 0) {
                layer.scale = {-1.0f};
            }
        }
        std::vector<layer_outline> layers;
        layers.push_back(named(std::move(layer)));
        give(from, extents(shape), std::move(layers));
    }

    void sum() {
        const std::size_t a = data(0);
        const std::size_t b = data(1);
        if (tensors_[a].shape != tensors_[b].shape) {
            fail(where_, "inputs", "two tensors of one shape",
                 text(shape_text(tensors_[a].shape), " and ", shape_text(tensors_[b].shape)));
        }
        // Parents have lower numbers: go up from the higher one until both meet.
        std::size_t up_a = a;
        std::size_t up_b = b;
        while (up_a != up_b) {
            std::size_t& higher = up_a > up_b ? up_a : up_b;
            higher = tensors_[higher].parent;
        }
        give(up_a, extents(tensors_[a].shape), {});
        tensors_.back().sum = true;
        tensors_.back().a = a;
        tensors_.back().b = b;
    }

    void normalisation(onnx_attributes& attributes) {
        const extents shape = tensors_[data(0)].shape;
        const extents per_one{shape[0]};
        attributes.ignore({"momentum"});
        attributes.require("is_test", 1); // of operator set 6
        attributes.require("training_mode", 0);
        attributes.require("spatial", 1);
        const float epsilon = attributes.number("epsilon", 1e-5f);
        give(extents(shape), batch_norm_outline{.epsilon = epsilon,
                                                .scale = floats(1, "scale", per_one),
                                                .shift = floats(2, "B", per_one),
                                                .mean = floats(3, "mean", per_one),
                                                .variance = floats(4, "var", per_one)});
    }

    void pool(bool largest_of, onnx_attributes& attributes) {
        const extents in = shape_with(3);
        const std::vector<std::int64_t> kernel = attributes.integers("kernel_shape", {});
        if (kernel.size() != 2 || *std::min_element(kernel.begin(), kernel.end()) < 1 ||
            *std::max_element(kernel.begin(), kernel.end()) > 4096) {
            fail(where_, "kernel_shape", "two numbers from 1 to 4096", shape_text({kernel.begin(), kernel.end()}));
        }
        attributes.require_all("dilations", 1);
        attributes.require("storage_order", 0);
        const index_t stride = one_stride(attributes);
        auto [top, left, bottom, right] = padding(attributes, in, {kernel[0], kernel[1]}, stride);
        const bool counts = !largest_of && attributes.integer("count_include_pad", 0) != 0;
        index_t rows = in[1] + top + bottom - kernel[0];
        index_t cols = in[2] + left + right - kernel[1];
        if (rows < 0 || cols < 0) {
            fail(where_, "input", text("at least ", kernel[0], " x ", kernel[1], " with padding"),
                 text(in[1] + top + bottom, " x ", in[2] + left + right));
        }
        if (attributes.integer("ceil_mode", 0) != 0) {
            // Rounded up: padding that does not count fills the last windows. Those that would begin in it are left out.
            const auto more = [&](index_t above, index_t begin, index_t extent) {
                const index_t last = (above + stride - 1) / stride * stride;
                return last - begin >= extent ? above / stride * stride - above : last - above;
            };
            const index_t below = more(rows, top, in[1]);
            const index_t beside = more(cols, left, in[2]);
            if (counts && (below > 0 || beside > 0)) {
                fail(where_, "ceil_mode", "0 where the padding counts in a mean", "1");
            }
            bottom += std::max<index_t>(0, below);
            right += std::max<index_t>(0, beside);
            rows += std::max<index_t>(0, below);
            cols += std::max<index_t>(0, beside);
        }
        const pool_options window{.height = kernel[0],
                                  .width = kernel[1],
                                  .stride = stride,
                                  .top = top,
                                  .left = left,
                                  .bottom = bottom,
                                  .right = right,
                                  .count_padding = counts};
        extents out{in[0], rows / stride + 1, cols / stride + 1};
        if (largest_of) {
            give(std::move(out), max_pool_outline{window});
        } else {
            give(std::move(out), average_pool_outline{window});
        }
    }

    /// The axes of an operator: an attribute, or from some operator set on an input.
    std::vector<std::int64_t> axes(onnx_attributes& attributes) {
        return has_input(1) ? integers(1, "axes").integers : attributes.integers("axes", {});
    }

    void mean(onnx_attributes& attributes) {
        const extents in = shape_with(3);
        std::vector<std::int64_t> over = axes(attributes);
        for (std::int64_t& axis : over) {
            axis += axis < 0 ? 4 : 0;
        }
        std::sort(over.begin(), over.end());
        attributes.require("noop_with_empty_axes", 0);
        if (over != std::vector<std::int64_t>{2, 3}) {
            fail(where_, "axes", "[2, 3], all rows and columns", shape_text({over.begin(), over.end()}));
        }
        std::vector<layer_outline> layers;
        layers.push_back(named(global_average_pool_outline{}));
        const bool keeps = attributes.integer("keepdims", 1) != 0;
        give(data(0), keeps ? extents{in[0], 1, 1} : extents{in[0]}, std::move(layers));
    }

    void pad(onnx_attributes& attributes) {
        const extents in = shape_with(3);
        if (const std::string mode = attributes.word("mode", "constant"); mode != "constant") {
            fail(where_, "mode", "constant", mode);
        }
        float value = attributes.number("value", 0.0f);
        if (has_input(2)) {
            const onnx_tensor& given = floats(2, "value");
            value = given.size() == 1 ? given.floats[0] : 1.0f;
        }
        if (has_input(3)) {
            fail(where_, "axes", "none", "an input");
        }
        const std::vector<std::int64_t> pads = has_input(1) ? integers(1, "pads").integers : attributes.integers("pads", {});
        if (value != 0.0f) {
            fail(where_, "value", "0", text(value));
        }
        if (pads.size() != 8 || pads[0] != 0 || pads[4] != 0 || pads[1] != 0 ||
            *std::min_element(pads.begin(), pads.end()) < 0 || *std::max_element(pads.begin(), pads.end()) > largest) {
            fail(where_, "pads",
                 text("eight numbers from 0 to ", largest, ", none for the batch and none before the first channel"),
                 shape_text({pads.begin(), pads.end()}));
        }
        give({in[0] + pads[5], in[1] + pads[2] + pads[6], in[2] + pads[3] + pads[7]},
             zero_padding_outline{{.top = pads[2], .left = pads[3], .bottom = pads[6], .right = pads[7], .channels = pads[5]}});
    }

    // Shapes.

    /// Zeros are copied from the source, and one -1 takes what is left.
    extents filled_in(const std::vector<std::int64_t>& wanted, const extents& source) const {
        extents result(wanted.begin(), wanted.end());
        index_t known = 1;
        auto open = result.end();
        for (auto at = result.begin(); at != result.end(); ++at) {
            const auto d = static_cast<std::size_t>(at - result.begin());
            if (*at == 0 && d < source.size()) {
                *at = source[d];
            }
            if (*at == -1 && open == result.end()) {
                open = at;
            } else if (*at < 1 || known > (index_t{1} << 40) / *at) {
                fail(where_, "shape", text("a shape for ", shape_text(source)), shape_text({wanted.begin(), wanted.end()}));
            } else {
                known *= *at;
            }
        }
        if (open != result.end()) {
            *open = elements_of(source) / known;
        }
        if (elements_of(result) != elements_of(source)) {
            fail(where_, "shape", text("the numbers of ", shape_text(source)), shape_text({wanted.begin(), wanted.end()}));
        }
        return result;
    }

    /// The shape of one sample after a reshape, which must leave the batch as it is. A batch that the model leaves open is tried as a
    /// number that no shape asks for by chance.
    extents reshaped(const onnx_tensor& wanted) {
        const index_t batch = batch_ > 0 ? batch_ : 1000003;
        extents source = tensors_[data(0)].shape;
        source.insert(source.begin(), batch);
        extents result = filled_in(wanted.integers, source);
        if (batch_ == 1 && result.size() == 1) { // a vector without a batch of one
            return result;
        }
        if (result.size() < 2 || result.front() != batch) {
            fail(where_, "shape", "one that leaves the batch alone",
                 shape_text({wanted.integers.begin(), wanted.integers.end()}));
        }
        result.erase(result.begin());
        return result;
    }

    void rearrange(extents shape) {
        if (shape.size() != 1 && shape.size() != 3) {
            fail(where_, "shape", "[batch, channels, rows, columns] or [batch, features]",
                 shape_text(shape) + " after the batch");
        }
        const map_shape to = shape_of(shape);
        std::vector<layer_outline> layers;
        if (to != shape_of(tensors_[data(0)].shape)) {
            layers.push_back(named(reshape_outline{to}));
        }
        give(data(0), std::move(shape), std::move(layers));
    }

    void squeeze(bool less, onnx_attributes& attributes) {
        extents shape = tensors_[data(0)].shape;
        shape.insert(shape.begin(), batch_ > 0 ? batch_ : 2);
        std::vector<std::int64_t> which = axes(attributes);
        shape = less ? squeezed(shape, std::move(which)) : unsqueezed(shape, std::move(which));
        if (shape.empty() || shape.front() != (batch_ > 0 ? batch_ : 2)) {
            fail(where_, "axes", "axes other than the batch", "the batch");
        }
        shape.erase(shape.begin());
        rearrange(std::move(shape));
    }
    extents squeezed(const extents& shape, std::vector<std::int64_t> which) const {
        const auto rank = static_cast<std::int64_t>(shape.size());
        extents result;
        for (std::int64_t d = 0; d < rank; ++d) {
            const bool named_here =
                std::any_of(which.begin(), which.end(), [&](std::int64_t axis) { return axis == d || axis == d - rank; });
            const index_t extent = shape[static_cast<std::size_t>(d)];
            if (named_here && extent != 1) {
                fail(where_, text("axis ", d), "an extent of 1", text(extent));
            }
            if (!named_here && !(which.empty() && extent == 1)) {
                result.push_back(extent);
            }
        }
        return result;
    }
    extents unsqueezed(extents shape, std::vector<std::int64_t> which) const {
        const auto rank = static_cast<std::int64_t>(shape.size() + which.size());
        if (rank > most_axes) {
            fail(where_, "axes", text("at most ", most_axes, " in the result"), text(rank));
        }
        for (std::int64_t& axis : which) {
            axis += axis < 0 ? rank : 0;
        }
        std::sort(which.begin(), which.end());
        for (const std::int64_t axis : which) {
            if (axis < 0 || axis > static_cast<std::int64_t>(shape.size())) {
                fail(where_, "axes", text("below ", rank), text(axis));
            }
            shape.insert(shape.begin() + axis, 1);
        }
        return shape;
    }

    // Chains.

    /// The layers from one tensor to one that went through it.
    std::vector<layer_outline> chain(std::size_t from, std::size_t to, int depth) {
        std::vector<std::size_t> path;
        for (std::size_t at = to; at != from; at = tensors_[at].parent) {
            path.push_back(at);
        }
        std::vector<layer_outline> result;
        for (auto at = path.rbegin(); at != path.rend(); ++at) {
            tensor& one = tensors_[*at];
            if (one.emitted) {
                fail(one.where, "output", "branches that part at one tensor and meet in one Add, as in residual blocks",
                     "an output that several sums go back to in another way");
            }
            one.emitted = true;
            if (one.sum) {
                append(result, block(one, depth));
            }
            for (layer_outline& next : one.layers) {
                append(result, std::move(next));
            }
        }
        return result;
    }

    layer_outline block(const tensor& one, int depth) {
        if (depth == deepest) {
            fail(one.where, "residual blocks", text("at most ", deepest, " inside of each other"), "more");
        }
        residual_outline result{
            .body = chain(one.parent, one.a, depth + 1), .shortcut = chain(one.parent, one.b, depth + 1), .rectified = false};
        // The body is the longer branch: a shortcut is the identity or a projection.
        if (result.body.size() < result.shortcut.size()) {
            std::swap(result.body, result.shortcut);
        }
        for (const auto* branch : {&result.body, &result.shortcut}) {
            if (!branch->empty() && std::holds_alternative<softmax_outline>(branch->back().kind)) {
                fail(branch->back().name, "place", "the end of the model", "layers after it");
            }
        }
        if (result.body.empty()) {
            fail(one.where, "inputs", "at least one branch with a layer", "a tensor added to itself");
        }
        return {.name = one.where, .kind = std::move(result)};
    }

    /// Adds a layer to a chain; biases, ReLUs and changes of shape become part of the layers that they belong to.
    static void append(std::vector<layer_outline>& to, layer_outline next) {
        if (to.empty()) {
            to.push_back(std::move(next));
            return;
        }
        auto& before = to.back().kind;
        if (std::holds_alternative<softmax_outline>(before)) {
            fail(to.back().name, "place", "the end of the model", "layers after it");
        }
        if (const auto* constants = std::get_if<fixed_affine_outline>(&next.kind);
            constants != nullptr && constants->scale == std::vector<float>{1.0f}) {
            if (auto* conv = std::get_if<conv2d_outline>(&before)) {
                if (add_bias(conv->bias, conv->options.out_channels, constants->shift)) {
                    return;
                }
            } else if (auto* matrix = std::get_if<dense_outline>(&before)) {
                if (add_bias(matrix->bias, matrix->out, constants->shift)) {
                    return;
                }
            }
        }
        if (auto* sum = std::get_if<residual_outline>(&before);
            sum != nullptr && std::holds_alternative<relu_outline>(next.kind)) {
            if (!sum->rectified) {
                sum->rectified = true;
                return;
            }
        }
        // The last of several shapes holds, and a dense layer takes any.
        if (std::holds_alternative<reshape_outline>(before) &&
            (std::holds_alternative<dense_outline>(next.kind) || std::holds_alternative<reshape_outline>(next.kind))) {
            to.pop_back();
        }
        to.push_back(std::move(next));
    }

    static bool add_bias(std::vector<float>& bias, index_t outputs, const std::vector<float>& shift) {
        if (shift.size() != 1 && static_cast<index_t>(shift.size()) != outputs) {
            return false;
        }
        bias.resize(static_cast<std::size_t>(outputs), 0.0f);
        for (std::size_t o = 0; o < bias.size(); ++o) {
            bias[o] += shift[shift.size() == 1 ? 0 : o];
        }
        return true;
    }

    static constexpr index_t largest = 4096; ///< stride or padding
    static constexpr index_t per_byte = 16;

    const onnx::GraphProto& graph_;
    const onnx_options& options_;
    std::string file_;
    std::int64_t opset_ = 0;
    index_t batch_ = 0; ///< as the model says; 0: open
    std::map<std::string, const onnx::TensorProto*> stored_;
    index_t left_;                                 ///< numbers of constants that may still be used
    std::map<std::string, onnx_tensor> constants_; ///< stored ones that are in use, and folded ones
    std::map<std::string, std::size_t> computed_;
    std::vector<tensor> tensors_; ///< the input first; parents before children
    std::vector<bool> needed_;
    std::set<std::string> used_; ///< names that needed nodes take
    extents shape_;
    const onnx::NodeProto* node_ = nullptr;
    std::string where_;
};

} // namespace detail

/// The outline of a model, from which `network_of` makes networks on any number of chips. `from` names the bytes in errors. The model has
/// one input, [batch, channels, rows, columns] or [batch, features], and one output. Convolutions are of one group, without dilation, with
/// one stride for both axes; constants added to their outputs become biases. Branches that part at a tensor and meet in an Add become
/// residual blocks. Nodes on which the output does not depend are ignored. Throws `error` where the bytes are no such model; what is not
/// supported is named with its node. O(bytes).
[[nodiscard]] inline network_outline parse_onnx(std::span<const std::uint8_t> bytes, const std::string& from,
                                                const onnx_options& options = {}) {
    onnx::ModelProto model;
    detail::parse_protobuf(model, bytes, "read_onnx", from, "an ONNX model (ModelProto)");
    return detail::onnx_reader(model, options, from).read();
}

/// Reads a model from a file; see parse_onnx.
[[nodiscard]] inline network_outline read_onnx(const std::filesystem::path& path, const onnx_options& options = {}) {
    return parse_onnx(read_plain(path), path.string(), options);
}

} // namespace rcim::inline RCIM_ABI
