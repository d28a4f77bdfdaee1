// expect: rcim: roles Cell and Map: cells that are not exact hold codes; add .with(bit_sliced<WeightBits, Encoding>{})
#include <rcim/cell/cycle_variation.hpp>
#include <rcim/cell/ideal_cell.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>

#include <type_traits>

using cell = rcim::cycle_variation<rcim::ideal_cell>;
#ifdef TWIN
constexpr auto chip = rcim::design<>{}.with(cell{}).with(rcim::bit_sliced<8, rcim::differential>{});
#else
constexpr auto chip = rcim::design<>{}.with(cell{});
#endif

rcim::crossbar_array<std::remove_const_t<decltype(chip)>> array(chip, 8, 4, 1, 0);
