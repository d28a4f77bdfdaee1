// expect: rcim: roles Adc and Map: a range is calibrated to the sums of cells
#include <rcim/convert/calibrated.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/dense.hpp>

#ifdef TWIN
constexpr auto chip = rcim::design<>{}.with(rcim::uniform_adc<8, rcim::calibrated>{}).with(rcim::bit_sliced<8, rcim::differential>{});
#else
constexpr auto chip = rcim::design<>{}.with(rcim::uniform_adc<8, rcim::calibrated>{});
#endif

rcim::dense layer(chip, {.in = 8, .out = 4}, 1, 0);
