// expect: rcim: roles Map, Protect and Dataflow: stuck-at compensation corrects errors of a whole matrix
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/protect/stuck_compensation.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/update/transposed_errors.hpp>

using weights = rcim::bit_sliced<8, rcim::differential>;
constexpr auto chip = rcim::design<>{}
                          .with(rcim::multilevel_cell<2>{})
                          .with(rcim::block_circulant<4, weights>{})
                          .with(rcim::bit_serial_dac<8>{})
                          .with(rcim::uniform_adc<8>{})
                          .with(rcim::stuck_compensation{})
                          .with(rcim::sgd{});
#ifdef TWIN
constexpr auto whole = chip;
#else
constexpr auto whole = chip.with(rcim::transposed_errors<>{});
#endif

rcim::dense layer(whole, {.in = 8, .out = 4}, 1, 0);
