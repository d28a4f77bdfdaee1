#pragma once

#include <rcim/fault/fault_map.hpp>

#include <memory>
#include <ostream>
#include <string>
#include <tuple>
#include <utility>

namespace rcim::inline RCIM_ABI {

/// A fault map that designs share.
struct shared_fault_map {
    std::shared_ptr<const fault_map> map;

    friend std::ostream& operator<<(std::ostream& out, const shared_fault_map& shared) {
        return shared.map ? out << *shared.map : out << "none";
    }
};

/// The faults of one chip, as measured or as exported: nothing is drawn. Throws `error` where the map lacks a crossbar that the
/// network needs, where a crossbar is smaller than what lies on it, and where a level is none of the cell's.
///
///     .with(imported{load_fault_map("chip-7")})
struct imported {
    using policy_kind = fault_kind;
    static constexpr bool none = false;

    shared_fault_map chip;

    imported() = default;
    imported(fault_map map) : chip{std::make_shared<const fault_map>(std::move(map))} {}

    [[nodiscard]] int stuck_level(const random_source&, const cell_site& site, int levels) const {
        const crossbar_place place{site.layer, static_cast<std::uint32_t>(site.row_tile), static_cast<std::uint32_t>(site.col_tile),
                                   static_cast<std::uint32_t>(site.array)};
        const fault_map::crossbar* const one = chip.map ? chip.map->find(place) : nullptr;
        if (!one) {
            fail("imported", "fault map", text("a crossbar for ", fault_map::text_of(place)), text(chip));
        }
        if (site.row >= one->rows || site.col >= one->cols) {
            fail("imported", text("crossbar for ", fault_map::text_of(place)), text("a cell in row ", site.row, " and column ", site.col),
                 text(one->rows, " x ", one->cols, " cells"));
        }
        const std::int32_t level = one->at(site.row, site.col);
        if (level < healthy || level >= levels) {
            fail("imported", text("crossbar for ", fault_map::text_of(place), ", row ", site.row, ", column ", site.col),
                 text("-1 or a level below ", levels), text(level));
        }
        return level;
    }

    void validate() const {
        if (!chip.map) {
            fail("imported", "fault map", "the map of a chip", "none");
        }
    }

    static std::string name() { return "imported"; }
    static constexpr auto fields() { return std::tuple{field{"chip", &imported::chip}}; }
};
static_assert(FaultModel<imported>);

} // namespace rcim::inline RCIM_ABI
