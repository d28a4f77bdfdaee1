#pragma once

#include <rcim/core/config.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace rcim::inline RCIM_ABI {

/// The largest magnitude of increments, 0 of none; NaN counts for nothing.
[[nodiscard]] inline float largest_increment(std::span<const float> increments) {
    // One maximum for each of 16 neighbours, since compilers do not reorder those of floats.
    constexpr std::size_t lanes = 16;
    float largest[lanes] = {};
    std::size_t i = 0;
    for (; i + lanes <= increments.size(); i += lanes) {
        for (std::size_t l = 0; l < lanes; ++l) {
            largest[l] = std::max(largest[l], std::abs(increments[i + l]));
        }
    }
    for (std::size_t l = 0; i < increments.size(); ++i, ++l) {
        largest[l] = std::max(largest[l], std::abs(increments[i]));
    }
    return *std::max_element(largest, largest + lanes);
}

} // namespace rcim::inline RCIM_ABI
