#pragma once

#include <rcim/cost/isaac.hpp>

namespace rcim::inline RCIM_ABI {

/// PUMA and PANTHER (A. Ankit et al., ASPLOS 2019 and IEEE TC 2020), constants of the public PUMA simulator (third-party text): 0.3 mW and
/// 100 ns for an inner product; serial access to all cells of a crossbar 10.25 us and 6500 pJ to read, 10.97 us and 21125 pJ to write,
/// which is 0.40 and 1.29 pJ per cell (computed). Cells are not read one by one in training, so the 0.40 pJ price nothing here; PANTHER's
/// outer products, which write all cells of a crossbar at once, are not modelled. Everything else is ISAAC's.
[[nodiscard]] inline cost_table panther_costs() {
    cost_table table = isaac_costs();
    table.name = "panther";
    table.source = "PUMA simulator's constants (third-party text), serial writes; buffers, bus and areas of isaac";
    table.read_cycle_ns = 100.0;
    table.line_read_pj = 0.3 * 100.0 / 128.0;
    table.adc = linear_law;
    table.row_write_ns = 10.97e3 / 128;          // computed
    table.cell_write_pj = 21125.0 / (128 * 128); // computed
    return table;
}

} // namespace rcim::inline RCIM_ABI
