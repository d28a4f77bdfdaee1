#pragma once

#include <rcim/kernel/spd_inverse.hpp>
#include <rcim/wire/concept.hpp>
#include <rcim/wire/corners.hpp>
#include <rcim/wire/line.hpp>
#include <rcim/wire/nodal_currents.hpp>

#include <algorithm>
#include <limits>
#include <span>
#include <string>
#include <tuple>
#include <vector>

namespace rcim::inline RCIM_ABI {

namespace detail {

/// An array driven on the left and sensed at the bottom, taken row by row from the row farthest from its sense amplifiers. Above a row's
/// bit-line nodes lies a network of conductances E (C x C, symmetric) and currents J that it drives into them if they are grounded, C x one
/// column for each row so far:
///
///     E_0 = K_0,  E_{i+1} = K_{i+1} + F_i E_i,  J_{i+1} = [F_i J_i | row i+1's own],  F_i = (I + bit E_i)^-1,  I = (I + sense E)^-1 J
///
/// where K_i = diag(G_i) - diag(G_i) M_i^-1 diag(G_i) is what row i's word line, driven by 0 V, joins the bit lines with. These are the
/// series and parallel connections of n-ports; the form is ours. Beside the diagonal (F E)_jk = -F_jk / bit, and E has no positive
/// entry there, so nothing cancels; a segment of no resistance leaves E and J as they are.
class row_elimination {
public:
    row_elimination(std::vector<double> g, index_t rows, index_t cols, const wire_ohms& ohms)
        : g_(std::move(g)), rows_(rows), cols_(cols), ohms_(ohms), above_(cols, cols), invert_(cols), word_(static_cast<std::size_t>(cols)),
          diagonal_(static_cast<std::size_t>(cols)) {}

    [[nodiscard]] index_t rows() const { return rows_; }
    [[nodiscard]] index_t cols() const { return cols_; }
    [[nodiscard]] const double* conductances(index_t row) const { return g_.data() + row * cols_; }
    [[nodiscard]] const loaded_line& line() const { return line_; }
    /// The word line of a row, its bit lines grounded.
    void set_line(index_t row) {
        const double* g = conductances(row);
        line_.set(cols_, ohms_.driver, ohms_.word, [&](index_t c) { return g[c]; });
    }

    /// E += K of the row that `line` holds.
    void add_row(index_t row) {
        const double* g = conductances(row);
        for (index_t j = 0; j < cols_; ++j) {
            const auto at = static_cast<std::size_t>(j);
            double* e = above_.row(j);
            if (j > 0) {
                word_[at - 1] = line_.own[at - 1] * g[j - 1];
                for (index_t k = 0; k < j; ++k) {
                    word_[static_cast<std::size_t>(k)] *= line_.passed[at];
                    e[k] -= g[j] * word_[static_cast<std::size_t>(k)];
                }
            }
            e[j] += g[j] * line_.across[at]; // g - g^2 own
        }
    }

    /// f = (I + ohm E)^-1, or false and no f where that is I to the last bit.
    bool pass(double ohm, kernel::blocked_rows& f) {
        double largest = 0.0;
        for (index_t j = 0; j < cols_; ++j) {
            largest = std::max(largest, above_(j, j));
        }
        if (2.0 * ohm * largest < 0x1p-56) { // rows of E sum up to at most twice their diagonal
            return false;
        }
        for (index_t j = 0; j < cols_; ++j) {
            const double* e = above_.row(j);
            double* to = f.row(j);
            for (index_t k = 0; k < j; ++k) {
                to[k] = ohm * e[k];
            }
            to[j] = 1.0 + ohm * e[j];
        }
        invert_(f);
        return true;
    }

