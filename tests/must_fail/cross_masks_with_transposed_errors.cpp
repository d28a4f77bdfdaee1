// expect: rcim: roles Map and Dataflow: column masks act on the results of forward reads
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/update/transposed_errors.hpp>

using weights = rcim::bit_sliced<8, rcim::differential>;
constexpr auto chip = rcim::design<>{}.with(rcim::multilevel_cell<2>{}).with(rcim::column_masked<weights>{});
#ifdef TWIN
constexpr auto whole = chip;
#else
constexpr auto whole = chip.with(rcim::transposed_errors<>{});
#endif

rcim::dense layer(whole, {.in = 8, .out = 4}, 1, 0);
