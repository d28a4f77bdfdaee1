#pragma once

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/lossless_adc.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>

namespace rcim::inline RCIM_ABI {

/// PipeLayer: L. Song, X. Qian, H. Li, Y. Chen, "PipeLayer: A pipelined ReRAM-based accelerator for deep learning", HPCA 2017, doi
/// 10.1109/HPCA.2017.55. Costs are `pipelayer_costs()`. From public reading notes:
///
/// - arrays of 128 x 128 with cells of 4 bits, words of 16 bits in four groups of arrays, shifted and added;
/// - inputs as weighted spikes, without DACs: here one bit in each of 16 cycles;
/// - integrate-and-fire circuits with counters in place of converters: taken to count every spike, so that they lose nothing.
///
/// A reconstruction: that weights with a sign lie in a pair of arrays (recalled, not confirmed), two's complement of the inputs, Q4.12, and
/// that nothing leaks. PipeLayer trains; its weight gradients come from activations in arrays: `.with(activation_arrays<16, 4>{})`.
[[nodiscard]] constexpr auto pipelayer() {
    return design<>{}
        .with(multilevel_cell<4>{})
        .with(bit_sliced<16, differential>{})
        .with(geometry<128, 128>{})
        .with(bit_serial_dac<16>{})
        .with(lossless_adc{});
}

} // namespace rcim::inline RCIM_ABI
