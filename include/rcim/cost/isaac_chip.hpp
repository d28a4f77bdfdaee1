#pragma once

/// @file
/// Power and area of ISAAC-CE, part by part (A. Shafiee et al., ISCA 2016, 32 nm). "Derived": the number follows from constants of the PUMA
/// simulator or of Accelergy's library (third-party code); "recalled": from general knowledge of the field. With both the sums are the
/// published totals: 24.08 mW and 0.01312 mm2 per IMA, 330 mW and 0.372 mm2 per tile, 65.8 W and 85.4 mm2 per chip.

#include <rcim/core/config.hpp>

#include <array>
#include <span>
#include <string_view>

namespace rcim::inline RCIM_ABI {

/// All parts of one kind in what contains them.
struct chip_part {
    std::string_view name{};
    double count = 1.0;    ///< of them; a quarter of what four share
    double power_mw = 0.0; ///< of one
    double area_mm2 = 0.0; ///< of one
    std::string_view source{};
};

[[nodiscard]] constexpr double power_mw(std::span<const chip_part> parts) {
    double sum = 0.0;
    for (const chip_part& part : parts) {
        sum += part.count * part.power_mw;
    }
    return sum;
}
[[nodiscard]] constexpr double area_mm2(std::span<const chip_part> parts) {
    double sum = 0.0;
    for (const chip_part& part : parts) {
        sum += part.count * part.area_mm2;
    }
    return sum;
}

/// An IMA: 8 crossbars of 128 x 128 with their periphery.
inline constexpr std::array<chip_part, 7> isaac_ima{
    {{.name = "ADC, 8 bits, 1.2 to 1.28 GS/s", .count = 8, .power_mw = 2.0, .area_mm2 = 0.0012, .source = "derived"},
     {.name = "DAC, 1 bit", .count = 8 * 128, .power_mw = 4.0 / 1024, .area_mm2 = 0.00017 / 1024, .source = "derived"},
     {.name = "sample and hold", .count = 8 * 128, .power_mw = 0.01 / 1024, .area_mm2 = 0.00004 / 1024, .source = "derived"},
     {.name = "crossbar, 128 x 128, 2 bits per cell", .count = 8, .power_mw = 0.3, .area_mm2 = 0.0002 / 8, .source = "derived"},
     {.name = "shift and add", .count = 4, .power_mw = 0.05, .area_mm2 = 0.00006, .source = "derived"},
     {.name = "input register, 2 KB", .count = 1, .power_mw = 1.24, .area_mm2 = 0.0021, .source = "recalled"},
     {.name = "output register, 256 B", .count = 1, .power_mw = 0.23, .area_mm2 = 0.00077, .source = "recalled"}}};

/// A tile: 12 IMAs and what they share.
inline constexpr std::array<chip_part, 8> isaac_tile{
    {{.name = "IMA", .count = 12, .power_mw = power_mw(isaac_ima), .area_mm2 = area_mm2(isaac_ima), .source = "sum"},
     {.name = "eDRAM, 64 KB", .count = 1, .power_mw = 20.7, .area_mm2 = 0.083, .source = "derived"},
     {.name = "bus from eDRAM to IMAs, 384 wires", .count = 1, .power_mw = 7.0, .area_mm2 = 0.090, .source = "derived"},
     {.name = "router, shared by 4 tiles", .count = 0.25, .power_mw = 42.0, .area_mm2 = 0.151, .source = "derived"},
     {.name = "sigmoid", .count = 2, .power_mw = 0.26, .area_mm2 = 0.0003, .source = "derived"},
     {.name = "shift and add", .count = 1, .power_mw = 0.05, .area_mm2 = 0.00006, .source = "recalled"},
     {.name = "max-pool", .count = 1, .power_mw = 0.4, .area_mm2 = 0.00024, .source = "recalled"},
     {.name = "output register, 3 KB", .count = 1, .power_mw = 1.68, .area_mm2 = 0.0032, .source = "recalled"}}};

inline constexpr std::array<chip_part, 2> isaac_chip{
    {{.name = "tile", .count = 168, .power_mw = power_mw(isaac_tile), .area_mm2 = area_mm2(isaac_tile), .source = "sum"},
     {.name = "HyperTransport", .count = 1, .power_mw = 10.4e3, .area_mm2 = 22.88, .source = "derived"}}};

/// The ADCs' share of a tile: 58.2 % of its power, 30.9 % of its area.
inline constexpr double isaac_adc_power_share = 12 * isaac_ima[0].count * isaac_ima[0].power_mw / power_mw(isaac_tile);
inline constexpr double isaac_adc_area_share = 12 * isaac_ima[0].count * isaac_ima[0].area_mm2 / area_mm2(isaac_tile);

/// So a tile with as many crossbars and free converters takes 2.39 times less power and 1.45 times less area, and no more can be saved
/// on converters alone.
inline constexpr double isaac_adc_power_cap = 1.0 / (1.0 - isaac_adc_power_share);
inline constexpr double isaac_adc_area_cap = 1.0 / (1.0 - isaac_adc_area_share);

/// Operations (a multiply-add is two) of 16-bit numbers per second and mm2 of the chip: a crossbar holds 128 x 16 weights of 8 cells and
/// is through with an input after 16 cycles of 100 ns. 483 GOP/s/mm2; published are 479 (public reading notes).
inline constexpr double isaac_gop_s_mm2 = 168 * 12 * 8 * (128.0 * 16.0) * 2.0 / (16 * 100.0) / area_mm2(isaac_chip);

} // namespace rcim::inline RCIM_ABI
