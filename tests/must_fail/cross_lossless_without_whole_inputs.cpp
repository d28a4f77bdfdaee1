// expect: rcim: roles Adc and Dac: this ADC loses nothing of whole sums, and inputs are not whole
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/lossless_adc.hpp>
#include <rcim/convert/multibit_dac.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/dense.hpp>

constexpr auto chip = rcim::design<>{}
    .with(rcim::multilevel_cell<2>{})
    .with(rcim::bit_sliced<16, rcim::differential>{})
#ifdef TWIN
    .with(rcim::multibit_dac<8, rcim::unsigned_inputs>{})
#endif
    .with(rcim::lossless_adc{});

rcim::dense layer(chip, {.in = 8, .out = 4}, 1, 0);
