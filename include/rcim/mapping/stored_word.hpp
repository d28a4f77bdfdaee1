#pragma once

#include <rcim/core/config.hpp>

#include <cstdint>

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

/// The number format of a programmed array, as far as an update rule needs it.
struct code_format {
    float lsb = 1.0f;                ///< weight of one code
    int cell_bits = 0;               ///< bits of one cell
    int slices = 0;                  ///< cells of one weight in one array
    std::int32_t minus_constant = 0; ///< the constant that stands for minus where there is one array
    bool pair = false;               ///< two arrays
    code_bounds range{0, 0};         ///< signed codes that can be programmed

    /// The largest code that is not above `value` (in weight units), no larger than any decodable magnitude.
    [[nodiscard]] constexpr std::int32_t code_at_most(float value) const {
        const float scaled = value / lsb;
        return scaled >= 1073741824.0f ? 1073741824 : static_cast<std::int32_t>(scaled);
    }
};

} // namespace rcim::inline RCIM_ABI
