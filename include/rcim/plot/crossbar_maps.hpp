#pragma once

/// @file
/// Maps of the crossbars of a layer: stuck cells, writes, conductances.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/events.hpp>
#include <rcim/core/random.hpp>
#include <rcim/crossbar/cell_sites.hpp>
#include <rcim/crossbar/cells.hpp>
#include <rcim/crossbar/wear.hpp>
#include <rcim/fault/concept.hpp>
#include <rcim/fault/fault_map.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/nn/adaptable.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/plot/cell_map.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI::plot {

/// Which crossbars of a layer are shown.
struct crossbar_choice {
    int array = -1;        ///< of a pair: 0 plus, 1 minus; -1: both
    index_t row_tile = -1; ///< row of crossbars; -1: all
    index_t col_tile = -1; ///< likewise, column
};

/// What pictures know of a layer whose weights live in cells.
struct layer_crossbars {
    std::string name{}; ///< number and kind
    std::uint32_t place = 0;
    tiling tiles{};
    int arrays = 1;
    fault_map faults{}; ///< its crossbars alone
};

/// The layers of a network whose weights live in cells, in order. O(cells).
[[nodiscard]] inline std::vector<layer_crossbars> crossbars_of(network& net) {
    std::vector<layer_crossbars> found;
    int number = 0;
    net.each([&](layer& one) {
        layer_crossbars l;
        one.show_faults(l.faults);
        if (adaptable_layer* const weights = one.adaptable(); weights != nullptr && !l.faults.crossbars().empty()) {
            const std::string description = one.describe();
            l.name = text(number, " ", description.substr(0, description.find(" on ")));
            l.place = l.faults.crossbars().begin()->first.layer;
            l.tiles = weights->tiles();
            l.arrays = static_cast<int>(l.faults.crossbars().rbegin()->first.array) + 1;
            found.push_back(std::move(l));
        }
        ++number;
    });
    return found;
}

namespace detail {

/// A map of crossbars of one layer. extents(row tile, column tile) -> {rows, cols}, value(array, row tile, column tile, row, column).
template <class Extents, class Value>
[[nodiscard]] cell_map crossbar_map(std::string title, index_t row_tiles, index_t col_tiles, int arrays,
                                    const crossbar_choice& which, Extents&& extents, Value&& value) {
    if (which.array >= arrays || which.row_tile >= row_tiles || which.col_tile >= col_tiles) {
        fail("plot", text("map '", title, "'"),
             text("a crossbar within ", row_tiles, " x ", col_tiles, " in ", arrays, arrays == 1 ? " array" : " arrays"),
             text("(", which.row_tile, ", ", which.col_tile, ") of array ", which.array));
    }
    const auto range = [](index_t chosen, index_t all) {
        return chosen < 0 ? std::pair<index_t, index_t>{0, all} : std::pair<index_t, index_t>{chosen, chosen + 1};
    };
    const auto [first_array, last_array] = range(which.array, arrays);
    const auto [first_row, last_row] = range(which.row_tile, row_tiles);
    const auto [first_col, last_col] = range(which.col_tile, col_tiles);
    index_t high = 0;
    index_t wide = 0;
    for (index_t r = first_row; r < last_row; ++r) {
        high += extents(r, first_col).first;
    }
    for (index_t c = first_col; c < last_col; ++c) {
        wide += extents(first_row, c).second;
    }
    const bool beside = high >= wide; // the arrays of a pair
    const auto name = [&](index_t array, index_t tile) {
        return arrays == 1 ? text(tile) : text(array_name(static_cast<int>(array)), " ", tile);
    };
    cell_map m{.title = std::move(title)};
    for (index_t a = first_array; a < last_array; ++a) {
        const index_t number = a - first_array;
        for (index_t r = first_row; r < last_row; ++r) {
            for (index_t c = first_col; c < last_col; ++c) {
                const auto [rows, cols] = extents(r, c);
                map_tile t{.row = r - first_row + (beside ? 0 : number * (last_row - first_row)),
                           .col = c - first_col + (beside ? number * (last_col - first_col) : 0),
                           .rows = rows,
                           .cols = cols};
                t.values.reserve(static_cast<std::size_t>(rows * cols));
                for (index_t i = 0; i < rows; ++i) {
                    for (index_t k = 0; k < cols; ++k) {
                        t.values.push_back(static_cast<float>(value(static_cast<int>(a), r, c, i, k)));
                    }
                }
                m.tiles.push_back(std::move(t));
            }
        }
        for (index_t c = first_col; c < last_col && (beside || a == first_array); ++c) {
            m.col_names.push_back(beside ? name(a, c) : text(c));
        }
        for (index_t r = first_row; r < last_row && (!beside || a == first_array); ++r) {
            m.row_names.push_back(beside ? text(r) : name(a, r));
        }
    }
    if (m.tiles.size() == 1) { // its cells are counted
        m.col_names.clear();
        m.row_names.clear();
    } else {
        m.x_label = "bit lines, by column of crossbars";
        m.y_label = "word lines, by row of crossbars";
    }
    return m;
}

inline constexpr float no_cell = std::numeric_limits<float>::quiet_NaN();

/// The same by the tiling of a layer: cells that hold no weight have no value. value(array, output, input, slice).
template <class Value>
[[nodiscard]] cell_map weight_cell_map(std::string title, const tiling& t, int arrays, const crossbar_choice& which,
                                       Value&& value) {
    return crossbar_map(
        std::move(title), t.row_tiles, t.col_tiles, arrays, which,
        [&](index_t, index_t) {
            return std::pair{t.crossbar_rows, t.crossbar_cols};
        },
        [&](int a, index_t r, index_t c, index_t i, index_t k) {
            const bool used = i < t.rows_in(r) && k < t.weights_in(c) * t.slices;
            return used ? static_cast<float>(
                              value(a, c * t.weights_per_row + k / t.slices, r * t.rows + i, static_cast<int>(k % t.slices)))
                        : no_cell;
        });
}

/// The highest level at which a cell of the map is stuck.
[[nodiscard]] inline std::int32_t top_stuck_level(const fault_map& map) {
    std::int32_t top = 0;
    for (const auto& [place, one] : map.crossbars()) {
        for (const std::int32_t level : one.levels) {
            top = std::max(top, level);
        }
    }
    return top;
}

/// 0 healthy, 1 at HRS, 2 at LRS, 3 between.
[[nodiscard]] inline float fault_category(std::int32_t level, std::int32_t top) {
    return level == healthy ? 0.0f : level == 0 ? 1.0f : level == top ? 2.0f : 3.0f;
}

inline void name_faults(cell_map& m) {
    m.categories = {{"healthy", pale}, {"stuck at HRS", blue}, {"stuck at LRS", vermilion}};
    const bool between = std::any_of(m.tiles.begin(), m.tiles.end(), [](const map_tile& t) {
        return std::find(t.values.begin(), t.values.end(), 3.0f) != t.values.end();
    });
    if (between) {
        m.categories.push_back({"stuck between", rose});
    }
}

} // namespace detail

