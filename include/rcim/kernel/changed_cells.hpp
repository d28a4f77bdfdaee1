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

/// body(i) for i below `size`; a loop of its own, of known length, for whole groups.
template <class Index, class Body>
inline void each_of_group(Index size, Body&& body) {
    if (size == cell_group) {
        for (int i = 0; i < cell_group; ++i) {
            body(i);
        }
    } else {
        for (int i = 0; i < static_cast<int>(size); ++i) {
            body(i);
        }
    }
}

/// The lowest bit of every cell of a word.
[[nodiscard]] constexpr std::uint32_t lowest_bits(int cell_bits, int slices) {
    std::uint32_t bits = 0;
    for (int s = 0; s < slices; ++s) {
        bits |= std::uint32_t{1} << (s * cell_bits);
    }
    return bits;
}

/// How many cells have a bit set, in all words together; `lowest` as `lowest_bits` says.
template <class Word>
[[nodiscard]] std::int64_t count_cells(const Word (&words)[cell_group], int cell_bits, std::uint32_t lowest) {
    constexpr std::size_t bits = 8 * sizeof(Word);
    std::uint64_t lanes[cell_group / (64 / bits)]; // of several words each
    std::memcpy(lanes, words, sizeof words);
    std::uint64_t mask = 0;
    for (std::size_t shift = 0; shift < 64; shift += bits) {
        mask |= std::uint64_t{lowest} << shift;
    }
    // Each bit of a cell onto its lowest: after each turn a bit stands for `covered` of them. Those of the next cell, or word, get no
    // further than to the bit above.
    for (int covered = 1; covered < cell_bits;) {
        const int shift = std::min(covered, cell_bits - covered);
        for (std::uint64_t& lane : lanes) {
            lane |= lane >> shift;
        }
        covered += shift;
    }
    std::int64_t count = 0;
    for (const std::uint64_t lane : lanes) {
        count += std::popcount(lane & mask);
    }
    return count;
}

} // namespace rcim::inline RCIM_ABI::kernel
