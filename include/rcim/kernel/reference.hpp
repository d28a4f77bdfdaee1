#pragma once

/// @file
/// The scalar references of the kernels in multiply.hpp, matrix_product.hpp, convolution.hpp, dense.hpp, reduce.hpp and
/// draws.hpp: one loop nest each, one sample and one element at a time.
///
/// Every sum is taken in the order that its kernel promises: one chain of multiply-adds over the terms; shards of a batch
/// joined by their tree; the 16 lanes of a block joined by theirs. A multiply-add is fused where the hardware has it and
/// rounded twice where not, as in the kernels, so results are equal bit for bit on every instruction set.

#include <rcim/core/matrix_view.hpp>
#include <rcim/kernel/convolution.hpp>
#include <rcim/kernel/draws.hpp>
#include <rcim/kernel/multiply.hpp>
#include <rcim/kernel/reference_layers.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace rcim::inline RCIM_ABI::kernel::reference {

/// `kernel::multiply`.
inline void multiply(const column_block& block, std::span<const term> terms) {
    for (index_t m = 0; m < block.rows; ++m) {
        for (index_t n = 0; n < block.cols; ++n) {
            for (index_t lane = 0; lane < samples_per_block; ++lane) {
                float sum = block.bias ? block.bias[m] : 0.0f;
                for (const term t : terms) {
                    sum = add_product(block.a[m * block.a_row + t.a], block.b[n * block.b_col + t.b + lane], sum);
                }
                block.c[m * block.c_row + n * block.c_col + lane] = sum;
            }
        }
    }
}

/// y = w x; each element is one chain over the columns of w.
inline void matrix_product(matrix_view<const float> w, matrix_view<const float> x, matrix_view<float> y) {
    for (index_t m = 0; m < w.rows; ++m) {
        for (index_t n = 0; n < x.cols; ++n) {
            float sum = 0.0f;
            for (index_t k = 0; k < w.cols; ++k) {
                sum = add_product(w(m, k), x(k, n), sum);
            }
            y(m, n) = sum;
        }
    }
}

/// Where element (channel, row, column) of a sample lies in a batch.
[[nodiscard]] constexpr index_t element(const map_shape& map, index_t sample, index_t channel, index_t row = 0,
                                        index_t col = 0) {
    const index_t feature = (channel * map.height + row) * map.width + col;
    return (sample / samples_per_block * map.size() + feature) * samples_per_block + sample % samples_per_block;
}

/// y(o, oy, ox) = bias[o] + sum of w[o][c][ky][kx] x(c, oy stride - padding + ky, ox stride - padding + kx) over the taps that
/// lie inside of x: one chain over c, ky, kx.
inline void convolution_forward(const convolution_shape& shape, index_t weight_stride, const float* w, const float* bias,
                                const float* x, float* y, index_t blocks) {
    const map_shape& in = shape.in;
    const map_shape out = shape.out();
    for (index_t n = 0; n < blocks * samples_per_block; ++n) {
        for (index_t o = 0; o < out.channels; ++o) {
            for (index_t oy = 0; oy < out.height; ++oy) {
                for (index_t ox = 0; ox < out.width; ++ox) {
                    float sum = bias ? bias[o] : 0.0f;
                    for (index_t c = 0; c < in.channels; ++c) {
                        for (index_t ky = 0; ky < shape.kernel_height; ++ky) {
                            for (index_t kx = 0; kx < shape.kernel_width; ++kx) {
                                const index_t iy = oy * shape.stride - shape.padding + ky;
                                const index_t ix = ox * shape.stride - shape.padding + kx;
                                if (iy >= 0 && iy < in.height && ix >= 0 && ix < in.width) {
                                    const index_t tap = (c * shape.kernel_height + ky) * shape.kernel_width + kx;
                                    sum = add_product(w[o * weight_stride + tap], x[element(in, n, c, iy, ix)], sum);
                                }
                            }
                        }
                    }
                    y[element(out, n, o, oy, ox)] = sum;
                }
            }
        }
    }
}

