#pragma once

#include <rcim/core/error.hpp>
#include <rcim/fault/concept.hpp>

#include <algorithm>
#include <compare>
#include <cstdint>
#include <map>
#include <ostream>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Which crossbar of a chip: the tile of a layer's matrix, and the array of a pair, that it holds.
struct crossbar_place {
    std::uint32_t layer = 0;
    std::uint32_t row_tile = 0;
    std::uint32_t col_tile = 0;
    std::uint32_t array = 0;

    friend auto operator<=>(const crossbar_place&, const crossbar_place&) = default;
};

/// The stuck cells of one chip, crossbar by crossbar: measured on a real one, or taken from a simulated one. data/fault_files.hpp
/// saves and loads it.
class fault_map {
public:
    struct crossbar {
        index_t rows = 0;
        index_t cols = 0;
        std::vector<std::int32_t> levels; ///< [rows][cols]; `healthy` or the level at which a cell is stuck

        [[nodiscard]] std::int32_t& at(index_t row, index_t col) { return levels[static_cast<std::size_t>(row * cols + col)]; }
        [[nodiscard]] std::int32_t at(index_t row, index_t col) const { return levels[static_cast<std::size_t>(row * cols + col)]; }
    };

    /// A crossbar whose cells all work. Throws `error` if there is one in that place.
    crossbar& add(const crossbar_place& place, index_t rows, index_t cols) {
        const auto [at, added] = crossbars_.try_emplace(place, crossbar{rows, cols, {}});
        if (!added) {
            fail("fault_map", text("crossbar ", text_of(place)), "one map", "two");
        }
        at->second.levels.assign(static_cast<std::size_t>(rows * cols), healthy);
        return at->second;
    }

    /// Null if the chip has no crossbar there.
    [[nodiscard]] const crossbar* find(const crossbar_place& place) const {
        const auto at = crossbars_.find(place);
        return at == crossbars_.end() ? nullptr : &at->second;
    }

    /// In the order of their places.
    [[nodiscard]] const std::map<crossbar_place, crossbar>& crossbars() const { return crossbars_; }

    [[nodiscard]] std::uint64_t cells() const {
        std::uint64_t count = 0;
        for (const auto& [place, one] : crossbars_) {
            count += one.levels.size();
        }
        return count;
    }
    [[nodiscard]] std::uint64_t stuck() const {
        std::uint64_t count = 0;
        for (const auto& [place, one] : crossbars_) {
            count += static_cast<std::uint64_t>(std::count_if(one.levels.begin(), one.levels.end(), [](std::int32_t l) { return l != healthy; }));
        }
        return count;
    }

    [[nodiscard]] static std::string text_of(const crossbar_place& p) {
        return text("layer ", p.layer, ", tile (", p.row_tile, ", ", p.col_tile, "), array ", p.array);
    }

private:
    std::map<crossbar_place, crossbar> crossbars_;
};

/// For logs and identities: how much there is, and a sum over all of it (FNV-1a).
inline std::ostream& operator<<(std::ostream& out, const fault_map& map) {
    std::uint64_t sum = 0xCBF29CE484222325u;
    const auto mix = [&](std::uint64_t value) { sum = (sum ^ value) * 0x100000001B3u; };
    for (const auto& [place, one] : map.crossbars()) {
        for (const std::uint32_t part : {place.layer, place.row_tile, place.col_tile, place.array}) {
            mix(part);
        }
        for (const std::int32_t level : one.levels) {
            mix(static_cast<std::uint32_t>(level));
        }
    }
    return out << "fault_map(" << map.crossbars().size() << " crossbars, " << map.stuck() << " of " << map.cells() << " cells stuck, sum "
               << std::hex << sum << std::dec << ")";
}

} // namespace rcim::inline RCIM_ABI
