#pragma once

#include <rcim/core/events.hpp>
#include <rcim/cost/cost_table.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

/// Small ledgers and a table in round numbers.
namespace rcim_test {

using namespace rcim;

/// Relative: plain Approx takes all numbers far below one for equal, and seconds and joules are.
inline doctest::Approx near(double value) {
    return doctest::Approx(value).scale(0.0).epsilon(1e-12);
}

/// One convolution, 4 images in 2 steps, crossbars of 128 x 128.
inline event_ledger one_layer() {
    event_ledger ledger;
    ledger.images = 4;
    ledger.steps = 2;
    layer_events& layer = ledger.at(0);
    layer.footprint = {.name = "conv",
                       .inputs = 100,
                       .outputs = 16,
                       .positions = 200,
                       .crossbar_rows = 128,
                       .crossbar_cols = 128,
                       .weight_crossbars = 3,
                       .weight_cells = 4800,
                       .activation_crossbars = 5,
                       .activation_cells = 20000,
                       .digital_words = 10,
                       .buffer_words = 1000,
                       .input_cycles = 8,
                       .error_cycles = 8,
                       .adc_bits = 8};
    layer[stage::forward] = {.array_reads = 10,
                             .row_activations = 100,
                             .conversions = 1000,
                             .shift_adds = 900,
                             .serial_reads = 400,
                             .buffer_words = 50,
                             .bus_words = 60};
    layer[stage::errors] = {.array_reads = 20, .row_activations = 40, .conversions = 200, .shift_adds = 200, .serial_reads = 200};
    layer[stage::activations] = {
        .row_writes = 30, .cell_writes = 300, .pulses = 300, .serial_writes = 60, .rows_skipped = 7, .cells_skipped = 70};
    layer[stage::gradients] = {.array_reads = 5, .row_activations = 50, .conversions = 10, .serial_reads = 80};
    layer[stage::weights] = {.row_writes = 6, .cell_writes = 48, .pulses = 48, .serial_writes = 6, .digital_words = 12};
    layer.weight_lines = {.cells_per_line = 8, .crossbars = 3, .writes = {1, 2, 3, 2}};
    layer.activation_lines = {.cells_per_line = 10, .crossbars = 1, .writes = {10, 20, 0, 10}};
    layer.significance[3] = 11;
    return ledger;
}

/// A second one, smaller and without activation arrays, two places up.
inline event_ledger two_layers() {
    event_ledger ledger = one_layer();
    layer_events& layer = ledger.at(2);
    layer.footprint = {.name = "dense",
                       .inputs = 50,
                       .outputs = 10,
                       .positions = 1,
                       .crossbar_rows = 64,
                       .crossbar_cols = 256,
                       .weight_crossbars = 2,
                       .adc_bits = 6};
    layer[stage::forward] = {.array_reads = 4, .row_activations = 200, .conversions = 40, .serial_reads = 32};
    layer[stage::weights] = {.row_writes = 20, .cell_writes = 100, .pulses = 300, .serial_writes = 20};
    return ledger;
}

inline double one_per_conversion(int bits) {
    return bits;
}

/// Every price another, in numbers that show in a sum which were taken.
inline cost_table round_table() {
    return {.name = "round",
            .source = "made up",
            .read_cycle_ns = 10.0,
            .line_read_pj = 2.0,
            .crossbar_read_pj = 100.0,
            .dac_pj = 3.0,
            .adc = {.name = "bits",
                    .source = "made up",
                    .area_source = "made up",
                    .energy_pj = one_per_conversion,
                    .area_um2 = one_per_conversion,
                    .conversion_ns = free_of_cost},
            .adcs_per_crossbar = 4.0,
            .sample_hold_pj = 0.5,
            .shift_add_pj = 0.25,
            .row_write_ns = 20.0,
            .cell_write_pj = 7.0,
            .row_write_pj = 11.0,
            .buffer_word_pj = 13.0,
            .bus_word_pj = 17.0,
            .digital_word_pj = 19.0,
            .crossbar_um2 = 1000.0,
            .dac_um2 = 1.0,
            .sample_hold_um2 = 2.0,
            .shift_add_um2 = 30.0,
            .buffer_word_um2 = 4.0,
            .digital_word_um2 = 5.0,
            .other_um2_per_crossbar = 600.0,
            .static_mw_per_crossbar = 0.125};
}

} // namespace rcim_test
