#pragma once

#include <rcim/cost/isaac.hpp>

namespace rcim::inline RCIM_ABI {

/// A cell of the class of NVSim and NVMExplorer: the sample ReRAM cell (third-party text), 100 kilohm to 10 megohm, read with 0.4 V and
/// 0.16 uW, set and reset with 2 V, 10 ns and 0.6 pJ. Cells of a driven line are taken to draw the 0.16 uW for the whole cycle (an
/// assumption; computed). Everything else is ISAAC's.
[[nodiscard]] inline cost_table nvsim_costs() {
    cost_table table = isaac_costs();
    table.name = "nvsim";
    table.source = "sample ReRAM cell of NVSim and NVMExplorer (third-party text); everything else of isaac";
    table.line_read_pj = 0.16e-3 * 100.0 * 128; // mW x ns, 128 cells
    table.row_write_ns = 10.0;
    table.cell_write_pj = 0.6;
    return table;
}

} // namespace rcim::inline RCIM_ABI
