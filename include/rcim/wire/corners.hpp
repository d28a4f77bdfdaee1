#pragma once

/// @file
/// The parameters of resistive wires, and the array as seen with its drivers on the left and its sense amplifiers at the bottom.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/matrix_view.hpp>

#include <cmath>
#include <ostream>
#include <span>
#include <string_view>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// The end at which word lines are driven.
enum class drive_side { left, right };
/// The end at which bit lines are sensed.
enum class sense_side { bottom, top };

inline std::ostream& operator<<(std::ostream& out, drive_side side) {
    return out << (side == drive_side::left ? "drive_side::left" : "drive_side::right");
}
inline std::ostream& operator<<(std::ostream& out, sense_side side) {
    return out << (side == sense_side::bottom ? "sense_side::bottom" : "sense_side::top");
}

/// Resistances in ohm, each >= 0.
struct wire_ohms {
    double word, bit;     ///< of a segment between neighbours
    double driver, sense; ///< at the ends
};

/// Where rows and columns of an array lie once it is turned so that it is driven on the left and sensed at the bottom.
struct corners {
    index_t rows, cols;
    bool right, top;

    [[nodiscard]] index_t row(index_t r) const { return top ? rows - 1 - r : r; }
    [[nodiscard]] index_t col(index_t c) const { return right ? cols - 1 - c : c; }
};

/// Conductances, checked, turned, row by row without gaps.
inline std::vector<double> turned_conductances(std::string_view where, matrix_view<const double> g, const corners& at) {
    std::vector<double> result(static_cast<std::size_t>(g.size()));
    for (index_t r = 0; r < g.rows; ++r) {
        for (index_t c = 0; c < g.cols; ++c) {
            const double x = g(at.row(r), at.col(c));
            if (!(x >= 0.0 && std::isfinite(x))) {
                fail(where, text("conductance of the cell (", at.row(r), ", ", at.col(c), ")"), "a finite number >= 0", text(x));
            }
            result[static_cast<std::size_t>(r * g.cols + c)] = x;
        }
    }
    return result;
}

inline void require_size(std::string_view where, std::string_view what, std::size_t found, index_t expected) {
    if (found != static_cast<std::size_t>(expected)) {
        fail(where, what, text(expected, " numbers"), text(found));
    }
}

/// Sizes of a `crossbar_read`.
template <class Read>
void check_read(std::string_view where, const Read& read) {
    require_size(where, "voltage", read.voltage.size(), read.conductance.rows);
    require_size(where, "current", read.current.size(), read.conductance.cols);
    if (!read.injected.empty()) {
        require_size(where, "injected", read.injected.size(), read.conductance.size());
    }
    if (!read.cell_voltage.empty()) {
        require_size(where, "cell_voltage", read.cell_voltage.size(), read.conductance.size());
    }
}

} // namespace rcim::inline RCIM_ABI
