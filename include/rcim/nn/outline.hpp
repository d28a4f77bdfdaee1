#pragma once

/// @file
/// What a network computes, whatever its designs: kinds, extents and parameters of its layers, in float. Models of other tools are read
/// as outlines and written from them; `network_of` (nn/network_of.hpp) puts an outline on a chip.

#include <rcim/core/batch_tensor.hpp>
#include <rcim/nn/layer_options.hpp>

#include <string>
#include <variant>
#include <vector>

namespace rcim::inline RCIM_ABI {

struct layer_outline;

struct conv2d_outline {
    conv2d_options options;
    std::vector<float> weights; ///< [out_channels][in_channels][kernel][width]
    std::vector<float> bias;    ///< one per filter, or none
};
struct dense_outline {
    index_t in = 1;
    index_t out = 1;
    std::vector<float> weights; ///< [out][in]
    std::vector<float> bias;    ///< one per output, or none
};
/// y = (x - mean) / sqrt(variance + epsilon) * scale + shift, one of each per channel.
struct batch_norm_outline {
    float epsilon = 1e-5f;
    std::vector<float> scale, shift, mean, variance;
};
struct relu_outline {};
struct max_pool_outline {
    pool_options window;
};
struct average_pool_outline {
    pool_options window;
};
struct global_average_pool_outline {};
struct dropout_outline {
    float rate = 0.5f;
};
struct subsample_outline {
    index_t channels = 1;
    index_t stride = 1;
};
struct zero_padding_outline {
    zero_padding_options sides;
};
struct reshape_outline {
    map_shape shape;
};
/// y = x scale + shift; each has one number, one per channel or one per feature.
struct fixed_affine_outline {
    std::vector<float> scale, shift;
};
struct softmax_outline {
    bool logarithm = false;
};
/// y = body(x) + shortcut(x), and its positive part where `rectified`. An empty shortcut is the identity.
struct residual_outline {
    std::vector<layer_outline> body;
    std::vector<layer_outline> shortcut;
    bool rectified = true;
};

struct layer_outline {
    std::string name; ///< where it comes from, for errors; may be empty
    std::variant<relu_outline, conv2d_outline, dense_outline, batch_norm_outline, max_pool_outline, average_pool_outline,
                 global_average_pool_outline, dropout_outline, subsample_outline, zero_padding_outline, reshape_outline,
                 fixed_affine_outline, softmax_outline, residual_outline>
        kind;
};

struct network_outline {
    map_shape input;
    std::vector<layer_outline> layers;
};

} // namespace rcim::inline RCIM_ABI
