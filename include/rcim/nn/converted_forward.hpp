#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/crossbar/converted_reads.hpp>
#include <rcim/crossbar/driven_batch.hpp>
#include <rcim/nn/observed_sums.hpp>
#include <rcim/nn/read_lines.hpp>

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Forward reads of one layer through its converters, and what calibrated ones see in the meantime.
template <class Design>
class converted_forward {
    using dac = typename Design::dac_type;
    using adc = typename Design::adc_type;
    using reads = converted_reads<Design, dac>;
    using number = typename reads::number;
    static constexpr index_t lane = samples_per_block;

public:
    /// y, whose shape is set, from x by the array's cells as they are now; bias may be null. passed, if not null and of y's shape, becomes the
    /// share of the conversions of each result that was within range, by what they count for.
    template <class Array>
    void read(const Array& array, const float* bias, const batch_tensor& x, batch_tensor& y, batch_tensor* passed,
              const kernel::convolution_shape& shape, thread_pool& pool) {
        if (!reads_) {
            reads_.emplace(forward_layout(array), array.chip().dac);
        }
        reads_->refresh(array, [&] { return forward_bank(array); }, pool);
        const double lsb = static_cast<double>(array.format().lsb);
        // Few samples leave lanes empty, which neighbouring positions of a row can take.
        if (2 * x.samples() <= lane && shape.stride == 1 && 2 * shape.out().width >= lane) {
            driven_.drive_rows(array.chip().dac, x, shape.padding, pool);
            read_rows(array.outputs(), lsb, bias, y, passed, shape, pool);
        } else {
            driven_.drive(array.chip().dac, x, shape.padding, pool);
            read_blocks(array.outputs(), lsb, bias, y, passed, shape, pool);
        }
    }

    /// Lets calibrated converters look at the sums of x, at 16 positions of the batch.
    template <class Array>
    void observe(const Array& array, const batch_tensor& x, const kernel::convolution_shape& shape, thread_pool& pool)
        requires CalibratedAdc<adc>
    {
        const auto& drive = array.chip().dac;
        lines_.locate(shape);
        driven_.drive(drive, x, shape.padding, pool);
        const observed_sums none(forward_layout(array), forward_full_scale(array), array.chip().adc.grain());
        if (!observed_) {
            observed_.emplace(none);
        }
        std::vector<aligned_vector<float>> cells(static_cast<std::size_t>((array.format().pair ? 2 : 1) * array.format().slices),
                                                 aligned_vector<float>(static_cast<std::size_t>(array.outputs() * array.row_stride())));
        array.read_positions(cells, pool);
        const auto source = reads::source_of(driven_, lines_.window(), lines_.tap().data());
        const auto plane = static_cast<index_t>(source.window.size());
        const index_t all = source.blocks * plane;
        const index_t looked_at = std::min<index_t>(16, all);
        std::mutex mutex;
        pool.run(looked_at, [&](index_t begin, index_t end) {
            observed_sums part = none;
            for (index_t n = begin; n < end; ++n) {
                const index_t at = n * all / looked_at;
                const number* const from = source.data + at / plane * source.stride + source.window[static_cast<std::size_t>(at % plane)];
                part.add(cells, drive.cycles(), x.samples_in_block(at / plane), [&](index_t line, index_t l, int cycle) {
                    if constexpr (IntegerDac<dac>) {
                        return static_cast<float>(drive.cycle(cycle).drive(from[source.line[line] + l]));
                    } else {
                        return from[source.line[line] + l];
                    }
                });
            }
            const std::lock_guard lock(mutex);
            *observed_ += part;
        });
    }
    /// The ranges for what was observed since the last call; none if nothing was.
    [[nodiscard]] std::vector<sum_range> fitted(const adc& converter)
        requires CalibratedAdc<adc>
    {
        return observed_ ? std::exchange(observed_, std::nullopt)->fit(converter) : std::vector<sum_range>{};
    }

private:
    void read_blocks(index_t outputs, double lsb, const float* bias, batch_tensor& y, batch_tensor* passed,
                     const kernel::convolution_shape& shape, thread_pool& pool) {
        lines_.locate(shape);
        const index_t plane = y.shape().plane();
        reads_->read(reads::source_of(driven_, lines_.window(), lines_.tap().data()), passed != nullptr, false, pool,
                     [&](index_t block, index_t position, const double* sums, const float* within) {
                         const float* const units = driven_.units(block);
                         for (index_t o = 0; o < outputs; ++o) {
                             const index_t at = (o * plane + position) * lane;
                             float* const to = y.block(block) + at;
                             const float offset = bias != nullptr ? bias[o] : 0.0f;
                             for (index_t l = 0; l < lane; ++l) {
                                 to[l] = static_cast<float>(sums[o * lane + l] * lsb * static_cast<double>(units[l])) + offset;
                             }
                             if (passed != nullptr) {
                                 std::copy_n(within + o * lane, lane, passed->block(block) + at);
                             }
                         }
                     });
    }

    /// The same with 16 neighbours in a row of one sample's results in the lanes.
    void read_rows(index_t outputs, double lsb, const float* bias, batch_tensor& y, batch_tensor* passed,
                   const kernel::convolution_shape& shape, thread_pool& pool) {
        const map_shape out = y.shape();
        const index_t height = shape.in.height + 2 * shape.padding;
        const index_t width = shape.in.width + 2 * shape.padding;
        const index_t groups = (out.width + lane - 1) / lane;
        row_windows_.clear();
        for (index_t row = 0; row < out.height; ++row) {
            for (index_t group = 0; group < groups; ++group) {
                row_windows_.push_back(static_cast<std::int32_t>(row * width + group * lane));
            }
        }
        row_lines_.clear();
        for (index_t i = 0; i < shape.inputs(); ++i) {
            const index_t tap = i % shape.taps();
            row_lines_.push_back(static_cast<std::int32_t>((i / shape.taps() * height + tap / shape.kernel_width) * width + tap % shape.kernel_width));
        }
        reads_->read({driven_.template rows<dac>(), driven_.row_stride(), y.samples(), row_windows_, row_lines_.data()}, passed != nullptr, false, pool,
                     [&](index_t sample, index_t position, const double* sums, const float* within) {
                         const double unit = static_cast<double>(driven_.units(0)[sample]);
                         const index_t first = position / groups * out.width + position % groups * lane;
                         const index_t columns = std::min(lane, out.width - position % groups * lane);
                         for (index_t o = 0; o < outputs; ++o) {
                             const float offset = bias != nullptr ? bias[o] : 0.0f;
                             for (index_t l = 0; l < columns; ++l) {
                                 const index_t feature = o * out.plane() + first + l;
                                 y.at(sample, feature) = static_cast<float>(sums[o * lane + l] * lsb * unit) + offset;
                                 if (passed != nullptr) {
                                     passed->at(sample, feature) = within[o * lane + l];
                                 }
                             }
                         }
                     });
    }

    driven_batch driven_;
    read_lines lines_;
    std::optional<reads> reads_;
    std::optional<observed_sums> observed_;
    std::vector<std::int32_t> row_windows_;
    std::vector<std::int32_t> row_lines_;
};

} // namespace rcim::inline RCIM_ABI
