#pragma once

/// @file
/// Batch normalisation of one channel: sums over all its samples and positions, and the maps between the sums. Sums are
/// taken in the fixed shards of `batch_shards`: within a shard lane by lane, block after block and position after position.

#include <rcim/compat/simd.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/config.hpp>
#include <rcim/kernel/shards.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>

namespace rcim::inline RCIM_ABI::kernel {

/// Where one channel of a batch lies: position p of block b is 16 floats at b * block_stride + p * 16.
struct channel_layout {
    index_t samples = 0;
    index_t plane = 1;        ///< positions of one sample
    index_t block_stride = 0; ///< floats
    index_t width = batch_shards; ///< shards to which its blocks belong in turn

    [[nodiscard]] constexpr index_t blocks() const { return (samples + samples_per_block - 1) / samples_per_block; }
    /// One in the lanes of block b that hold a sample, else zero.
    [[nodiscard]] lanes exists(index_t b) const {
        alignas(64) float flags[samples_per_block] = {};
        std::fill_n(flags, std::min(samples_per_block, samples - b * samples_per_block), 1.0f);
        return lanes::load(flags);
    }
};

namespace detail {

/// Sums of N terms: add(sums, offset of 16 floats, exists) adds one position to the sums of its shard.
template <std::size_t N, class Add>
[[nodiscard]] inline std::array<lanes, N> channel_sums(const channel_layout& layout, Add&& add) {
    using terms = std::array<lanes, N>;
    std::array<terms, batch_shards> shard;
    for (terms& sums : shard) {
        sums.fill(lanes::broadcast(0.0f));
    }
    // Blocks of different shards at once: one chain of additions alone would wait for itself.
    const auto add_blocks = [&]<index_t Group>(std::integral_constant<index_t, Group>, index_t first) {
        std::array<terms, Group> sums;
        std::array<lanes, Group> exists;
        for (index_t i = 0; i < Group; ++i) {
            const auto g = static_cast<std::size_t>(i);
            sums[g] = shard[static_cast<std::size_t>((first + i) % layout.width)];
            exists[g] = layout.exists(first + i);
        }
        for (index_t p = 0; p < layout.plane; ++p) {
            for (index_t i = 0; i < Group; ++i) {
                const auto g = static_cast<std::size_t>(i);
                add(sums[g], (first + i) * layout.block_stride + p * samples_per_block, exists[g]);
            }
        }
        for (index_t i = 0; i < Group; ++i) {
            shard[static_cast<std::size_t>((first + i) % layout.width)] = sums[static_cast<std::size_t>(i)];
        }
    };
    constexpr index_t group = lanes::parts < 4 ? 4 / lanes::parts : 1;
    index_t b = 0;
    for (; group <= layout.width && b + group <= layout.blocks(); b += group) {
        add_blocks(std::integral_constant<index_t, group>{}, b);
    }
    for (; b < layout.blocks(); ++b) {
        add_blocks(std::integral_constant<index_t, 1>{}, b);
    }
    std::array<lanes, N> result;
    for (std::size_t n = 0; n < N; ++n) {
        result[n] = join_shards(std::min(layout.blocks(), layout.width), [&](index_t s) { return shard[static_cast<std::size_t>(s)][n]; });
    }
    return result;
}

/// Calls map(offset of 16 floats, exists) for every position.
template <class Map>
inline void for_each_position(const channel_layout& layout, Map&& map) {
    for (index_t b = 0; b < layout.blocks(); ++b) {
        const lanes exists = layout.exists(b);
        const index_t begin = b * layout.block_stride;
        for (index_t at = begin; at < begin + layout.plane * samples_per_block; at += samples_per_block) {
            map(at, exists);
        }
    }
}

} // namespace detail

/// Sum of x over the samples that exist, lane by lane, and in all.
[[nodiscard]] inline lanes channel_sum_lanes(const float* x, const channel_layout& layout) {
    const lanes zero = lanes::broadcast(0.0f);
    return detail::channel_sums<1>(layout, [&](auto& sums, index_t at, const lanes& exists) {
        sums[0] = sums[0] + lanes::where_positive(exists, lanes::load(x + at), zero);
    })[0];
}
[[nodiscard]] inline float channel_sum(const float* x, const channel_layout& layout) { return channel_sum_lanes(x, layout).sum(); }

/// Sum of (x - mean)^2 over the samples that exist, likewise.
[[nodiscard]] inline lanes channel_square_sum_lanes(const float* x, float mean, const channel_layout& layout) {
    const lanes zero = lanes::broadcast(0.0f);
    const lanes centre = lanes::broadcast(mean);
    return detail::channel_sums<1>(layout, [&](auto& sums, index_t at, const lanes& exists) {
        const lanes d = lanes::where_positive(exists, lanes::load(x + at) - centre, zero);
        sums[0].add_product(d, d);
    })[0];
}
[[nodiscard]] inline float channel_square_sum(const float* x, float mean, const channel_layout& layout) {
    return channel_square_sum_lanes(x, mean, layout).sum();
}

/// Sums of dy and of dy * (x - mean) over the samples that exist, likewise.
struct channel_gradient_sums {
    float dy;
    float dy_x;
};
[[nodiscard]] inline std::array<lanes, 2> channel_gradient_lanes(const float* x, const float* dy, float mean, const channel_layout& layout) {
    const lanes zero = lanes::broadcast(0.0f);
    const lanes centre = lanes::broadcast(mean);
    return detail::channel_sums<2>(layout, [&](auto& s, index_t at, const lanes& exists) {
        const lanes gradient = lanes::load(dy + at);
        s[0] = s[0] + gradient;
        s[1].add_product(gradient, lanes::where_positive(exists, lanes::load(x + at) - centre, zero));
    });
}
[[nodiscard]] inline channel_gradient_sums channel_gradients(const float* x, const float* dy, float mean, const channel_layout& layout) {
    const auto sums = channel_gradient_lanes(x, dy, mean, layout);
    return {sums[0].sum(), sums[1].sum()};
}

/// y = (x - mean) * factor + shift, the last two rounded once.
inline void channel_forward(const float* x, float* y, float mean, float factor, float shift, const channel_layout& layout) {
    const lanes centre = lanes::broadcast(mean);
    const lanes scale = lanes::broadcast(factor);
    const lanes start = lanes::broadcast(shift);
    detail::for_each_position(layout, [&](index_t at, const lanes&) {
        lanes value = start;
        value.add_product(lanes::load(x + at) - centre, scale);
        value.store(y + at);
    });
}

/// dx = factor * (dy - mean_dy - (x - mean) * slope), zero in lanes without a sample.
inline void channel_backward(const float* x, const float* dy, float* dx, float mean, float factor, float mean_dy, float slope,
                             const channel_layout& layout) {
    const lanes zero = lanes::broadcast(0.0f);
    const lanes centre = lanes::broadcast(mean);
    const lanes scale = lanes::broadcast(factor);
    const lanes offset = lanes::broadcast(mean_dy);
    const lanes minus_slope = lanes::broadcast(-slope);
    detail::for_each_position(layout, [&](index_t at, const lanes& exists) {
        lanes value = lanes::load(dy + at) - offset;
        value.add_product(lanes::load(x + at) - centre, minus_slope);
        lanes::where_positive(exists, value * scale, zero).store(dx + at);
    });
}

} // namespace rcim::inline RCIM_ABI::kernel
