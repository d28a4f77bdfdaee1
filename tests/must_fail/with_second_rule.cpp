// expect: rcim: design::with: this axis has a policy already
#include <rcim/design/design.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/sgd.hpp>

#ifdef TWIN
constexpr auto chip = rcim::design<>{}.with(rcim::clipped_on_use<rcim::sgd>{.inner = {.learning_rate = 0.1f}});
#else
constexpr auto chip = rcim::design<>{}.with(rcim::sgd{.learning_rate = 0.1f}).with(rcim::clipped_on_use<rcim::sgd>{});
#endif
