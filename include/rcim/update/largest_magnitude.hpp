#pragma once

#include <rcim/core/config.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace rcim::inline RCIM_ABI {

/// The largest magnitude, 0 of none; NaN counts for nothing.
[[nodiscard]] inline float largest_magnitude(std::span<const float> values) {
    // One maximum for each of 16 neighbours, since compilers do not reorder those of floats.
    constexpr std::size_t lanes = 16;
    float largest[lanes] = {};
    std::size_t i = 0;
    for (; i + lanes <= values.size(); i += lanes) {
        for (std::size_t l = 0; l < lanes; ++l) {
            largest[l] = std::max(largest[l], std::abs(values[i + l]));
        }
    }
    for (std::size_t l = 0; i < values.size(); ++i, ++l) {
        largest[l] = std::max(largest[l], std::abs(values[i]));
    }
    return *std::max_element(largest, largest + lanes);
}

} // namespace rcim::inline RCIM_ABI
