#pragma once

/// @file
/// Mask estimators: how a factor of a column, or of any group of weights, is learned through a real number behind it. The factors are discrete, so
/// every estimator says what slope the backward pass takes in place of the true one, which is zero almost everywhere.
///
/// | member | signature |
/// | --- | --- |
/// | `initial` | `float initial() const`: the real number whose factor is 1 |
/// | `factors` | `void factors(std::span<const float> real, std::span<float> factor, const mask_context&) const` |
/// | `bits` | `int bits() const`: of memory for each group of weights that are masked in their cells; columns say it themselves |
/// | `slopes` | `void slopes(std::span<const float> real, std::span<float> gradient) const`: multiplies gradients by d factor / d real |

#include <rcim/core/random.hpp>
#include <rcim/nn/adaptable.hpp>

#include <concepts>
#include <cstdint>
#include <span>
#include <string>

namespace rcim::inline RCIM_ABI {

/// What an estimator may know.
struct mask_context {
    const factor_set& known; ///< the factors of the periphery; of weights that are masked in their cells {0, 1} or any
    random_source draws;     ///< of this layer and step
    bool training = true;    ///< false: the factors that stay
};

template <class E>
concept MaskEstimator = std::copyable<E> &&
    requires(const E& e, std::span<const float> real, std::span<float> out, const mask_context& context) {
    { e.initial() } -> std::same_as<float>;
    e.factors(real, out, context);
    e.slopes(real, out);
    { e.bits() } -> std::same_as<int>;
    { E::name() } -> std::convertible_to<std::string>;
};

template <class E>
struct check_estimator {
    static_assert(std::copyable<E>, "rcim: role MaskEstimator: a copyable value");
    static_assert(
        requires(const E& e) {
            { e.initial() } -> std::same_as<float>;
        },
        "rcim: role MaskEstimator: missing `float initial() const;`");
    static_assert(
        requires(const E& e, std::span<const float> r, std::span<float> f, const mask_context& c) { e.factors(r, f, c); },
        "rcim: role MaskEstimator: missing `void factors(std::span<const float> real, std::span<float> factor, const "
        "mask_context&) const;`");
    static_assert(
        requires(const E& e, std::span<const float> r, std::span<float> g) { e.slopes(r, g); },
        "rcim: role MaskEstimator: missing `void slopes(std::span<const float> real, std::span<float> gradient) const;`");
    static_assert(
        requires(const E& e) {
            { e.bits() } -> std::same_as<int>;
        },
        "rcim: role MaskEstimator: missing `int bits() const;`");
    static_assert(
        requires {
            { E::name() } -> std::convertible_to<std::string>;
        },
        "rcim: role MaskEstimator: missing `static std::string name();`");
};

} // namespace rcim::inline RCIM_ABI
