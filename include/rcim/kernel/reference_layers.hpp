#pragma once

/// @file
/// The scalar references of the kernels in activation.hpp, pooling.hpp and normalisation.hpp: one sample, one element at a
/// time, with the same order of every sum, hence the same bits.

#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/config.hpp>
#include <rcim/kernel/normalisation.hpp>
#include <rcim/kernel/pooling.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace rcim::inline RCIM_ABI::kernel::reference {

/// max(0, x); NaN stays NaN.
[[nodiscard]] inline float relu(float x) {
    return 0.0f > x ? 0.0f : x;
}

[[nodiscard]] inline float relu_gradient(float y, float dy) {
    return y > 0.0f ? dy : 0.0f;
}

/// a * b + c as `lanes::add_product` rounds it on this instruction set.
[[nodiscard]] inline float add_product(float a, float b, float c) {
#ifdef __FMA__
    return std::fma(a, b, c);
#else
    return a * b + c;
#endif
}

/// Calls visit(output index, input index, number in the window, whether it is the first) for every element of every window of one lane
/// that lies inside the plane.
template <class Visit>
inline void for_each_pair(const pool_windows& w, Visit&& visit) {
    for (index_t row = 0; row < w.out_height(); ++row) {
        for (index_t col = 0; col < w.out_width(); ++col) {
            bool first = true;
            for (index_t r = 0; r < w.window_height; ++r) {
                for (index_t c = 0; c < w.window_width; ++c) {
                    const index_t y = row * w.stride + r - w.top;
                    const index_t x = col * w.stride + c - w.left;
                    if (y >= 0 && y < w.height && x >= 0 && x < w.width) {
                        visit((row * w.out_width() + col) * samples_per_block, (y * w.width + x) * samples_per_block, r * w.window_width + c, first);
                        first = false;
                    }
                }
            }
        }
    }
}

inline void max_pool(const pool_windows& w, const float* x, float* y, float* place) {
    for (index_t lane = 0; lane < samples_per_block; ++lane) {
        for_each_pair(w, [&](index_t out, index_t in, index_t k, bool first) {
            const float candidate = x[in + lane];
            if (first || candidate > y[out + lane] || std::isnan(candidate)) {
                y[out + lane] = candidate;
                place[out + lane] = static_cast<float>(k);
            }
        });
    }
}

inline void max_pool_gradient(const pool_windows& w, const float* place, const float* dy, float* dx) {
    std::fill(dx, dx + w.height * w.width * samples_per_block, 0.0f);
    for (index_t lane = 0; lane < samples_per_block; ++lane) {
        for_each_pair(w, [&](index_t out, index_t in, index_t k, bool) {
            if (place[out + lane] == static_cast<float>(k)) {
                dx[in + lane] += dy[out + lane];
            }
        });
    }
}

/// What an element of each window counts for in its mean.
[[nodiscard]] inline std::vector<float> shares_of(const pool_windows& w) {
    std::vector<index_t> elements(static_cast<std::size_t>(w.out_height() * w.out_width()), 0);
    for_each_pair(w, [&](index_t out, index_t, index_t, bool) { ++elements[static_cast<std::size_t>(out / samples_per_block)]; });
    std::vector<float> shares;
    for (const index_t count : elements) {
        shares.push_back(1.0f / static_cast<float>(w.count_padding ? w.window_height * w.window_width : count));
    }
    return shares;
}

inline void average_pool(const pool_windows& w, const float* x, float* y) {
    const std::vector<float> shares = shares_of(w);
    for (index_t lane = 0; lane < samples_per_block; ++lane) {
        for_each_pair(w, [&](index_t out, index_t in, index_t, bool first) {
            y[out + lane] = first ? x[in + lane] : y[out + lane] + x[in + lane];
        });
    }
    for (index_t i = 0; i < w.out_height() * w.out_width() * samples_per_block; ++i) {
        y[i] *= shares[static_cast<std::size_t>(i / samples_per_block)];
    }
}

inline void average_pool_gradient(const pool_windows& w, const float* dy, float* dx) {
    const std::vector<float> shares = shares_of(w);
    std::fill(dx, dx + w.height * w.width * samples_per_block, 0.0f);
    for (index_t lane = 0; lane < samples_per_block; ++lane) {
        for_each_pair(w, [&](index_t out, index_t in, index_t, bool) {
            dx[in + lane] += add_product(dy[out + lane], shares[static_cast<std::size_t>(out / samples_per_block)], 0.0f);
        });
    }
}

/// add(sum, offset) -> sum over all samples and positions: shards of blocks, the tree of the shards, the tree of the lanes.
template <class Add>
[[nodiscard]] inline float channel_sum_of(const channel_layout& layout, Add&& add) {
    std::array<std::array<float, samples_per_block>, batch_shards> sum{};
    for (index_t sample = 0; sample < layout.samples; ++sample) {
        const index_t block = sample / samples_per_block;
        const index_t lane = sample % samples_per_block;
        float& s = sum[static_cast<std::size_t>(block % batch_shards)][static_cast<std::size_t>(lane)];
        for (index_t p = 0; p < layout.plane; ++p) {
            s = add(s, block * layout.block_stride + p * samples_per_block + lane);
        }
    }
    for (std::size_t distance = 1; distance < batch_shards; distance *= 2) {
        for (std::size_t shard = 0; shard < batch_shards; shard += 2 * distance) {
            for (std::size_t lane = 0; lane < samples_per_block; ++lane) {
                sum[shard][lane] += sum[shard + distance][lane];
            }
        }
    }
    for (std::size_t half = samples_per_block / 2; half > 0; half /= 2) {
        for (std::size_t lane = 0; lane < half; ++lane) {
            sum[0][lane] += sum[0][lane + half];
        }
    }
    return sum[0][0];
}

[[nodiscard]] inline float channel_sum(const float* x, const channel_layout& layout) {
    return channel_sum_of(layout, [&](float sum, index_t at) { return sum + x[at]; });
}

[[nodiscard]] inline float channel_square_sum(const float* x, float mean, const channel_layout& layout) {
    return channel_sum_of(layout, [&](float sum, index_t at) { return add_product(x[at] - mean, x[at] - mean, sum); });
}

[[nodiscard]] inline channel_gradient_sums channel_gradients(const float* x, const float* dy, float mean,
                                                             const channel_layout& layout) {
    return {channel_sum_of(layout, [&](float sum, index_t at) { return sum + dy[at]; }),
            channel_sum_of(layout, [&](float sum, index_t at) { return add_product(dy[at], x[at] - mean, sum); })};
}

[[nodiscard]] inline float channel_forward(float x, float mean, float factor, float shift) {
    return add_product(x - mean, factor, shift);
}

[[nodiscard]] inline float channel_backward(float x, float dy, float mean, float factor, float mean_dy, float slope) {
    return factor * add_product(x - mean, -slope, dy - mean_dy);
}

} // namespace rcim::inline RCIM_ABI::kernel::reference
