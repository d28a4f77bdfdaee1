#pragma once

#include <rcim/core/error.hpp>
#include <rcim/cost/cost_table.hpp>
#include <rcim/cost/isaac.hpp>
#include <rcim/cost/mnsim.hpp>
#include <rcim/cost/nvsim.hpp>
#include <rcim/cost/panther.hpp>
#include <rcim/cost/pipelayer.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// The tables that come with the library, for command lines.
[[nodiscard]] inline std::vector<cost_table> all_cost_tables() {
    return {isaac_costs(), pipelayer_costs(), pipelayer_per_row_costs(), panther_costs(), nvsim_costs(), mnsim_costs()};
}

/// Throws `error` with the names there are.
[[nodiscard]] inline cost_table cost_table_named(std::string_view name) {
    std::string names;
    for (cost_table& table : all_cost_tables()) {
        if (table.name == name) {
            return table;
        }
        names += text(names.empty() ? "" : ", ", table.name);
    }
    fail("cost_table_named", "table of costs", names, name);
}

} // namespace rcim::inline RCIM_ABI