/// dx(c, iy, ix) = sum of w[o][c][ky][kx] dy(o, oy, ox) over the outputs and taps that reach it: one chain over o, ky, kx.
inline void convolution_input_gradient(const convolution_shape& shape, index_t weight_stride, const float* w, const float* dy,
                                       float* dx, index_t blocks) {
    const map_shape& in = shape.in;
    const map_shape out = shape.out();
    for (index_t n = 0; n < blocks * samples_per_block; ++n) {
        for (index_t c = 0; c < in.channels; ++c) {
            for (index_t iy = 0; iy < in.height; ++iy) {
                for (index_t ix = 0; ix < in.width; ++ix) {
                    float sum = 0.0f;
                    for (index_t o = 0; o < out.channels; ++o) {
                        for (index_t ky = 0; ky < shape.kernel_height; ++ky) {
                            for (index_t kx = 0; kx < shape.kernel_width; ++kx) {
                                const index_t y = iy + shape.padding - ky;
                                const index_t x = ix + shape.padding - kx;
                                if (y >= 0 && y % shape.stride == 0 && y / shape.stride < out.height && x >= 0 &&
                                    x % shape.stride == 0 && x / shape.stride < out.width) {
                                    const index_t tap = (c * shape.kernel_height + ky) * shape.kernel_width + kx;
                                    sum = add_product(w[o * weight_stride + tap],
                                                      dy[element(out, n, o, y / shape.stride, x / shape.stride)], sum);
                                }
                            }
                        }
                    }
                    dx[element(in, n, c, iy, ix)] = sum;
                }
            }
        }
    }
}

/// One sum for each shard of a batch.
using shard_sums = std::array<float, batch_shards>;

/// The shards that exist, joined by the tree ((0+1)+(2+3))+((4+5)+(6+7)).
[[nodiscard]] inline float join(shard_sums sums, index_t blocks) {
    for (index_t distance = 1; distance < batch_shards; distance *= 2) {
        for (index_t shard = 0; shard + distance < std::min(blocks, batch_shards); shard += 2 * distance) {
            sums[static_cast<std::size_t>(shard)] += sums[static_cast<std::size_t>(shard + distance)];
        }
    }
    return sums[0];
}

/// The lanes of a block, joined by the tree ((0+8)+(4+12))+((2+10)+(6+14)) and so on.
[[nodiscard]] inline float join(std::array<float, samples_per_block> sums) {
    for (std::size_t half = samples_per_block / 2; half > 0; half /= 2) {
        for (std::size_t lane = 0; lane < half; ++lane) {
            sums[lane] += sums[lane + half];
        }
    }
    return sums[0];
}

/// Sum over the samples of a batch: each lane of each shard is one chain of add(sum, sample) over its blocks; then the tree of
/// the shards, then the tree of the lanes.
template <class Add>
[[nodiscard]] float sum_of_lanes(index_t blocks, Add&& add) {
    std::array<float, samples_per_block> lanes_of{};
    for (index_t lane = 0; lane < samples_per_block; ++lane) {
        shard_sums sums{};
        for (index_t block = 0; block < blocks; ++block) {
            float& sum = sums[static_cast<std::size_t>(block % batch_shards)];
            sum = add(sum, block * samples_per_block + lane);
        }
        lanes_of[static_cast<std::size_t>(lane)] = join(sums, blocks);
    }
    return join(lanes_of);
}

/// dw[o][c][ky][kx] = sum of dy(o, oy, ox) x(c, oy stride - padding + ky, ox stride - padding + kx) over samples and positions;
/// positions of a sample in row-major order.
inline void convolution_weight_gradient(const convolution_shape& shape, index_t weight_stride, const float* x, const float* dy,
                                        float* dw, index_t blocks) {
    const map_shape& in = shape.in;
    const map_shape out = shape.out();
    for (index_t o = 0; o < out.channels; ++o) {
        for (index_t input = 0; input < shape.inputs(); ++input) {
            const index_t c = input / shape.taps();
            const index_t ky = input % shape.taps() / shape.kernel_width;
            const index_t kx = input % shape.kernel_width;
            dw[o * weight_stride + input] = sum_of_lanes(blocks, [&](float sum, index_t n) {
                for (index_t oy = 0; oy < out.height; ++oy) {
                    for (index_t ox = 0; ox < out.width; ++ox) {
                        const index_t iy = oy * shape.stride - shape.padding + ky;
                        const index_t ix = ox * shape.stride - shape.padding + kx;
                        if (iy >= 0 && iy < in.height && ix >= 0 && ix < in.width) {
                            sum = add_product(dy[element(out, n, o, oy, ox)], x[element(in, n, c, iy, ix)], sum);
                        }
                    }
                }
                return sum;
            });
        }
    }
}

