#pragma once

/// @file
/// Weight gradients from arrays of activations of which some columns are not written. Rows are those of kernel/activation_rows.hpp; a crossbar
/// holds `groups` x 16 of them.

#include <rcim/compat/simd.hpp>
#include <rcim/core/aligned.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/kernel/shards.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace rcim::inline RCIM_ABI::kernel {

/// Where the numbers of a row lie: activation i of position p of block b at x + b x_stride + window[p] + tap[i], 16 samples side by side; the
/// error of output o at dy + b dy_stride + (o plane + p) 16.
struct activation_matrix {
    const float* x;
    index_t x_stride;
    const std::int32_t* window;
    const std::int32_t* tap;
    const float* dy;
    index_t dy_stride;
    index_t blocks;
    index_t plane;
    index_t inputs;
    index_t outputs;
    index_t groups; ///< rows of a crossbar / 16

    [[nodiscard]] index_t crossbars() const { return (blocks * plane + groups - 1) / groups; }
};

/// keep[crossbar][input]: 1 where an activation of a row that is kept is larger than the bound, or is NaN.
inline void keep_columns(const activation_matrix& m, const std::uint8_t* rows, float bound, std::uint8_t* keep, thread_pool& pool) {
    constexpr index_t lane = samples_per_block;
    pool.run(m.crossbars(), [&](index_t begin, index_t end) {
        for (index_t k = begin; k < end; ++k) {
            std::uint8_t* const to = keep + k * m.inputs;
            std::fill_n(to, m.inputs, std::uint8_t{0});
            for (index_t job = k * m.groups; job < std::min(m.blocks * m.plane, (k + 1) * m.groups); ++job) {
                const float* const from = m.x + job / m.plane * m.x_stride + m.window[job % m.plane];
                const std::uint8_t* const kept = rows + job * lane;
                for (index_t i = 0; i < m.inputs; ++i) {
                    const float* const a = from + m.tap[i];
                    int larger = 0;
                    for (index_t l = 0; l < lane; ++l) {
                        larger |= static_cast<int>(!(std::abs(a[l]) <= bound)) & static_cast<int>(kept[l]);
                    }
                    to[i] |= static_cast<std::uint8_t>(larger);
                }
            }
        }
    });
}

/// dw[output][input], rows stride apart = sum over rows of errors x the activations in columns that are kept. The order of sums is that of
/// `convolution::weight_gradient`, so with all columns kept so are the bits.
inline void gradient_of_columns(const activation_matrix& m, const std::uint8_t* keep, float* dw, index_t stride, thread_pool& pool) {
    constexpr index_t lane = samples_per_block;
    constexpr index_t tile = 4;
    const index_t shards = std::clamp<index_t>(m.blocks, 1, batch_shards);
    const index_t tiles = (m.inputs + tile - 1) / tile;
    const index_t row_tiles = (m.outputs + tile - 1) / tile;
    pool.run(tiles * row_tiles, [&](index_t begin, index_t end) {
        for (index_t job = begin; job < end; ++job) {
            // At the edges the last line stands in for those beyond, and what it gives is not stored twice.
            index_t input[tile];
            index_t output[tile];
            for (index_t t = 0; t < tile; ++t) {
                input[t] = std::min(m.inputs - 1, job / row_tiles * tile + t);
                output[t] = std::min(m.outputs - 1, job % row_tiles * tile + t);
            }
            lanes sum[batch_shards][tile][tile];
            for (index_t s = 0; s < shards; ++s) {
                for (auto& row : sum[s]) {
                    for (lanes& one : row) {
                        one = lanes::broadcast(0.0f);
                    }
                }
                for (index_t b = s; b < m.blocks; b += batch_shards) {
                    lanes part[tile][tile];
                    std::copy_n(&sum[s][0][0], tile * tile, &part[0][0]);
                    for (index_t p = 0; p < m.plane; ++p) {
                        const std::uint8_t* const kept = keep + (b * m.plane + p) / m.groups * m.inputs;
                        const float* const x = m.x + b * m.x_stride + m.window[p];
                        const float* const d = m.dy + b * m.dy_stride + p * lane;
                        lanes a[tile];
                        for (index_t t = 0; t < tile; ++t) {
                            a[t] = kept[input[t]] != 0 ? lanes::load_unaligned(x + m.tap[input[t]]) : lanes::broadcast(0.0f);
                        }
                        for (index_t o = 0; o < tile; ++o) {
                            const lanes e = lanes::load(d + output[o] * m.plane * lane);
                            for (index_t t = 0; t < tile; ++t) {
                                part[o][t].add_product(e, a[t]);
                            }
                        }
                    }
                    std::copy_n(&part[0][0], tile * tile, &sum[s][0][0]);
                }
            }
            for (index_t o = 0; o < tile; ++o) {
                for (index_t t = 0; t < tile; ++t) {
                    dw[output[o] * stride + input[t]] = join_shards(shards, [&](index_t s) { return sum[s][o][t]; }).sum();
                }
            }
        }
    });
}

} // namespace rcim::inline RCIM_ABI::kernel
