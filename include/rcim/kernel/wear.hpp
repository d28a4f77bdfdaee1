#pragma once

/// @file
/// Counting writes, cell by cell: the price of wear, three memory accesses for each cell of a weight and step.

#include <rcim/core/config.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace rcim::inline RCIM_ABI::kernel {

/// A cell whose last write has been made.
struct exhausted_cell {
    index_t weight;
    int array;
    int slice;
};

/// Counts down what the cells of one array have left where a word changed, for weights [begin, end). left[slice] is a plane of all
/// weights. `before` and `after` hold the words from `begin` on. Returns the number of cells written.
template <class Word>
std::int64_t count_writes(const Word* before, const Word* after, int cell_bits, const std::vector<std::uint32_t*>& left, int array,
                          index_t begin, index_t end, std::vector<exhausted_cell>& exhausted) {
    constexpr index_t group = 64;
    const std::uint32_t cell = (std::uint32_t{1} << cell_bits) - 1;
    std::int64_t written = 0;
    for (index_t first = begin; first < end; first += group) {
        const int size = static_cast<int>(std::min(group, end - first));
        const Word* const old_words = before + (first - begin);
        const Word* const new_words = after + (first - begin);
        std::uint32_t any = 0;
        for (int i = 0; i < size; ++i) {
            any |= static_cast<std::uint32_t>(old_words[i]) ^ static_cast<std::uint32_t>(new_words[i]);
        }
        for (std::size_t s = 0; s < left.size(); ++s) {
            const int shift = static_cast<int>(s) * cell_bits;
            if ((any >> shift & cell) == 0) {
                continue; // small updates leave the planes of high slices untouched
            }
            std::uint32_t* const plane = left[s] + first;
            std::uint32_t writes = 0;
            std::uint32_t dead = 0;
            for (int i = 0; i < size; ++i) {
                const std::uint32_t flips = static_cast<std::uint32_t>(old_words[i]) ^ static_cast<std::uint32_t>(new_words[i]);
                const std::uint32_t changed = static_cast<std::uint32_t>((flips >> shift & cell) != 0);
                plane[i] -= changed;
                writes += changed;
                dead += changed & static_cast<std::uint32_t>(plane[i] == 0);
            }
            written += writes;
            for (int i = 0; dead > 0 && i < size; ++i) {
                const std::uint32_t flips = static_cast<std::uint32_t>(old_words[i]) ^ static_cast<std::uint32_t>(new_words[i]);
                if ((flips >> shift & cell) != 0 && plane[i] == 0) {
                    exhausted.push_back({first + i, array, static_cast<int>(s)});
                    --dead;
                }
            }
        }
    }
    return written;
}

} // namespace rcim::inline RCIM_ABI::kernel
