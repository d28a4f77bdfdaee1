// expect: rcim: role Map: block_circulant rotates inputs past cells, and these weights are stored directly
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>

#ifdef TWIN
constexpr auto chip = rcim::design<>{}.with(rcim::block_circulant<8, rcim::bit_sliced<8, rcim::differential>>{});
#else
constexpr auto chip = rcim::design<>{}.with(rcim::block_circulant<8, rcim::direct>{});
#endif
