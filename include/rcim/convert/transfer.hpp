#pragma once

/// @file
/// What one analog-to-digital converter does, as numbers that every plan can use: which sums become which digital word, and what a
/// word is worth.

#include <rcim/core/config.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

namespace rcim::inline RCIM_ABI {

/// An interval of sums, in units of (one step of level) x (one unit of input).
struct sum_range {
    double low = 0.0;
    double high = 0.0;

    friend bool operator==(const sum_range&, const sum_range&) = default;
};

/// Which converter is asked for: a column of a crossbar, or with a transposed read a row.
struct adc_site {
    sum_range full_scale;              ///< the least and the largest sum that the lines of a full tile and their healthy cells can make
    const sum_range* fitted = nullptr; ///< what a calibration found for it; null before
    int array = 0;                     ///< 0 for plus, 1 for minus
    int slice = 0;
    index_t result = 0; ///< number of the weight along the lines that are sensed
    index_t tile = 0;   ///< along the lines that are driven
    std::uint32_t place = 0; ///< number of the layer on the chip
    std::uint64_t seed = 0;  ///< of the chip
};

/// Which sites a policy's converters differ by: how many transfers a plan has to ask for and keep, in the order
/// ((tile x planes) + plane) x results + result, absent dimensions left out. A plane is a slice of one array, or of a pair that is
/// subtracted before the converter.
enum class converter_index {
    common,     ///< one for all sites
    per_plane,  ///< one for each plane
    per_column, ///< one for each plane and result; all tiles alike
    per_tile,   ///< one for each tile, plane and result
};

/// One converter. It sees seen = gain x sum + offset, cut to [low, high], and answers with a word: of `levels` equally spaced ones
/// the nearest, ties to even, or, where there are thresholds, as many as lie at or below seen, looked up in `words`. A word is
/// worth low + step x word. With levels 0 it is ideal: every sum is worth itself.
struct adc_transfer {
    double low = 0.0;
    double high = 0.0;
    std::int32_t levels = 0; ///< 0, or 2 to 2^14
    double gain = 1.0;
    double offset = 0.0;                    ///< in units of sums
    std::span<const float> thresholds = {}; ///< ascending; one less than words
    std::span<const std::int16_t> words = {}; ///< ascending, 0 to 2^14; step counts in them
    double step = 0.0;

    /// `levels` equally spaced values over [low, high].
    [[nodiscard]] static constexpr adc_transfer uniform(double low, double high, std::int32_t levels) {
        return {.low = low, .high = high, .levels = levels, .step = (high - low) / static_cast<double>(levels - 1)};
    }

    [[nodiscard]] constexpr bool ideal() const { return levels == 0; }
    [[nodiscard]] constexpr double seen(double sum) const { return gain * sum + offset; }
    /// Whether the sum lies outside of what the converter can tell apart: no gradient passes.
    [[nodiscard]] constexpr bool saturates(double sum) const { return !ideal() && !(seen(sum) >= low && seen(sum) <= high); }
    /// The word of a sum. Exact: the quotient is rounded once, so ties are met where they are.
    [[nodiscard]] std::int32_t word(double sum) const {
        const double input = seen(sum);
        const double cut = input >= low ? std::min(input, high) : low; // NaN to the lowest word
        if (!words.empty()) {
            const auto below = [](double x, float threshold) { return x < static_cast<double>(threshold); };
            const auto at = std::upper_bound(thresholds.begin(), thresholds.end(), cut, below);
            return words[static_cast<std::size_t>(at - thresholds.begin())];
        }
        return static_cast<std::int32_t>(std::nearbyint((cut - low) * static_cast<double>(levels - 1) / (high - low)));
    }
    [[nodiscard]] constexpr double value(std::int32_t word) const { return low + step * static_cast<double>(word); }
    /// What the digital side sees of a sum.
    [[nodiscard]] double convert(double sum) const { return ideal() ? sum : value(word(sum)); }
    /// Whether every whole number in the range is worth itself. O(numbers in the range).
    [[nodiscard]] bool keeps(std::int32_t least, std::int32_t largest) const {
        for (std::int32_t sum = least; !ideal() && sum <= largest; ++sum) {
            if (convert(static_cast<double>(sum)) != static_cast<double>(sum)) {
                return false;
            }
        }
        return true;
    }
};

} // namespace rcim::inline RCIM_ABI
