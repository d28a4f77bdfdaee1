#pragma once

/// @file
/// What a row of activations can matter for the gradient of a weight: functions of its largest activation and of the largest error at its
/// position, both >= 0. A significance is zero only where the row adds exactly nothing, and grows with both.

#include <rcim/core/config.hpp>

#include <concepts>
#include <limits>
#include <string>

namespace rcim::inline RCIM_ABI {

template <class S>
concept Significance = requires {
    { S::of(0.0f, 0.0f) } -> std::same_as<float>;
    { S::name() } -> std::convertible_to<std::string>;
};

/// The bound of what the row adds to any gradient.
struct outer_product {
    [[nodiscard]] static constexpr float of(float activation, float error) {
        const float bound = activation * error;
        // A product too small for a float is not nothing.
        const float least = activation > 0.0f && error > 0.0f ? std::numeric_limits<float>::denorm_min() : 0.0f;
        return bound == 0.0f ? least : bound;
    }
    static std::string name() { return "outer_product"; }
};
static_assert(Significance<outer_product>);

/// The largest activation of a row whose errors are not all zero: known before the errors are.
struct largest_activation {
    [[nodiscard]] static constexpr float of(float activation, float error) { return error == 0.0f ? 0.0f : activation; }
    static std::string name() { return "largest_activation"; }
};
static_assert(Significance<largest_activation>);

/// The largest error at a row whose activations are not all zero.
struct largest_error {
    [[nodiscard]] static constexpr float of(float activation, float error) { return activation == 0.0f ? 0.0f : error; }
    static std::string name() { return "largest_error"; }
};
static_assert(Significance<largest_error>);

} // namespace rcim::inline RCIM_ABI
