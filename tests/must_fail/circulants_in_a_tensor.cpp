// expect: rcim: role Map: block_circulant stores the matrices of layers
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/crossbar/crossbar_tensor.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>

using weights = rcim::bit_sliced<8, rcim::differential>;
#ifdef TWIN
constexpr auto chip = rcim::design<>{}.with(rcim::multilevel_cell<2>{}).with(weights{});
#else
constexpr auto chip = rcim::design<>{}.with(rcim::multilevel_cell<2>{}).with(rcim::block_circulant<4, weights>{});
#endif

rcim::crossbar_tensor w(chip, {8, 8}, 1);
