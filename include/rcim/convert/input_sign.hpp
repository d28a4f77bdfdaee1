#pragma once

/// @file
/// How whole numbers with a sign go onto lines that carry none: the last template argument of the DACs of integers. `bits` counts the
/// sign where there is one; `per_cycle` bits of the magnitude go out in one cycle, the lowest first.

#include <rcim/convert/drive_cycle.hpp>

#include <cstdint>
#include <string>

namespace rcim::inline RCIM_ABI {

namespace detail {
/// The n-th group of `per_cycle` bits out of `bits`.
[[nodiscard]] constexpr drive_cycle bits_in_cycle(int bits, int per_cycle, int n) {
    const int shift = n * per_cycle;
    const int width = bits - shift < per_cycle ? bits - shift : per_cycle;
    return {.shift = shift, .mask = (std::int32_t{1} << width) - 1, .weight = std::int32_t{1} << shift};
}
} // namespace detail

/// -2^(bits - 1) to 2^(bits - 1) - 1 in two's complement; the sign is a cycle of its own, the last, with a negative weight.
struct twos_complement {
    static constexpr int magnitude_bits(int bits) { return bits - 1; }
    static constexpr std::int32_t low(int bits) { return -(std::int32_t{1} << (bits - 1)); }
    static constexpr int cycles(int bits, int per_cycle) { return (bits - 2 + per_cycle) / per_cycle + 1; }
    static constexpr drive_cycle cycle(int bits, int per_cycle, int n) {
        if (n == cycles(bits, per_cycle) - 1) {
            return {.shift = bits - 1, .mask = 1, .weight = low(bits)};
        }
        return detail::bits_in_cycle(bits - 1, per_cycle, n);
    }
    static std::string name() { return "twos_complement"; }
};

/// -(2^(bits - 1) - 1) to 2^(bits - 1) - 1: the positive inputs first, then the magnitudes of the negative ones, which count negatively.
struct two_passes {
    static constexpr int magnitude_bits(int bits) { return bits - 1; }
    static constexpr std::int32_t low(int bits) { return 1 - (std::int32_t{1} << (bits - 1)); }
    static constexpr int cycles(int bits, int per_cycle) { return 2 * ((bits - 2 + per_cycle) / per_cycle); }
    static constexpr drive_cycle cycle(int bits, int per_cycle, int n) {
        const int pass = cycles(bits, per_cycle) / 2;
        drive_cycle one = detail::bits_in_cycle(bits - 1, per_cycle, n % pass);
        one.part = n < pass ? 1 : -1;
        one.weight *= one.part;
        return one;
    }
    static std::string name() { return "two_passes"; }
};

/// 0 to 2^bits - 1: what follows a ReLU. Negative inputs count as zero.
struct unsigned_inputs {
    static constexpr int magnitude_bits(int bits) { return bits; }
    static constexpr std::int32_t low(int) { return 0; }
    static constexpr int cycles(int bits, int per_cycle) { return (bits - 1 + per_cycle) / per_cycle; }
    static constexpr drive_cycle cycle(int bits, int per_cycle, int n) { return detail::bits_in_cycle(bits, per_cycle, n); }
    static std::string name() { return "unsigned_inputs"; }
};

} // namespace rcim::inline RCIM_ABI
