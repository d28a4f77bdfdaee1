#pragma once

/// @file
/// What a conversion costs over the number of bits: the laws in use, which differ by up to ten times at 3 or 4 bits. No other choice in a
/// table of costs decides as much, so a table names its law and every report prints it.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <string_view>

namespace rcim::inline RCIM_ABI {

/// Energy, area and time of one analog-digital converter. The functions take bits >= 1 and throw `error` beyond what a law knows.
struct adc_law {
    std::string_view name{};
    std::string_view source{};                   ///< of energy and time
    std::string_view area_source{};              ///< of area: some laws have none and borrow another's
    double (*energy_pj)(int bits) = nullptr;     ///< of one conversion
    double (*area_um2)(int bits) = nullptr;      ///< of one converter
    double (*conversion_ns)(int bits) = nullptr; ///< between two conversions of one converter
};

namespace detail {
inline void require_adc_bits(std::string_view law, int bits, int most) {
    if (bits < 1 || bits > most) {
        fail(law, "bits of an ADC", text("1 to ", most), text(bits));
    }
}
inline constexpr int most_adc_bits = 24;
inline constexpr std::string_view borrowed_area = "has none of its own: that of isaac_saberi";
} // namespace detail

/// The 8-bit converter of ISAAC (2 mW at 1.2 GS/s, 0.0012 mm2, 32 nm; third-party code that encodes the paper's table), scaled to other
/// bits as in Saberi et al.: a part that is linear in bits, and a capacitor array that doubles with each. The closed form is computed from
/// that scaling; it meets the energies to 0.2 % and the areas exactly.
[[nodiscard]] inline double saberi_energy_pj(int bits) {
    detail::require_adc_bits("isaac_saberi", bits, detail::most_adc_bits);
    return 0.1954 * bits + 4.14e-4 * std::ldexp(1.0, bits);
}
[[nodiscard]] inline double saberi_area_um2(int bits) {
    detail::require_adc_bits("isaac_saberi", bits, detail::most_adc_bits);
    return 81.73 * bits + 2.1335 * std::ldexp(1.0, bits);
}
/// 1.28 GS/s, at any number of bits: 128 columns in 100 ns.
[[nodiscard]] inline double isaac_conversion_ns(int bits) {
    detail::require_adc_bits("isaac_saberi", bits, detail::most_adc_bits);
    return 1.0 / 1.28;
}
inline constexpr adc_law saberi_law{
    .name = "isaac_saberi",
    .source = "ISAAC's 8-bit converter (third-party code of the paper's table), scaled over bits as Saberi et al. (closed form computed)",
    .area_source = "its own",
    .energy_pj = saberi_energy_pj,
    .area_um2 = saberi_area_um2,
    .conversion_ns = isaac_conversion_ns};

/// Proportional to bits, 2 mW / 1.2 GS/s at 8 bits: the PUMA simulator (0.25 mW per bit) and Newton (X/9 of the power for X of 9 bits).
[[nodiscard]] inline double linear_energy_pj(int bits) {
    detail::require_adc_bits("linear", bits, detail::most_adc_bits);
    return 0.25 * bits / 1.2;
}
/// The PUMA simulator: 12.5 ns per bit for all 128 columns of a crossbar.
[[nodiscard]] inline double linear_conversion_ns(int bits) {
    detail::require_adc_bits("linear", bits, detail::most_adc_bits);
    return 12.5 * bits / 128.0;
}
inline constexpr adc_law linear_law{.name = "linear",
                                    .source = "PUMA simulator's constants and Newton (third-party code and public reading notes)",
                                    .area_source = detail::borrowed_area,
                                    .energy_pj = linear_energy_pj,
                                    .area_um2 = saberi_area_um2,
                                    .conversion_ns = linear_conversion_ns};

/// One of the converters that MNSIM 2.0 lists.
struct listed_adc {
    int bits = 0;
    double power_mw = 0.0;
    double area_um2 = 0.0;
    double rate_gs_s = 0.0; ///< samples per ns
};
/// Defaults of MNSIM 2.0, from its public code; the 8-bit one is ISAAC's.
inline constexpr std::array<listed_adc, 4> mnsim_adcs{{{.bits = 4, .power_mw = 0.7, .area_um2 = 500.0, .rate_gs_s = 1.0},
                                                       {.bits = 6, .power_mw = 1.26, .area_um2 = 580.0, .rate_gs_s = 1.0},
                                                       {.bits = 8, .power_mw = 2.0, .area_um2 = 1200.0, .rate_gs_s = 1.28},
                                                       {.bits = 10, .power_mw = 6.92, .area_um2 = 1600.0, .rate_gs_s = 1.5}}};
/// The smallest that has at least so many bits.
[[nodiscard]] inline const listed_adc& mnsim_adc(int bits) {
    detail::require_adc_bits("mnsim", bits, mnsim_adcs.back().bits);
    return *std::find_if(mnsim_adcs.begin(), mnsim_adcs.end(), [&](const listed_adc& adc) { return adc.bits >= bits; });
}
/// (n + 2) / rate, with n the bits of the converter listed: MNSIM takes the rate for that of a clock.
[[nodiscard]] inline double mnsim_conversion_ns(int bits) {
    const listed_adc& adc = mnsim_adc(bits);
    return (adc.bits + 2) / adc.rate_gs_s;
}
/// Time x power. So its 8-bit converter takes 15.6 pJ where ISAAC, whose converter it is, takes 1.67.
[[nodiscard]] inline double mnsim_energy_pj(int bits) {
    return mnsim_conversion_ns(bits) * mnsim_adc(bits).power_mw;
}
[[nodiscard]] inline double mnsim_area_um2(int bits) {
    return mnsim_adc(bits).area_um2;
}
inline constexpr adc_law mnsim_law{.name = "mnsim",
                                   .source = "default converters of MNSIM 2.0 (its public code), the smallest with enough bits",
                                   .area_source = "its own",
                                   .energy_pj = mnsim_energy_pj,
                                   .area_um2 = mnsim_area_um2,
                                   .conversion_ns = mnsim_conversion_ns};

/// n + 1 cycles of 1 ns.
[[nodiscard]] inline double neurosim_conversion_ns(int bits) {
    detail::require_adc_bits("neurosim_sar", bits, detail::most_adc_bits);
    return bits + 1.0;
}
/// The successive-approximation converter of DNN+NeuroSim V2.1, 32 nm low power: power 1.1294 n + 8.8998 uW, and what its
/// comparator draws through a column of the given resistance, over n + 1 ns. From its public code.
[[nodiscard]] inline double neurosim_energy_pj(int bits, double column_ohm) {
    const double power_uw = 1.1294 * bits + 8.8998 + 0.079449e6 * std::exp(-2.297 * std::log10(column_ohm));
    return power_uw * 1e-3 * neurosim_conversion_ns(bits);
}
/// At 10 kilohm.
[[nodiscard]] inline double neurosim_energy_at_10k_pj(int bits) {
    return neurosim_energy_pj(bits, 1e4);
}
inline constexpr adc_law neurosim_law{.name = "neurosim_sar",
                                      .source = "SAR of DNN+NeuroSim V2.1, 32 nm LP, columns of 10 kilohm (computed from its public code)",
                                      .area_source = detail::borrowed_area,
                                      .energy_pj = neurosim_energy_at_10k_pj,
                                      .area_um2 = saberi_area_um2,
                                      .conversion_ns = neurosim_conversion_ns};

/// The regression of Accelergy's ADC estimator over B. Murmann's survey of converters, at 1.28 GS/s and 32 nm; computed from its public
/// formula. That falls from 3 bits to 4: fewer than 4 bits cost what 4 do.
[[nodiscard]] inline double murmann_energy_pj(int bits) {
    detail::require_adc_bits("murmann", bits, detail::most_adc_bits);
    const double n = std::max(bits, 4);
    const double figure_of_merit = std::min(213.78 - 2.8719 * std::log(1.28e9), 128.307 + 3.2205 * n); // dB, of Schreier
    const double signal_to_noise = 6.02 * n + 1.76;                                                    // dB
    return 0.5 * std::pow(10.0, (signal_to_noise - figure_of_merit) / 10.0) *
           std::exp(26.050 + 1.8800 * std::log(32.0) - 2.8291 * std::log(n) - 1.4702);
}
[[nodiscard]] inline double murmann_area_um2(int bits) {
    return std::exp(0.99328 * std::log(32.0) + 0.18072 * std::log(1.28e9) + 0.29912 * std::log(murmann_energy_pj(bits)) + 1.34619);
}
inline constexpr adc_law murmann_law{
    .name = "murmann",
    .source = "Accelergy's regression over Murmann's survey, 32 nm, 1.28 GS/s (computed from its public formula)",
    .area_source = "its own",
    .energy_pj = murmann_energy_pj,
    .area_um2 = murmann_area_um2,
    .conversion_ns = isaac_conversion_ns};

/// No converter: counters integrate a column's current and fire, and what that takes is part of the energy of a read.
[[nodiscard]] inline double free_of_cost(int) {
    return 0.0;
}
inline constexpr adc_law integrate_and_fire_law{.name = "integrate_and_fire",
                                                .source =
                                                    "PipeLayer: counters instead of converters, in the energy and time of its read spike",
                                                .area_source = "not known, counted as zero",
                                                .energy_pj = free_of_cost,
                                                .area_um2 = free_of_cost,
                                                .conversion_ns = free_of_cost};

/// All of them, in the order above.
[[nodiscard]] inline std::span<const adc_law> all_adc_laws() {
    static constexpr std::array laws{saberi_law, linear_law, mnsim_law, neurosim_law, murmann_law, integrate_and_fire_law};
    return laws;
}

/// Throws `error` with the names there are.
[[nodiscard]] inline const adc_law& adc_law_named(std::string_view name) {
    std::string names;
    for (const adc_law& law : all_adc_laws()) {
        if (law.name == name) {
            return law;
        }
        names += text(names.empty() ? "" : ", ", law.name);
    }
    fail("adc_law_named", "law of ADC costs", names, name);
}

} // namespace rcim::inline RCIM_ABI
