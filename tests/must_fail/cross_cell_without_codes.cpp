// expect: rcim: roles Cell and Map: a cell with a number of bits holds codes; add .with(bit_sliced<WeightBits, Encoding>{})
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>

#include <type_traits>

#ifdef TWIN
constexpr auto chip = rcim::design<>{}.with(rcim::multilevel_cell<2>{}).with(rcim::bit_sliced<8, rcim::differential>{});
#else
constexpr auto chip = rcim::design<>{}.with(rcim::multilevel_cell<2>{});
#endif

rcim::crossbar_array<std::remove_const_t<decltype(chip)>> array(chip, 8, 4, 1, 0);
