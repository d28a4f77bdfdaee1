#pragma once

#include <rcim/convert/concept.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Inputs of Bits bits in two's complement, one bit per cycle, the lowest first. A sample's inputs share one full scale: the power
/// of two at or above the largest magnitude among them (block floating point), so a shift in the digital part undoes it exactly
/// and no sample depends on the others of its batch. Beyond rounding to 2^(1 - Bits) of full scale (an input of full scale itself
/// comes one step short) nothing is lost.
template <int Bits = 16>
    requires(Bits >= 2 && Bits <= 16)
struct bit_serial_dac {
    using policy_kind = dac_kind;
    static constexpr bool folds = true;
    static constexpr int bits = Bits;

    /// 2^(1 - Bits) of full scale; that is at least 2^-60.
    [[nodiscard]] float unit(float largest) const {
        if (!std::isfinite(largest)) {
            return std::numeric_limits<float>::quiet_NaN();
        }
        int exponent = 0;
        const float fraction = std::frexp(largest, &exponent);
        const int full_scale = largest < 0x1p-60f ? -60 : fraction == 0.5f ? exponent - 1 : exponent;
        return std::ldexp(1.0f, full_scale - (Bits - 1));
    }

    /// Input in units. One bit of it, rounded and cut to the range.
    [[nodiscard]] double drive(double input, int cycle) const {
        constexpr double top = static_cast<double>((1 << (Bits - 1)) - 1);
        const double whole = std::nearbyint(input);
        const auto number = static_cast<std::int32_t>(whole > -top - 1.0 ? (whole < top ? whole : top) : -top - 1.0);
        return static_cast<double>((number >> cycle) & 1);
    }
    [[nodiscard]] constexpr int cycles() const { return Bits; }
    [[nodiscard]] constexpr double weight(int cycle) const {
        const double place = static_cast<double>(std::int32_t{1} << cycle);
        return cycle == Bits - 1 ? -place : place;
    }

    static std::string name() { return "bit_serial_dac<" + std::to_string(Bits) + ">"; }
    static constexpr auto fields() { return std::tuple{}; }
};
static_assert(IntegerDac<bit_serial_dac<16>>);

} // namespace rcim::inline RCIM_ABI
