#pragma once

/// @file
/// How many cells differ between two words whose cells are bit fields.

#include <rcim/core/config.hpp>

#include <bit>
#include <cstdint>

namespace rcim::inline RCIM_ABI::kernel {

/// Cells of CellBits bits of a 16-bit word that hold something, one bit for each: the lowest of the cell.
template <int CellBits>
[[nodiscard]] constexpr std::uint16_t cells_not_zero(std::uint16_t word) {
    std::uint32_t mask = 0;
    for (int s = 0; s < 16; s += CellBits) {
        mask |= 1u << s;
    }
    std::uint32_t folded = word;
    for (int bit = 1; bit < CellBits; ++bit) {
        folded |= static_cast<std::uint32_t>(word) >> bit;
    }
    return static_cast<std::uint16_t>(folded & mask);
}

/// Writes `number` of 16 samples, as whole numbers, into cells that hold `held` where the row is kept, and counts those whose level changes.
/// Signs have arrays of their own: plus holds what is not negative, minus the rest. Rows that are not kept stay as they are.
template <int CellBits>
[[nodiscard]] inline std::uint32_t write_changed(const std::int16_t* number, const std::uint16_t* kept, std::uint16_t* plus, std::uint16_t* minus) {
    constexpr int lane = 16;
    std::uint16_t changed[2][lane];
    for (int l = 0; l < lane; ++l) {
        const int n = number[l];
        const auto up = static_cast<std::uint16_t>(n > 0 ? n : 0);
        const auto down = static_cast<std::uint16_t>(n < 0 ? -n : 0);
        const auto flip_plus = static_cast<std::uint16_t>((plus[l] ^ up) & kept[l]);
        const auto flip_minus = static_cast<std::uint16_t>((minus[l] ^ down) & kept[l]);
        plus[l] = static_cast<std::uint16_t>(plus[l] ^ flip_plus);
        minus[l] = static_cast<std::uint16_t>(minus[l] ^ flip_minus);
        changed[0][l] = cells_not_zero<CellBits>(flip_plus);
        changed[1][l] = cells_not_zero<CellBits>(flip_minus);
    }
    std::uint32_t count = 0;
    for (int l = 0; l < lane; ++l) {
        count += static_cast<std::uint32_t>(std::popcount(changed[0][l]) + std::popcount(changed[1][l]));
    }
    return count;
}

} // namespace rcim::inline RCIM_ABI::kernel
