#pragma once

/// @file
/// Convolutions of blocks of 16 samples without unfolding and without padded copies: positions of the result that take the same
/// taps form a region, and every region is one call of the multiply-add kernel.

#include <rcim/core/aligned.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/kernel/batch_share.hpp>
#include <rcim/kernel/multiply.hpp>
#include <rcim/kernel/shards.hpp>

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI::kernel {

/// Shape of a two-dimensional convolution. The filter bank is [out_channels][in.channels][kernel_height][kernel_width].
struct convolution_shape {
    map_shape in;
    index_t out_channels = 1;
    index_t kernel_height = 1;
    index_t kernel_width = 1;
    index_t stride = 1;
    index_t padding = 0;

    [[nodiscard]] constexpr map_shape out() const {
        return {out_channels, (in.height + 2 * padding - kernel_height) / stride + 1,
                (in.width + 2 * padding - kernel_width) / stride + 1};
    }
    [[nodiscard]] constexpr index_t taps() const { return kernel_height * kernel_width; }
    /// Inputs of one output: the rows of the weight matrix in a crossbar.
    [[nodiscard]] constexpr index_t inputs() const { return in.channels * taps(); }
    friend constexpr bool operator==(const convolution_shape&, const convolution_shape&) = default;
};

namespace detail {

/// Along one axis: positions first, first + step, ... of the result that take the same taps, of which the first lies at
/// `source` for the first position and moves by `source_step` from one position to the next.
struct axis_class {
    index_t first = 0;
    index_t count = 0;
    index_t step = 1;
    index_t source = 0;
    index_t source_step = 1;
    struct tap {
        index_t index;  ///< along the filter
        index_t offset; ///< from source
    };
    std::vector<tap> taps;
};

/// Classes of the output positions: position o takes tap k at o * stride - padding + k where that lies in [0, in).
inline std::vector<axis_class> forward_axis(index_t in, index_t out, index_t kernel, index_t stride, index_t padding) {
    std::vector<axis_class> classes;
    index_t low_before = -1;
    index_t high_before = -1;
    for (index_t o = 0; o < out; ++o) {
        const index_t start = o * stride - padding;
        const index_t low = std::clamp<index_t>(-start, 0, kernel);
        const index_t high = std::clamp<index_t>(in - start, low, kernel);
        if (o == 0 || low != low_before || high != high_before) {
            axis_class next{.first = o, .count = 0, .step = 1, .source = start + low, .source_step = stride, .taps = {}};
            for (index_t k = low; k < high; ++k) {
                next.taps.push_back({k, k - low});
            }
            classes.push_back(std::move(next));
        }
        ++classes.back().count;
        low_before = low;
        high_before = high;
    }
    return classes;
}

/// Classes of the input positions: position i is reached by tap k from output o = (i + padding - k) / stride where that is
/// whole and lies in [0, out).
inline std::vector<axis_class> backward_axis(index_t in, index_t out, index_t kernel, index_t stride, index_t padding) {
    std::vector<axis_class> classes;
    for (index_t phase = 0; phase < stride; ++phase) {
        index_t low_before = -1;
        index_t count_before = -1;
        bool open = false;
        for (index_t i = phase; i < in; i += stride) {
            index_t low = (i + padding) % stride;
            while (low < kernel && (i + padding - low) / stride >= out) {
                low += stride;
            }
            index_t count = 0;
            for (index_t k = low; k < kernel && i + padding - k >= 0; k += stride) {
                ++count;
            }
            if (!open || low != low_before || count != count_before) {
                const index_t source = count > 0 ? (i + padding - low) / stride : 0;
                axis_class next{.first = i, .count = 0, .step = stride, .source = source, .source_step = 1, .taps = {}};
                for (index_t j = 0; j < count; ++j) {
                    next.taps.push_back({low + j * stride, -j});
                }
                classes.push_back(std::move(next));
                open = true;
            }
            ++classes.back().count;
            low_before = low;
            count_before = count;
        }
    }
    return classes;
}

/// The regions of one direction, cut into lines: a line is a run of positions that the kernel computes at once.
struct convolution_schedule {
    struct line {
        std::size_t terms; ///< which table
        index_t b;
        index_t c;
        index_t b_col;
        index_t c_col;
        index_t cols;
    };
    std::vector<std::vector<term>> tables;
    std::vector<line> lines;   ///< two or more positions of one block
    std::vector<line> singles; ///< one position; blocks are its columns

    /// `terms_of(tap_y, tap_x, row offset, column offset, table)` appends the terms of one pair of taps.
    template <class TermsOf>
    void build(const std::vector<axis_class>& ys, const std::vector<axis_class>& xs, index_t source_width, index_t result_width,
               TermsOf&& terms_of) {
        constexpr index_t lane = samples_per_block;
        for (const axis_class& y : ys) {
            for (const axis_class& x : xs) {
                const bool along_x = x.count >= y.count;
                const axis_class& run = along_x ? x : y;
                const index_t others = along_x ? y.count : x.count;
                line l{.terms = tables.size(),
                       .b = 0,
                       .c = 0,
                       .b_col = run.source_step * (along_x ? 1 : source_width) * lane,
                       .c_col = run.step * (along_x ? 1 : result_width) * lane,
                       .cols = run.count};
                for (index_t n = 0; n < others; ++n) {
                    const index_t dy = along_x ? n : 0;
                    const index_t dx = along_x ? 0 : n;
                    l.b = ((y.source + dy * y.source_step) * source_width + x.source + dx * x.source_step) * lane;
                    l.c = ((y.first + dy * y.step) * result_width + x.first + dx * x.step) * lane;
                    (l.cols > 1 ? lines : singles).push_back(l);
                }
                tables.emplace_back();
                terms_of(y.taps, x.taps, tables.back());
            }
        }
    }
};

} // namespace detail

/// Everything about a convolution that its shape decides. Built once per layer; the three operations run over any number of
/// blocks and threads and give the same bits for each.
class convolution {
public:
    /// weight_stride: floats from one filter to the next, >= shape.inputs().
    convolution(const convolution_shape& shape, index_t weight_stride) : shape_(shape), weight_stride_(weight_stride) {
        if (shape.stride < 1 || shape.padding < 0 || shape.kernel_height < 1 || shape.kernel_width < 1 || shape.out_channels < 1) {
            fail("convolution", "shape", "kernel, stride and outputs of at least 1 and padding of at least 0",
                 text("kernel ", shape.kernel_height, " x ", shape.kernel_width, ", stride ", shape.stride, ", padding ",
                      shape.padding, ", outputs ", shape.out_channels));
        }
        if (shape.in.height + 2 * shape.padding < shape.kernel_height || shape.in.width + 2 * shape.padding < shape.kernel_width) {
            fail("convolution", "input", text("at least ", shape.kernel_height, " x ", shape.kernel_width, " with padding"),
                 text(shape.in.height + 2 * shape.padding, " x ", shape.in.width + 2 * shape.padding));
        }
        const map_shape& in = shape.in;
        const map_shape out = shape.out();
        constexpr index_t lane = samples_per_block;
        forward_.build(detail::forward_axis(in.height, out.height, shape.kernel_height, shape.stride, shape.padding),
                       detail::forward_axis(in.width, out.width, shape.kernel_width, shape.stride, shape.padding), in.width,
                       out.width, [&](const auto& ys, const auto& xs, std::vector<term>& table) {
                           for (index_t c = 0; c < in.channels; ++c) {
                               for (const auto& y : ys) {
                                   for (const auto& x : xs) {
                                       table.push_back(make_term(
                                           c * shape_.taps() + y.index * shape_.kernel_width + x.index,
                                           (c * in.plane() + y.offset * in.width + x.offset) * lane));
                                   }
                               }
                           }
                       });
        backward_.build(detail::backward_axis(in.height, out.height, shape.kernel_height, shape.stride, shape.padding),
                        detail::backward_axis(in.width, out.width, shape.kernel_width, shape.stride, shape.padding), out.width,
                        in.width, [&](const auto& ys, const auto& xs, std::vector<term>& table) {
                            for (index_t o = 0; o < out.channels; ++o) {
                                for (const auto& y : ys) {
                                    for (const auto& x : xs) {
                                        table.push_back(make_term(o * weight_stride_ + y.index * shape_.kernel_width + x.index,
                                                                  (o * out.plane() + y.offset * out.width + x.offset) * lane));
                                    }
                                }
                            }
                        });
    }

    [[nodiscard]] const convolution_shape& shape() const { return shape_; }

    /// y = w * x + bias. x: `in` per block, y: `out` per block, bias: out_channels or null.
    void forward(const float* w, const float* bias, const float* x, float* y, index_t blocks, thread_pool& pool) const {
        const map_shape out = shape_.out();
        run(forward_, {.a = w, .a_row = weight_stride_, .rows = shape_.out_channels, .c_row = out.plane() * samples_per_block, .bias = bias},
            x, shape_.in.size() * samples_per_block, y, out.size() * samples_per_block, blocks, pool);
    }

    /// dx = the transposed convolution of dy with w.
    void input_gradient(const float* w, const float* dy, float* dx, index_t blocks, thread_pool& pool) const {
        const map_shape& in = shape_.in;
        run(backward_, {.a = w, .a_row = shape_.taps(), .rows = in.channels, .c_row = in.plane() * samples_per_block, .bias = nullptr}, dy,
            shape_.out().size() * samples_per_block, dx, in.size() * samples_per_block, blocks, pool);
    }

    /// dw[o][c][ky][kx] = sum over samples and positions of dy * x, in shards. Rows of dw are weight_stride apart; what lies
    /// beyond shape.inputs() in a row is left alone. x and dy may be the part of a rank, the sum is that over the whole batch.
    void weight_gradient(const float* x, const float* dy, float* dw, index_t blocks, thread_pool& pool, batch_share* share = nullptr) const {
        if (share == nullptr) {
            sum_gradient(x, dy, blocks, batch_shards, pool, [&](index_t o, index_t input, const lanes& sum) { dw[o * weight_stride_ + input] = sum.sum(); });
            return;
        }
        const index_t inputs = shape_.inputs();
        const std::span<const float> joined = share->join<true>("gradient of filters", shape_.out_channels * inputs, pool, [&](const shard_node& node, float* to) {
            sum_gradient(x + node.first_block * shape_.in.size() * samples_per_block, dy + node.first_block * shape_.out().size() * samples_per_block,
                         node.blocks, node.width, pool,
                         [&](index_t o, index_t input, const lanes& sum) { sum.store(to + (o * inputs + input) * samples_per_block); });
        });
        for (index_t o = 0; o < shape_.out_channels; ++o) {
            std::copy_n(joined.data() + o * inputs, inputs, dw + o * weight_stride_);
        }
    }

private:
    /// put(filter, input, lanes) for every weight: its gradient over blocks that belong to so many shards in turn.
    template <class Put>
    void sum_gradient(const float* x, const float* dy, index_t blocks, index_t width, thread_pool& pool, Put&& put) const {
        // Taps that lie side by side in x are taken together: columns of the filter, or channels where it has one column.
        // A panel is what one job keeps in its sums: 8 filters by a few such groups, for which a piece of dy is read once.
        const bool along_columns = shape_.kernel_width > 1;
        const index_t group = along_columns ? shape_.kernel_width : shape_.in.channels;
        const index_t groups = shape_.inputs() / group;
        const index_t widest = std::max<index_t>(1, std::min(groups, 48 / group));
        const index_t panels = (groups + widest - 1) / widest;
        const index_t panel = (groups + panels - 1) / panels;
        const index_t row_tiles = (shape_.out_channels + rows_of_tile - 1) / rows_of_tile;
        const index_t shards = std::clamp<index_t>(blocks, 1, width); // no samples: one empty shard
        const index_t jobs = panels * row_tiles;
        const index_t shard_size = panel * group * rows_of_tile * samples_per_block;

        const auto first_of = [&](index_t job) { return std::min(groups, job / row_tiles * panel); };
        const auto last_of = [&](index_t job) { return std::min(groups, first_of(job) + panel); };
        const auto row_of = [&](index_t job) { return job % row_tiles * rows_of_tile; };
        const auto rows_of = [&](index_t job) { return std::min(rows_of_tile, shape_.out_channels - row_of(job)); };
        const auto accumulate = [&](index_t job, index_t shard, float* sums) {
            std::fill_n(sums, shard_size, 0.0f);
            for (index_t block = shard; block < blocks; block += width) {
                gradient_of_block(x + block * shape_.in.size() * samples_per_block,
                                  dy + (block * shape_.out_channels + row_of(job)) * shape_.out().plane() * samples_per_block,
                                  rows_of(job), first_of(job), last_of(job), group, sums);
            }
        };
        const auto join = [&](index_t job, const float* sums) {
            for (index_t g = first_of(job); g < last_of(job); ++g) {
                for (index_t k = 0; k < group; ++k) {
                    const index_t input = along_columns ? g * group + k : k * groups + g;
                    for (index_t i = 0; i < rows_of(job); ++i) {
                        const float* const from = sums + (((g - first_of(job)) * group + k) * rows_of(job) + i) * samples_per_block;
                        put(row_of(job) + i, input, join_shards(shards, [&](index_t shard) { return lanes::load(from + shard * shard_size); }));
                    }
                }
            }
        };

        if (pool.size() > 1 && jobs < 16 * pool.size()) {
            // Too few panels to share out evenly: shards are shared out as well.
            scratch_array<float> sums(jobs * shards * shard_size);
            pool.run(jobs * shards, [&](index_t begin, index_t end) {
                for (index_t n = begin; n < end; ++n) {
                    accumulate(n % jobs, n / jobs, sums.data() + (n % jobs * shards + n / jobs) * shard_size);
                }
            });
            pool.run(jobs, [&](index_t begin, index_t end) {
                for (index_t job = begin; job < end; ++job) {
                    join(job, sums.data() + job * shards * shard_size);
                }
            });
            return;
        }
        pool.run(jobs, [&](index_t begin, index_t end) {
            scratch_array<float> sums(shards * shard_size);
            for (index_t job = begin; job < end; ++job) {
                for (index_t shard = 0; shard < shards; ++shard) {
                    accumulate(job, shard, sums.data() + shard * shard_size);
                }
                join(job, sums.data());
            }
        });
    }

    static term make_term(index_t a, index_t b) {
        constexpr index_t limit = 0x7fffffff;
        if (a > limit || b > limit || b < -limit) {
            fail("convolution", "size", "offsets below 2^31 floats within one sample block", text(std::max(a, b)));
        }
        return {static_cast<std::int32_t>(a), static_cast<std::int32_t>(b)};
    }

    static void run(const detail::convolution_schedule& schedule, const column_block& common, const float* b, index_t b_stride, float* c,
                    index_t c_stride, index_t blocks, thread_pool& pool) {
        if (blocks == 0) {
            return;
        }
        const auto lines = static_cast<index_t>(schedule.lines.size());
        pool.run(blocks * lines, [&](index_t begin, index_t end) {
            column_block block = common;
            for (index_t job = begin; job < end; ++job) {
                const auto& line = schedule.lines[static_cast<std::size_t>(job % lines)];
                block.b = b + job / lines * b_stride + line.b;
                block.c = c + job / lines * c_stride + line.c;
                block.b_col = line.b_col;
                block.c_col = line.c_col;
                block.cols = line.cols;
                multiply(block, schedule.tables[line.terms]);
            }
        });
        pool.run(static_cast<index_t>(schedule.singles.size()), [&](index_t begin, index_t end) {
            column_block block = common;
            for (index_t job = begin; job < end; ++job) {
                const auto& line = schedule.singles[static_cast<std::size_t>(job)];
                block.b = b + line.b;
                block.c = c + line.c;
                block.b_col = b_stride;
                block.c_col = c_stride;
                block.cols = blocks;
                multiply(block, schedule.tables[line.terms]);
            }
        });
    }

    static constexpr index_t rows_of_tile = 8;

    /// A run of taps k = 0.. of one filter row (or one channel each), and the positions of the result that they reach.
    struct tap_run {
        const float* x;      ///< input plane of the first tap, shifted so that position (0, 0) of the result is at offset 0
        index_t x_step;      ///< from one tap to the next
        index_t tap_x;       ///< column of the first tap
        index_t tap_x_step;  ///< 1 where taps are columns, 0 where they are channels
        index_t y_begin;     ///< rows of the result
        index_t y_end;
        const float* dy;
        index_t rows;        ///< filters
        float* sums;         ///< [tap][filter][16]
    };

    /// Adds one block to the sums [group][tap][filter][16] of the filter-row groups first..last.
    void gradient_of_block(const float* x, const float* dy, index_t rows, index_t first, index_t last, index_t group,
                           float* sums) const {
        constexpr index_t lane = samples_per_block;
        const map_shape& in = shape_.in;
        const map_shape out = shape_.out();
        const bool along_columns = shape_.kernel_width > 1;
        // Enough positions for loading and storing the sums to cost little, few enough for dy to stay in the first cache.
        const index_t rows_at_once = std::max<index_t>(1, 64 / out.width);
        for (index_t y = 0; y < out.height; y += rows_at_once) {
            for (index_t g = first; g < last; ++g) {
                const index_t channel = along_columns ? g / shape_.kernel_height : 0;
                const index_t tap_y = along_columns ? g % shape_.kernel_height : g;
                const auto [reach_begin, reach_end] = reach(tap_y, in.height, out.height);
                tap_run run{.x = x + channel * in.plane() * lane,
                            .x_step = (along_columns ? 1 : in.plane()) * lane,
                            .tap_x = 0,
                            .tap_x_step = along_columns ? 1 : 0,
                            .y_begin = std::max(y, reach_begin),
                            .y_end = std::min(y + rows_at_once, reach_end),
                            .dy = dy,
                            .rows = rows,
                            .sums = sums + (g - first) * group * rows * lane};
                if (run.y_begin >= run.y_end) {
                    continue;
                }
                run.x += ((tap_y - shape_.padding) * in.width - shape_.padding) * lane;
                for (index_t taps = group; taps > 0;) {
                    const index_t now = taps == 5 ? 5 : std::min<index_t>(taps, 4);
                    switch (now) {
                    case 5: gradient_rows<5>(run); break;
                    case 4: gradient_rows<4>(run); break;
                    case 3: gradient_rows<3>(run); break;
                    case 2: gradient_rows<2>(run); break;
                    default: gradient_rows<1>(run); break;
                    }
                    taps -= now;
                    run.x += now * run.x_step;
                    run.tap_x += now * run.tap_x_step;
                    run.sums += now * rows * lane;
                }
            }
        }
    }

    /// Positions of the result [begin, end) for which the input position of a tap exists, along one axis.
    [[nodiscard]] std::pair<index_t, index_t> reach(index_t tap, index_t in, index_t out) const {
        const index_t begin = std::clamp<index_t>((shape_.padding - tap + shape_.stride - 1) / shape_.stride, 0, out);
        const index_t span = in - 1 + shape_.padding - tap;
        return {begin, std::max(begin, span < 0 ? 0 : std::min(out, span / shape_.stride + 1))};
    }

    template <int KR>
    void gradient_rows(const tap_run& run) const {
        // Accumulators: 20 to 24 of 32 registers, or 6 pairs of 16.
        constexpr int MR = lanes::parts > 1 ? (KR > 3 ? 1 : 2) : KR >= 5 ? 4 : KR == 4 ? 6 : 8;
        index_t m = 0;
        for (; m + MR <= run.rows; m += MR) {
            gradient_tile<MR, KR>(run, m);
        }
        if constexpr (MR > 4) {
            for (; m + 4 <= run.rows; m += 4) {
                gradient_tile<4, KR>(run, m);
            }
        }
        if constexpr (MR > 2) {
            for (; m + 2 <= run.rows; m += 2) {
                gradient_tile<2, KR>(run, m);
            }
        }
        for (; m < run.rows; ++m) {
            gradient_tile<1, KR>(run, m);
        }
    }

    template <int MR, int KR>
    void gradient_tile(const tap_run& run, index_t m) const {
        constexpr index_t lane = samples_per_block;
        const map_shape out = shape_.out();
        index_t begin[KR];
        index_t end[KR];
        index_t inner_begin = 0;
        index_t inner_end = out.width;
        for (int k = 0; k < KR; ++k) {
            std::tie(begin[k], end[k]) = reach(run.tap_x + k * run.tap_x_step, shape_.in.width, out.width);
            inner_begin = std::max(inner_begin, begin[k]);
            inner_end = std::min(inner_end, end[k]);
        }
        inner_end = std::max(inner_begin, inner_end);
        const index_t row_step = out.plane() * lane;
        const index_t x_col = shape_.stride * lane;

        lanes sum[MR][KR];
        for (int i = 0; i < MR; ++i) {
            for (int k = 0; k < KR; ++k) {
                sum[i][k] = lanes::load(run.sums + (k * run.rows + m + i) * lane);
            }
        }
        for (index_t y = run.y_begin; y < run.y_end; ++y) {
            const float* const d = run.dy + m * row_step + y * out.width * lane;
            const float* const x = run.x + y * shape_.stride * shape_.in.width * lane;
            // Not every tap reaches the positions at the edges.
            const auto edge = [&](index_t from, index_t to) {
                for (index_t ox = from; ox < to; ++ox) {
                    for (int k = 0; k < KR; ++k) {
                        if (ox >= begin[k] && ox < end[k]) {
                            const lanes value = lanes::load(x + ox * x_col + k * run.x_step);
                            for (int i = 0; i < MR; ++i) {
                                sum[i][k].add_product(lanes::load(d + i * row_step + ox * lane), value);
                            }
                        }
                    }
                }
            };
            edge(0, inner_begin);
            for (index_t ox = inner_begin; ox < inner_end; ++ox) {
                lanes value[KR];
                for (int k = 0; k < KR; ++k) {
                    value[k] = lanes::load(x + ox * x_col + k * run.x_step);
                }
                for (int i = 0; i < MR; ++i) {
                    const lanes e = lanes::load(d + i * row_step + ox * lane);
                    for (int k = 0; k < KR; ++k) {
                        sum[i][k].add_product(e, value[k]);
                    }
                }
            }
            edge(inner_end, out.width);
        }
        for (int i = 0; i < MR; ++i) {
            for (int k = 0; k < KR; ++k) {
                sum[i][k].store(run.sums + (k * run.rows + m + i) * lane);
            }
        }
    }

    convolution_shape shape_;
    index_t weight_stride_;
    detail::convolution_schedule forward_;
    detail::convolution_schedule backward_;
};

} // namespace rcim::inline RCIM_ABI::kernel
