#pragma once

#include <rcim/convert/ideal_dac.hpp>
#include <rcim/convert/input_unit.hpp>
#include <rcim/core/aligned.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/events.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/crossbar/driven_batch.hpp>
#include <rcim/crossbar/read_events.hpp>
#include <rcim/kernel/activation_columns.hpp>
#include <rcim/kernel/activation_rows.hpp>
#include <rcim/kernel/held_cells.hpp>
#include <rcim/kernel/quantise.hpp>
#include <rcim/nn/layer.hpp>
#include <rcim/nn/read_lines.hpp>
#include <rcim/update/dataflow.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <mutex>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// The arrays of one layer that hold its activations while weight gradients are read from them: what they hold, which rows are written, and
/// what that amounts to.
template <class Design>
class held_activations {
    using dataflow = typename Design::dataflow_type;
    using part = std::remove_cvref_t<decltype(activation_part(std::declval<const dataflow&>()))>;
    static constexpr index_t lane = samples_per_block;
    static constexpr bool whole = part::magnitude_bits > 0;
    static constexpr int cell_bits = part::cell_bits;
    static constexpr index_t slices = whole ? (part::magnitude_bits + cell_bits - 1) / cell_bits : 1;

public:
    static constexpr bool rows_elided = elides_rows<dataflow>();
    static constexpr bool rescaled = rescales_rows<dataflow>();
    static constexpr bool columns_elided = elides_columns<dataflow>();

    /// Writes the rows of x that matter beside errors dy; dy is zero in lanes beyond the last sample.
    template <class Array>
    void write(const Array& array, const batch_tensor& x, const batch_tensor& dy, const kernel::convolution_shape& shape,
               const pass_context& context) {
        const dataflow& flow = array.chip().dataflow;
        const part& layout = activation_part(flow);
        x_ = &x;
        dy_ = &dy;
        const bool each_cell = context.events != nullptr && layout.changed_cells_only && whole;
        if constexpr (whole) {
            if (context.events != nullptr && has_negative(x)) {
                context.events->at(array.place()).activations.both_signs = true;
            }
            left_out_ = left_out_slices(flow);
            const random_source draws(context.seed, purpose::activation_rounding, array.place(), context.step);
            round(x, x_rounded_, part::magnitude_bits - left_out_.slices * cell_bits, left_out_.slices > 0 && left_out_.stochastic ? &draws : nullptr,
                  each_cell ? shape.padding : -1, context.pool);
            round(dy, dy_rounded_, part::magnitude_bits, nullptr, -1, context.pool);
            x_ = &x_rounded_;
            dy_ = &dy_rounded_;
        }
        const index_t plane = shape.out().plane();
        const index_t rows = x.blocks() * plane * lane;
        if constexpr (rows_elided) {
            largest_x_.resize(static_cast<std::size_t>(rows));
            largest_dy_.resize(static_cast<std::size_t>(rows));
            kernel::largest_of_windows(x_->data(), shape, x.blocks(), scratch_, largest_x_.data(), context.pool);
            kernel::largest_of_channels(dy_->data(), shape.out_channels, plane, x.blocks(), largest_dy_.data(), context.pool);
            mark_existing(x, plane);
            if constexpr (rescaled) {
                factor_.assign(static_cast<std::size_t>(rows), 1.0f);
            }
            keep_rows(flow, {largest_x_, largest_dy_, rows_per_crossbar(array), context.elision, keep_, factor_,
                             random_source(context.seed, purpose::row_sampling, array.place(), context.step)});
            kept_dy_.reshape(dy.shape(), dy.samples());
            kernel::keep_errors(dy_->data(), keep_.data(), rescaled ? factor_.data() : nullptr, shape.out_channels, plane, dy.blocks(),
                                kept_dy_.data(), context.pool);
            dy_ = &kept_dy_;
            if constexpr (whole && rescaled) {
                round(kept_dy_, dy_rounded_, part::magnitude_bits, nullptr, -1, context.pool);
                dy_ = &dy_rounded_;
            }
        }
        if (!rows_elided && (columns_elided || context.events)) {
            mark_existing(x, plane);
        }
        if constexpr (columns_elided) {
            leave_out_columns(array, flow, shape, context);
        }
        if (context.events) {
            count(array, x, shape, layout, each_cell, context);
        }
    }