    /// E = F E, where f is F = (I + ohm E)^-1.
    void see_through(double ohm, const kernel::blocked_rows& f) {
        const double per_ohm = 1.0 / ohm;
        std::fill(diagonal_.begin(), diagonal_.end(), 0.0);
        double* sums = diagonal_.data();
        for (index_t j = 0; j < cols_; ++j) {
            double* e = above_.row(j);
            const double* from = f.row(j);
            double part_of_sum[8] = {}; // a sum in an order that vector registers can keep
            index_t k = 0;
            for (; k + 8 <= j; k += 8) {
                for (index_t l = 0; l < 8; ++l) {
                    part_of_sum[l] += from[k + l] * e[k + l];
                }
            }
            for (; k < j; ++k) {
                part_of_sum[0] += from[k] * e[k];
            }
            for (k = 0; k < j; ++k) {
                sums[k] += from[k] * e[k];
                e[k] = -per_ohm * from[k];
            }
            sums[j] += from[j] * e[j];
            for (const double part : part_of_sum) {
                sums[j] += part;
            }
        }
        for (index_t j = 0; j < cols_; ++j) {
            // Of two exact forms the one that cancels less.
            above_(j, j) = f(j, j) < 0.5 ? (1.0 - f(j, j)) * per_ohm : sums[j];
        }
    }

private:
    std::vector<double> g_; ///< [rows][cols]
    index_t rows_, cols_;
    wire_ohms ohms_;
    kernel::blocked_rows above_; ///< E, lower triangle
    kernel::spd_inverter invert_;
    std::vector<double> word_;     ///< M^-1_jk g_k of one row
    std::vector<double> diagonal_; ///< of F E
    loaded_line line_;
};

} // namespace detail

/// Resistive wires, exactly: every cell joins a node of its word line and a node of its bit line, neighbouring nodes are joined by a
/// segment, and the network is solved to the rounding of doubles (docs/wires.md). Rows that are not driven are held at 0 V by their
/// drivers; an array whose unselected rows float is another model. The circuit is PytorX's (He, Lin, Ewetz, Yuan, Fan, DAC 2019,
/// 10.1145/3316781.3317870), and the defaults are those of its script: wires of 0.375 S, ends of 0.25 S.
///
/// - `currents`: cell by cell, any law; by `cell_network`. Some 50 passes over the cells if they are ohmic.
/// - `transfer`: once per programming, by `detail::row_elimination`, along the shorter side: R C^3 + R^2 C^2 floating-point operations for
///   R >= C (2 N^4), else with the roles of rows and columns exchanged. 3 C^2 + 2 R C doubles of scratch.
/// - `sensitivities`: 3 R C^3 operations, R C^2 doubles.
///
/// All throw `error` on sizes that do not fit, on a conductance that is negative or not finite, and on a resistance that is.
struct nodal {
    using policy_kind = wire_kind;
    static constexpr bool folds = false;

    double word_line_ohm = 1 / 0.375;          ///< of a segment between neighbouring cells, 0 to 1e12
    double bit_line_ohm = 1 / 0.375;           ///< of a segment between neighbouring cells, 0 to 1e12
    double driver_ohm = 4;                     ///< between a source and its first cell, wire included, 0 to 1e12
    double sense_ohm = 4;                      ///< between the last cell and virtual ground, wire included, 0 to 1e12
    drive_side drive = drive_side::left;       ///< left: column 0 is nearest to the drivers
    sense_side sense = sense_side::bottom;     ///< bottom: row R - 1 is nearest to the sense amplifiers

    /// Also throws `error` if Newton's method fails, with a law that is not odd and rising.
    template <IvLaw Law>
    void currents(const crossbar_read& read, const Law& law) const {
        validate(*this);
        check_read(name(), read);
        const corners at = corners_of(read.conductance);
        const auto cols = static_cast<std::size_t>(at.cols);
        const std::vector<double> g = turned_conductances(name(), read.conductance, at);
        std::vector<double> v(static_cast<std::size_t>(at.rows)), injected(g.size(), 0.0);
        const auto place = [&](index_t r, index_t c) { return static_cast<std::size_t>(at.row(r) * at.cols + at.col(c)); };
        for (index_t r = 0; r < at.rows; ++r) {
            v[static_cast<std::size_t>(r)] = read.voltage[static_cast<std::size_t>(at.row(r))];
            for (index_t c = 0; c < at.cols && !read.injected.empty(); ++c) {
                injected[static_cast<std::size_t>(r) * cols + static_cast<std::size_t>(c)] = read.injected[place(r, c)];
            }
        }
        const std::vector<double> u = cell_network(at.rows, at.cols, ohms()).voltages(name(), g, v, injected, law);
        std::fill(read.current.begin(), read.current.end(), 0.0);
        for (index_t r = 0; r < at.rows; ++r) {
            for (index_t c = 0; c < at.cols; ++c) {
                const auto i = static_cast<std::size_t>(r) * cols + static_cast<std::size_t>(c);
                read.current[static_cast<std::size_t>(at.col(c))] += law.current(g[i], u[i]) + injected[i];
                if (!read.cell_voltage.empty()) {
                    read.cell_voltage[place(r, c)] = u[i];
                }
            }
        }
    }

