// expect: rcim: roles Map and Protect: an arithmetic code corrects the sums of a whole matrix
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/protect/an_code.hpp>

using weights = rcim::bit_sliced<8, rcim::differential>;
constexpr auto chip =
    rcim::design<>{}.with(rcim::multilevel_cell<2>{}).with(rcim::bit_serial_dac<8>{}).with(rcim::an_code<119>{});
#ifdef TWIN
constexpr auto whole = chip.with(weights{});
#else
constexpr auto whole = chip.with(rcim::block_circulant<4, weights>{});
#endif

rcim::dense layer(whole, {.in = 8, .out = 4}, 1, 0);
