#pragma once

/// @file
/// What layers are made with, apart from their design. On its own so that outlines (nn/outline.hpp) need no layer.

#include <rcim/core/config.hpp>

namespace rcim::inline RCIM_ABI {

struct conv2d_options {
    index_t in_channels = 1;
    index_t out_channels = 1;
    index_t kernel = 3;       ///< rows
    index_t kernel_width = 0; ///< columns; 0: as many as rows
    index_t stride = 1;
    index_t padding = 0; ///< zeros on each side
    bool bias = true;
    float gain = 1.0f; ///< of the initial weights, see weighted_layer

    [[nodiscard]] constexpr index_t width() const { return kernel_width == 0 ? kernel : kernel_width; }
    [[nodiscard]] constexpr index_t taps() const { return kernel * width(); }
};

struct dense_options {
    index_t in = 1; ///< features of a sample: channels x height x width, so maps need no flattening
    index_t out = 1;
    bool bias = true;
    float gain = 1.0f; ///< of the initial weights, see weighted_layer
};

/// The window of a pooling layer, over a map with padding that takes no part in a maximum or a mean.
struct pool_options {
    index_t height = 2;
    index_t width = 0;  ///< 0: as the height
    index_t stride = 0; ///< 0: as the height
    index_t top = 0;    ///< padding, less than the window on each side
    index_t left = 0;
    index_t bottom = 0;
    index_t right = 0;
    bool count_padding = false; ///< the padding's zeros are part of a mean

    friend bool operator==(const pool_options&, const pool_options&) = default;
};

/// Zeros around a map, and channels of zeros after its own; each >= 0.
struct zero_padding_options {
    index_t top = 0;
    index_t left = 0;
    index_t bottom = 0;
    index_t right = 0;
    index_t channels = 0;

    friend bool operator==(const zero_padding_options&, const zero_padding_options&) = default;
};

} // namespace rcim::inline RCIM_ABI
