// expect: rcim: role Map: block_circulant lies around the mapping of codes itself; masks go around it
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>

using weights = rcim::bit_sliced<8, rcim::differential>;
#ifdef TWIN
constexpr auto chip = rcim::design<>{}.with(rcim::column_masked<rcim::block_circulant<8, weights>>{});
#else
constexpr auto chip = rcim::design<>{}.with(rcim::block_circulant<8, rcim::column_masked<weights>>{});
#endif
