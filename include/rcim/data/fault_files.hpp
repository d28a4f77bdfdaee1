#pragma once

/// @file
/// Fault maps as files: a folder for each chip, with
/// - faults.npy: int32 [crossbars][rows][cols], -1 for a cell that works, else the level at which it is stuck;
/// - placement.npy: uint32 [crossbars][4], what each crossbar holds: layer, row of tiles, column of tiles, array of the pair.
/// A measured chip is made usable by writing its second file: the choice of which crossbar serves which tile. Where there is no such
/// choice, `load_fault_array` takes the measured arrays alone.

#include <rcim/data/npy.hpp>
#include <rcim/fault/fault_map.hpp>
#include <rcim/fault/imported_array.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Writes both files beside their places and renames them. Smaller crossbars are filled up with cells that work.
inline void save_fault_map(const fault_map& map, const std::filesystem::path& folder) {
    std::error_code code;
    std::filesystem::create_directories(folder, code);
    if (code) {
        fail("save_fault_map", folder.string(), "a folder that can be made", code.message());
    }
    const auto count = static_cast<index_t>(map.crossbars().size());
    index_t rows = 0;
    index_t cols = 0;
    for (const auto& [place, one] : map.crossbars()) {
        rows = std::max(rows, one.rows);
        cols = std::max(cols, one.cols);
    }
    std::vector<std::int32_t> levels(static_cast<std::size_t>(count * rows * cols), healthy);
    std::vector<std::uint32_t> places;
    index_t next = 0;
    for (const auto& [place, one] : map.crossbars()) {
        for (index_t r = 0; r < one.rows; ++r) {
            std::copy_n(one.levels.begin() + r * one.cols, one.cols, levels.begin() + (next * rows + r) * cols);
        }
        places.insert(places.end(), {place.layer, place.row_tile, place.col_tile, place.array});
        ++next;
    }
    save_npy<std::int32_t>(folder / "faults.npy", levels, std::array{count, rows, cols});
    save_npy<std::uint32_t>(folder / "placement.npy", places, std::array{count, index_t{4}});
}

/// Reads both files. Throws `error` where one is missing or unsound, and where they do not fit together.
[[nodiscard]] inline fault_map load_fault_map(const std::filesystem::path& folder) {
    const auto levels = load_npy<std::int32_t>(folder / "faults.npy");
    const auto places = load_npy<std::uint32_t>(folder / "placement.npy");
    if (levels.shape.size() != 3) {
        fail("load_fault_map", (folder / "faults.npy").string() + ": shape", "(crossbars, rows, cols)", detail::npy_shape_text(levels.shape));
    }
    if (places.shape != std::vector<index_t>{levels.shape[0], 4}) {
        fail("load_fault_map", (folder / "placement.npy").string() + ": shape", text("(", levels.shape[0], ", 4)"),
             detail::npy_shape_text(places.shape));
    }
    fault_map map;
    const index_t cells = levels.shape[1] * levels.shape[2];
    for (index_t n = 0; n < levels.shape[0]; ++n) {
        const std::uint32_t* const p = places.data.data() + 4 * n;
        fault_map::crossbar& one = map.add({p[0], p[1], p[2], p[3]}, levels.shape[1], levels.shape[2]);
        std::copy_n(levels.data.begin() + n * cells, cells, one.levels.begin());
    }
    return map;
}

/// What a number in a file of faults means: `healthy` (-1) or the level at which the cell is stuck.
using fault_code = std::function<int(std::int64_t)>;

/// The code of masks: zero (false) is a cell that works, anything else one that is stuck at this level.
[[nodiscard]] inline fault_code stuck_where_set(int level) {
    return [level](std::int64_t value) { return value == 0 ? healthy : level; };
}

/// Measured faults of an array [rows][cols], or of several [arrays][rows][cols], of any integer type or of whole floats, in either order.
/// Without a code numbers are levels and -1 is a cell that works. A mask (bool) does not say at which level cells are stuck and needs a code, as do other
/// conventions:
///
///     load_fault_array("mask.npy", stuck_where_set(0))
///     load_fault_array("codes.npy", [](std::int64_t v) { return v == 0 ? healthy : v == 1 ? 0 : 3; })
///
/// `where` names the array in errors. Throws `error` on other shapes, no cells, numbers below -1 and a mask without a code.
[[nodiscard]] inline fault_array fault_array_of(const npy_array<std::int64_t>& from, const fault_code& code, const std::string& where) {
    const std::vector<index_t>& shape = from.shape;
    if ((shape.size() != 2 && shape.size() != 3) || from.data.empty()) {
        fail("load_fault_array", where + ": shape", "(rows, cols) or (arrays, rows, cols), none of them 0", detail::npy_shape_text(shape));
    }
    if (!code && from.type == "|b1") {
        fail("load_fault_array", where, "a code for a mask, such as stuck_where_set(level)", "none");
    }
    fault_array result{shape.size() == 3 ? shape[0] : 1, shape[shape.size() - 2], shape.back(), {}};
    result.levels.reserve(from.data.size());
    for (std::size_t n = 0; n < from.data.size(); ++n) {
        const std::int64_t level = code ? code(from.data[n]) : from.data[n];
        if (level < healthy || level > std::numeric_limits<std::int32_t>::max()) {
            fail("load_fault_array", text(where, ": element ", n), "-1 for a cell that works, or a level", text(level));
        }
        result.levels.push_back(static_cast<std::int32_t>(level));
    }
    return result;
}

/// The same of an NPY file; of an NPZ file: fault_array_of(archive.array_as<std::int64_t>(name), code, name).
[[nodiscard]] inline fault_array load_fault_array(const std::filesystem::path& path, const fault_code& code = {}) {
    return fault_array_of(load_npy_as<std::int64_t>(path), code, path.string());
}

} // namespace rcim::inline RCIM_ABI
