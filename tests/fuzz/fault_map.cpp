#include <rcim/data/fault_files.hpp>
#include <rcim/fault/imported.hpp>

#include "harness/target.hpp"

// Both files as bytes and as numbers, the map, and the same again written and read back; a crossbar of one cell costs a node of
// the map.
const fuzz::memory_bound fuzz::memory{.constant = 64 << 10, .per_byte = 64};

namespace {

std::string words_of(const rcim::fault_map& map) {
    return rcim::text(map);
}

} // namespace

/// The input is both files: the length of faults.npy as two bytes, faults.npy, placement.npy.
void fuzz::read(bytes input) {
    if (input.size() < 2) {
        return;
    }
    const std::size_t length = std::min<std::size_t>(input[0] | std::size_t{input[1]} << 8, input.size() - 2);
    put(folder() / "faults.npy", input.subspan(2, length));
    put(folder() / "placement.npy", input.subspan(2 + length));
    const rcim::fault_map map = rcim::load_fault_map(folder());
    const rcim::imported faults{map};
    std::uint64_t cells = 0;
    for (const auto& [place, one] : map.crossbars()) {
        require(one.rows >= 0 && one.cols >= 0 &&
                    (one.rows == 0 || one.cols <= static_cast<rcim::index_t>(one.levels.size()) / one.rows) &&
                    static_cast<rcim::index_t>(one.levels.size()) == one.rows * one.cols,
                "levels that do not have the crossbar's shape");
        cells += one.levels.size();
        const rcim::cell_site site{.layer = place.layer,
                                   .row_tile = place.row_tile,
                                   .col_tile = place.col_tile,
                                   .array = static_cast<int>(place.array),
                                   .row = one.rows - 1,
                                   .col = one.cols - 1};
        accepts([&] {
            const int level = faults.stuck_level(rcim::random_source(7, rcim::purpose::fault_map), site, 16);
            require(level >= rcim::healthy && level < 16, "a level that the cell does not have");
        });
    }
    require(map.cells() == cells && map.stuck() <= cells, "counts that are not those of the crossbars");
    save_fault_map(map, folder() / "again");
    require(words_of(rcim::load_fault_map(folder() / "again")) == words_of(map), "a map that is not what was written");
}
