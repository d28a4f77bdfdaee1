#pragma once

#include <rcim/cost/cost_table.hpp>

namespace rcim::inline RCIM_ABI {

/// ISAAC-CE (A. Shafiee et al., ISCA 2016), 32 nm, crossbars of 128 x 128 with cells of 2 bits. Energies of operations as Accelergy's
/// library derives them from the paper's table (third-party code); what is computed from that table (isaac_chip.hpp) says so. ISAAC does
/// not train: the energy of writes is an assumption.
[[nodiscard]] inline cost_table isaac_costs() {
    return {
        .name = "isaac",
        .source = "ISAAC-CE, ISCA 2016, as derived by Accelergy (third-party code); writes 2 V, 40 ns, 22 kilohm (computed)",
        .read_cycle_ns = 100.0,              // public reading notes
        .line_read_pj = 0.3 * 100.0 / 128.0, // computed: 0.3 mW for 100 ns with all 128 lines driven
        .dac_pj = 0.417,                     // Accelergy
        .adc = saberi_law,
        .adcs_per_crossbar = 1.0,                       // 8 for the 8 crossbars of an IMA
        .sample_hold_pj = 0.01 / 1024 * 100.0,          // computed: 0.01 mW for 1024 columns, 100 ns
        .shift_add_pj = 0.021,                          // Accelergy
        .row_write_ns = 40.0,                           // Accelergy's ISAAC cell, after PRIME
        .cell_write_pj = 2.0 * 2.0 / 22e3 * 40.0 * 1e3, // computed: V^2 / R t at 2 kilohm and an access device of 20
        .buffer_word_pj = 20.45 / 16,                   // Accelergy: 20.45 pJ for 256 bits of eDRAM
        .bus_word_pj = 16 * 0.054 + 20.74 / 16,         // Accelergy: 0.054 pJ per bit of bus, 20.74 pJ for 256 bits through a router
        .digital_word_pj = 20.45 / 16,                  // assumed to lie in eDRAM
        .crossbar_um2 = 25.0,                           // 0.0002 mm2 for 8
        .dac_um2 = 170.0 / 1024,                        // 0.00017 mm2 for 1024
        .sample_hold_um2 = 40.0 / 1024,                 // 0.00004 mm2 for 1024
        .shift_add_um2 = 240.0 / 8,                     // 0.00024 mm2 for the 8 crossbars of an IMA
        .buffer_word_um2 = 83000.0 / 32768,             // 0.083 mm2 for 64 KB of eDRAM
        .digital_word_um2 = 83000.0 / 32768,
        // Computed: registers of an IMA (0.0021 + 0.00077 mm2, 8 crossbars); bus, a quarter of a router, sigmoid, shift-add, max-pool and
        // output register of a tile (96 crossbars). HyperTransport, off the chip, is left out.
        .other_um2_per_crossbar = 2870.0 / 8 + (90000.0 + 151000.0 / 4 + 600.0 + 60.0 + 240.0 + 3200.0) / 96,
        // Computed: registers, sigmoid, shift-add, max-pool and output register, whose use is not counted.
        .static_mw_per_crossbar = (1.24 + 0.23) / 8 + (0.52 + 0.05 + 0.4 + 1.68) / 96};
}

} // namespace rcim::inline RCIM_ABI
