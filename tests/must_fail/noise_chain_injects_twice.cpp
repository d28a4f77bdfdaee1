// expect: rcim: role Noise: chain: one part at most adds the statistics of an array
#include <rcim/design/design.hpp>
#include <rcim/noise/chain.hpp>
#include <rcim/noise/injected.hpp>
#include <rcim/noise/thermal.hpp>

#ifdef TWIN
using noise = rcim::chain<rcim::thermal, rcim::injected>;
#else
using noise = rcim::chain<rcim::injected, rcim::thermal, rcim::injected>;
#endif

constexpr auto chip = rcim::design<>{}.with(noise{});
