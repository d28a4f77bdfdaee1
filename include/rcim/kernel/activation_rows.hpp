#pragma once

/// @file
/// Rows of activations, one for each position of each sample, in the order [block of 16 samples][position][sample in block]: what they can
/// matter for a gradient, and the errors of those that are kept. One pass over the numbers each; any number of threads gives the same bits.

#include <rcim/compat/simd.hpp>
#include <rcim/core/aligned.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/kernel/convolution.hpp>
#include <rcim/kernel/draws.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace rcim::inline RCIM_ABI::kernel {

/// The largest magnitude of `blocks` x `features` groups of 16 numbers; NaN if one is not finite.
[[nodiscard]] inline float largest_magnitude(const float* x, index_t features, index_t blocks, thread_pool& pool) {
    std::vector<float> part(static_cast<std::size_t>(blocks), 0.0f);
    pool.run(blocks, [&](index_t begin, index_t end) {
        for (index_t b = begin; b < end; ++b) {
            lanes largest = lanes::broadcast(0.0f);
            lanes strange = lanes::broadcast(0.0f); // 0 x a number: NaN where that is not finite
            const lanes zero = lanes::broadcast(0.0f);
            for (index_t f = b * features; f < (b + 1) * features; ++f) {
                const lanes magnitude = lanes::abs(lanes::load(x + f * samples_per_block));
                largest = lanes::max(magnitude, largest);
                strange.add_product(magnitude, zero);
            }
            alignas(64) float all[samples_per_block];
            largest.store(all);
            part[static_cast<std::size_t>(b)] = *std::max_element(all, all + samples_per_block) + strange.sum();
        }
    });
    float largest = 0.0f;
    for (const float p : part) {
        largest = p == p ? std::max(largest, p) : p;
        if (p != p) {
            return p;
        }
    }
    return largest;
}

/// The largest magnitude over the channels at each position: maps [block][channel][position][16] to rows [block][position][16].
inline void largest_of_channels(const float* maps, index_t channels, index_t plane, index_t blocks, float* rows, thread_pool& pool) {
    constexpr index_t lane = samples_per_block;
    pool.run(blocks, [&](index_t begin, index_t end) {
        for (index_t b = begin; b < end; ++b) {
            float* const to = rows + b * plane * lane;
            std::fill_n(to, plane * lane, 0.0f);
            for (index_t c = 0; c < channels; ++c) {
                const float* const from = maps + (b * channels + c) * plane * lane;
                for (index_t p = 0; p < plane * lane; p += lane) {
                    lanes::max(lanes::abs(lanes::load(from + p)), lanes::load(to + p)).store(to + p);
                }
            }
        }
    });
}

/// The largest activation of each row of a convolution: of the channels and taps that a position reads. x: maps of shape.in, scratch: like
/// one channel of them for all blocks; rows: [block][position][16].
inline void largest_of_windows(const float* x, const convolution_shape& shape, index_t blocks, aligned_vector<float>& scratch, float* rows,
                               thread_pool& pool) {
    constexpr index_t lane = samples_per_block;
    const map_shape in = shape.in;
    const map_shape out = shape.out();
    if (shape.taps() == 1 && shape.stride == 1 && shape.padding == 0) {
        largest_of_channels(x, in.channels, in.plane(), blocks, rows, pool);
        return;
    }
    scratch.resize(static_cast<std::size_t>(blocks * in.plane() * lane));
    largest_of_channels(x, in.channels, in.plane(), blocks, scratch.data(), pool);
    pool.run(blocks * out.height, [&](index_t begin, index_t end) {
        for (index_t job = begin; job < end; ++job) {
            const index_t b = job / out.height;
            const index_t oy = job % out.height;
            const float* const map = scratch.data() + b * in.plane() * lane;
            const index_t first_y = std::max<index_t>(0, oy * shape.stride - shape.padding);
            const index_t last_y = std::min(in.height, oy * shape.stride - shape.padding + shape.kernel_height);
            for (index_t ox = 0; ox < out.width; ++ox) {
                const index_t first_x = std::max<index_t>(0, ox * shape.stride - shape.padding);
                const index_t last_x = std::min(in.width, ox * shape.stride - shape.padding + shape.kernel_width);
                lanes largest = lanes::broadcast(0.0f);
                for (index_t y = first_y; y < last_y; ++y) {
                    for (index_t i = first_x; i < last_x; ++i) {
                        largest = lanes::max(lanes::load(map + (y * in.width + i) * lane), largest);
                    }
                }
                largest.store(rows + (job * out.width + ox) * lane);
            }
        }
    });
}

/// The errors [block][channel][position][16] of the rows that are kept, times the factor of the row unless there is none (null), and zero
/// elsewhere: a zero adds exactly nothing to a sum of products.
inline void keep_errors(const float* dy, const std::uint8_t* keep, const float* factor, index_t channels, index_t plane, index_t blocks, float* kept,
                        thread_pool& pool) {
    constexpr index_t lane = samples_per_block;
    pool.run(blocks * channels, [&](index_t begin, index_t end) {
        for (index_t job = begin; job < end; ++job) {
            const std::uint8_t* const rows = keep + job / channels * plane * lane;
            const float* const from = dy + job * plane * lane;
            float* const to = kept + job * plane * lane;
            for (index_t i = 0; i < plane * lane; ++i) {
                to[i] = rows[i] != 0 ? from[i] : 0.0f;
            }
            for (index_t i = 0; factor && i < plane * lane; ++i) {
                to[i] *= factor[job / channels * plane * lane + i];
            }
        }
    });
}

/// to = x plus a number between -half a unit and half a unit, a draw for each: rounded to the nearest unit it is x on average. `count` numbers.
inline void dither(const float* x, index_t count, float unit, const random_source& source, float* to, thread_pool& pool) {
    pool.run((count + draw_group - 1) / draw_group, [&](index_t begin, index_t end) {
        alignas(64) std::uint32_t draws[draw_group];
        for (index_t g = begin; g < end; ++g) {
            draws_of_group(source, g, draws);
            const index_t size = std::min(draw_group, count - g * draw_group);
            for (index_t i = 0; i < size; ++i) {
                // 24 bits, so that the sum with a whole number of units in the range of a slice is exact enough to keep it.
                const float draw = static_cast<float>(static_cast<std::int32_t>(draws[i] >> 8)) * 0x1p-24f - 0.5f;
                to[g * draw_group + i] = std::fma(draw, unit, x[g * draw_group + i]);
            }
        }
    });
}

/// How many of `count` flags are 1.
[[nodiscard]] inline std::uint64_t count_kept(const std::uint8_t* keep, index_t count) {
    std::uint64_t sum = 0;
    for (index_t first = 0; first < count; first += 255 * samples_per_block) {
        std::uint32_t part = 0;
        for (index_t i = first; i < std::min(count, first + 255 * samples_per_block); ++i) {
            part += keep[i];
        }
        sum += part;
    }
    return sum;
}

} // namespace rcim::inline RCIM_ABI::kernel
