#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/crossbar/converted_reads.hpp>
#include <rcim/crossbar/driven_batch.hpp>
#include <rcim/nn/observed_shift.hpp>
#include <rcim/nn/observed_sums.hpp>
#include <rcim/nn/read_lines.hpp>

#include <algorithm>
#include <cmath>
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
    using reads = forward_reads<Design>;
    using number = typename reads::number;
    static constexpr index_t lane = samples_per_block;

public:
    /// y, whose shape is set, from x by the array's cells as they are now, the samples being images of these numbers; bias may be null. passed,
    /// if not null and of y's shape, becomes the share of the conversions of each result that was within range, by what they count for.
    /// Draws are those of positions from first_position on.
    template <class Array>
    void read(const Array& array, const float* bias, const batch_tensor& x, batch_tensor& y, batch_tensor* passed,
              const kernel::convolution_shape& shape, const kernel::image_numbers& images, thread_pool& pool, index_t first_position = 0) {
        if (!reads_) {
            reads_.emplace(array, array.chip().dac);
        }
        const double lsb = static_cast<double>(array.format().lsb);
        // Few samples leave lanes empty, which neighbouring positions of a row can take. Noise is drawn for samples.
        if (reads::still && 2 * x.samples() <= lane && shape.stride == 1 && 2 * shape.out().width >= lane) {
            reads_->refresh(array, pool);
            driven_.drive_rows(array.chip().dac, x, shape.padding, pool);
            read_rows(array.outputs(), lsb, bias, y, passed, shape, pool);
            return;
        }
        driven_.drive(array.chip().dac, x, shape.padding, pool);
        lines_.locate(shape);
        const std::vector<double> row_volts = row_volts_of(array, x.samples(), pool);
        const index_t plane = y.shape().plane();
        reads_->read_images(array, reads::source_of(driven_, lines_.window(), lines_.tap().data()), x.samples(), images, {.position = first_position, .row_volts = row_volts},
                            passed != nullptr, pool,
                            [&](index_t block, index_t position, index_t from, index_t to, const double* sums, const float* within) {
                                const float* const units = driven_.units(block);
                                for (index_t o = 0; o < array.outputs(); ++o) {
                                    const index_t at = (o * plane + position) * lane;
                                    float* const out = y.block(block) + at;
                                    const float offset = bias != nullptr ? bias[o] : 0.0f;
                                    for (index_t l = from; l < to; ++l) {
                                        out[l] = static_cast<float>(sums[o * lane + l] * lsb * static_cast<double>(units[l])) + offset;
                                    }
                                    if (passed != nullptr) {
                                        std::copy(within + o * lane + from, within + o * lane + to, passed->block(block) + at + from);
                                    }
                                }
                            });
    }

    /// Lets calibrated converters look at the sums of x, at 16 positions of the batch.
    template <class Array>
    void observe(const Array& array, const batch_tensor& x, const kernel::convolution_shape& shape, std::uint64_t image, thread_pool& pool)
        requires CalibratedAdc<adc>
    {
        const observed_sums none(forward_layout(array), forward_full_scale(array), array.chip().adc.grain());
        if (!observed_) {
            observed_.emplace(none);
        }
        std::mutex mutex;
        look_at(array, x, shape, image, pool, [&](const seen_cells&, const seen_cells& found, index_t, index_t samples, auto&& carried) {
            observed_sums part = none;
            part.add(found, array.chip().dac.cycles(), samples, carried);
            const std::lock_guard lock(mutex);
            *observed_ += part;
        });
    }
    /// Adds to the profile what wires and states of cells make of the sums of x, at 16 positions of the batch.
    template <class Array>
    void profile(const Array& array, const batch_tensor& x, const kernel::convolution_shape& shape, std::uint64_t image, thread_pool& pool) {
        const kernel::read_layout lines = forward_layout(array);
        const auto outputs = static_cast<std::size_t>(lines.lines.results);
        const shift_profile none{std::vector<shift_moments>(static_cast<std::size_t>(lines.planes()) * outputs), std::vector<shift_moments>(outputs)};
        std::vector<shift_profile> parts(static_cast<std::size_t>(positions_looked_at), none); // joined in order, whatever the threads
        look_at(array, x, shape, image, pool, [&](const seen_cells& ideal, const seen_cells& found, index_t n, index_t samples, auto&& carried) {
            const auto& drive = array.chip().dac;
            observe_shift(parts[static_cast<std::size_t>(n)], ideal, found, drive.cycles(), samples, carried,
                          [&](int cycle) { return drive.weight(cycle); });
        });
        if (profile_.empty()) {
            profile_ = none;
        }
        for (const shift_profile& part : parts) {
            profile_ += part;
        }
    }
    [[nodiscard]] shift_profile take_shift() { return std::exchange(profile_, {}); }

    /// The ranges for what was observed since the last call; none if nothing was.
    [[nodiscard]] std::vector<sum_range> fitted(const adc& converter)
        requires CalibratedAdc<adc>
    {
        return observed_ ? std::exchange(observed_, std::nullopt)->fit(converter) : std::vector<sum_range>{};
    }

