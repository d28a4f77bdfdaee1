#pragma once

#include <rcim/cost/isaac.hpp>

namespace rcim::inline RCIM_ABI {

/// A cell of the class of MNSIM 2.0 (defaults of its public code, third-party text): 10 kilohm to 1 megohm, read with 0.15 V for 3.16 ns,
/// written with 3 V for 10 ns. Energies are V^2 / R t (computed): reads at the mean conductance of the two states, writes at the lower
/// resistance, an upper bound. DACs and converters are MNSIM's; 8 columns that share a converter are an assumption (NeuroSim's default).
/// Buffers, bus and the other areas are those of ISAAC.
[[nodiscard]] inline cost_table mnsim_costs() {
    cost_table table = isaac_costs();
    table.name = "mnsim";
    table.source = "cell, DAC and ADCs of MNSIM 2.0 (third-party text), V^2 / R t (computed); buffers, bus, other areas of isaac";
    table.read_cycle_ns = 3.16;
    table.line_read_pj = 0.15 * 0.15 * 0.5 * (1.0 / 10e3 + 1.0 / 1e6) * 3.16 * 1e3 * 128; // V^2 / ohm x ns = 1e3 pJ
    table.dac_pj = 0.0039 * 3.16;                                                         // mW x ns
    table.dac_um2 = 0.166;
    table.adc = mnsim_law;
    table.adcs_per_crossbar = 16.0;
    table.row_write_ns = 10.0;
    table.cell_write_pj = 3.0 * 3.0 / 10e3 * 10.0 * 1e3;
    return table;
}

} // namespace rcim::inline RCIM_ABI
