#pragma once

/// @file
/// Two ways to keep the cells of an array pair: packed words with masks, for the fast plans, and one level per cell, for the
/// reference. Both have the same members.

#include <rcim/core/aligned.hpp>
#include <rcim/core/archive.hpp>
#include <rcim/mapping/stored_word.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// The smallest word that holds the padded bits of one weight in one array.
template <int Bits>
using word_for = std::conditional_t<Bits <= 8, std::uint8_t, std::conditional_t<Bits <= 16, std::uint16_t, std::uint32_t>>;

/// How state names the arrays: one array is "plus".
[[nodiscard]] constexpr const char* array_name(int array) { return array == 0 ? "plus" : "minus"; }

/// Codes as words, stuck cells as masks: the array holds (code & keep) | level.
template <class Word>
class packed_cells {
public:
    packed_cells(const code_format& format, index_t count) : format_(format) {
        const auto size = static_cast<std::size_t>(count);
        for (int a = 0; a < arrays(); ++a) {
            code_[index(a)].assign(size, 0);
            keep_[index(a)].assign(size, static_cast<Word>(format.top_word()));
            level_[index(a)].assign(size, 0);
        }
        if (!format.pair) {
            // A weight of zero, so that what lies beyond the last input of a row is a weight of zero.
            code_[0].assign(size, static_cast<Word>(format.multiplier * format.minus_constant));
        }
    }

    [[nodiscard]] int arrays() const { return format_.pair ? 2 : 1; }

    /// Makes a cell stuck; what it held is overridden at once.
    void stick(int array, index_t weight, int slice, int level) {
        const auto w = static_cast<std::size_t>(weight);
        const int shift = slice * format_.cell_bits;
        const std::uint32_t cell = ((std::uint32_t{1} << format_.cell_bits) - 1) << shift;
        keep_[index(array)][w] = static_cast<Word>(keep_[index(array)][w] & ~cell);
        level_[index(array)][w] =
            static_cast<Word>((level_[index(array)][w] & ~cell) | (static_cast<std::uint32_t>(level) << shift));
        program(array, weight, code(array, weight));
    }

    [[nodiscard]] std::int32_t code(int array, index_t weight) const {
        return static_cast<std::int32_t>(code_[index(array)][static_cast<std::size_t>(weight)]);
    }

    /// Writes a word >= 0, or the largest if it is beyond that, and returns what the cells then hold.
    std::int32_t program(int array, index_t weight, std::int32_t target) {
        const auto w = static_cast<std::size_t>(weight);
        const auto word = static_cast<Word>(std::min(target, format_.top_word()));
        code_[index(array)][w] = static_cast<Word>((word & keep_[index(array)][w]) | level_[index(array)][w]);
        return code(array, weight);
    }

    /// Bits of the cells that are not stuck, and the bits of the stuck ones.
    [[nodiscard]] std::uint32_t keep(int array, index_t weight) const { return keep_[index(array)][static_cast<std::size_t>(weight)]; }
    [[nodiscard]] std::uint32_t level(int array, index_t weight) const { return level_[index(array)][static_cast<std::size_t>(weight)]; }

    [[nodiscard]] Word* codes(int array) { return code_[index(array)].data(); }
    [[nodiscard]] const Word* codes(int array) const { return code_[index(array)].data(); }
    [[nodiscard]] const Word* keeps(int array) const { return keep_[index(array)].data(); }
    [[nodiscard]] const Word* levels(int array) const { return level_[index(array)].data(); }

    /// shape: [outputs][inputs], rows row_stride apart.
    void visit(archive& a, const std::vector<index_t>& shape, index_t row_stride) {
        for (int n = 0; n < arrays(); ++n) {
            const archive::scope scope(a, array_name(n));
            a.visit("code", std::span(code_[index(n)]), shape, row_stride);
            a.visit("keep", std::span(keep_[index(n)]), shape, row_stride);
            a.visit("level", std::span(level_[index(n)]), shape, row_stride);
        }
    }

private:
    static std::size_t index(int array) { return static_cast<std::size_t>(array); }

