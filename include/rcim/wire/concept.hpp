#pragma once

/// @file
/// Wires: what resistance of word lines and bit lines makes of the currents of one crossbar. Word lines are rows and carry voltages,
/// bit lines are columns and are sensed. A wire model answers for one crossbar at a time, whose conductances it is given; idle rows
/// are driven to 0 V.
///
/// A model that is linear in the voltages gives its transfer matrix, so that reads cost what they cost without wires; plans then solve a
/// crossbar once whenever it is programmed. Others, and cells that do not follow Ohm's law, are asked for each read.
///
/// Laws (tests/laws/wire_laws.hpp): no voltage and no injected current, no current; linear in voltages and injected currents for ohmic
/// cells where there is a transfer; passive: power drawn from the sources is never negative and no less than what the cells take; what
/// `folds` answers with the sum of conductance times voltage; a transfer matrix gives the currents of `currents`; sensitivities give what
/// injected currents add.
///
/// Cost: `transfer` once per crossbar and programming; `currents` per crossbar and read of the reference plan alone.

#include <rcim/core/matrix_view.hpp>
#include <rcim/core/policy.hpp>
#include <rcim/cell/iv_law.hpp>

#include <span>

namespace rcim::inline RCIM_ABI {

/// Currents and voltages of one crossbar of R rows and C columns; all row-major, double, in siemens, volts and amperes.
struct crossbar_read {
    matrix_view<const double> conductance;  ///< [R][C], >= 0
    std::span<const double> voltage;        ///< [R], at the drivers of the word lines
    std::span<const double> injected = {};  ///< [R x C]: currents from word line to bit line beside what the cells carry; empty: none
    std::span<double> current;              ///< [C], out: into the sense amplifiers at the feet of the bit lines
    std::span<double> cell_voltage = {};    ///< [R x C], out: word line minus bit line at each cell; empty: not asked for
};

namespace wire_requires {
template <class W>
concept kind = PolicyOf<W, wire_kind>;
template <class W>
concept currents = requires(const W& wire, const crossbar_read& read) { wire.currents(read, ohmic{}); };
template <class W>
concept folds = requires {
    { W::folds } -> std::convertible_to<bool>;
};
template <class W>
concept transfer = requires(const W& wire, matrix_view<const double> conductance, std::span<double> out) {
    wire.transfer(conductance, out);
};
template <class W>
concept sensitivities = requires(const W& wire, matrix_view<const double> conductance) {
    wire.sensitivities(conductance, [](index_t, matrix_view<const double>) {});
};
} // namespace wire_requires

/// Turns row voltages into column currents: `currents(read, law)` for cells of any `IvLaw`.
template <class W>
concept WireModel = wire_requires::kind<W> && wire_requires::currents<W> && wire_requires::folds<W>;

/// Linear for ohmic cells, and says so by its transfer matrix: `transfer(conductance, out)` fills out [R][C], so that
/// current[c] = sum over r of out[r][c] voltage[r]. One that folds needs none.
template <class W>
concept LinearWires = WireModel<W> && wire_requires::transfer<W>;

/// Also says what currents that cells draw on their own, their noise, become at the feet: `sensitivities(conductance, visit)` calls
/// visit(row, s) for every row, in any order, with s(c, k) = change of current[k] by a unit current injected at the cell (row, c).
template <class W>
concept SensitiveWires = LinearWires<W> && wire_requires::sensitivities<W>;

template <class W>
struct check_wire {
    static_assert(wire_requires::kind<W>, "rcim: role Wire: missing `using policy_kind = wire_kind;`, "
                                          "`static std::string name();` or `static constexpr auto fields();`");
    static_assert(wire_requires::currents<W>, "rcim: role Wire: missing `template <IvLaw Law> void currents(const crossbar_read&, "
                                              "const Law&) const;`");
    static_assert(wire_requires::folds<W>, "rcim: role Wire: missing `static constexpr bool folds;` (true: no resistance)");
};

} // namespace rcim::inline RCIM_ABI