private:
    static constexpr index_t positions_looked_at = 16;

    /// look(ideal, found, number, samples, carried) at positions of the batch: with the cells as programmed and as reads find them.
    template <class Array, class Look>
    void look_at(const Array& array, const batch_tensor& x, const kernel::convolution_shape& shape, std::uint64_t image, thread_pool& pool,
                 Look&& look) {
        const auto& drive = array.chip().dac;
        lines_.locate(shape);
        driven_.drive(drive, x, shape.padding, pool);
        const auto planes = static_cast<std::size_t>((array.format().pair ? 2 : 1) * array.format().slices);
        std::vector<aligned_vector<float>> cells(planes, aligned_vector<float>(static_cast<std::size_t>(array.outputs() * array.row_stride())));
        array.read_positions(cells, pool);
        const kernel::read_layout lines = forward_layout(array);
        kernel::read_layout lines_found = lines;
        auto cells_found = cells;
        if constexpr (found_cells<Design>::moved && found_cells<Design>::exist) {
            lines_found = found_cells<Design>::layout(array);
            const std::vector<double> row_volts = row_volts_of(array, x.samples(), pool);
            found_cells<Design>().find(array, cells_found, {.image = image, .row_volts = row_volts}, pool);
        }
        const auto source = reads::source_of(driven_, lines_.window(), lines_.tap().data());
        const auto plane = static_cast<index_t>(source.window.size());
        const index_t all = source.blocks * plane;
        const index_t looked_at = std::min(positions_looked_at, all);
        pool.run(looked_at, [&](index_t begin, index_t end) {
            for (index_t n = begin; n < end; ++n) {
                // By the golden ratio: steps of a whole number of positions would come back to the same columns of the maps, and their borders.
                const double turns = 0.6180339887498949 * static_cast<double>(image + static_cast<std::uint64_t>(n) + 1);
                const index_t at = std::min(all - 1, static_cast<index_t>((turns - std::floor(turns)) * static_cast<double>(all)));
                const number* const from = source.data + at / plane * source.stride + source.window[static_cast<std::size_t>(at % plane)];
                look(seen_cells{cells, lines}, seen_cells{cells_found, lines_found}, n, x.samples_in_block(at / plane),
                     [&](index_t line, index_t l, int cycle) {
                         if constexpr (IntegerDac<dac>) {
                             return static_cast<float>(drive.cycle(cycle).drive(from[source.line[line] + l]));
                         } else {
                             return from[source.line[line] + l];
                         }
                     });
            }
        });
    }

    /// Root mean square of the voltage of each input over the pass, where noise asks for it.
    template <class Array>
    [[nodiscard]] std::vector<double> row_volts_of(const Array& array, index_t samples, thread_pool& pool) const {
        std::vector<double> volts;
        if constexpr (!reads::still && needs_row_volts<typename Design::noise_type>()) {
            const auto& drive = array.chip().dac;
            const auto& window = lines_.window();
            volts.assign(static_cast<std::size_t>(array.inputs()), 0.0);
            pool.run(array.inputs(), [&](index_t begin, index_t end) {
                for (index_t i = begin; i < end; ++i) {
                    double squares = 0.0;
                    const auto source = reads::source_of(driven_, window, lines_.tap().data());
                    for (index_t sample = 0; sample < samples; ++sample) {
                        const number* const from = source.data + sample / lane * source.stride + source.line[i] + sample % lane;
                        for (const std::int32_t at : window) {
                            for (int cycle = 0; cycle < drive.cycles(); ++cycle) {
                                double carried = 0.0;
                                if constexpr (IntegerDac<dac>) {
                                    carried = static_cast<double>(drive.cycle(cycle).drive(from[at]));
                                } else {
                                    carried = static_cast<double>(from[at]);
                                }
                                squares += carried * carried;
                            }
                        }
                    }
                    const auto reads_of_row = static_cast<double>(samples * static_cast<index_t>(window.size()) * drive.cycles());
                    volts[static_cast<std::size_t>(i)] = std::sqrt(squares / reads_of_row) * volts_per_unit(drive);
                }
            });
        }
        return volts;
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
    shift_profile profile_;
    std::vector<std::int32_t> row_windows_;
    std::vector<std::int32_t> row_lines_;
};

} // namespace rcim::inline RCIM_ABI
