#pragma once

/// @file
/// Wires: the currents at the feet of the columns of one tile, given its conductances and the voltages at its rows.
///
/// Laws (tests/laws/wire_laws.hpp): linear in the voltages where `folds`; no voltage, no current; currents of non-negative
/// voltages are not negative.
///
/// Cost: only the reference plan asks per tile and read.

#include <rcim/core/matrix_view.hpp>
#include <rcim/core/policy.hpp>

#include <span>

namespace rcim::inline RCIM_ABI {

namespace wire_requires {
template <class W>
concept kind = PolicyOf<W, wire_kind>;
template <class W>
concept currents = requires(const W& wire, matrix_view<const double> conductance, std::span<const double> voltage,
                            std::span<double> current) { wire.currents(conductance, voltage, current); };
template <class W>
concept folds = requires {
    { W::folds } -> std::convertible_to<bool>;
};
} // namespace wire_requires

/// Turns row voltages into column currents.
template <class W>
concept WireModel = wire_requires::kind<W> && wire_requires::currents<W> && wire_requires::folds<W>;

template <class W>
struct check_wire {
    static_assert(wire_requires::kind<W>, "rcim: role Wire: missing `using policy_kind = wire_kind;`, "
                                          "`static std::string name();` or `static constexpr auto fields();`");
    static_assert(wire_requires::currents<W>, "rcim: role Wire: missing `void currents(matrix_view<const double> conductance, "
                                              "std::span<const double> voltage, std::span<double> current) const;`");
    static_assert(wire_requires::folds<W>, "rcim: role Wire: missing `static constexpr bool folds;` (true: no resistance)");
};

} // namespace rcim::inline RCIM_ABI
