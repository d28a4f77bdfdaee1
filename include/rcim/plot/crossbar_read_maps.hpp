#pragma once

/// @file
/// One crossbar while it is read: what wires leave of voltages, and the currents of cells and columns.

#include <rcim/cell/concept.hpp>
#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/fault/fault_map.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/plot/cell_map.hpp>
#include <rcim/wire/concept.hpp>
#include <rcim/wire/ideal_wires.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI::plot {

/// Voltages and currents of one crossbar of R rows and C columns, row-major.
struct solved_crossbar {
    crossbar_place place{};
    index_t rows = 0;
    index_t cols = 0;
    std::vector<double> voltage{};      ///< [R], volts at the drivers
    std::vector<double> cell_voltage{}; ///< [R][C], volts across cells
    std::vector<double> cell_current{}; ///< [R][C], amperes
    std::vector<double> current{};      ///< [C], amperes at the feet of the columns
    std::vector<double> ideal{};        ///< [C], the same without wires
};

/// Solves one crossbar of an array (place.layer is not looked at) with the cells as they are, the wires of its design and the law of its cells. Cells that hold no
/// weight are at HRS. voltage: of each of its word lines, or one for all. Throws `error` if there is no such crossbar, and on another number of
/// voltages. One call of the wires' `currents`.
template <class Array>
[[nodiscard]] solved_crossbar solve_crossbar(const Array& array, const crossbar_place& place, std::span<const double> voltage) {
    const tiling& t = array.tiles();
    const auto row_tile = static_cast<index_t>(place.row_tile);
    const auto col_tile = static_cast<index_t>(place.col_tile);
    const auto& chip = array.chip();
    if (row_tile >= t.row_tiles || col_tile >= t.col_tiles || static_cast<int>(place.array) >= array.sites().arrays) {
        fail("plot", "solve_crossbar",
             text("a crossbar within ", t.row_tiles, " x ", t.col_tiles, " of ", array.sites().arrays, " arrays"),
             fault_map::text_of(place));
    }
    solved_crossbar s{.place = place, .rows = t.crossbar_rows, .cols = t.crossbar_cols};
    s.place.layer = array.place();
    if (voltage.size() != 1 && voltage.size() != static_cast<std::size_t>(s.rows)) {
        fail("plot", "voltages of word lines", text("1 or ", s.rows), text(voltage.size()));
    }
    s.voltage.assign(static_cast<std::size_t>(s.rows), voltage.front());
    if (voltage.size() > 1) {
        s.voltage.assign(voltage.begin(), voltage.end());
    }
    const auto size = static_cast<std::size_t>(s.rows * s.cols);
    std::vector<double> g(size, chip.cell.conductance(0, 1 << array.format().cell_bits));
    for (index_t r = 0; r < t.rows_in(row_tile); ++r) {
        for (index_t c = 0; c < t.weights_in(col_tile) * t.slices; ++c) {
            g[static_cast<std::size_t>(r * s.cols + c)] =
                array.conductance(static_cast<int>(place.array), col_tile * t.weights_per_row + c / t.slices,
                                  row_tile * t.rows + r, static_cast<int>(c % t.slices));
        }
    }
    const matrix_view<const double> cells{g.data(), s.rows, s.cols, s.cols};
    s.cell_voltage.resize(size);
    s.cell_current.resize(size);
    s.current.resize(static_cast<std::size_t>(s.cols));
    s.ideal.resize(s.current.size());
    const auto law = law_of(chip.cell);
    ideal_wires{}.currents(crossbar_read{.conductance = cells, .voltage = s.voltage, .current = s.ideal}, law);
    chip.wire.currents(
        crossbar_read{.conductance = cells, .voltage = s.voltage, .current = s.current, .cell_voltage = s.cell_voltage}, law);
    for (std::size_t i = 0; i < size; ++i) {
        s.cell_current[i] = law.current(g[i], s.cell_voltage[i]);
    }
    return s;
}

namespace detail {

template <class Value>
[[nodiscard]] cell_map solved_map(const solved_crossbar& s, const char* what, const char* unit, Value&& value) {
    map_tile tile{.rows = s.rows, .cols = s.cols};
    for (index_t r = 0; r < s.rows; ++r) {
        for (index_t c = 0; c < s.cols; ++c) {
            tile.values.push_back(
                static_cast<float>(value(static_cast<std::size_t>(r), static_cast<std::size_t>(r * s.cols + c))));
        }
    }
    return {.title = text(what, ", ", fault_map::text_of(s.place)), .value = unit, .tiles = {std::move(tile)}};
}

} // namespace detail

/// What wires take of each cell's voltage (IR drop), in millivolts.
[[nodiscard]] inline cell_map lost_voltages(const solved_crossbar& s) {
    return detail::solved_map(s, "voltage lost in wires", "lost voltage (mV)",
                              [&](std::size_t row, std::size_t cell) { return 1e3 * (s.voltage[row] - s.cell_voltage[cell]); });
}

/// The current through each cell, in microamperes.
[[nodiscard]] inline cell_map cell_currents(const solved_crossbar& s) {
    return detail::solved_map(s, "currents of cells", "current (uA)",
                              [&](std::size_t, std::size_t cell) { return 1e6 * s.cell_current[cell]; });
}

/// The current of each column beside what it would be without wires.
[[nodiscard]] inline figure column_currents(const solved_crossbar& s) {
    figure f{.title = text("currents of columns, ", fault_map::text_of(s.place)),
             .x_label = "bit line",
             .y_label = "current (uA)",
             .height = 420};
    f.curves = {curve{.title = "without wires", .points = false}, curve{.title = "through wires", .points = false}};
    for (index_t c = 0; c < s.cols; ++c) {
        const auto i = static_cast<std::size_t>(c);
        f.curves[0].x.push_back(static_cast<double>(c));
        f.curves[0].y.push_back(1e6 * s.ideal[i]);
        f.curves[1].x.push_back(static_cast<double>(c));
        f.curves[1].y.push_back(1e6 * s.current[i]);
    }
    return f;
}

} // namespace rcim::inline RCIM_ABI::plot
