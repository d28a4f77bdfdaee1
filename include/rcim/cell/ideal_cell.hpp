#pragma once

#include <rcim/cell/concept.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// The null model of the cell axis: as many exact levels as the mapping asks for, from no conductance at all to 100 uS.
struct ideal_cell {
    using policy_kind = cell_kind;
    static constexpr int bits = 0;
    static constexpr bool folds = true;

    [[nodiscard]] constexpr double conductance(int level, int levels) const { return 1e-4 * level / (levels - 1); }

    static std::string name() { return "ideal_cell"; }
    static constexpr auto fields() { return std::tuple{}; }
};
static_assert(CellModel<ideal_cell>);

} // namespace rcim::inline RCIM_ABI
