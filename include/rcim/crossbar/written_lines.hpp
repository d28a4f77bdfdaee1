#pragma once

/// @file
/// Which word lines a step writes, and which cells: for drivers that write whole lines, and for counts.

#include <rcim/core/aligned.hpp>
#include <rcim/core/events.hpp>
#include <rcim/crossbar/cell_sites.hpp>
#include <rcim/kernel/changed_cells.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// A mark for each word line of each column of crossbars, [column of crossbars][row stride]: zero unless the line is written.
class line_marks {
public:
    explicit line_marks(const cell_sites& sites)
        : sites_(sites), marks_(static_cast<std::size_t>(sites.tiles.col_tiles * sites.stride), 0) {}

    void clear() { std::fill(marks_.begin(), marks_.end(), 0u); }
    void mark_all() {
        for (index_t c = 0; c < sites_.tiles.col_tiles; ++c) {
            std::fill_n(marks_.begin() + c * sites_.stride, sites_.tiles.inputs, 1u);
        }
    }
    /// Marks the lines of those weights from `begin` on whose value is not zero. Padding marks nothing.
    template <class T>
    void mark(index_t begin, index_t end, const T* values) {
        runs(begin, end, [&](index_t at, index_t line, index_t size) {
            std::uint32_t* const marks = marks_.data() + line;
            const T* const from = values + at;
            kernel::each_of_group(size, [&](index_t l) { marks[l] |= static_cast<std::uint32_t>(from[l]); });
        });
    }
    void mark(const line_marks& other) {
        for (std::size_t l = 0; l < marks_.size(); ++l) {
            marks_[l] |= other.marks_[l];
        }
    }

    /// The marks of weights from `begin` on, those of padding zero.
    void show(index_t begin, index_t end, std::uint32_t* to) const {
        std::fill_n(to, end - begin, 0u);
        runs(begin, end, [&](index_t at, index_t line, index_t size) { std::copy_n(marks_.data() + line, size, to + at); });
    }
    [[nodiscard]] bool operator[](index_t weight) const {
        return marks_[static_cast<std::size_t>(line_of(weight / sites_.stride, weight % sites_.stride))] != 0;
    }
    /// The marks of one column of crossbars, one for each input.
    [[nodiscard]] const std::uint32_t* of(index_t col_tile) const { return marks_.data() + col_tile * sites_.stride; }

private:
    [[nodiscard]] index_t line_of(index_t output, index_t input) const {
        return output / sites_.tiles.weights_per_row * sites_.stride + input;
    }
    /// visit(first of the run after `begin`, first line, size) for weights that lie side by side in a row.
    template <class Visit>
    void runs(index_t begin, index_t end, Visit&& visit) const {
        for (index_t w = begin; w < end;) {
            const index_t output = w / sites_.stride;
            const index_t input = w - output * sites_.stride;
            const index_t size = std::min(end - w, sites_.stride - input);
            if (input < sites_.tiles.inputs) {
                visit(w - begin, line_of(output, input), std::min(size, sites_.tiles.inputs - input));
            }
            w += size;
        }
    }

    cell_sites sites_;
    aligned_vector<std::uint32_t> marks_;
};

/// Counts the cells that a step changes, and marks their lines, array by array.
class changed_cells {
public:
    /// on: bits of the cells that are written at all.
    changed_cells(const cell_sites& sites, int cell_bits, std::int32_t on)
        : cell_bits_(cell_bits), on_(static_cast<std::uint32_t>(on)),
          lowest_(kernel::lowest_bits(cell_bits, static_cast<int>(sites.tiles.slices)) & on_),
          lines_(static_cast<std::size_t>(sites.arrays), line_marks(sites)) {}

    /// Of one array only cells with their bits set in `keep`, a word for each weight, are written.
    void leave_out(int array, const std::uint32_t* keep) { keep_[static_cast<std::size_t>(array)] = keep; }

