#pragma once

#include <rcim/mapping/concept.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// The null model of the mapping axis: each weight is one signed real conductance. Nothing is rounded.
struct direct {
    using policy_kind = map_kind;
    static constexpr bool coded = false;

    static std::string name() { return "direct"; }
    static constexpr auto fields() { return std::tuple{}; }
};
static_assert(MapModel<direct>);

} // namespace rcim::inline RCIM_ABI
