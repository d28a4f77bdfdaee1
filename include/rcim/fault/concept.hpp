#pragma once

/// @file
/// Fault models: which cells of a chip are stuck, and at which level. A stuck cell ignores programming and has no variation.
/// The word that a faulty array holds is (code & keep) | level, for any stuck level.
///
/// Laws (tests/laws/fault_laws.hpp): the same source and site give the same answer; answers lie in [-1, levels); rates of zero
/// give a healthy chip.
///
/// Cost: called once per cell when a chip is made.

#include <rcim/core/policy.hpp>
#include <rcim/core/random.hpp>

#include <concepts>
#include <cstdint>

namespace rcim::inline RCIM_ABI {

/// Where a cell lies: array of a pair, tile, and its row and column in the tile. `index` numbers the cells of one array of
/// one tile; a draw at (source, index) belongs to this cell alone.
struct cell_site {
    index_t tile = 0;
    int array = 0;
    index_t row = 0;
    index_t col = 0;
    std::uint64_t index = 0;
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

} // namespace rcim::inline RCIM_ABI
