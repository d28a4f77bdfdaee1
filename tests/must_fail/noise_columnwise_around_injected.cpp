// expect: rcim: role Noise: columnwise: injected statistics are of columns already
#include <rcim/design/design.hpp>
#include <rcim/noise/chain.hpp>
#include <rcim/noise/columnwise.hpp>
#include <rcim/noise/injected.hpp>
#include <rcim/noise/thermal.hpp>

#ifdef TWIN
using noise = rcim::chain<rcim::columnwise<rcim::thermal>, rcim::injected>;
#else
using noise = rcim::columnwise<rcim::chain<rcim::thermal, rcim::injected>>;
#endif

constexpr auto chip = rcim::design<>{}.with(noise{});