    /// The words of the weights [begin, end) of one array, at most 64, which start at `begin`. Of padding they are equal.
    template <class Word>
    void add(int array, index_t begin, index_t end, const Word* before, const Word* after) {
        using bits = std::make_unsigned_t<Word>;
        const auto a = static_cast<std::size_t>(array);
        const auto on = static_cast<bits>(on_);
        bits any = 0;
        bits flips[kernel::cell_group];
        kernel::each_of_group(end - begin, [&](int i) {
            flips[i] = static_cast<bits>(static_cast<bits>(before[i] ^ after[i]) & on);
            any = static_cast<bits>(any | flips[i]);
        });
        if (any == 0) {
            return; // small steps leave many groups as they are
        }
        std::fill(flips + (end - begin), flips + kernel::cell_group, bits{0});
        if (keep_[a] != nullptr) {
            kernel::each_of_group(end - begin, [&](int i) { flips[i] = static_cast<bits>(flips[i] & keep_[a][begin + i]); });
        }
        lines_[a].mark(begin, end, flips);
        cells_ += static_cast<std::uint64_t>(kernel::count_cells(flips, cell_bits_, lowest_));
    }
    /// The same of cells that are told by their bits.
    void add(int array, index_t begin, index_t end, const std::uint32_t* written) {
        static constexpr std::uint32_t none[kernel::cell_group] = {};
        add(array, begin, end, none, written);
    }

    /// To count for this with, apart from it.
    [[nodiscard]] changed_cells none_yet() const {
        changed_cells part(*this);
        part.cells_ = 0;
        for (line_marks& lines : part.lines_) {
            lines.clear();
        }
        return part;
    }
    changed_cells& operator+=(const changed_cells& part) {
        cells_ += part.cells_;
        for (std::size_t a = 0; a < lines_.size(); ++a) {
            lines_[a].mark(part.lines_[a]);
        }
        return *this;
    }

    [[nodiscard]] std::uint64_t cells() const { return cells_; }
    [[nodiscard]] const line_marks& lines(int array) const { return lines_[static_cast<std::size_t>(array)]; }

private:
    int cell_bits_;
    std::uint32_t on_;
    std::uint32_t lowest_;
    std::uint64_t cells_ = 0;
    std::array<const std::uint32_t*, 2> keep_{};
    std::vector<line_marks> lines_;
};

/// What a store has to know of a step beside the step.
struct step_writes {
    const line_marks* whole = nullptr; ///< lines that are written as a whole, where the update rule's grain is one of lines
    changed_cells* changed = nullptr;  ///< else, where cells that change are to be counted
};

/// What it is to write the lines of one step, lines[array] in each array, with all cells of the slices that are written; and the same
/// line by line. Lines of `wear` are those of each crossbar, [array][column of crossbars][input]. O(lines).
[[nodiscard]] inline event_counts count_line_writes(line_wear& wear, const cell_sites& sites, int slices,
                                                    const std::array<const line_marks*, 2>& lines) {
    const tiling& tiles = sites.tiles;
    const auto all_lines = static_cast<std::uint64_t>(sites.arrays * tiles.col_tiles * tiles.inputs);
    wear.cells_per_line = static_cast<std::uint64_t>(tiles.weights_per_row * slices);
    wear.writes.resize(all_lines, 0);
    std::uint32_t* writes = wear.writes.data();
    event_counts step;
    for (int a = 0; a < sites.arrays; ++a) {
        for (index_t c = 0; c < tiles.col_tiles; ++c) {
            const std::uint32_t* const marks = lines[static_cast<std::size_t>(a)]->of(c);
            for (index_t r = 0; r < tiles.row_tiles; ++r) {
                std::uint32_t written = 0;
                for (index_t i = r * tiles.rows; i < r * tiles.rows + tiles.rows_in(r); ++i) {
                    const auto one = static_cast<std::uint32_t>(marks[i] != 0);
                    writes[i] += one;
                    written += one;
                }
                step.row_writes += written;
                step.cell_writes += written * static_cast<std::uint64_t>(tiles.weights_in(c) * slices);
                step.serial_writes = std::max(step.serial_writes, std::uint64_t{written});
            }
            writes += tiles.inputs;
        }
    }
    step.rows_skipped = all_lines - step.row_writes;
    step.cells_skipped = static_cast<std::uint64_t>(sites.arrays * tiles.outputs * tiles.inputs * slices) - step.cell_writes;
    return step;
}

} // namespace rcim::inline RCIM_ABI
