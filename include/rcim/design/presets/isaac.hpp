#pragma once

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/flipped_adc.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/offset.hpp>

namespace rcim::inline RCIM_ABI {

/// ISAAC-CE: A. Shafiee et al., "ISAAC: A convolutional neural network accelerator with in-situ analog arithmetic in crossbars", ISCA 2016,
/// doi 10.1109/ISCA.2016.12. Costs are `isaac_costs()`. From public reading notes, unless it says otherwise:
///
/// - crossbars of 128 x 128 with cells of 2 bits, words of 16 bits in eight of them, stored with a bias of 2^15;
/// - inputs of 16 bits in two's complement, one bit in each of 16 cycles;
/// - converters of 8 bits that lose nothing since columns are flipped (`flipped_adc`; the rule for 128 rows alone asks for 9).
///
/// 22 kilohm (2 of the cell, 20 of its access device) and 0.3 V are those of Accelergy's ISAAC cell (third-party code); no result depends on
/// them without noise. Its 3 megohm at HRS is left out, because sums would not be whole. Where the binary point of weights lies is a choice
/// of this library, Q4.12. ISAAC does not train: update rules are the user's.
[[nodiscard]] constexpr auto isaac() {
    return design<>{}
        .with(multilevel_cell<2>{.g_on = 1.0 / 22e3})
        .with(bit_sliced<16, offset>{})
        .with(geometry<128, 128>{})
        .with(bit_serial_dac<16>{.read_voltage = 0.3})
        .with(flipped_adc{});
}

} // namespace rcim::inline RCIM_ABI
