#pragma once

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/calibrated.hpp>
#include <rcim/convert/multibit_dac.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/mapping/symmetric.hpp>

namespace rcim::inline RCIM_ABI {

/// PytorX: Z. He, J. Lin, R. Ewetz, J.-S. Yuan, D. Fan, "Noise injection adaption", DAC 2019, doi 10.1145/3316781.3317870. From the authors'
/// code, repository elliothe/pytorx, commit 705cd06, with the numbers of its run.sh:
///
/// - weights of 8 bits, codes from -127 to 127, as pairs of cells of 7 bits from 33.3 nS to 333 uS whose currents are subtracted before the
///   converter; the largest weight of a layer is the largest code;
/// - crossbars of 64 x 64;
/// - inputs from -127 to 127 in steps of 3.3 V / 255;
/// - converters of 8 bits, 255 levels around zero up to the largest sum of the layer: call `calibrate` before reads.
///
/// Not as there: voltages of both signs are two cycles of positive ones, each with a conversion of its own; a sample's inputs share a power of
/// two as full scale in place of the largest input of a batch. Wires, noise and stuck cells are named separately: `.with(nodal{})` has its
/// resistances, `.with(pytorx_noise{})` its noise, `.with(stuck_compensation{})` its correction.
[[nodiscard]] constexpr auto pytorx() {
    return design<>{}
        .with(multilevel_cell<7>{.on_off_ratio = 1e4, .g_on = 333e-6})
        .with(bit_sliced<7, symmetric<sign_magnitude>>{.fitted = true})
        .with(geometry<64, 64>{})
        .with(multibit_dac<8, two_passes>{.read_voltage = 127 * 3.3 / 255})
        .with(uniform_adc<8, calibrated>{.range = {.share = 1.0}});
}

} // namespace rcim::inline RCIM_ABI
