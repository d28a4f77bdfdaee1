#pragma once

/// @file
/// The prebuilt designs. A design of one's own is a header like this one.

#include <rcim/rcim.hpp>

/// Real numbers as weights: plain digital training, the yardstick.
inline constexpr auto ideal = rcim::design<>{}.with(rcim::sgd{.learning_rate = 0.05f});

/// 16-bit weights over eight 2-bit cells in each of two arrays; as many cells stuck as Joardar et al. assume, and nothing done about it.
inline constexpr auto faulty = rcim::design<>{}
    .with(rcim::multilevel_cell<2>{})
    .with(rcim::bit_sliced<16, rcim::differential>{})
    .with(rcim::geometry<128, 128>{})
    .with(rcim::stuck_at{.p_stuck_hrs = 0.0904f, .p_stuck_lrs = 0.0175f})
    .with(rcim::sgd{.learning_rate = 0.05f});

/// The same with clipped weights.
inline constexpr auto clipped = rcim::design<>{}
    .with(rcim::multilevel_cell<2>{})
    .with(rcim::bit_sliced<16, rcim::differential>{})
    .with(rcim::geometry<128, 128>{})
    .with(rcim::stuck_at{.p_stuck_hrs = 0.0904f, .p_stuck_lrs = 0.0175f})
    .with(rcim::clipped_on_use<rcim::sgd>{.inner = {.learning_rate = 0.05f}});

/// In the manner of ISAAC: 16-bit weights in offset encoding on 2-bit cells, inputs bit by bit, 128 x 128 cells, an 8-bit converter for each column.
inline constexpr auto isaac_like = rcim::design<>{}
    .with(rcim::multilevel_cell<2>{})
    .with(rcim::bit_sliced<16, rcim::offset>{})
    .with(rcim::geometry<128, 128>{})
    .with(rcim::bit_serial_dac<16>{})
    .with(rcim::uniform_adc<8>{})
    .with(rcim::sgd{.learning_rate = 0.05f});

/// At most 16 weights of a column are not zero.
inline constexpr auto pruned = rcim::design<>{}
    .with(rcim::multilevel_cell<2>{})
    .with(rcim::column_pruned<16, rcim::bit_sliced<16, rcim::differential>>{})
    .with(rcim::geometry<128, 128>{})
    .with(rcim::sgd{.learning_rate = 0.05f});

/// Blocks of 4 x 4 weights that are one vector each.
inline constexpr auto circulant = rcim::design<>{}
    .with(rcim::multilevel_cell<2>{})
    .with(rcim::block_circulant<4, rcim::bit_sliced<16, rcim::differential>>{})
    .with(rcim::geometry<128, 128>{})
    .with(rcim::sgd{.learning_rate = 0.05f});

/// Stuck cells, wires that resist, reads with thermal and shot noise, converters of 8 bits, and clipped weights.
inline constexpr auto noisy_wired = rcim::design<>{}
    .with(rcim::multilevel_cell<2>{.on_off_ratio = 1000.0})
    .with(rcim::bit_sliced<8, rcim::differential>{.fitted = true})
    .with(rcim::geometry<64, 64>{})
    .with(rcim::stuck_at{.p_stuck_hrs = 0.01f, .p_stuck_lrs = 0.002f})
    .with(rcim::columnwise<rcim::chain<rcim::thermal, rcim::shot>>{})
    .with(rcim::first_order{.word_line_ohm = 1.0, .bit_line_ohm = 1.0})
    .with(rcim::multibit_dac<8, rcim::two_passes>{})
    .with(rcim::uniform_adc<8>{})
    .with(rcim::clipped_on_use<rcim::sgd>{.inner = {.learning_rate = 0.05f}});