/// The stuck cells of one layer of a map, crossbars as large as they are. levels: of a cell, so that the highest is LRS; 0: as many as the map has stuck
/// cells at. Throws `error` if the map has no crossbar of this layer, or has gaps. O(cells).
[[nodiscard]] inline cell_map fault_cells(const fault_map& map, std::uint32_t layer, const crossbar_choice& which = {},
                                          int levels = 0) {
    index_t row_tiles = 0;
    index_t col_tiles = 0;
    int arrays = 0;
    for (const auto& [place, one] : map.crossbars()) {
        if (place.layer == layer) {
            row_tiles = std::max<index_t>(row_tiles, index_t{place.row_tile} + 1);
            col_tiles = std::max<index_t>(col_tiles, index_t{place.col_tile} + 1);
            arrays = std::max(arrays, static_cast<int>(place.array) + 1);
        }
    }
    const std::string title = text("stuck cells of layer ", layer);
    if (arrays == 0) {
        fail("plot", text("map '", title, "'"), "a layer of the fault map",
             text(map.crossbars().size(), " crossbars of others"));
    }
    const std::int32_t top = levels > 0 ? levels - 1 : detail::top_stuck_level(map);
    const auto crossbar = [&](index_t r, index_t c, int a) -> const fault_map::crossbar& {
        const crossbar_place place{layer, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(c),
                                   static_cast<std::uint32_t>(a)};
        const fault_map::crossbar* const one = map.find(place);
        if (one == nullptr) {
            fail("plot", text("map '", title, "'"), fault_map::text_of(place), "none");
        }
        return *one;
    };
    cell_map m = detail::crossbar_map(
        title, row_tiles, col_tiles, arrays, which,
        [&](index_t r, index_t c) {
            const fault_map::crossbar& one = crossbar(r, c, 0);
            return std::pair{one.rows, one.cols};
        },
        [&](int a, index_t r, index_t c, index_t i, index_t k) {
            const fault_map::crossbar& one = crossbar(r, c, a);
            return i < one.rows && k < one.cols ? detail::fault_category(one.at(i, k), top) : detail::no_cell;
        });
    detail::name_faults(m);
    return m;
}

