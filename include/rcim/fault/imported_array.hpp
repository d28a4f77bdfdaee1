#pragma once

#include <rcim/core/error.hpp>
#include <rcim/fault/concept.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// The stuck cells of one or more measured arrays of one size. data/fault_files.hpp loads it from a NumPy file.
struct fault_array {
    index_t arrays = 0;
    index_t rows = 0;
    index_t cols = 0;
    std::vector<std::int32_t> levels; ///< [arrays][rows][cols]; `healthy` or the level at which a cell is stuck

    [[nodiscard]] std::int32_t at(index_t array, index_t row, index_t col) const {
        return levels[static_cast<std::size_t>((array * rows + row) * cols + col)];
    }
    [[nodiscard]] std::uint64_t stuck() const {
        return static_cast<std::uint64_t>(
            std::count_if(levels.begin(), levels.end(), [](std::int32_t l) { return l != healthy; }));
    }
};

/// For logs and identities: extents, and a sum over all levels (FNV-1a).
inline std::ostream& operator<<(std::ostream& out, const fault_array& array) {
    std::uint64_t sum = 0xCBF29CE484222325u;
    for (const std::int32_t level : array.levels) {
        sum = (sum ^ static_cast<std::uint32_t>(level)) * 0x100000001B3u;
    }
    return out << "fault_array(" << array.arrays << " of " << array.rows << " x " << array.cols << ", " << array.stuck()
               << " of " << array.levels.size() << " cells stuck, sum " << std::hex << sum << std::dec << ")";
}

/// A fault array that designs share.
struct shared_fault_array {
    std::shared_ptr<const fault_array> array;

    friend std::ostream& operator<<(std::ostream& out, const shared_fault_array& shared) {
        return shared.array ? out << *shared.array : out << "none";
    }
};

/// Measured arrays as the stock that chips are cut from: every crossbar is a window of one of them, drawn from the seed, so that each seed
/// is another chip of the same make. Windows lie side by side (a 512 x 512 array holds 64 of 64 x 64) and may serve several crossbars; a
/// crossbar that is larger than the arrays repeats its window. Where it is known which crossbar holds what, `imported` says so exactly.
/// Throws `error` where a level is none of the cell's.
///
///     .with(imported_array{load_fault_array("faults.npy")})
struct imported_array {
    using policy_kind = fault_kind;
    static constexpr bool none = false;

    shared_fault_array stock;

    imported_array() = default;
    imported_array(fault_array measured) : stock{std::make_shared<const fault_array>(std::move(measured))} {}

    [[nodiscard]] int stuck_level(const random_source& source, const cell_site& site, int levels) const {
        if (!stock.array) {
            return healthy;
        }
        const fault_array& from = *stock.array;
        const index_t down = std::max<index_t>(1, from.rows / site.rows);
        const index_t across = std::max<index_t>(1, from.cols / site.cols);
        const auto window = static_cast<index_t>(source.below(0, static_cast<std::uint32_t>(from.arrays * down * across)));
        const index_t array = window / (down * across);
        const index_t row = (window / across % down * site.rows + site.row) % from.rows;
        const index_t col = (window % across * site.cols + site.col) % from.cols;
        const std::int32_t level = from.at(array, row, col);
        if (level < healthy || level >= levels) {
            fail("imported_array", text("array ", array, ", row ", row, ", column ", col),
                 text("-1 or a level below ", levels, ", which the cell has"), text(level));
        }
        return level;
    }

    void validate() const {
        if (!stock.array) {
            fail("imported_array", "stock", "measured arrays", "none");
        }
        const fault_array& from = *stock.array;
        const bool counts =
            from.arrays >= 1 && from.rows >= 1 && from.cols >= 1 && from.arrays <= (index_t{1} << 31) / from.rows / from.cols;
        if (!counts || static_cast<index_t>(from.levels.size()) != from.arrays * from.rows * from.cols) {
            fail("imported_array", "stock", "positive extents, at most 2^31 cells and a level for each",
                 text(from.arrays, " x ", from.rows, " x ", from.cols, ", ", from.levels.size(), " levels"));
        }
    }

    static std::string name() { return "imported_array"; }
    static constexpr auto fields() { return std::tuple{field{"stock", &imported_array::stock}}; }
};
static_assert(FaultModel<imported_array>);

} // namespace rcim::inline RCIM_ABI
