// expect: rcim: design::with: the argument is not a policy
// expect: using policy_kind
#include <rcim/design/design.hpp>
#include <rcim/update/sgd.hpp>

#ifdef TWIN
constexpr auto chip = rcim::design<>{}.with(rcim::sgd{});
#else
constexpr auto chip = rcim::design<>{}.with(0.05f);
#endif
