#pragma once

#include <rcim/convert/streamed_dac.hpp>

namespace rcim::inline RCIM_ABI {

/// One bit of the inputs per cycle, the lowest first: word lines are on or off. See streamed_dac.
template <int Bits = 16, class Sign = twos_complement>
using bit_serial_dac = streamed_dac<Bits, 1, Sign>;
static_assert(BitSerialDac<bit_serial_dac<16>>);
static_assert(IntegerDac<bit_serial_dac<8, two_passes>> && !BitSerialDac<bit_serial_dac<8, two_passes>>);

} // namespace rcim::inline RCIM_ABI
