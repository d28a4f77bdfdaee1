#pragma once

/// @file
/// PipeLayer (L. Song et al., HPCA 2017): 29.31 ns and 1.08 pJ per spike that is read, 50.88 ns and 3.91 nJ per spike that is written, from
/// public reading notes. What a spike of a write covers is not said there, so there are two tables.

#include <rcim/cost/isaac.hpp>

namespace rcim::inline RCIM_ABI {

/// 3.91 nJ for each written **cell**. A reconstruction, chosen because writes then take at least 79.9 % of the energy of training, as
/// they must where leaving them out is to save 4.97 times (Wang L. et al., IEEE TC 72(11), 2023: abstract).
///
/// A read spike is one driven word line in one cycle and includes its driver and the counters, which take the place of converters. Buffers,
/// bus, standing power and areas are not in the notes and are those of ISAAC; areas of the counters are not known and count as zero.
[[nodiscard]] inline cost_table pipelayer_costs() {
    cost_table table = isaac_costs();
    table.name = "pipelayer";
    table.source = "PipeLayer, HPCA 2017 (public reading notes), 3.91 nJ per cell (reconstruction); buffers, bus, areas of isaac";
    table.read_cycle_ns = 29.31;
    table.line_read_pj = 1.08;
    table.dac_pj = 0.0; // in the spike
    table.adc = integrate_and_fire_law;
    table.sample_hold_pj = 0.0;
    table.sample_hold_um2 = 0.0;
    table.row_write_ns = 50.88;
    table.cell_write_pj = 3910.0;
    return table;
}

/// The other reading: 3.91 nJ for each written **word line** of one crossbar, 128 times less where whole lines are written.
[[nodiscard]] inline cost_table pipelayer_per_row_costs() {
    cost_table table = pipelayer_costs();
    table.name = "pipelayer_per_row";
    table.source = "PipeLayer, HPCA 2017 (public reading notes), 3.91 nJ per word line (reconstruction); buffers, bus, areas of isaac";
    table.cell_write_pj = 0.0;
    table.row_write_pj = 3910.0;
    return table;
}

} // namespace rcim::inline RCIM_ABI
