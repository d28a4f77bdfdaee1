// expect: rcim: roles Update and Map: this update rule needs two arrays, a pair encoding such as differential
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/update/gated_on_use.hpp>

#ifdef TWIN
constexpr auto chip = rcim::design<>{}
    .with(rcim::multilevel_cell<2>{})
    .with(rcim::bit_sliced<8, rcim::differential>{})
    .with(rcim::gated_on_use<>{});
#else
constexpr auto chip = rcim::design<>{}
    .with(rcim::multilevel_cell<2>{})
    .with(rcim::bit_sliced<8, rcim::offset>{})
    .with(rcim::gated_on_use<>{});
#endif

rcim::dense layer(chip, {.in = 8, .out = 4}, 1, 0);