/// The stuck cells of a layer as they are now; cells that hold no weight are left blank. levels as above. O(cells).
[[nodiscard]] inline cell_map fault_cells(const layer_crossbars& l, const crossbar_choice& which = {}, int levels = 0) {
    const std::int32_t top = levels > 0 ? levels - 1 : detail::top_stuck_level(l.faults);
    cell_map m = detail::weight_cell_map(
        text("stuck cells of layer ", l.name), l.tiles, l.arrays, which, [&](int a, index_t output, index_t input, int slice) {
            const fault_map::crossbar* const one =
                l.faults.find({l.place, static_cast<std::uint32_t>(input / l.tiles.rows),
                               static_cast<std::uint32_t>(output / l.tiles.weights_per_row), static_cast<std::uint32_t>(a)});
            return detail::fault_category(one->at(l.tiles.row_of(input), l.tiles.col_of(output, slice)), top);
        });
    detail::name_faults(m);
    return m;
}

/// How often each word line was written, one strip for each column of crossbars. Throws `error` where the counts are not those of such crossbars; where nothing
/// was counted, when drawn. O(lines).
[[nodiscard]] inline cell_map written_lines(const line_wear& wear, const tiling& t, std::string title) {
    const auto lines = static_cast<std::size_t>(t.inputs * t.col_tiles);
    if (lines == 0 || wear.writes.size() % lines != 0 || wear.writes.empty()) {
        fail("plot", text("map '", title, "'"), text("writes of ", lines, " word lines in each array"),
             text(wear.writes.size()));
    }
    constexpr index_t strip = 8; // dots, with a gap of one
    const auto arrays = static_cast<int>(wear.writes.size() / lines);
    cell_map m{.title = std::move(title),
               .value = "writes",
               .x_label = "column of crossbars",
               .y_label = "word line",
               .square = false};
    for (int a = 0; a < arrays; ++a) {
        for (index_t c = 0; c < t.col_tiles; ++c) {
            m.col_names.push_back(arrays == 1 ? text(c) : text(array_name(a), " ", c));
            for (index_t r = 0; r < t.row_tiles; ++r) {
                map_tile tile{.row = r, .col = a * t.col_tiles + c, .rows = t.rows_in(r), .cols = strip};
                for (index_t i = 0; i < tile.rows; ++i) {
                    const auto line = static_cast<std::size_t>((a * t.col_tiles + c) * t.inputs + r * t.rows + i);
                    tile.values.insert(tile.values.end(), static_cast<std::size_t>(strip),
                                       static_cast<float>(wear.writes[line]));
                }
                m.tiles.push_back(std::move(tile));
            }
        }
    }
    if (t.row_tiles > 1) {
        m.y_label = "word lines, by row of crossbars";
        for (index_t r = 0; r < t.row_tiles; ++r) {
            m.row_names.push_back(text(r));
        }
    }
    return m;
}

/// The writes of the weights of every layer with crossbars that a run has counted, in order.
[[nodiscard]] inline std::vector<cell_map> written_lines(network& net, const event_ledger& events) {
    std::vector<cell_map> maps;
    for (const layer_crossbars& l : crossbars_of(net)) {
        if (l.place < events.layers().size() && !events.layers()[l.place].weight_lines.writes.empty()) {
            maps.push_back(
                written_lines(events.layers()[l.place].weight_lines, l.tiles, text("writes of word lines of layer ", l.name)));
        }
    }
    return maps;
}

/// Conductances of an array's cells now, in microsiemens; a stuck one's is that of its level. O(cells).
template <class Array>
[[nodiscard]] cell_map conductances(const Array& array, const crossbar_choice& which = {}) {
    cell_map m = detail::weight_cell_map(
        text("conductances of layer ", array.place()), array.tiles(), array.sites().arrays, which,
        [&](int a, index_t output, index_t input, int slice) { return 1e6 * array.conductance(a, output, input, slice); });
    m.value = "conductance (uS)";
    return m;
}

/// Writes that each cell of an array has made, for designs whose fault model wears (nothing else counts cell by cell). O(cells).
template <class Array>
[[nodiscard]] cell_map
written_cells(const Array& array,
              const crossbar_choice& which = {}) requires fault_requires::wears<typename Array::design_type::faults_type> {
    const cell_sites& sites = array.sites();
    const int levels = 1 << array.format().cell_bits;
    cell_map m = detail::weight_cell_map(
        text("writes of cells of layer ", array.place()), array.tiles(), sites.arrays, which,
        [&](int a, index_t output, index_t input, int slice) {
            // What a cell could take is drawn anew: only what is left of it is kept.
            const cell_site site = sites.of(a, output * sites.stride + input, slice);
            const random_source source{array.seed(), purpose::fault_map, site.layer, cell_sites::crossbar_of(site)};
            const double endurance =
                std::clamp(array.chip().faults.wear(source, site, levels).endurance, 1.0, wear_counters::most);
            return std::trunc(endurance) - static_cast<double>(array.writes_left(a, output, input, slice));
        });
    m.value = "writes";
    return m;
}

} // namespace rcim::inline RCIM_ABI::plot
