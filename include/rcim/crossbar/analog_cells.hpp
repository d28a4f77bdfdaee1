#pragma once

#include <rcim/cell/write.hpp>
#include <rcim/core/aligned.hpp>
#include <rcim/core/archive.hpp>
#include <rcim/crossbar/cells.hpp>
#include <rcim/crossbar/report.hpp>
#include <rcim/crossbar/written_lines.hpp>
#include <rcim/kernel/positions.hpp>
#include <rcim/mapping/stored_word.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Cells that hold real numbers: the position of each on the ladder of levels, in one plane per array and slice. There is no exact
/// copy: the controller knows what it reads back, the nearest level of each cell. Stuck cells stand on their level.
template <CellModel Cell>
class analog_cells {
public:
    analog_cells(const Cell& cell, const code_format& format, index_t count)
        : cell_(cell), format_(format), ladder_(cell, 1 << format.cell_bits), position_(planes()) {
        const auto size = static_cast<std::size_t>(count);
        for (int a = 0; a < arrays(); ++a) {
            keep_[index(a)].assign(size, static_cast<std::uint32_t>(format.top_word()));
            level_[index(a)].assign(size, 0);
            for (int s = 0; s < format.slices; ++s) {
                // A weight of zero.
                position_[plane(a, s)].assign(size, ladder_.position(format.pair ? 0 : digit(format.minus_constant, s)));
            }
        }
        if constexpr (drifts<Cell>()) {
            programmed_ = position_;
            exponent_.assign(planes(), aligned_vector<float>(size, 0.0f));
            since_.assign(planes(), aligned_vector<double>(size, 0.0));
        }
    }

    [[nodiscard]] int arrays() const { return format_.pair ? 2 : 1; }
    [[nodiscard]] const level_ladder& ladder() const { return ladder_; }

    [[nodiscard]] float position(int array, index_t weight, int slice) const {
        return position_[plane(array, slice)][static_cast<std::size_t>(weight)];
    }

    /// The word that is read back.
    [[nodiscard]] std::int32_t code(int array, index_t weight) const {
        std::int32_t word = 0;
        for (int s = 0; s < format_.slices; ++s) {
            word |= ladder_.nearest(position(array, weight, s)) << (s * format_.cell_bits);
        }
        return word;
    }

    void stick(int array, index_t weight, int slice, int level) {
        const auto w = static_cast<std::size_t>(weight);
        const int shift = slice * format_.cell_bits;
        const std::uint32_t cell = cell_mask() << shift;
        keep_[index(array)][w] &= ~cell;
        level_[index(array)][w] = (level_[index(array)][w] & ~cell) | (static_cast<std::uint32_t>(level) << shift);
        // Of the time since this write nothing will ever have passed.
        put(array, weight, slice, ladder_.position(level), std::numeric_limits<double>::infinity());
    }

    /// From now on the digital side keeps the level of a cell: it stands where it is written, and no time passes for it.
    void keep_digitally(int array, index_t weight, int slice) {
        auto& cells = digital_[index(array)];
        cells.resize(keep_[index(array)].size(), 0);
        cells[static_cast<std::size_t>(weight)] |= cell_mask() << (slice * format_.cell_bits);
        put(array, weight, slice, ladder_.position(ladder_.nearest(position(array, weight, slice))), std::numeric_limits<double>::infinity());
    }

    [[nodiscard]] std::uint32_t keep(int array, index_t weight) const { return keep_[index(array)][static_cast<std::size_t>(weight)]; }
    [[nodiscard]] std::uint32_t level(int array, index_t weight) const { return level_[index(array)][static_cast<std::size_t>(weight)]; }

    /// Writes those cells of `cells` (bits of the word) that are not stuck. `read`: the word that was read back. Returns the bits of the
    /// cells written, and makes of `read` the word that they now give. draws_of(array, weight, slice) -> cell_draws.
    template <class DrawsOf>
    std::uint32_t write(int array, index_t weight, std::int32_t target, std::uint32_t cells, double now, const DrawsOf& draws_of,
                        std::int32_t& read, update_report& report) {
        const std::uint32_t writable = cells & keep(array, weight);
        const std::uint32_t digital = digital_[index(array)].empty() ? 0 : digital_[index(array)][static_cast<std::size_t>(weight)];
        std::uint32_t written = 0;
        for (int s = 0; (writable >> (s * format_.cell_bits)) != 0; ++s) {
            const std::uint32_t cell = cell_mask() << (s * format_.cell_bits);
            if ((writable & cell) == 0) {
                continue;
            }
            if ((digital & cell) != 0) {
                put(array, weight, s, ladder_.position(digit(target, s)), std::numeric_limits<double>::infinity());
                read = static_cast<std::int32_t>((static_cast<std::uint32_t>(read) & ~cell) | (static_cast<std::uint32_t>(target) & cell));
                continue;
            }
            const written_cell result =
                program_cell(cell_, {position(array, weight, s), digit(target, s), ladder_}, draws_of(array, weight, s));
            put(array, weight, s, result.position, now);
            read = static_cast<std::int32_t>((static_cast<std::uint32_t>(read) & ~cell) |
                                             static_cast<std::uint32_t>(ladder_.nearest(result.position)) << (s * format_.cell_bits));
            written |= cell;
            ++report.cell_writes;
            report.pulses += static_cast<std::uint64_t>(result.pulses);
        }
        return written;
    }

