#pragma once

/// @file
/// Cells. A cell holds one of some number of levels as a conductance. Level 0 is the high-resistance state (HRS), the top level
/// the low-resistance state (LRS).
///
/// Laws (tests/laws/cell_laws.hpp): conductances are positive or zero and finite, rise strictly with the level, and do not
/// depend on anything but level and number of levels; where `folds` is true they rise by equal steps.
///
/// A cell that cannot be programmed exactly offers any of the hooks below; a wrapper holds the cell it changes in a member `inner`
/// and writes only what it changes (docs/cells.md). A position is a conductance in steps of one level: 0 at HRS, levels - 1 at LRS.
///
/// | hook | asked | without it |
/// | --- | --- | --- |
/// | `written_cell program(const cell_write&, const cell_draws&) const` | for each write of a cell that is not stuck | the inner cell's; exact |
/// | `float drift_exponent(const cell_draws&) const`, `float at(float position, double elapsed, float exponent, const level_ladder&) const`, member `seconds_per_step` | the exponent once for each cell; `at` for each cell whenever time has passed since its write | no drift |
/// | `iv_law law() const`, any `IvLaw` | once for each array: what a cell of some conductance carries at some voltage | the inner cell's; Ohm's law |
///
/// Laws of the hooks: the same write and draws give the same position, finite; `at` gives the position where `elapsed` is zero or less;
/// currents are odd in the voltage, rise with it, and are proportional to the conductance; slopes are their derivatives.
///
/// Cost: `conductance` is called when a table of levels is made, never in a loop over cells of the fast plans. `program` and drift run for
/// every cell that is written, a law for every cell and read that is solved; they must not allocate.

#include <rcim/cell/iv_law.hpp>
#include <rcim/core/policy.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace rcim::inline RCIM_ABI {

class cell_draws;
class level_ladder;
struct cell_write;
struct written_cell;

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
template <class C>
concept wraps = requires(const C& cell) { cell.inner; };
template <class C>
concept program = requires(const C& cell, const cell_write& write, const cell_draws& draws) {
    { cell.program(write, draws) } -> std::same_as<written_cell>;
};
template <class C>
concept drift = requires(const C& cell, float number, double elapsed, const cell_draws& draws, const level_ladder& ladder) {
    { cell.drift_exponent(draws) } -> std::same_as<float>;
    { cell.at(number, elapsed, number, ladder) } -> std::same_as<float>;
    { cell.seconds_per_step } -> std::convertible_to<double>;
};
template <class C>
concept law = requires(const C& cell) {
    { cell.law() } -> IvLaw;
};
} // namespace cell_requires

/// Holds 2^bits levels (any number where bits is 0) as conductances in siemens.
template <class C>
concept CellModel = cell_requires::kind<C> && cell_requires::bits<C> && cell_requires::conductance<C> && cell_requires::folds<C>;

template <class C>
struct check_cell;

namespace detail {
/// The cell inside, before the one around it.
template <class C>
consteval bool check_inner_cell() {
    if constexpr (cell_requires::wraps<C>) {
        return sizeof(check_cell<std::remove_cvref_t<decltype(std::declval<C>().inner)>>) > 0;
    } else {
        return true;
    }
}
/// A member with the name of a hook and another signature would be no hook, without a word.
template <class C>
concept names_program = requires { &C::program; };
template <class C>
concept names_drift = requires { &C::drift_exponent; } || requires { &C::at; };
template <class C>
concept names_law = requires { &C::law; };
} // namespace detail

template <class C>
struct check_cell {
    static_assert(cell_requires::kind<C>, "rcim: role Cell: missing `using policy_kind = cell_kind;`, "
                                          "`static std::string name();` or `static constexpr auto fields();`");
    static_assert(cell_requires::bits<C>, "rcim: role Cell: missing `static constexpr int bits;` (0: any number of levels)");
    static_assert(cell_requires::conductance<C>, "rcim: role Cell: missing `double conductance(int level, int levels) const;`");
    static_assert(cell_requires::folds<C>, "rcim: role Cell: missing `static constexpr bool folds;` (levels at equal steps)");
    static_assert(!detail::names_program<C> || cell_requires::program<C>,
                  "rcim: role Cell: missing `written_cell program(const cell_write&, const cell_draws&) const;`, its `program` is another");
    static_assert(!detail::names_drift<C> || cell_requires::drift<C>,
                  "rcim: role Cell: missing `float drift_exponent(const cell_draws&) const;`, `float at(float position, double elapsed, "
                  "float exponent, const level_ladder&) const;` or `double seconds_per_step;`: a cell that drifts has all three");
    static_assert(!detail::names_law<C> || cell_requires::law<C>,
                  "rcim: role Cell: missing `iv_law law() const;` with `double current(double conductance, double volts) const;` and "
                  "`double slope(double conductance, double volts) const;`, its `law` is another");
    static_assert(detail::check_inner_cell<C>());
};

/// The current of the lowest level in steps of one level: what a cell at HRS adds to a column. Zero for an infinite on/off
/// ratio.
template <CellModel C>
[[nodiscard]] constexpr double leak_in_levels(const C& cell, int levels) {
    const double low = cell.conductance(0, levels);
    return low / ((cell.conductance(levels - 1, levels) - low) / (levels - 1));
}

/// Whether any cell of the chain has the hook.
template <CellModel C>
[[nodiscard]] consteval bool programs() {
    if constexpr (cell_requires::program<C>) {
        return true;
    } else if constexpr (cell_requires::wraps<C>) {
        return programs<std::remove_cvref_t<decltype(std::declval<C>().inner)>>();
    } else {
        return false;
    }
}
template <CellModel C>
[[nodiscard]] consteval bool drifts() {
    if constexpr (cell_requires::drift<C>) {
        return true;
    } else if constexpr (cell_requires::wraps<C>) {
        return drifts<std::remove_cvref_t<decltype(std::declval<C>().inner)>>();
    } else {
        return false;
    }
}

/// Whether a cell holds exactly what is written, at equal steps: then integers say all of it, and words of cells can be packed.
template <CellModel C>
[[nodiscard]] consteval bool exact_cell() {
    return C::folds && !programs<C>() && !drifts<C>();
}

/// Whether no cell of the chain has a law of its own: currents are conductance times voltage.
template <CellModel C>
[[nodiscard]] consteval bool follows_ohm() {
    if constexpr (cell_requires::law<C>) {
        return false;
    } else if constexpr (cell_requires::wraps<C>) {
        return follows_ohm<std::remove_cvref_t<decltype(std::declval<C>().inner)>>();
    } else {
        return true;
    }
}

/// The law of the outermost cell that has one, else Ohm's.
template <CellModel C>
[[nodiscard]] constexpr auto law_of(const C& cell) {
    if constexpr (cell_requires::law<C>) {
        return cell.law();
    } else if constexpr (cell_requires::wraps<C>) {
        return law_of(cell.inner);
    } else {
        return ohmic{};
    }
}

} // namespace rcim::inline RCIM_ABI
