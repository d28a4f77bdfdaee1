// expect: rcim: roles Faults and Map: stuck cells need codes; add .with(bit_sliced<WeightBits, Encoding>{})
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/dense.hpp>

#ifdef TWIN
constexpr auto chip = rcim::design<>{}.with(rcim::stuck_at{}).with(rcim::bit_sliced<8, rcim::differential>{});
#else
constexpr auto chip = rcim::design<>{}.with(rcim::stuck_at{});
#endif

rcim::dense layer(chip, {.in = 8, .out = 4}, 1, 0);
