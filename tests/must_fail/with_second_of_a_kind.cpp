// expect: rcim: design::with: this axis has a policy already; chain<...> composes several
#include <rcim/design/design.hpp>
#include <rcim/fault/chain.hpp>
#include <rcim/fault/stuck_at.hpp>

constexpr rcim::stuck_at made{.p_stuck_hrs = 0.01f};
constexpr rcim::stuck_at worn{.p_stuck_lrs = 0.02f};
#ifdef TWIN
constexpr auto chip = rcim::design<>{}.with(rcim::chain<rcim::stuck_at, rcim::stuck_at>{made, worn});
#else
constexpr auto chip = rcim::design<>{}.with(made).with(worn);
#endif
