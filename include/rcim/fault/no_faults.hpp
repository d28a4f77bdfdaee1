#pragma once

#include <rcim/fault/concept.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// The null model of the fault axis: every cell works.
struct no_faults {
    using policy_kind = fault_kind;
    static constexpr bool none = true;

    [[nodiscard]] constexpr int stuck_level(const random_source&, const cell_site&, int) const { return healthy; }

    static std::string name() { return "no_faults"; }
    static constexpr auto fields() { return std::tuple{}; }
};
static_assert(FaultModel<no_faults>);

} // namespace rcim::inline RCIM_ABI
