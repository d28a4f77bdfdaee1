#pragma once

/// @file
/// Cells. A cell holds one of some number of levels as a conductance. Level 0 is the high-resistance state (HRS), the top level
/// the low-resistance state (LRS).
///
/// Laws (tests/laws/cell_laws.hpp): conductances are positive or zero and finite, rise strictly with the level, and do not
/// depend on anything but level and number of levels; where `folds` is true they rise by equal steps.
///
/// Cost: `conductance` is called when a table of levels is made, never in a loop over cells of the fast plans.

#include <rcim/core/policy.hpp>

#include <concepts>

namespace rcim::inline RCIM_ABI {

namespace cell_requires {
template <class C>
concept kind = PolicyOf<C, cell_kind>;
template <class C>
concept bits = requires {
    { C::bits } -> std::convertible_to<int>;
};
template <class C>
concept conductance = requires(const C& cell, int level, int levels) {
    { cell.conductance(level, levels) } -> std::convertible_to<double>;
};
template <class C>
concept folds = requires {
    { C::folds } -> std::convertible_to<bool>;
};
} // namespace cell_requires

/// Holds 2^bits levels (any number where bits is 0) as conductances in siemens.
template <class C>
concept CellModel = cell_requires::kind<C> && cell_requires::bits<C> && cell_requires::conductance<C> && cell_requires::folds<C>;

template <class C>
struct check_cell {
    static_assert(cell_requires::kind<C>, "rcim: role Cell: missing `using policy_kind = cell_kind;`, "
                                          "`static std::string name();` or `static constexpr auto fields();`");
    static_assert(cell_requires::bits<C>, "rcim: role Cell: missing `static constexpr int bits;` (0: any number of levels)");
    static_assert(cell_requires::conductance<C>, "rcim: role Cell: missing `double conductance(int level, int levels) const;`");
    static_assert(cell_requires::folds<C>, "rcim: role Cell: missing `static constexpr bool folds;` (levels at equal steps)");
};

/// The current of the lowest level in steps of one level: what a cell at HRS adds to a column. Zero for an infinite on/off
/// ratio.
template <CellModel C>
[[nodiscard]] constexpr double leak_in_levels(const C& cell, int levels) {
    const double low = cell.conductance(0, levels);
    return low / ((cell.conductance(levels - 1, levels) - low) / (levels - 1));
}

} // namespace rcim::inline RCIM_ABI
