#pragma once

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/calibrated.hpp>
#include <rcim/convert/streamed_dac.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/mapping/symmetric.hpp>

namespace rcim::inline RCIM_ABI {

/// After PRIME: P. Chi et al., "PRIME: A novel processing-in-memory architecture for neural network computation in ReRAM-based main memory",
/// ISCA 2016, doi 10.1109/ISCA.2016.13. From public reading notes:
///
/// - mats of 256 x 256 with cells of 4 bits, 1 kilohm at LRS and 20 kilohm at HRS; weights of 8 bits composed of two cells;
/// - the positive and the negative weights in a pair of crossbars, subtracted before the sense amplifiers;
/// - inputs of 6 bits composed of two signals of 3 bits; outputs of 6 bits from reconfigurable sense amplifiers.
///
/// PRIME-like, for the rest is a reconstruction: 8 bits of magnitude and a sign that is the crossbar's, the unit of a layer's weights set by
/// the largest (`fitted`), 0.2 V (of CiMLoop's cell after PRIME, third-party code), and 6 bits for each part of a sum over the range that a
/// layer needs: PRIME rounds the parts of a sum so that the highest 6 bits of the whole remain, in dynamic fixed point. So call
/// `calibrate` before reads; until then ranges are full scale, whose 63 steps are coarse for 256 rows.
///
/// Negative inputs count as zero, as behind a ReLU; for others take `streamed_dac<7, 3, two_passes>`. PRIME does not train.
[[nodiscard]] constexpr auto prime_like() {
    return design<>{}
        .with(multilevel_cell<4>{.on_off_ratio = 20.0, .g_on = 1e-3})
        .with(bit_sliced<8, symmetric<sign_magnitude>>{.fitted = true})
        .with(geometry<256, 256>{})
        .with(streamed_dac<6, 3, unsigned_inputs>{.read_voltage = 0.2})
        .with(uniform_adc<6, calibrated>{.range = {.grain = calibration_grain::slice}});
}

} // namespace rcim::inline RCIM_ABI
