// expect: rcim: roles Protect and Map: stuck-at compensation needs words
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/protect/stuck_compensation.hpp>

#ifdef TWIN
constexpr auto chip = rcim::design<>{}
    .with(rcim::multilevel_cell<2>{})
    .with(rcim::bit_sliced<16, rcim::differential>{})
    .with(rcim::stuck_compensation{});
#else
constexpr auto chip = rcim::design<>{}
    .with(rcim::stuck_compensation{});
#endif

rcim::dense layer(chip, {.in = 8, .out = 4}, 1, 0);
