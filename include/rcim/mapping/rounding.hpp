#pragma once

/// @file
/// Write roundings: how an increment that is no whole number of codes is written.

#include <rcim/mapping/concept.hpp>

#include <string>

namespace rcim::inline RCIM_ABI {

namespace detail {
/// Towards minus infinity; |x| < 2^31. Written so that it becomes a vector instruction without a math library.
[[nodiscard]] constexpr std::int32_t floor_to_code(float x) {
    const auto whole = static_cast<std::int32_t>(x);
    return whole - static_cast<std::int32_t>(static_cast<float>(whole) > x);
}
} // namespace detail

/// To the nearest code, halves up. Increments below half a code are lost.
struct nearest {
    static constexpr bool draws = false;
    static constexpr bool remembers = false;
    [[nodiscard]] static constexpr std::int32_t round(float exact, std::uint32_t, float&) {
        return detail::floor_to_code(exact + 0.5f);
    }
    static std::string name() { return "nearest"; }
};
static_assert(WriteRounding<nearest>);

/// Up with the probability of the fraction: exact on average and without memory. Each weight and step has a draw of its own.
struct stochastic {
    static constexpr bool draws = true;
    static constexpr bool remembers = false;
    [[nodiscard]] static constexpr std::int32_t round(float exact, std::uint32_t draw, float&) {
        const std::int32_t whole = detail::floor_to_code(exact);
        // 24 bits are a float exactly.
        const float uniform = static_cast<float>(static_cast<std::int32_t>(draw >> 8)) * 0x1p-24f;
        return whole + static_cast<std::int32_t>(exact - static_cast<float>(whole) > uniform);
    }
    static std::string name() { return "stochastic"; }
};
static_assert(WriteRounding<stochastic>);

/// To the nearest code; what is lost is carried to the next increment of the weight, in one digital float per weight.
struct carried {
    static constexpr bool draws = false;
    static constexpr bool remembers = true;
    [[nodiscard]] static constexpr std::int32_t round(float exact, std::uint32_t, float& residue) {
        const float wanted = exact + residue;
        const std::int32_t whole = detail::floor_to_code(wanted + 0.5f);
        residue = wanted - static_cast<float>(whole);
        return whole;
    }
    static std::string name() { return "carried"; }
};
static_assert(WriteRounding<carried>);

} // namespace rcim::inline RCIM_ABI
