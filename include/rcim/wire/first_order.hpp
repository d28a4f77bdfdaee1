#pragma once

#include <rcim/wire/concept.hpp>
#include <rcim/wire/corners.hpp>
#include <rcim/wire/line.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <tuple>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Resistive wires in closed form, O(R C): the circuit of `nodal`, to first order in the coupling of word lines and bit lines. The
/// derivation is ours and no published model:
///
/// Let w(r, c) be the voltage at the cell's word-line node by 1 V at the driver while all bit lines are grounded, and b(r, c) the share of
/// 1 A into the cell's bit-line node that reaches the foot while all word lines are grounded; each is exact for its line (`loaded_line`).
/// Then
///
///     T(r, c) = G(r, c) / (1 / w + 1 / b - 1)
///
/// is exact if word lines and drivers have no resistance (w = 1), if bit lines and sense amplifiers have none (b = 1), and for a single
/// cell (three resistances in series); and its first term in the resistances is the exact one, 1 - sum over the cells of the same row and
/// column of G x (resistance shared with them), since 1 / w and 1 / b begin with these sums. What is left out is how one line's
/// drop relieves the other, from the second order on. Error against `nodal` (docs/wires.md): for cells of 3 to 300 kohm and 2.67 ohm a
/// segment at most 5.2 % of a column's current on 64 x 64, where wires lose half of it, and 23 % on 128 x 128, where they lose four fifths.
///
/// Cells of another law than Ohm's count as their chords i(v) / v at the full voltage of their row. Cell voltages and the effect of
/// injected currents are to first order too, each line's own part exact: the word line with the bit lines grounded, then the bit lines with
/// those voltages.
struct first_order {
    using policy_kind = wire_kind;
    static constexpr bool folds = false;

    double word_line_ohm = 1 / 0.375;      ///< of a segment between neighbouring cells, 0 to 1e12
    double bit_line_ohm = 1 / 0.375;       ///< of a segment between neighbouring cells, 0 to 1e12
    double driver_ohm = 4;                 ///< between a source and its first cell, wire included, 0 to 1e12
    double sense_ohm = 4;                  ///< between the last cell and virtual ground, wire included, 0 to 1e12
    drive_side drive = drive_side::left;   ///< left: column 0 is nearest to the drivers
    sense_side sense = sense_side::bottom; ///< bottom: row R - 1 is nearest to the sense amplifiers

    /// O(R C). Throws `error` on sizes that do not fit and on conductances that are negative or not finite.
    template <IvLaw Law>
    void currents(const crossbar_read& read, const Law& law) const {
        check_read(name(), read);
        const index_t rows = read.conductance.rows, cols = read.conductance.cols;
        std::vector<double> chords(static_cast<std::size_t>(rows * cols));
        for (index_t r = 0; r < rows; ++r) {
            const double v = read.voltage[static_cast<std::size_t>(r)];
            for (index_t c = 0; c < cols; ++c) {
                const double g = read.conductance(r, c);
                chords[static_cast<std::size_t>(r * cols + c)] = v == 0.0 ? law.slope(g, 0.0) : law.current(g, v) / v;
            }
        }
        const lines all = lines_of({chords.data(), rows, cols});
        std::vector<double> row(static_cast<std::size_t>(cols)), work(static_cast<std::size_t>(std::max(rows, cols)));
        std::vector<double> word(all.g.size(), 0.0); // of the word lines, what injected currents make of them
        std::fill(read.current.begin(), read.current.end(), 0.0);
        for (index_t r = 0; r < rows; ++r) {
            const double v = read.voltage[static_cast<std::size_t>(all.at.row(r))];
            if (!read.injected.empty()) {
                for (index_t c = 0; c < cols; ++c) {
                    row[static_cast<std::size_t>(c)] = -read.injected[all.place(r, c)];
                }
                all.word[static_cast<std::size_t>(r)].solve(row, work);
            }
            for (index_t c = 0; c < cols; ++c) {
                const std::size_t i = all.index(r, c);
                const double injected = read.injected.empty() ? 0.0 : read.injected[all.place(r, c)];
                read.current[static_cast<std::size_t>(all.at.col(c))] +=
                    all.g[i] * all.both(r, c) * v + all.bit_share(r, c) * (injected + all.g[i] * row[static_cast<std::size_t>(c)]);
                word[i] = all.word_share(r, c) * v + row[static_cast<std::size_t>(c)];
            }
        }
        if (read.cell_voltage.empty()) {
            return;
        }
        std::vector<double> column(static_cast<std::size_t>(rows));
        for (index_t c = 0; c < cols; ++c) {
            for (index_t r = 0; r < rows; ++r) { // from the foot
                const index_t up = rows - 1 - r;
                const double injected = read.injected.empty() ? 0.0 : read.injected[all.place(up, c)];
                column[static_cast<std::size_t>(r)] = all.g[all.index(up, c)] * word[all.index(up, c)] + injected;
            }
            all.bit[static_cast<std::size_t>(c)].solve(column, work);
            for (index_t r = 0; r < rows; ++r) {
                read.cell_voltage[all.place(r, c)] = word[all.index(r, c)] - column[static_cast<std::size_t>(rows - 1 - r)];
            }
        }
    }

