#pragma once

/// @file
/// What holds of every outline that a model is read as: layers have the parameters that their extents say and take what the one before
/// them gives. Shapes are derived here once more, apart from the reader.

#include <rcim/nn/outline.hpp>

#include <algorithm>
#include <variant>
#include <vector>

#include "target.hpp"

namespace fuzz {

using rcim::index_t;
using rcim::map_shape;

[[nodiscard]] map_shape shape_after(const std::vector<rcim::layer_outline>& layers, map_shape x);

/// The shape that a layer makes of another.
struct shape_after_layer {
    map_shape x;

    static index_t size(const std::vector<float>& numbers) { return static_cast<index_t>(numbers.size()); }
    static void one_each(const std::vector<float>& numbers, index_t channels) {
        require(size(numbers) == channels, "other than one number for each channel");
    }
    static index_t windows(index_t extent, index_t window, index_t stride) {
        require(window >= 1 && stride >= 1 && extent >= window, "a window that is larger than what it slides over");
        return (extent - window) / stride + 1;
    }
    [[nodiscard]] map_shape pooled(const rcim::pool_options& w) const {
        require(w.top >= 0 && w.left >= 0 && w.bottom >= 0 && w.right >= 0, "negative padding");
        return {x.channels, windows(x.height + w.top + w.bottom, w.height, w.stride),
                windows(x.width + w.left + w.right, w.width, w.stride)};
    }

    map_shape operator()(const rcim::conv2d_outline& o) const {
        const rcim::conv2d_options& c = o.options;
        require(c.in_channels == x.channels, "a convolution of other channels than it gets");
        require(size(o.weights) == c.out_channels * c.in_channels * c.taps(), "filters that do not have their extents");
        require(o.bias.empty() || size(o.bias) == c.out_channels, "other than one bias for each filter");
        return {c.out_channels, windows(x.height + 2 * c.padding, c.kernel, c.stride),
                windows(x.width + 2 * c.padding, c.width(), c.stride)};
    }
    map_shape operator()(const rcim::dense_outline& o) const {
        require(o.in == x.size() && o.out >= 1 && size(o.weights) == o.in * o.out, "a matrix that does not have its extents");
        require(o.bias.empty() || size(o.bias) == o.out, "other than one bias for each output");
        return {o.out, 1, 1};
    }
    map_shape operator()(const rcim::batch_norm_outline& o) const {
        for (const auto* numbers : {&o.scale, &o.shift, &o.mean, &o.variance}) {
            one_each(*numbers, x.channels);
        }
        return x;
    }
    map_shape operator()(const rcim::relu_outline&) const { return x; }
    map_shape operator()(const rcim::max_pool_outline& o) const { return pooled(o.window); }
    map_shape operator()(const rcim::average_pool_outline& o) const { return pooled(o.window); }
    map_shape operator()(const rcim::global_average_pool_outline&) const { return {x.channels, 1, 1}; }
    map_shape operator()(const rcim::dropout_outline&) const { return x; }
    map_shape operator()(const rcim::subsample_outline& o) const {
        return {o.channels, windows(x.height, 1, o.stride), windows(x.width, 1, o.stride)};
    }
    map_shape operator()(const rcim::zero_padding_outline& o) const {
        const rcim::zero_padding_options& s = o.sides;
        require(std::min({s.top, s.left, s.bottom, s.right, s.channels}) >= 0, "negative padding");
        return {x.channels + s.channels, x.height + s.top + s.bottom, x.width + s.left + s.right};
    }
    map_shape operator()(const rcim::reshape_outline& o) const {
        require(o.shape.size() == x.size(), "a shape of other numbers");
        return o.shape;
    }
    map_shape operator()(const rcim::fixed_affine_outline& o) const {
        for (const auto* numbers : {&o.scale, &o.shift}) {
            const index_t n = size(*numbers);
            require(n == 1 || n == x.channels || n == x.size(), "constants for neither all, channels nor features");
        }
        return x;
    }
    map_shape operator()(const rcim::softmax_outline&) const {
        require(x.height == 1 && x.width == 1, "a softmax of maps");
        return x;
    }
    map_shape operator()(const rcim::residual_outline& o) const {
        require(!o.body.empty(), "a block without a body");
        const map_shape y = shape_after(o.body, x);
        require(shape_after(o.shortcut, x).size() == y.size(), "branches of two shapes");
        return y;
    }
};

inline map_shape shape_after(const std::vector<rcim::layer_outline>& layers, map_shape x) {
    for (const rcim::layer_outline& layer : layers) {
        x = std::visit(shape_after_layer{x}, layer.kind);
        require(x.channels >= 1 && x.height >= 1 && x.width >= 1, "a shape without numbers");
    }
    return x;
}

inline void check_outline(const rcim::network_outline& model) {
    require(!model.layers.empty(), "a model without layers");
    static_cast<void>(shape_after(model.layers, model.input));
}

} // namespace fuzz