    /// What the arrays hold, and the errors of the rows that are kept. Valid until the next write.
    [[nodiscard]] const batch_tensor& activations() const { return *x_; }
    [[nodiscard]] const batch_tensor& errors() const { return *dy_; }
    /// dw[output][input], rows stride apart: product(x, dy), or where columns are left out of crossbars from those that are written.
    template <class Product>
    void gradient(float* dw, index_t stride, thread_pool& pool, Product&& product) const {
        if (columns_elided && matrix_.plane > 1) {
            kernel::gradient_of_columns(matrix_, keep_column_.data(), dw, stride, pool);
        } else {
            product(x_->data(), dy_->data());
        }
    }

    /// Of each row of the last write whether it was written, where rows are elided.
    [[nodiscard]] std::span<const std::uint8_t> kept() const { return keep_; }

private:
    template <class Array>
    [[nodiscard]] static index_t rows_per_crossbar(const Array& array) {
        const index_t rows = array.chip().geometry.row_count();
        return rows == std::numeric_limits<index_t>::max() ? std::numeric_limits<index_t>::max() / 2 : rows;
    }

    [[nodiscard]] static bool has_negative(const batch_tensor& x) {
        for (index_t b = 0; b < x.blocks(); ++b) {
            const float* const from = x.block(b);
            for (index_t f = 0; f < x.shape().size(); ++f) {
                bool negative = false;
                for (index_t l = 0; l < x.samples_in_block(b); ++l) {
                    negative |= from[f * lane + l] < 0.0f;
                }
                if (negative) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Rounds a batch to whole numbers of one unit with so many bits of magnitude, by draws or to the nearest; `padding` >= 0: also as integers
    /// with as many zeros around each map.
    void round(const batch_tensor& x, batch_tensor& to, int bits, const random_source* draws, index_t padding, thread_pool& pool) {
        to.reshape(x.shape(), x.samples());
        unit_.resize(static_cast<std::size_t>(x.blocks() * lane));
        const float largest = kernel::largest_magnitude(x.data(), x.shape().size(), x.blocks(), pool);
        const float unit = power_of_two_unit(largest, bits);
        const float* from = x.data();
        if (draws != nullptr && unit == unit) {
            kernel::dither(from, x.blocks() * x.block_stride(), unit, *draws, to.data(), pool);
            from = to.data();
        }
        kernel::integer_maps integers{nullptr, std::max<index_t>(0, padding)};
        if (padding >= 0) {
            integers_.resize(static_cast<std::size_t>(x.blocks() * integers.shape(x.shape()).size() * lane));
            integers.data = integers_.data();
        }
        const std::int32_t most = (std::int32_t{1} << bits) - 1;
        kernel::quantise(from, x.shape(), x.samples(), -most, most, [&](float) { return unit; }, to.data(), unit_.data(), integers,
                         pool);
    }

    /// All rows of samples that exist.
    void mark_existing(const batch_tensor& x, index_t plane) {
        keep_.assign(static_cast<std::size_t>(x.blocks() * plane * lane), std::uint8_t{1});
        const index_t last = x.blocks() - 1;
        if (const index_t there = x.blocks() > 0 ? x.samples_in_block(last) : lane; there < lane) {
            for (index_t p = 0; p < plane; ++p) {
                std::fill_n(keep_.begin() + (last * plane + p) * lane + there, lane - there, std::uint8_t{0});
            }
        }
    }

    /// Finds the columns of each crossbar whose activations are all within the bound.
    template <class Array>
    void leave_out_columns(const Array& array, const dataflow& flow, const kernel::convolution_shape& shape, const pass_context& context) {
        const index_t rows = rows_per_crossbar(array);
        if (rows % lane != 0 && rows < static_cast<index_t>(keep_.size())) {
            fail(dataflow::name(), "rows of a crossbar", text("a multiple of ", lane), text(rows));
        }
        lines_.locate(shape);
        if (shape.padding > 0) {
            padded_x_.drive(ideal_dac{}, *x_, shape.padding, context.pool);
        }
        const map_shape out = shape.out();
        matrix_ = {.x = shape.padding > 0 ? padded_x_.padded() : x_->data(),
                   .x_stride = shape.padding > 0 ? padded_x_.padded_stride() : x_->block_stride(),
                   .window = lines_.window().data(),
                   .tap = lines_.tap().data(),
                   .dy = dy_->data(),
                   .dy_stride = dy_->block_stride(),
                   .blocks = x_->blocks(),
                   .plane = out.plane(),
                   .inputs = shape.inputs(),
                   .outputs = shape.out_channels,
                   .groups = std::max<index_t>(1, std::min(rows, static_cast<index_t>(keep_.size())) / lane)};
        keep_column_.resize(static_cast<std::size_t>(matrix_.crossbars() * matrix_.inputs));
        const float largest = kernel::largest_magnitude(x_->data(), x_->shape().size(), x_->blocks(), context.pool);
        kernel::keep_columns(matrix_, keep_.data(), column_bound(flow, largest, context.elision), keep_column_.data(), context.pool);
        if (matrix_.plane == 1) {
            // A crossbar holds whole blocks of samples, so what it leaves out can be left out of the batch.
            kept_x_.reshape(x_->shape(), x_->samples());
            for (index_t job = 0; job < matrix_.blocks * matrix_.inputs; ++job) {
                const index_t crossbar = job / matrix_.inputs / matrix_.groups;
                const bool kept = keep_column_[static_cast<std::size_t>(crossbar * matrix_.inputs + job % matrix_.inputs)] != 0;
                const float* const from = matrix_.x + job / matrix_.inputs * matrix_.x_stride + matrix_.tap[job % matrix_.inputs];
                float* const to = kept_x_.data() + job * lane;
                for (index_t l = 0; l < lane; ++l) {
                    to[l] = kept ? from[l] : 0.0f;
                }
            }
            x_ = &kept_x_;
        }
    }

    template <class Array>
    void count(const Array& array, const batch_tensor& x, const kernel::convolution_shape& shape, const part& layout, bool each_cell,
               const pass_context& context) {
        layer_events& events = context.events->at(array.place());
        const index_t plane = shape.out().plane();
        const auto rows = static_cast<index_t>(keep_.size());
        const auto inputs = static_cast<std::uint64_t>(array.inputs());
        const auto outputs = static_cast<std::uint64_t>(array.outputs());
        // Real numbers have arrays for both signs.
        const auto arrays = static_cast<std::uint64_t>(!whole || events.activations.both_signs ? 2 : 1);
        // A layer's activations lie on crossbars as its weights do: no activation is cut.
        const index_t cols = array.chip().geometry.col_count();
        const index_t bounded = cols == std::numeric_limits<index_t>::max() ? array.inputs() : std::max<index_t>(1, cols / slices);
        const auto col_tiles = static_cast<std::uint64_t>((array.inputs() + bounded - 1) / bounded);
        const index_t group = std::min(rows_per_crossbar(array), rows);
        const auto existing = static_cast<std::uint64_t>(x.samples() * plane);
        const std::uint64_t kept = kernel::count_kept(keep_.data(), rows);

        event_counts& writes = events[stage::activations];
        const std::uint64_t cells = inputs * static_cast<std::uint64_t>(slices) * arrays; // of one row
        const auto kept_slices = static_cast<std::uint64_t>(slices - left_out_.slices);
        const std::uint64_t kept_cells = inputs * kept_slices * arrays;
        const std::uint64_t read = layout.packed ? (kept + static_cast<std::uint64_t>(group) - 1) / static_cast<std::uint64_t>(group)
                                                 : crossbars_with_rows(rows, group);
        std::uint64_t written = kept * kept_cells;
        std::uint64_t converted = read * kept_cells; // columns, each time its crossbar is read
        if constexpr (columns_elided) {
            written = converted = 0;
            for (index_t k = 0; k < matrix_.crossbars(); ++k) {
                const index_t first = k * group;
                const std::uint64_t columns = kernel::count_kept(keep_column_.data() + k * matrix_.inputs, matrix_.inputs);
                const std::uint64_t own = kernel::count_kept(keep_.data() + first, std::min(group, rows - first));
                written += own * columns * kept_slices * arrays;
                converted += columns * kept_slices * arrays; // a crossbar without rows has none
            }
        }
        if (each_cell) {
            written = write_cells(events.activations.cells, x, shape, context.pool);
        }
        writes.row_writes += kept * col_tiles * arrays;
        writes.cell_writes += written;
        writes.pulses += written;
        writes.serial_writes += kept;
        writes.rows_skipped += (existing - kept) * col_tiles * arrays;
        writes.cells_skipped += existing * cells - written;
        writes.buffer_words += kept * inputs;
        writes.bus_words += static_cast<std::uint64_t>(x.samples() * x.shape().size());

        const index_t capacity = wear(events.activation_lines, events.activations.next_line, x, plane, rows, kept, layout);
        event_counts& reads = events[stage::gradients];
        const auto cycles = outputs * static_cast<std::uint64_t>(detail::error_cycles(array));
        reads.array_reads += read * col_tiles * arrays * cycles;
        reads.row_activations += kept * col_tiles * arrays * cycles;
        reads.conversions += converted * cycles;
        reads.shift_adds += converted * cycles;
        reads.serial_reads += read * cycles;
        reads.buffer_words += kept * outputs + read * inputs * outputs;
        reads.bus_words += static_cast<std::uint64_t>(x.samples() * shape.out().size());

        events.activation_lines.cells_per_line = cells;
        events.activation_lines.crossbars = col_tiles * arrays;
        events.footprint.activation_crossbars =
            static_cast<std::uint64_t>((capacity + group - 1) / std::max<index_t>(1, group)) * col_tiles * arrays;
        events.footprint.activation_cells = static_cast<std::uint64_t>(capacity) * cells;
        if constexpr (rows_elided) {
            add_histogram(events);
        }
    }

    /// Crossbars, of as many rows each, in which at least one row is kept.
    [[nodiscard]] std::uint64_t crossbars_with_rows(index_t rows, index_t group) const {
        std::uint64_t count = 0;
        for (index_t first = 0; first < rows; first += group) {
            const auto begin = keep_.begin() + first;
            count += std::any_of(begin, begin + std::min(group, rows - first), [](std::uint8_t k) { return k != 0; }) ? 1 : 0;
        }
        return count;
    }

    /// Adds the rows kept to the wear of their lines. Returns the number of lines.
    index_t wear(line_wear& lines, std::uint64_t& next_line, const batch_tensor& x, index_t plane, index_t rows, std::uint64_t kept, const part& layout) {
        const index_t blocks = layout.samples > 0 ? (layout.samples + lane - 1) / lane : x.blocks();
        if (const auto capacity = static_cast<std::size_t>(blocks * plane * lane); lines.writes.size() < capacity) {
            lines.writes.resize(capacity, 0);
        }
        const auto capacity = static_cast<index_t>(lines.writes.size());
        std::uint32_t* const writes = lines.writes.data();
        if (!layout.packed) {
            for (index_t first = 0; first < rows; first += capacity) {
                for (index_t i = 0; i < std::min(capacity, rows - first); ++i) {
                    writes[i] += keep_[static_cast<std::size_t>(first + i)];
                }
            }
        } else {
            const std::uint64_t rounds = kept / static_cast<std::uint64_t>(capacity);
            for (index_t i = 0; rounds > 0 && i < capacity; ++i) {
                writes[i] += static_cast<std::uint32_t>(rounds);
            }
            for (auto left = static_cast<index_t>(kept % static_cast<std::uint64_t>(capacity)); left > 0;) {
                const auto next = static_cast<index_t>(next_line);
                const index_t now = std::min(left, capacity - next);
                for (index_t i = next; i < next + now; ++i) {
                    ++writes[i];
                }
                left -= now;
                next_line = static_cast<std::uint64_t>((next + now) % capacity);
            }
        }
        return capacity;
    }

    /// Writes each cell of the rows that are kept, on lines of their own, and counts those that change.
    [[nodiscard]] std::uint64_t write_cells(std::array<aligned_vector<std::uint16_t>, 2>& cells, const batch_tensor& x, const kernel::convolution_shape& shape, thread_pool& pool) {
        if constexpr (!whole) {
            return 0;
        } else {
            lines_.locate(shape);
            const auto inputs = static_cast<index_t>(lines_.tap().size());
            const index_t plane = shape.out().plane();
            const index_t stride = kernel::integer_maps{nullptr, shape.padding}.shape(x.shape()).size() * lane;
            for (auto& held : cells) {
                held.resize(std::max(held.size(), static_cast<std::size_t>(x.blocks() * plane * inputs * lane)), std::uint16_t{0});
            }
            std::uint64_t total = 0;
            std::mutex mutex;
            pool.run(x.blocks() * plane, [&](index_t begin, index_t end) {
                std::uint64_t changed = 0;
                for (index_t job = begin; job < end; ++job) {
                    const std::int16_t* const window =
                        integers_.data() + job / plane * stride + lines_.window()[static_cast<std::size_t>(job % plane)];
                    alignas(32) std::uint16_t kept[lane];
                    for (index_t l = 0; l < lane; ++l) {
                        kept[l] = keep_[static_cast<std::size_t>(job * lane + l)] != 0 ? std::uint16_t{0xFFFF} : std::uint16_t{0};
                    }
                    const index_t row = job * inputs * lane;
                    for (index_t i = 0; i < inputs; ++i) {
                        if (columns_elided && keep_column_[static_cast<std::size_t>(job / matrix_.groups * inputs + i)] == 0) {
                            continue;
                        }
                        changed += kernel::write_changed<cell_bits>(window + lines_.tap()[static_cast<std::size_t>(i)], kept,
                                                                    cells[0].data() + row + i * lane, cells[1].data() + row + i * lane);
                    }
                }
                const std::lock_guard lock(mutex);
                total += changed;
            });
            return total;
        }
    }

    /// Adds the rows' bounds on the outer product, relative to the largest, to the histogram of the layer.
    void add_histogram(layer_events& events) const {
        constexpr std::size_t bins = layer_events::significance_bins;
        std::array<std::uint64_t, 256> exponents{};
        for (std::size_t r = 0; r < largest_x_.size(); ++r) {
            ++exponents[std::bit_cast<std::uint32_t>(largest_x_[r] * largest_dy_[r]) >> 23 & 0xFFu];
        }
        int top = 255;
        while (top > 0 && exponents[static_cast<std::size_t>(top)] == 0) {
            --top;
        }
        const std::uint64_t beyond = existing_beyond();
        exponents[0] -= std::min(exponents[0], beyond);
        for (int e = 0; e < 256; ++e) {
            const std::size_t bin = e == 0 ? bins - 1 : static_cast<std::size_t>(std::clamp(top - e, 0, static_cast<int>(bins) - 2));
            events.significance[bin] += exponents[static_cast<std::size_t>(e)];
        }
    }
    /// Rows of lanes beyond the last sample, all of which are zero.
    [[nodiscard]] std::uint64_t existing_beyond() const {
        const index_t plane = dy_->shape().plane();
        return static_cast<std::uint64_t>((dy_->blocks() * lane - dy_->samples()) * plane);
    }

    const batch_tensor* x_ = nullptr;
    const batch_tensor* dy_ = nullptr;
    batch_tensor x_rounded_;
    batch_tensor dy_rounded_;
    batch_tensor kept_dy_;
    batch_tensor kept_x_;
    slice_elision left_out_;
    aligned_vector<float> unit_;
    aligned_vector<float> largest_x_;
    aligned_vector<float> largest_dy_;
    aligned_vector<float> scratch_;
    std::vector<std::uint8_t> keep_;
    std::vector<float> factor_; ///< on the errors of each row, where a rule sets any
    aligned_vector<std::int16_t> integers_;
    read_lines lines_;
    driven_batch padded_x_;
    kernel::activation_matrix matrix_{};
    std::vector<std::uint8_t> keep_column_; ///< [crossbar][input], where columns are elided
};

} // namespace rcim::inline RCIM_ABI
