#pragma once

#include <rcim/convert/calibrate.hpp>
#include <rcim/convert/calibrated.hpp>
#include <rcim/core/aligned.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/crossbar/converters.hpp>
#include <rcim/nn/seen_cells.hpp>

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// The sums that the converters of one array see, as many histograms as they have ranges of their own.
class observed_sums {
public:
    observed_sums(const kernel::read_layout& layout, const sum_range& full_scale, calibration_grain grain)
        : layout_(layout), grain_(grain), seen_(count(), sum_histogram(full_scale)) {}

    /// Adds the sums of one position of 16 samples, of which `samples` exist. carried(line, lane, cycle) is what lines carry. O(cells x cycles x 16).
    template <class Carried>
    void add(const seen_cells& cells, int cycles, index_t samples, Carried&& carried) {
        each_driven_group(layout_.lines, cycles, carried, [&](const float* driven, index_t first, index_t size, int) {
            add_group(cells, samples, driven, first, size);
        });
    }
    observed_sums& operator+=(const observed_sums& other) {
        for (std::size_t i = 0; i < seen_.size(); ++i) {
            seen_[i] += other.seen_[i];
        }
        return *this;
    }

    /// The ranges for them, in the order of converter_index.
    template <CalibratedAdc Adc>
    [[nodiscard]] std::vector<sum_range> fit(const Adc& adc) const {
        std::vector<sum_range> ranges;
        for (const sum_histogram& seen : seen_) {
            ranges.push_back(adc.fit(seen, {.full_scale = seen.full_scale()}));
        }
        return ranges;
    }

private:
    /// Apart from `add`, so that it is compiled once.
    void add_group(const seen_cells& cells, index_t samples, const float* driven, index_t first, index_t size) {
        for (int plane = 0; plane < layout_.planes(); ++plane) {
            for (index_t r = 0; r < layout_.lines.results; ++r) {
                float sum[samples_per_block];
                cells.sum(plane, r, first, size, driven, sum);
                sum_histogram& seen = seen_[range_of(plane, r)];
                for (index_t l = 0; l < samples; ++l) {
                    seen.add(static_cast<double>(sum[l]));
                }
            }
        }
    }
    [[nodiscard]] std::size_t count() const {
        const auto planes = static_cast<std::size_t>(layout_.planes());
        return grain_ == calibration_grain::layer   ? 1
               : grain_ == calibration_grain::slice ? planes
                                                    : planes * static_cast<std::size_t>(layout_.lines.results);
    }
    [[nodiscard]] std::size_t range_of(int plane, index_t result) const {
        return grain_ == calibration_grain::layer   ? 0
               : grain_ == calibration_grain::slice ? static_cast<std::size_t>(plane)
                                                    : static_cast<std::size_t>(plane * layout_.lines.results + result);
    }

    kernel::read_layout layout_;
    calibration_grain grain_;
    std::vector<sum_histogram> seen_;
};

} // namespace rcim::inline RCIM_ABI
