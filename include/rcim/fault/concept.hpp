#pragma once

/// @file
/// Fault models: which cells of a chip are stuck, at which level, from when on. A stuck cell ignores programming and has no
/// variation. The word that a faulty array holds is (code & keep) | level, for any stuck level.
///
/// Every answer is a pure function of the source, which belongs to one crossbar, and of the cell's place in it, so a map depends
/// neither on the extents of the layer nor on the order of questions. A model may offer two more hooks:
///
/// | hook | asked | without it |
/// | --- | --- | --- |
/// | `int arrival_epoch(source, site, levels) const` | for cells that `stuck_level` names: stuck from the start of this epoch on | 0: from the start |
/// | `worn_cell wear(source, site, levels) const` | once for each cell: how many writes it takes, and where it then sticks | no cell wears |
///
/// Laws (tests/laws/fault_laws.hpp): the same source and site give the same answer; answers lie in [-1, levels); rates of zero
/// give a healthy chip; epochs are not negative; an endurance is at least one write.
///
/// Cost: called once per cell when a chip is made. Writes are counted, cell by cell, only where a model wears.

#include <rcim/core/policy.hpp>
#include <rcim/core/random.hpp>

#include <concepts>
#include <cstdint>

namespace rcim::inline RCIM_ABI {

/// Where a cell lies on the chip: layer, tile of the layer's matrix, array of a pair, and row and column in the crossbar.
/// `index` numbers the cells of one crossbar, whatever its extents; a draw at (source, index) belongs to this cell alone.
struct cell_site {
    std::uint32_t layer = 0;
    index_t row_tile = 0;
    index_t col_tile = 0;
    int array = 0;
    index_t row = 0;
    index_t col = 0;
    index_t rows = 1; ///< extents of the crossbar, which the layer may fill in part
    index_t cols = 1;
    std::uint64_t index = 0;
};

/// What becomes of a cell that is written too often.
struct worn_cell {
    double endurance = 0.0; ///< writes, >= 1; infinity: never wears
    int level = 0;          ///< where it then sticks
};

/// What `stuck_level` answers for a cell that works.
inline constexpr int healthy = -1;

namespace fault_requires {
template <class F>
concept kind = PolicyOf<F, fault_kind>;
template <class F>
concept stuck_level = requires(const F& faults, const random_source& source, const cell_site& site, int levels) {
    { faults.stuck_level(source, site, levels) } -> std::convertible_to<int>;
};
template <class F>
concept none = requires {
    { F::none } -> std::convertible_to<bool>;
};
template <class F>
concept arrives = requires(const F& faults, const random_source& source, const cell_site& site, int levels) {
    { faults.arrival_epoch(source, site, levels) } -> std::convertible_to<int>;
};
template <class F>
concept wears = requires(const F& faults, const random_source& source, const cell_site& site, int levels) {
    { faults.wear(source, site, levels) } -> std::same_as<worn_cell>;
};
} // namespace fault_requires

/// Draws the stuck cells of a chip.
template <class F>
concept FaultModel = fault_requires::kind<F> && fault_requires::stuck_level<F> && fault_requires::none<F>;

template <class F>
struct check_fault {
    static_assert(fault_requires::kind<F>, "rcim: role Faults: missing `using policy_kind = fault_kind;`, "
                                           "`static std::string name();` or `static constexpr auto fields();`");
    static_assert(fault_requires::stuck_level<F>, "rcim: role Faults: missing `int stuck_level(const random_source&, "
                                                  "const cell_site&, int levels) const;`");
    static_assert(fault_requires::none<F>, "rcim: role Faults: missing `static constexpr bool none;` (true: never a fault)");
};

/// When a cell that `stuck_level` names sticks.
template <FaultModel F>
[[nodiscard]] constexpr int arrival_epoch(const F& faults, const random_source& source, const cell_site& site, int levels) {
    if constexpr (fault_requires::arrives<F>) {
        return faults.arrival_epoch(source, site, levels);
    } else {
        return 0;
    }
}

/// The levels of stuck cells by shares: a draw below `stuck` x `hrs_share` is the lowest level, one below `stuck` the highest.
[[nodiscard]] constexpr int stuck_by(double draw, double stuck, double hrs_share, int levels) {
    return draw < stuck * hrs_share ? 0 : draw < stuck ? levels - 1 : healthy;
}

} // namespace rcim::inline RCIM_ABI
