#pragma once

/// @file
/// Noise of a sum between the foot of its column and its converter, and where its draws are.

#include <rcim/core/config.hpp>

#include <cstdint>

namespace rcim::inline RCIM_ABI::kernel {

/// What is added to every sum: mean + sqrt(variance) x a standard normal number, where sums are in (steps of one level) x (units of drive),
/// leakage included, and variance = constant + per_sum |sum| + sum over the driven lines of (linear |drive| + square drive^2).
struct noise_terms {
    bool mean = false;     ///< by group, plane and result
    bool constant = false; ///< likewise
    float per_sum = 0.0f;
    bool linear = false;   ///< by cell
    bool square = false;   ///< by cell

    [[nodiscard]] constexpr bool draws() const { return constant || per_sum > 0.0f || linear || square; }
    friend bool operator==(const noise_terms&, const noise_terms&) = default;
};

/// Whose draws a position of 16 samples takes: sample l those of image + l, at this position of the result.
struct draw_address {
    std::uint32_t image = 0;
    std::uint32_t position = 0;
};

} // namespace rcim::inline RCIM_ABI::kernel
