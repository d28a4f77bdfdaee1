// expect: rcim: roles Protect and Faults: stuck-at compensation knows the cells of a profile that is made once
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/chain.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/fault/wear_out.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/protect/stuck_compensation.hpp>

#ifdef TWIN
constexpr auto chip = rcim::design<>{}
    .with(rcim::multilevel_cell<2>{})
    .with(rcim::bit_sliced<16, rcim::differential>{})
    .with(rcim::chain<rcim::stuck_at, rcim::stuck_at>{})
    .with(rcim::stuck_compensation{});
#else
constexpr auto chip = rcim::design<>{}
    .with(rcim::multilevel_cell<2>{})
    .with(rcim::bit_sliced<16, rcim::differential>{})
    .with(rcim::chain<rcim::stuck_at, rcim::wear_out>{})
    .with(rcim::stuck_compensation{});
#endif

rcim::dense layer(chip, {.in = 8, .out = 4}, 1, 0);
