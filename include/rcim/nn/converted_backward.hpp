#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/crossbar/converted_reads.hpp>
#include <rcim/crossbar/driven_batch.hpp>
#include <rcim/nn/read_lines.hpp>
#include <rcim/mapping/column_masked.hpp>
#include <rcim/update/dataflow.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Transposed reads of one layer: errors through the crossbars and the converters of the dataflow.
template <class Design>
class converted_backward {
    using reads = converted_reads<Design, error_dac<typename Design::dataflow_type>>;
    static constexpr index_t lane = samples_per_block;

public:
    /// dx, whose shape is set, from dy by the array's cells as they are now. What the positions of dy give to one input is added in double. Where columns
    /// are masked, errors take the factors of a group of rows before they are driven, and go back to these rows alone, group by group.
    template <class Array>
    void read(const Array& array, const batch_tensor& dy, batch_tensor& dx, const kernel::convolution_shape& shape, thread_pool& pool) {
        const auto& dac = error_path(array.chip().dataflow).dac;
        lines_.locate(shape);
        if (!reads_) {
            reads_.emplace(array, dac);
        }
        reads_->refresh(array, pool);
        if constexpr (masks_columns<typename Design::map_type>()) {
            std::fill_n(dx.data(), dx.blocks() * dx.block_stride(), 0.0f);
            for (std::size_t part = 0; part < reads_->parts(); ++part) {
                with_factors(dy, array.factors().of_group(static_cast<index_t>(part)), pool);
                const index_t first = static_cast<index_t>(part) * array.tiles().read_rows;
                read_rows(array, factored_, dx, part, first, array.tiles().rows_in_group(static_cast<index_t>(part)), true, pool);
            }
        } else {
            read_rows(array, dy, dx, 0, 0, array.inputs(), false, pool);
        }
    }

private:
    /// What errors give to some rows of the matrix; in place of what dx holds, or added to it.
    template <class Array>
    void read_rows(const Array& array, const batch_tensor& dy, batch_tensor& dx, std::size_t part, index_t first, index_t rows, bool add,
                   thread_pool& pool) {
        const kernel::convolution_shape& shape = lines_.shape();
        driven_.drive(error_path(array.chip().dataflow).dac, dy, 0, pool);
        const map_shape padded{shape.in.channels, shape.in.height + 2 * shape.padding, shape.in.width + 2 * shape.padding};
        const double lsb = static_cast<double>(array.format().lsb);
        const auto last = static_cast<index_t>(lines_.window().size()) - 1;
        std::vector<aligned_vector<double>> maps(static_cast<std::size_t>(dx.blocks()));
        reads_->read(
            reads::source_of(driven_, lines_.plane(), lines_.channel().data()), false, true, pool,
            [&](index_t block, index_t position, const double* sums, const float*) {
                auto& map = maps[static_cast<std::size_t>(block)];
                map.resize(static_cast<std::size_t>(padded.size() * lane), 0.0);
                const std::int32_t window = lines_.window()[static_cast<std::size_t>(position)];
                for (index_t i = 0; i < rows; ++i) {
                    double* const to = map.data() + window + lines_.tap()[static_cast<std::size_t>(first + i)];
                    for (index_t l = 0; l < lane; ++l) {
                        to[l] += sums[i * lane + l];
                    }
                }
                if (position == last) {
                    crop(map, padded, shape, lsb, driven_.units(block), dy.samples_in_block(block), add, dx.block(block));
                    map = {};
                }
            },
            part);
    }

    /// dy with the factor of each output.
    void with_factors(const batch_tensor& dy, std::span<const float> factors, thread_pool& pool) {
        factored_.reshape(dy.shape(), dy.samples());
        const index_t plane = dy.shape().plane() * lane;
        pool.run(dy.blocks() * dy.shape().channels, [&](index_t begin, index_t end) {
            for (index_t job = begin; job < end; ++job) {
                const float factor = factors[static_cast<std::size_t>(job % dy.shape().channels)];
                for (index_t i = job * plane; i < (job + 1) * plane; ++i) {
                    factored_.data()[i] = dy.data()[i] * factor;
                }
            }
        });
    }

    /// What lies within the padding, in units of weights and errors; zero for samples that do not exist, of which converters may make
    /// something.
    static void crop(const aligned_vector<double>& map, const map_shape& padded, const kernel::convolution_shape& shape, double lsb,
                     const float* units, index_t samples, bool add, float* to) {
        const map_shape& in = shape.in;
        for (index_t line = 0; line < in.channels * in.height; ++line) {
            const index_t row = line / in.height * padded.height + line % in.height + shape.padding;
            const double* const from = map.data() + (row * padded.width + shape.padding) * lane;
            for (index_t i = 0; i < in.width; ++i) {
                for (index_t l = 0; l < lane; ++l) {
                    float& number = to[(line * in.width + i) * lane + l];
                    const float part = l < samples ? static_cast<float>(from[i * lane + l] * lsb * static_cast<double>(units[l])) : 0.0f;
                    number = add ? number + part : part;
                }
            }
        }
    }

    driven_batch driven_;
    batch_tensor factored_; ///< errors with the factors of a group
    read_lines lines_;
    std::optional<reads> reads_;
};

} // namespace rcim::inline RCIM_ABI
