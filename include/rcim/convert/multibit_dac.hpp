#pragma once

#include <rcim/convert/streamed_dac.hpp>

namespace rcim::inline RCIM_ABI {

/// All bits of the magnitude, at most 8, in one cycle; the sign takes a second one: the last bit of two's complement, or the second of
/// two passes. See streamed_dac.
template <int Bits, class Sign = twos_complement>
using multibit_dac = streamed_dac<Bits, Sign::magnitude_bits(Bits), Sign>;
static_assert(IntegerDac<multibit_dac<8, unsigned_inputs>> && multibit_dac<8, unsigned_inputs>{}.cycles() == 1);
static_assert(multibit_dac<9, two_passes>{}.cycles() == 2 && multibit_dac<9>{}.cycles() == 2);

} // namespace rcim::inline RCIM_ABI
