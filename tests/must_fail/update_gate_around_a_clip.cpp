// expect: rcim: role Update: gated_on_use goes inside a clip, not around it: clipped_on_use<gated_on_use<...>>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/gated_on_use.hpp>

using namespace rcim;

int main() {
#ifdef TWIN
    const clipped_on_use<gated_on_use<sgd>> rule{};
#else
    const gated_on_use<clipped_on_use<sgd>> rule{};
#endif
    return rule.theta > 0.0f ? 0 : 1;
}
