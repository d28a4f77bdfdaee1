// expect: rcim: roles Protect and Cell: an arithmetic code needs cells that hold exact levels
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/programming_error.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/protect/an_code.hpp>

#ifdef TWIN
constexpr auto chip = rcim::design<>{}
    .with(rcim::multilevel_cell<2>{})
    .with(rcim::bit_sliced<16, rcim::differential>{})
    .with(rcim::bit_serial_dac<>{})
    .with(rcim::an_code<>{});
#else
constexpr auto chip = rcim::design<>{}
    .with(rcim::programming_error<rcim::multilevel_cell<2>>{})
    .with(rcim::bit_sliced<16, rcim::differential>{})
    .with(rcim::bit_serial_dac<>{})
    .with(rcim::an_code<>{});
#endif

rcim::dense layer(chip, {.in = 8, .out = 4}, 1, 0);