    /// Writes every cell of a word. Returns the bits of the cells written.
    template <class DrawsOf>
    std::uint32_t program(int array, index_t weight, std::int32_t target, double now, const DrawsOf& draws_of, update_report& report) {
        std::int32_t read = code(array, weight);
        return write(array, weight, std::min(target, format_.top_word()), static_cast<std::uint32_t>(format_.top_word()), now, draws_of,
                     read, report);
    }

    /// Moves one weight, read as `before`, by a step: the word as used, clamped to bounds. Only cells are written whose digit is not that
    /// of the target, or all of them, those of a word that does not move to the digits that were read; none in slices that are off.
    /// written[array]: bits of the cells written.
    template <class Encoding, class Rule, class DrawsOf>
    void add_step(index_t weight, const stored_word<>& before, std::int32_t step, bool all, const Rule& rule, code_bounds bounds,
                  double now, const DrawsOf& draws_of, std::uint32_t* written, update_report& report) {
        const std::int32_t on = word_in_use(rule, format_);
        bool moved[2] = {false, false};
        const auto store = [&](int array, std::int32_t target) {
            std::int32_t read = array == 0 ? before.plus : before.minus;
            const std::int32_t old = read;
            const std::int32_t word = std::min(target, on);
            const std::uint32_t cells = all ? static_cast<std::uint32_t>(on) : differing_cells(word, old) & static_cast<std::uint32_t>(on);
            written[array] = write(array, weight, word, cells, now, draws_of, read, report);
            report.changed_words += read != old ? 1u : 0u; // that reads otherwise
            moved[array] = true;
            return read & on;
        };
        if (step != 0) {
            static_cast<void>(Encoding::add(used_word(rule, before, format_), step, bounds, store)); // the cells know
        }
        for (int a = 0; all && a < arrays(); ++a) {
            if (!moved[a]) {
                static_cast<void>(store(a, (a == 0 ? before.plus : before.minus) & on));
            }
        }
    }

    /// The same for the weights [begin, end) whose step is not zero or which lie on a line of `whole`, unless that is null. begin is a
    /// multiple of 64; on_written(array, first, end, written) is called for each group of 64.
    template <class Encoding, class Rule, class DrawsOf, class OnWritten>
    void add_steps(const std::int32_t* step, const line_marks* whole, const Rule& rule, code_bounds bounds, index_t begin, index_t end,
                   double now, const DrawsOf& draws_of, update_report& report, const OnWritten& on_written) {
        constexpr index_t group = kernel::draw_group;
        alignas(64) std::int32_t word[2][group];
        std::uint32_t written[2][group];
        std::uint32_t all[group] = {};
        const auto plus = planes_of(0);
        const auto minus = planes_of(format_.pair ? 1 : 0);
        for (index_t first = begin; first < end; first += group) {
            const int size = static_cast<int>(std::min(group, end - first));
            if (whole != nullptr) {
                whole->show(first, first + size, all);
            }
            if (std::all_of(step + first, step + first + size, [](std::int32_t s) { return s == 0; }) &&
                std::all_of(all, all + size, [](std::uint32_t mark) { return mark == 0; })) {
                continue;
            }
            kernel::read_words(plus.data(), format_, ladder_, first, size, word[0]);
            if (format_.pair) {
                kernel::read_words(minus.data(), format_, ladder_, first, size, word[1]);
            }
            for (int i = 0; i < size; ++i) {
                std::uint32_t cells[2] = {0, 0};
                if (step[first + i] != 0 || all[i] != 0) {
                    const stored_word<> before{word[0][i], format_.pair ? word[1][i] : format_.minus_constant};
                    add_step<Encoding>(first + i, before, step[first + i], all[i] != 0, rule, bounds, now, draws_of, cells, report);
                }
                written[0][i] = cells[0];
                written[1][i] = cells[1];
            }
            for (int a = 0; a < arrays(); ++a) {
                on_written(a, first, first + size, &written[a][0]);
            }
        }
    }

