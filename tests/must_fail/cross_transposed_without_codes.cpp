// expect: rcim: roles Dataflow and Map: errors go back through cells
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/update/transposed_errors.hpp>

constexpr auto chip = rcim::design<>{}.with(rcim::transposed_errors<>{}).with(rcim::sgd{});
#ifdef TWIN
constexpr auto whole = chip.with(rcim::bit_sliced<8, rcim::differential>{});
#else
constexpr auto whole = chip;
#endif

rcim::dense layer(whole, {.in = 8, .out = 4}, 1, 0);
