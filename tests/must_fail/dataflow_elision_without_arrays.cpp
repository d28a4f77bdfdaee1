// expect: rcim: role Dataflow: a rule that leaves out activations needs arrays that hold them: wrap activation_arrays<>
#include <rcim/design/design.hpp>
#include <rcim/update/elided_rows.hpp>

using namespace rcim;

int main() {
#ifdef TWIN
    constexpr auto chip = design<>{}.with(elided_rows<outer_product, activation_arrays<>>{});
#else
    constexpr auto chip = design<>{}.with(elided_rows<outer_product, digital_gradients>{});
#endif
    return chip.dataflow.relative > 0.0f ? 1 : 0;
}
