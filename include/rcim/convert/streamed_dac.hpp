#pragma once

#include <rcim/convert/concept.hpp>
#include <rcim/convert/input_sign.hpp>
#include <rcim/convert/input_unit.hpp>

#include <cmath>
#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>

namespace rcim::inline RCIM_ABI {

/// Inputs of Bits bits, PerCycle of them (1 to 8) in each cycle, the lowest first; Sign is twos_complement, two_passes or
/// unsigned_inputs (at most 15 bits). `bit_serial_dac` and `multibit_dac` are its two ends.
///
/// A sample's inputs share one full scale: the power of two at or above the largest magnitude among them (block floating point), so a
/// shift in the digital part undoes it exactly and no sample depends on the others of its batch. Or all samples share the one that is
/// given, and inputs beyond it are cut to it. Beyond rounding to 2^-m of full scale, m bits of magnitude, nothing is lost; an input of
/// full scale itself comes one step short.
template <int Bits, int PerCycle, class Sign = twos_complement>
    requires(Sign::magnitude_bits(Bits) >= 1 && Sign::magnitude_bits(Bits) <= 15 && PerCycle >= 1 && PerCycle <= 8 &&
             PerCycle <= Sign::magnitude_bits(Bits))
struct streamed_dac {
    using policy_kind = dac_kind;
    static constexpr bool folds = true;
    static constexpr int bits = Bits;
    static constexpr std::int32_t low = Sign::low(Bits);
    static constexpr std::int32_t high = (std::int32_t{1} << Sign::magnitude_bits(Bits)) - 1;
    static constexpr int largest_drive = (1 << PerCycle) - 1;
    static constexpr bool one_bit_twos_complement = PerCycle == 1 && std::is_same_v<Sign, twos_complement>;

    float full_scale = 0.0f; ///< 0: of each sample its own; else a power of two from 2^-60 to 2^60, for all
    double read_voltage = 0.2; ///< of the largest drive, in volts, > 0; noise and cells beyond Ohm's law depend on it

    [[nodiscard]] float unit(float largest) const {
        return power_of_two_unit(full_scale > 0.0f && std::isfinite(largest) ? full_scale : largest, Sign::magnitude_bits(Bits));
    }
    [[nodiscard]] constexpr int cycles() const { return Sign::cycles(Bits, PerCycle); }
    [[nodiscard]] constexpr drive_cycle cycle(int n) const { return Sign::cycle(Bits, PerCycle, n); }

    /// Input in units: what the line carries of it, rounded and cut to the range.
    [[nodiscard]] double drive(double input, int n) const {
        constexpr auto bottom = static_cast<double>(low);
        constexpr auto top = static_cast<double>(high);
        const double whole = std::nearbyint(input);
        return static_cast<double>(cycle(n).drive(static_cast<std::int32_t>(whole > bottom ? (whole < top ? whole : top) : bottom)));
    }
    [[nodiscard]] constexpr double weight(int n) const { return static_cast<double>(cycle(n).weight); }

    void validate() const {
        int exponent = 0;
        if (full_scale != 0.0f && (std::frexp(full_scale, &exponent) != 0.5f || full_scale < 0x1p-60f)) {
            fail(name(), "full_scale", "0 or a power of two from 2^-60 to 2^60", text(full_scale));
        }
    }

    static std::string name() {
        const std::string sign = std::is_same_v<Sign, twos_complement> ? ">" : ", " + Sign::name() + ">";
        if constexpr (PerCycle == 1) {
            return "bit_serial_dac<" + std::to_string(Bits) + sign;
        } else if constexpr (PerCycle == Sign::magnitude_bits(Bits)) {
            return "multibit_dac<" + std::to_string(Bits) + sign;
        } else {
            return "streamed_dac<" + std::to_string(Bits) + ", " + std::to_string(PerCycle) + sign;
        }
    }
    static constexpr auto fields() {
        return std::tuple{field{"full_scale", &streamed_dac::full_scale, 0.0, 0x1p60},
                          field{"read_voltage", &streamed_dac::read_voltage, 1e-6, 100.0}};
    }
};
static_assert(IntegerDac<streamed_dac<8, 2>>);
static_assert(IntegerDac<streamed_dac<8, 4, unsigned_inputs>> && !BitSerialDac<streamed_dac<8, 4, unsigned_inputs>>);

} // namespace rcim::inline RCIM_ABI
