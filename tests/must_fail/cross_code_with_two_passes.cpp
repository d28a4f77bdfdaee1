// expect: rcim: roles Protect and Dac: an arithmetic code needs inputs of one bit at a time in two's complement
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/protect/an_code.hpp>

#ifdef TWIN
using inputs = rcim::bit_serial_dac<8>;
#else
using inputs = rcim::bit_serial_dac<8, rcim::two_passes>;
#endif

constexpr auto chip = rcim::design<>{}
    .with(rcim::multilevel_cell<2>{})
    .with(rcim::bit_sliced<16, rcim::differential>{})
    .with(inputs{})
    .with(rcim::an_code<>{});

rcim::dense layer(chip, {.in = 8, .out = 4}, 1, 0);