    /// The exponent of one cell's drift.
    void set_exponent(int array, index_t weight, int slice, float exponent) {
        exponent_[plane(array, slice)][static_cast<std::size_t>(weight)] = exponent;
    }

    /// Positions of the weights [begin, end) at this time. O(cells), each with a logarithm and an exponential.
    void drift(double now, index_t begin, index_t end)
        requires(drifts<Cell>())
    {
        const auto& part = drifting_part(cell_);
        for (std::size_t p = 0; p < position_.size(); ++p) {
            for (auto w = static_cast<std::size_t>(begin); w < static_cast<std::size_t>(end); ++w) {
                position_[p][w] = part.at(programmed_[p][w], now - since_[p][w], exponent_[p][w], ladder_);
            }
        }
    }

    /// The planes of one array, lowest slice first.
    [[nodiscard]] std::array<const float*, 24> planes_of(int array) const {
        std::array<const float*, 24> result{};
        for (int s = 0; s < format_.slices; ++s) {
            result[static_cast<std::size_t>(s)] = position_[plane(array, s)].data();
        }
        return result;
    }

    /// shape: [outputs][inputs], rows row_stride apart.
    void visit(archive& a, const std::vector<index_t>& shape, index_t row_stride) {
        for (int n = 0; n < arrays(); ++n) {
            const archive::scope scope(a, array_name(n));
            a.visit("keep", std::span(keep_[index(n)]), shape, row_stride);
            a.visit("level", std::span(level_[index(n)]), shape, row_stride);
            if (!digital_[index(n)].empty()) {
                a.visit("digital", std::span(digital_[index(n)]), shape, row_stride);
            }
            for (int s = 0; s < format_.slices; ++s) {
                const std::string slice = std::to_string(s);
                a.visit("position_" + slice, std::span(position_[plane(n, s)]), shape, row_stride);
                if constexpr (drifts<Cell>()) {
                    a.visit("programmed_" + slice, std::span(programmed_[plane(n, s)]), shape, row_stride);
                    a.visit("since_" + slice, std::span(since_[plane(n, s)]), shape, row_stride);
                    a.visit("exponent_" + slice, std::span(exponent_[plane(n, s)]), shape, row_stride);
                }
            }
        }
    }

private:
    static std::size_t index(int array) { return static_cast<std::size_t>(array); }
    [[nodiscard]] std::size_t planes() const { return static_cast<std::size_t>(arrays() * format_.slices); }
    [[nodiscard]] std::size_t plane(int array, int slice) const { return static_cast<std::size_t>(array * format_.slices + slice); }
    [[nodiscard]] std::uint32_t cell_mask() const { return (std::uint32_t{1} << format_.cell_bits) - 1; }
    [[nodiscard]] int digit(std::int32_t word, int slice) const {
        return static_cast<int>(static_cast<std::uint32_t>(word) >> (slice * format_.cell_bits) & cell_mask());
    }

    /// All bits of the cells in which two words differ.
    [[nodiscard]] std::uint32_t differing_cells(std::int32_t a, std::int32_t b) const {
        const auto flips = static_cast<std::uint32_t>(a ^ b);
        std::uint32_t cells = 0;
        for (int s = 0; (flips >> (s * format_.cell_bits)) != 0; ++s) {
            const std::uint32_t cell = cell_mask() << (s * format_.cell_bits);
            cells |= (flips & cell) != 0 ? cell : 0;
        }
        return cells;
    }

    void put(int array, index_t weight, int slice, float position, double now) {
        const auto w = static_cast<std::size_t>(weight);
        position_[plane(array, slice)][w] = position;
        if constexpr (drifts<Cell>()) {
            programmed_[plane(array, slice)][w] = position;
            since_[plane(array, slice)][w] = now;
        }
    }

    Cell cell_;
    code_format format_;
    level_ladder ladder_;
    std::array<aligned_vector<std::uint32_t>, 2> keep_;
    std::array<aligned_vector<std::uint32_t>, 2> level_;
    std::array<aligned_vector<std::uint32_t>, 2> digital_; ///< bits of the cells whose level the digital side keeps; empty: of none
    std::vector<aligned_vector<float>> position_;   ///< now
    std::vector<aligned_vector<float>> programmed_; ///< after the last write
    std::vector<aligned_vector<float>> exponent_;
    std::vector<aligned_vector<double>> since_; ///< time of the last write, seconds
};

} // namespace rcim::inline RCIM_ABI
