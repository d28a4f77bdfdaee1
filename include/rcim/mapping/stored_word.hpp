#pragma once

#include <rcim/core/config.hpp>

#include <algorithm>
#include <cstdint>
#include <type_traits>

namespace rcim::inline RCIM_ABI {

/// What the arrays hold for one weight, as integers: the weight is (plus - minus) LSB. An encoding with one array has a
/// constant for minus. I is int32_t or anything that computes like it.
template <class I = std::int32_t>
struct stored_word {
    I plus{};
    I minus{};

    [[nodiscard]] constexpr I code() const { return plus - minus; }
    friend constexpr bool operator==(const stored_word&, const stored_word&) = default;
};

/// Closed interval of signed weight codes.
struct code_bounds {
    std::int32_t low;
    std::int32_t high;
    friend constexpr bool operator==(const code_bounds&, const code_bounds&) = default;
};

/// Closed interval of weights.
struct weight_bounds {
    float low;
    float high;
    friend constexpr bool operator==(const weight_bounds&, const weight_bounds&) = default;
};

/// The number format of what is stored. Weights that are stored directly, as real numbers, have lsb 1 and no slices.
struct code_format {
    float lsb = 1.0f;                ///< weight of one code
    int cell_bits = 0;               ///< bits of one cell
    int slices = 0;                  ///< cells of one weight in one array; 0: stored directly
    std::int32_t minus_constant = 0; ///< the constant that stands for minus where there is one array
    bool pair = false;               ///< two arrays
    code_bounds range{0, 0};         ///< signed codes that can be programmed
    std::int32_t multiplier = 1;     ///< what cells hold of a word w is multiplier x w: 1, or that of an arithmetic code

    /// The largest number that the cells of one array can hold.
    [[nodiscard]] constexpr std::int32_t top_word() const { return (std::int32_t{1} << (cell_bits * slices)) - 1; }
    /// The largest word of which they hold the multiple.
    [[nodiscard]] constexpr std::int32_t largest_word() const { return top_word() / multiplier; }

    /// The largest code (or, stored directly, weight) that is not above `weight` >= 0. Infinity and all that no word can hold
    /// become 2^30.
    template <class I>
    [[nodiscard]] constexpr I at_most(float weight) const {
        if constexpr (std::is_floating_point_v<I>) {
            return static_cast<I>(weight);
        } else {
            const float codes = weight / lsb;
            return static_cast<I>(codes < 0x1p30f ? static_cast<std::int32_t>(codes) : std::int32_t{1} << 30);
        }
    }
    /// The codes within the bounds; the range outside of it.
    [[nodiscard]] constexpr code_bounds codes_within(const weight_bounds& bounds) const {
        return {std::max(range.low, -at_most<std::int32_t>(std::max(0.0f, -bounds.low))),
                std::min(range.high, at_most<std::int32_t>(std::max(0.0f, bounds.high)))};
    }
};

} // namespace rcim::inline RCIM_ABI
