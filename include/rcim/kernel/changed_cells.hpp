#pragma once

/// @file
/// Counting the cells that differ between words, 64 words at a time: a few vector instructions for each of them.

#include <rcim/core/config.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace rcim::inline RCIM_ABI::kernel {

/// Words that are counted at a time.
inline constexpr int cell_group = 64;

/// The lowest bit of every cell of a word.
[[nodiscard]] constexpr std::uint32_t lowest_bits(int cell_bits, int slices) {
    std::uint32_t bits = 0;
    for (int s = 0; s < slices; ++s) {
        bits |= std::uint32_t{1} << (s * cell_bits);
    }
    return bits;
}

/// How many cells have a bit set, in all words together; `lowest` as `lowest_bits` says. Words are left as anything.
template <class Word>
[[nodiscard]] std::int64_t count_cells(Word (&words)[cell_group], int cell_bits, std::uint32_t lowest) {
    // Each bit of a cell onto its lowest, and none of the next cell: after each turn a bit stands for `covered` of them.
    for (int covered = 1; covered < cell_bits;) {
        const int shift = std::min(covered, cell_bits - covered);
        for (Word& word : words) {
            word = static_cast<Word>(word | word >> shift);
        }
        covered += shift;
    }
    const auto bits = static_cast<Word>(lowest);
    for (Word& word : words) {
        word = static_cast<Word>(word & bits);
    }
    std::int64_t count = 0;
    for (std::size_t at = 0; at < sizeof words; at += sizeof(std::uint64_t)) {
        std::uint64_t together;
        std::memcpy(&together, reinterpret_cast<const char*>(words) + at, sizeof together);
        count += std::popcount(together);
    }
    return count;
}

} // namespace rcim::inline RCIM_ABI::kernel
