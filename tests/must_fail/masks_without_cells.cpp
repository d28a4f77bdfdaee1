// expect: rcim: role Map: column masks gate columns of cells, and these weights are stored directly
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>

#ifdef TWIN
constexpr auto chip = rcim::design<>{}.with(rcim::column_masked<rcim::bit_sliced<8, rcim::differential>>{});
#else
constexpr auto chip = rcim::design<>{}.with(rcim::column_masked<rcim::direct>{});
#endif