    /// out [R][C]: amperes at the foot of column c by 1 V at row r.
    void transfer(matrix_view<const double> conductance, std::span<double> out) const {
        validate(*this);
        require_size(name(), "transfer", out.size(), conductance.size());
        const corners at = corners_of(conductance);
        std::vector<double> g = turned_conductances(name(), conductance, at);
        const bool turned = at.rows < at.cols;
        if (turned) {
            // Reciprocity: 1 V at the foot of a column gives at the drivers what 1 V at the drivers gives at that foot. So the array may be
            // taken with word lines and bit lines exchanged.
            std::vector<double> columns(g.size());
            for (index_t r = 0; r < at.rows; ++r) {
                for (index_t c = 0; c < at.cols; ++c) {
                    const auto to = static_cast<std::size_t>((at.cols - 1 - c) * at.rows + at.rows - 1 - r);
                    columns[to] = g[static_cast<std::size_t>(r * at.cols + c)];
                }
            }
            g.swap(columns);
        }
        const wire_ohms as_given = ohms();
        const wire_ohms used =
            turned ? wire_ohms{as_given.bit, as_given.word, as_given.sense, as_given.driver} : as_given;
        const index_t rows = turned ? at.cols : at.rows;
        const index_t cols = turned ? at.rows : at.cols;
        if (rows == 0 || cols == 0) {
            return;
        }

        detail::row_elimination array(std::move(g), rows, cols, used);
        kernel::blocked_rows f(cols, cols), j(cols, rows), next(cols, rows);
        for (index_t r = 0; r < rows; ++r) {
            if (r > 0 && array.pass(used.bit, f)) {
                array.see_through(used.bit, f);
                kernel::symmetric_product(f, j, next, r);
                j.swap(next);
            }
            array.set_line(r);
            array.add_row(r);
            const double* cells = array.conductances(r);
            for (index_t c = 0; c < cols; ++c) {
                j(c, r) = cells[c] * array.line().share[static_cast<std::size_t>(c)];
            }
        }
        if (array.pass(used.sense, f)) {
            kernel::symmetric_product(f, j, next, rows);
            j.swap(next);
        }
        for (index_t r = 0; r < rows; ++r) {
            for (index_t c = 0; c < cols; ++c) {
                const index_t row = at.row(turned ? cols - 1 - c : r);
                const index_t col = at.col(turned ? rows - 1 - r : c);
                out[static_cast<std::size_t>(row * at.cols + col)] = j(c, r);
            }
        }
    }