    code_format format_;
    std::array<aligned_vector<Word>, 2> code_;
    std::array<aligned_vector<Word>, 2> keep_;
    std::array<aligned_vector<Word>, 2> level_;
};

/// One level and one fault for each cell: what the packed words stand for.
class single_cells {
public:
    single_cells(const code_format& format, index_t count) : format_(format) {
        for (int a = 0; a < arrays(); ++a) {
            level_[index(a)].assign(static_cast<std::size_t>(count * format.slices), 0);
            stuck_[index(a)].assign(static_cast<std::size_t>(count * format.slices), no_fault);
        }
        if (!format.pair) {
            for (index_t w = 0; w < count; ++w) {
                program(0, w, format.multiplier * format.minus_constant);
            }
        }
    }

    [[nodiscard]] int arrays() const { return format_.pair ? 2 : 1; }

    void stick(int array, index_t weight, int slice, int level) {
        stuck_[index(array)][cell(weight, slice)] = static_cast<std::uint32_t>(level);
        level_[index(array)][cell(weight, slice)] = static_cast<std::uint32_t>(level);
    }

    [[nodiscard]] std::int32_t code(int array, index_t weight) const {
        std::int32_t word = 0;
        for (int s = 0; s < format_.slices; ++s) {
            word += static_cast<std::int32_t>(level_[index(array)][cell(weight, s)]) << (s * format_.cell_bits);
        }
        return word;
    }

    std::int32_t program(int array, index_t weight, std::int32_t target) {
        const std::int32_t word = std::min(target, format_.top_word());
        for (int s = 0; s < format_.slices; ++s) {
            const std::size_t c = cell(weight, s);
            if (stuck_[index(array)][c] == no_fault) {
                level_[index(array)][c] =
                    static_cast<std::uint32_t>((word >> (s * format_.cell_bits)) & ((1 << format_.cell_bits) - 1));
            }
        }
        return code(array, weight);
    }

    [[nodiscard]] std::uint32_t keep(int array, index_t weight) const {
        std::uint32_t bits = 0;
        for (int s = 0; s < format_.slices; ++s) {
            if (stuck_[index(array)][cell(weight, s)] == no_fault) {
                bits |= ((std::uint32_t{1} << format_.cell_bits) - 1) << (s * format_.cell_bits);
            }
        }
        return bits;
    }
    [[nodiscard]] std::uint32_t level(int array, index_t weight) const {
        std::uint32_t bits = 0;
        for (int s = 0; s < format_.slices; ++s) {
            const std::uint32_t stuck = stuck_[index(array)][cell(weight, s)];
            bits |= stuck == no_fault ? 0u : stuck << (s * format_.cell_bits);
        }
        return bits;
    }

    /// shape: [outputs][inputs]; shown with the padding of rows as [outputs][row_stride][slices].
    void visit(archive& a, const std::vector<index_t>& shape, index_t row_stride) {
        const std::vector<index_t> cells{shape[0], row_stride, format_.slices};
        for (int n = 0; n < arrays(); ++n) {
            const archive::scope scope(a, array_name(n));
            a.visit("level", std::span(level_[index(n)]), cells);
            a.visit("stuck", std::span(stuck_[index(n)]), cells);
        }
    }

private:
    static constexpr std::uint32_t no_fault = 0xFFFFFFFFu;

    static std::size_t index(int array) { return static_cast<std::size_t>(array); }
    [[nodiscard]] std::size_t cell(index_t weight, int slice) const { return static_cast<std::size_t>(weight * format_.slices + slice); }

    code_format format_;
    std::array<std::vector<std::uint32_t>, 2> level_;
    std::array<std::vector<std::uint32_t>, 2> stuck_;
};

} // namespace rcim::inline RCIM_ABI
