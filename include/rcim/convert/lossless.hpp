#pragma once

/// @file
/// How many bits a converter needs to lose nothing: l lines that carry at most 2^v - 1 and cells of at most 2^w - 1 steps make sums from 0
/// to N = l (2^w - 1) (2^v - 1), which are N + 1 whole numbers; subtracted pairs make 2 N + 1.

#include <rcim/core/config.hpp>

#include <bit>
#include <cstdint>

namespace rcim::inline RCIM_ABI {

/// The largest sum of a column.
[[nodiscard]] constexpr std::int64_t largest_sum(index_t lines, int cell_bits, int dac_bits) {
    return static_cast<std::int64_t>(lines) * ((std::int64_t{1} << cell_bits) - 1) * ((std::int64_t{1} << dac_bits) - 1);
}

/// ceil(log2(N + 1)). dac_bits: bits per cycle; lines: rows of a crossbar, or with column-proportional pruning the weights of a column
/// that are not zero, provided that a zero weight leaves all of its cells at zero (differential or sign and magnitude).
[[nodiscard]] constexpr int lossless_bits(index_t lines, int cell_bits, int dac_bits) {
    return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(largest_sum(lines, cell_bits, dac_bits))));
}

/// ceil(log2(2 N + 1)), of a pair that is subtracted before the converter.
[[nodiscard]] constexpr int lossless_bits_signed(index_t lines, int cell_bits, int dac_bits) {
    return static_cast<int>(std::bit_width(2 * static_cast<std::uint64_t>(largest_sum(lines, cell_bits, dac_bits))));
}

// 128 rows, cells of 2 bits, inputs bit by bit: 0 to 384. Of the 9 bits, the flipped encoding of ISAAC (A. Shafiee et al., ISCA 2016)
// saves one, which is not modelled. Each doubling of the column-proportional pruning rate of TinyADC (G. Yuan et al., DATE 2021) saves one.
static_assert(lossless_bits(128, 2, 1) == 9 && lossless_bits_signed(128, 2, 1) == 10);
static_assert(lossless_bits(64, 2, 1) == 8 && lossless_bits(32, 2, 1) == 7 && lossless_bits(16, 2, 1) == 6 && lossless_bits(8, 2, 1) == 5);
static_assert(lossless_bits(128, 2, 2) == 11 && lossless_bits(128, 1, 1) == 8 && lossless_bits(127, 1, 1) == 7);

} // namespace rcim::inline RCIM_ABI