/// y = w x + bias; each element is one chain over the inputs.
inline void dense_forward(index_t in, index_t out, index_t weight_stride, const float* w, const float* bias, const float* x,
                          float* y, index_t blocks) {
    for (index_t n = 0; n < blocks * samples_per_block; ++n) {
        for (index_t o = 0; o < out; ++o) {
            float sum = bias ? bias[o] : 0.0f;
            for (index_t i = 0; i < in; ++i) {
                sum = add_product(w[o * weight_stride + i], x[element({in, 1, 1}, n, i)], sum);
            }
            y[element({out, 1, 1}, n, o)] = sum;
        }
    }
}

/// dx = w^T dy; each element is one chain over the outputs.
inline void dense_input_gradient(index_t in, index_t out, index_t weight_stride, const float* w, const float* dy, float* dx,
                                 index_t blocks) {
    for (index_t n = 0; n < blocks * samples_per_block; ++n) {
        for (index_t i = 0; i < in; ++i) {
            float sum = 0.0f;
            for (index_t o = 0; o < out; ++o) {
                sum = add_product(w[o * weight_stride + i], dy[element({out, 1, 1}, n, o)], sum);
            }
            dx[element({in, 1, 1}, n, i)] = sum;
        }
    }
}

/// dw = dy x^T; each shard is one chain over its samples.
inline void dense_weight_gradient(index_t in, index_t out, index_t weight_stride, const float* x, const float* dy, float* dw,
                                  index_t blocks) {
    for (index_t o = 0; o < out; ++o) {
        for (index_t i = 0; i < in; ++i) {
            shard_sums sums{};
            for (index_t n = 0; n < blocks * samples_per_block; ++n) {
                float& sum = sums[static_cast<std::size_t>(n / samples_per_block % batch_shards)];
                sum = add_product(dy[element({out, 1, 1}, n, o)], x[element({in, 1, 1}, n, i)], sum);
            }
            dw[o * weight_stride + i] = join(sums, blocks);
        }
    }
}

/// db[c] = sum of dy(c, position) over samples and positions.
inline void bias_gradient(const float* dy, index_t channels, index_t plane, index_t blocks, float* db) {
    for (index_t c = 0; c < channels; ++c) {
        db[c] = sum_of_lanes(blocks, [&](float sum, index_t n) {
            for (index_t p = 0; p < plane; ++p) {
                sum += dy[element({channels, 1, plane}, n, c, 0, p)];
            }
            return sum;
        });
    }
}

/// Sum of squares: chunks of 4096 numbers, in each 16 interleaved chains and their tree, chunks in order in double.
[[nodiscard]] inline double sum_of_squares(std::span<const float> values) {
    double total = 0.0;
    for (std::size_t first = 0; first < values.size(); first += 4096) {
        std::array<float, samples_per_block> sums{};
        for (std::size_t i = first; i < std::min(values.size(), first + 4096); ++i) {
            float& sum = sums[i % samples_per_block];
            sum = add_product(values[i], values[i], sum);
        }
        total += static_cast<double>(join(sums));
    }
    return total;
}

/// The draws of the weights 64 group .. 64 group + 63, one at a time.
inline void draws_of_group(const random_source& source, index_t group, std::uint32_t* draws) {
    for (index_t i = 0; i < draw_group; ++i) {
        draws[i] = draw_of(source, group * draw_group + i);
    }
}

} // namespace rcim::inline RCIM_ABI::kernel::reference
