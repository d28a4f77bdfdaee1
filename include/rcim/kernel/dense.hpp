#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/kernel/batch_share.hpp>
#include <rcim/kernel/multiply.hpp>
#include <rcim/kernel/shards.hpp>

#include <algorithm>
#include <span>
#include <vector>

namespace rcim::inline RCIM_ABI::kernel {

/// Products of a matrix [out][in], whose rows are `weight_stride` >= in floats apart, with blocks of 16 samples. Built once per
/// layer. Each result is one chain of multiply-adds over the inputs (or outputs, or the samples of a shard) in their order.
class dense {
public:
    dense(index_t in, index_t out, index_t weight_stride) : in_(in), out_(out), weight_stride_(weight_stride) {
        if (in < 1 || out < 1 || weight_stride < in || in * samples_per_block > 0x7fffffff || out * weight_stride > 0x7fffffff) {
            fail("dense", "shape", "1 to 2^27 inputs, at least one output and fewer than 2^31 weights", text(in, " inputs, ", out, " outputs"));
        }
        for (index_t i = 0; i < in; ++i) {
            forward_.push_back({static_cast<std::int32_t>(i), static_cast<std::int32_t>(i * samples_per_block)});
        }
        for (index_t o = 0; o < out; ++o) {
            backward_.push_back({static_cast<std::int32_t>(o * weight_stride), static_cast<std::int32_t>(o * samples_per_block)});
        }
    }

    /// y = w x + bias; bias: out floats or null.
    void forward(const float* w, const float* bias, const float* x, float* y, index_t blocks, thread_pool& pool) const {
        run({.a = w, .a_row = weight_stride_, .rows = out_, .b = x, .b_col = in_ * samples_per_block, .cols = blocks, .c = y,
             .c_row = samples_per_block, .c_col = out_ * samples_per_block, .bias = bias},
            forward_, pool);
    }

    /// dx = w^T dy.
    void input_gradient(const float* w, const float* dy, float* dx, index_t blocks, thread_pool& pool) const {
        run({.a = w, .a_row = 1, .rows = in_, .b = dy, .b_col = out_ * samples_per_block, .cols = blocks, .c = dx,
             .c_row = samples_per_block, .c_col = in_ * samples_per_block},
            backward_, pool);
    }

    /// dw = dy x^T, summed over the samples in shards. Rows of dw are weight_stride apart; weight_stride is a multiple of 16,
    /// and what lies beyond `in` in a row becomes zero. x and dy may be the part of a rank, the sum is that over the whole batch.
    void weight_gradient(const float* x, const float* dy, float* dw, index_t blocks, thread_pool& pool, batch_share* share = nullptr) {
        if (share == nullptr) {
            sum_gradient(x, dy, dw, blocks, batch_shards, pool);
            return;
        }
        const std::span<const float> joined = share->join<false>("gradient of a matrix", out_ * weight_stride_, pool, [&](const shard_node& node, float* to) {
            const index_t first = node.first_block * samples_per_block;
            sum_gradient(x + first * in_, dy + first * out_, to, node.blocks, node.width, pool);
        });
        std::copy(joined.begin(), joined.end(), dw);
    }

