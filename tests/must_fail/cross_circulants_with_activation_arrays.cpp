// expect: rcim: roles Map and Dataflow: arrays of activations give the gradient of a whole matrix
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/update/activation_arrays.hpp>
#include <rcim/update/sgd.hpp>

using weights = rcim::bit_sliced<8, rcim::differential>;
constexpr auto chip = rcim::design<>{}.with(rcim::multilevel_cell<2>{}).with(rcim::block_circulant<4, weights>{}).with(rcim::sgd{});
#ifdef TWIN
constexpr auto whole = chip;
#else
constexpr auto whole = chip.with(rcim::activation_arrays<>{});
#endif

rcim::dense layer(whole, {.in = 8, .out = 4}, 1, 0);
