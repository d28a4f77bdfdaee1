#pragma once

#include <rcim/core/matrix_view.hpp>

#include <algorithm>
#include <cmath>

namespace rcim::inline RCIM_ABI {

/// As a threshold: chosen for each array when it is programmed, see `theta_for`.
inline constexpr float automatic = 0.0f;

/// The automatic threshold of weight clipping for a matrix [outputs][inputs]: 2.5 / sqrt(inputs), or the largest of the weights that
/// are programmed if that is more. A stuck cell does as much harm as the threshold lets it, and what faults add to an output
/// grows with the root of the number of inputs; so this keeps it alike in all layers, at the scale where weights start. The
/// factor is from the threshold study (docs/weight_clipping.md); it is our choice, not of the paper.
[[nodiscard]] inline float theta_for(matrix_view<const float> weights) {
    float theta = 2.5f / std::sqrt(static_cast<float>(std::max<index_t>(1, weights.cols)));
    for (index_t o = 0; o < weights.rows; ++o) {
        for (const float w : weights.row(o)) {
            theta = std::max(theta, std::abs(w));
        }
    }
    return theta;
}

} // namespace rcim::inline RCIM_ABI