    [[nodiscard]] index_t inputs() const { return in_; }
    [[nodiscard]] index_t outputs() const { return out_; }

private:
    /// Over blocks that belong to so many shards in turn.
    void sum_gradient(const float* x, const float* dy, float* dw, index_t blocks, index_t width, thread_pool& pool) {
        constexpr index_t lane = samples_per_block;
        if (blocks == 0) {
            std::fill_n(dw, out_ * weight_stride_, 0.0f);
            return;
        }
        if (blocks * lane * std::max(out_, weight_stride_) > 0x7fffffff) {
            fail("dense", "batch", "fewer than 2^31 floats", text(blocks * lane, " samples of ", std::max(out_, weight_stride_)));
        }
        const index_t vectors = weight_stride_ / lane;
        // Samples become rows, so that a register holds 16 inputs.
        transposed_.resize(static_cast<std::size_t>(blocks * lane * weight_stride_));
        pool.run(blocks * vectors, [&](index_t begin, index_t end) {
            for (index_t job = begin; job < end; ++job) {
                const index_t block = job / vectors;
                const index_t first = job % vectors * lane;
                const index_t count = std::clamp<index_t>(in_ - first, 0, lane);
                const float* const from = x + (block * in_ + first) * lane;
                float* const to = transposed_.data() + block * lane * weight_stride_ + first;
                for (index_t n = 0; n < lane; ++n) {
                    for (index_t i = 0; i < count; ++i) {
                        to[n * weight_stride_ + i] = from[i * lane + n];
                    }
                    for (index_t i = count; i < lane; ++i) {
                        to[n * weight_stride_ + i] = 0.0f;
                    }
                }
            }
        });

        const index_t shards = std::min(blocks, width);
        tables_.resize(static_cast<std::size_t>(shards));
        for (index_t shard = 0; shard < shards; ++shard) {
            auto& table = tables_[static_cast<std::size_t>(shard)];
            table.clear();
            for (index_t block = shard; block < blocks; block += width) {
                for (index_t n = 0; n < lane; ++n) {
                    table.push_back({static_cast<std::int32_t>(block * out_ * lane + n),
                                     static_cast<std::int32_t>((block * lane + n) * weight_stride_)});
                }
            }
        }

        constexpr index_t chunk = 6;
        pool.run((out_ + chunk - 1) / chunk, [&](index_t begin, index_t end) {
            scratch_array<float> partial(shards * chunk * weight_stride_);
            for (index_t job = begin; job < end; ++job) {
                const index_t row = job * chunk;
                const index_t rows = std::min(chunk, out_ - row);
                for (index_t shard = 0; shard < shards; ++shard) {
                    multiply({.a = dy + row * lane, .a_row = lane, .rows = rows, .b = transposed_.data(), .b_col = lane,
                              .cols = vectors, .c = partial.data() + shard * chunk * weight_stride_, .c_row = weight_stride_,
                              .c_col = lane},
                             tables_[static_cast<std::size_t>(shard)]);
                }
                for (index_t i = 0; i < rows * weight_stride_; i += lane) {
                    join_shards(shards, [&](index_t shard) { return lanes::load(partial.data() + shard * chunk * weight_stride_ + i); })
                        .store(dw + row * weight_stride_ + i);
                }
            }
        });
    }

    static void run(const column_block& all, std::span<const term> terms, thread_pool& pool) {
        if (all.cols == 0) {
            return;
        }
        constexpr index_t unit = 4;
        pool.run((all.rows + unit - 1) / unit, [&](index_t begin, index_t end) {
            column_block block = all;
            block.rows = std::min(all.rows, end * unit) - begin * unit;
            block.a += begin * unit * all.a_row;
            block.c += begin * unit * all.c_row;
            block.bias = all.bias ? all.bias + begin * unit : nullptr;
            multiply(block, terms);
        });
    }

    index_t in_;
    index_t out_;
    index_t weight_stride_;
    std::vector<term> forward_;
    std::vector<term> backward_;
    aligned_vector<float> transposed_;
    std::vector<std::vector<term>> tables_;
};

namespace detail {
/// put(channel, lanes) for the sums of every channel over blocks that belong to so many shards in turn.
template <class Put>
void sum_bias_gradient(const float* dy, index_t channels, index_t plane, index_t blocks, index_t width, thread_pool& pool, Put&& put) {
    constexpr index_t lane = samples_per_block;
    const index_t shards = std::min(blocks, width);
    pool.run(channels, [&](index_t begin, index_t end) {
        for (index_t c = begin; c < end; ++c) {
            put(c, join_shards(shards, [&](index_t shard) {
                    lanes sum = lanes::broadcast(0.0f);
                    for (index_t block = shard; block < blocks; block += width) {
                        const float* const from = dy + (block * channels + c) * plane * lane;
                        for (index_t i = 0; i < plane; ++i) {
                            sum = sum + lanes::load(from + i * lane);
                        }
                    }
                    return sum;
                }));
        }
    });
}
} // namespace detail

/// Gradient of a bias: db[c] = sum of dy over the positions and samples of channel c, in shards. dy may be the part of a rank, the sum is that
/// over the whole batch.
inline void bias_gradient(const float* dy, index_t channels, index_t plane, index_t blocks, float* db, thread_pool& pool,
                          batch_share* share = nullptr) {
    if (share == nullptr) {
        detail::sum_bias_gradient(dy, channels, plane, blocks, batch_shards, pool, [&](index_t c, const lanes& sum) { db[c] = sum.sum(); });
        return;
    }
    const std::span<const float> joined = share->join<true>("gradient of a bias", channels, pool, [&](const shard_node& node, float* to) {
        detail::sum_bias_gradient(dy + node.first_block * channels * plane * samples_per_block, channels, plane, node.blocks, node.width, pool,
                                  [&](index_t c, const lanes& sum) { sum.store(to + c * samples_per_block); });
    });
    std::copy(joined.begin(), joined.end(), db);
}

} // namespace rcim::inline RCIM_ABI::kernel