    /// Calls visit(row, s) for every row, with s(c, k) = change of current[k] by 1 A injected from word line to bit line at the cell (row,
    /// c): by reciprocity the bit line's voltage there minus the word line's, with 1 V at the foot of column k and every source at 0 V. The
    /// numbers are visit's for the time of the call.
    template <class Visit>
    void sensitivities(matrix_view<const double> conductance, Visit&& visit) const {
        validate(*this);
        const corners at = corners_of(conductance);
        if (at.rows == 0 || at.cols == 0) {
            return;
        }
        const index_t rows = at.rows, cols = at.cols;
        const wire_ohms used = ohms();
        detail::row_elimination array(turned_conductances(name(), conductance, at), rows, cols, used);
        std::vector<kernel::blocked_rows> f; // that of each segment between rows; without rows: the identity
        f.reserve(static_cast<std::size_t>(rows));
        for (index_t r = 0; r < rows; ++r) {
            array.set_line(r);
            array.add_row(r);
            const double ohm = r + 1 < rows ? used.bit : used.sense;
            f.emplace_back(cols, cols);
            if (!array.pass(ohm, f.back())) {
                f.back() = kernel::blocked_rows(0, 0);
            } else if (r + 1 < rows) {
                array.see_through(ohm, f.back());
            }
        }
        kernel::blocked_rows bit(cols, cols), next(cols, cols), word(cols, cols);
        std::vector<double> s(static_cast<std::size_t>(cols * cols));
        for (index_t c = 0; c < cols; ++c) {
            bit(c, c) = 1.0;
        }
        for (index_t r = rows; r-- > 0;) {
            const kernel::blocked_rows& below = f[static_cast<std::size_t>(r)];
            if (below.rows() > 0) {
                kernel::symmetric_product(below, bit, next, cols);
                bit.swap(next);
            }
            array.set_line(r);
            word_voltages(array, r, bit, word, next);
            for (index_t c = 0; c < cols; ++c) {
                for (index_t k = 0; k < cols; ++k) {
                    s[static_cast<std::size_t>(at.col(c) * cols + at.col(k))] = bit(c, k) - word(c, k);
                }
            }
            visit(at.row(r), matrix_view<const double>(s.data(), cols, cols));
        }
    }

    static std::string name() { return "nodal"; }
    static constexpr auto fields() {
        return std::tuple{field{"word_line_ohm", &nodal::word_line_ohm, 0.0, 1e12}, field{"bit_line_ohm", &nodal::bit_line_ohm, 0.0, 1e12},
                          field{"driver_ohm", &nodal::driver_ohm, 0.0, 1e12},       field{"sense_ohm", &nodal::sense_ohm, 0.0, 1e12},
                          field{"drive", &nodal::drive},                            field{"sense", &nodal::sense}};
    }

private:
    [[nodiscard]] wire_ohms ohms() const { return {word_line_ohm, bit_line_ohm, driver_ohm, sense_ohm}; }
    [[nodiscard]] corners corners_of(matrix_view<const double> g) const {
        return {g.rows, g.cols, drive == drive_side::right, sense == sense_side::top};
    }

    /// word = M^-1 diag(G) bit, for all columns of `bit` at once; the two passes of `loaded_line::solve`.
    static void word_voltages(const detail::row_elimination& array, index_t row, const kernel::blocked_rows& bit,
                              kernel::blocked_rows& word, kernel::blocked_rows& from_left) {
        const index_t cols = array.cols();
        const double* g = array.conductances(row);
        const loaded_line& line = array.line();
        // word: sums from the right; from_left: sums from the left, a node's own left out.
        for (index_t c = cols; c-- > 0;) {
            const double passed = c + 1 < cols ? line.passed[static_cast<std::size_t>(c + 1)] : 0.0;
            const double* right = word.row(c + 1 < cols ? c + 1 : c);
            for (index_t k = 0; k < cols; ++k) {
                word(c, k) = g[c] * bit(c, k) + (c + 1 < cols ? passed * right[k] : 0.0);
            }
        }
        for (index_t c = 0; c < cols; ++c) {
            const auto j = static_cast<std::size_t>(c);
            for (index_t k = 0; k < cols; ++k) {
                from_left(c, k) =
                    c == 0 ? 0.0 : line.passed[j] * (from_left(c - 1, k) + line.own[j - 1] * g[c - 1] * bit(c - 1, k));
            }
        }
        for (index_t c = 0; c < cols; ++c) {
            for (index_t k = 0; k < cols; ++k) {
                word(c, k) = line.own[static_cast<std::size_t>(c)] * word(c, k) + from_left(c, k);
            }
        }
    }
};
static_assert(SensitiveWires<nodal>);

} // namespace rcim::inline RCIM_ABI
