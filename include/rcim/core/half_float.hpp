#pragma once

#include <rcim/core/config.hpp>

#include <bit>
#include <cstdint>

namespace rcim::inline RCIM_ABI {

/// The number that 16 bits of IEEE 754 binary16 stand for; exact. NaN stays NaN.
[[nodiscard]] constexpr float float_of_half(std::uint16_t bits) noexcept {
    const std::uint32_t sign = (std::uint32_t{bits} & 0x8000u) << 16;
    const std::uint32_t exponent = bits >> 10 & 0x1fu;
    const std::uint32_t fraction = bits & 0x3ffu;
    if (exponent == 0) { // zero and numbers below 2^-14
        const float size = static_cast<float>(fraction) * 0x1p-24f;
        return sign != 0 ? -size : size;
    }
    const std::uint32_t wide = exponent == 31 ? 0xffu : exponent + 127 - 15;
    return std::bit_cast<float>(sign | wide << 23 | fraction << 13);
}

/// The number of a bfloat16: the upper half of a float.
[[nodiscard]] constexpr float float_of_bfloat16(std::uint16_t bits) noexcept {
    return std::bit_cast<float>(std::uint32_t{bits} << 16);
}

} // namespace rcim::inline RCIM_ABI