    /// out [R][C]: amperes at the foot of column c by 1 V at row r. O(R C); throws as `currents`.
    void transfer(matrix_view<const double> conductance, std::span<double> out) const {
        require_size(name(), "transfer", out.size(), conductance.size());
        const lines all = lines_of(conductance);
        for (index_t r = 0; r < conductance.rows; ++r) {
            for (index_t c = 0; c < conductance.cols; ++c) {
                out[all.place(r, c)] = all.g[all.index(r, c)] * all.both(r, c);
            }
        }
    }

    /// Calls visit(row, s) for every row, with s(c, k) = b(row, k) ([c = k] - G(row, k) M^-1(row; k, c)): what of 1 A drawn from the word
    /// line at (row, c) and put into the bit line there reaches foot k. The numbers are visit's for the time of the call. O(R C^2).
    template <class Visit>
    void sensitivities(matrix_view<const double> conductance, Visit&& visit) const {
        const lines all = lines_of(conductance);
        const index_t cols = conductance.cols;
        std::vector<double> s(static_cast<std::size_t>(cols * cols)), row(static_cast<std::size_t>(cols)), work(row.size());
        for (index_t r = 0; r < conductance.rows; ++r) {
            for (index_t c = 0; c < cols; ++c) {
                std::fill(row.begin(), row.end(), 0.0);
                row[static_cast<std::size_t>(c)] = 1.0;
                all.word[static_cast<std::size_t>(r)].solve(row, work);
                for (index_t k = 0; k < cols; ++k) {
                    s[static_cast<std::size_t>(all.at.col(c) * cols + all.at.col(k))] =
                        all.bit_share(r, k) * ((c == k ? 1.0 : 0.0) - all.g[all.index(r, k)] * row[static_cast<std::size_t>(k)]);
                }
            }
            visit(all.at.row(r), matrix_view<const double>(s.data(), cols, cols));
        }
    }

    static std::string name() { return "first_order"; }
    static constexpr auto fields() {
        return std::tuple{field{"word_line_ohm", &first_order::word_line_ohm, 0.0, 1e12},
                          field{"bit_line_ohm", &first_order::bit_line_ohm, 0.0, 1e12},
                          field{"driver_ohm", &first_order::driver_ohm, 0.0, 1e12},
                          field{"sense_ohm", &first_order::sense_ohm, 0.0, 1e12},
                          field{"drive", &first_order::drive},
                          field{"sense", &first_order::sense}};
    }

private:
    /// Every line by itself; the array is turned so that it is driven on the left and sensed at the bottom. Bit lines begin at their feet.
    struct lines {
        corners at{};
        std::vector<double> g{};
        std::vector<loaded_line> word{}, bit{};

        [[nodiscard]] std::size_t index(index_t r, index_t c) const { return static_cast<std::size_t>(r * at.cols + c); }
        [[nodiscard]] std::size_t place(index_t r, index_t c) const { return static_cast<std::size_t>(at.row(r) * at.cols + at.col(c)); }
        [[nodiscard]] double word_share(index_t r, index_t c) const {
            return word[static_cast<std::size_t>(r)].share[static_cast<std::size_t>(c)];
        }
        [[nodiscard]] double bit_share(index_t r, index_t c) const {
            return bit[static_cast<std::size_t>(c)].share[static_cast<std::size_t>(at.rows - 1 - r)];
        }
        /// 1 / (1 / w + 1 / b - 1); shares too small for doubles leave 0.
        [[nodiscard]] double both(index_t r, index_t c) const { return 1.0 / (1.0 / word_share(r, c) + (1.0 / bit_share(r, c) - 1.0)); }
    };

    [[nodiscard]] lines lines_of(matrix_view<const double> conductance) const {
        validate(*this);
        lines all;
        all.at = {conductance.rows, conductance.cols, drive == drive_side::right, sense == sense_side::top};
        all.g = turned_conductances(name(), conductance, all.at);
        all.word.resize(static_cast<std::size_t>(conductance.rows));
        all.bit.resize(static_cast<std::size_t>(conductance.cols));
        for (index_t r = 0; r < conductance.rows; ++r) {
            all.word[static_cast<std::size_t>(r)].set(conductance.cols, driver_ohm, word_line_ohm,
                                                      [&](index_t c) { return all.g[all.index(r, c)]; });
        }
        for (index_t c = 0; c < conductance.cols; ++c) {
            all.bit[static_cast<std::size_t>(c)].set(conductance.rows, sense_ohm, bit_line_ohm,
                                                     [&](index_t r) { return all.g[all.index(conductance.rows - 1 - r, c)]; });
        }
        return all;
    }
};
static_assert(SensitiveWires<first_order>);

} // namespace rcim::inline RCIM_ABI
