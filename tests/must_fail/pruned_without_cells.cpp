// expect: rcim: role Map: pruning empties cells, and these weights are stored directly
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/direct.hpp>
#include <rcim/mapping/pruned.hpp>

#ifdef TWIN
constexpr auto chip = rcim::design<>{}.with(rcim::column_pruned<8, rcim::bit_sliced<8, rcim::differential>>{});
#else
constexpr auto chip = rcim::design<>{}.with(rcim::column_pruned<8, rcim::direct>{});
#endif
