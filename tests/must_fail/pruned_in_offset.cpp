// expect: rcim: role Map: pruning needs an encoding in which a weight of zero leaves its cells at zero
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/pruned.hpp>

#ifdef TWIN
constexpr auto chip = rcim::design<>{}.with(rcim::column_pruned<8, rcim::bit_sliced<8, rcim::differential>>{});
#else
constexpr auto chip = rcim::design<>{}.with(rcim::column_pruned<8, rcim::bit_sliced<8, rcim::offset>>{});
#endif
