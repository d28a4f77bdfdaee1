#pragma once

#include <rcim/core/config.hpp>

#include <cmath>
#include <limits>

namespace rcim::inline RCIM_ABI {

/// 2^-magnitude_bits of the power of two at or above the largest magnitude among inputs; of 2^-60 at least. NaN if that is not finite.
[[nodiscard]] inline float power_of_two_unit(float largest, int magnitude_bits) {
    if (!std::isfinite(largest)) {
        return std::numeric_limits<float>::quiet_NaN();
    }
    int exponent = 0;
    const float fraction = std::frexp(largest, &exponent);
    const int full_scale = largest < 0x1p-60f ? -60 : fraction == 0.5f ? exponent - 1 : exponent;
    return std::ldexp(1.0f, full_scale - magnitude_bits);
}

} // namespace rcim::inline RCIM_ABI
