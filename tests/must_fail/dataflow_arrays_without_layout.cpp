// expect: rcim: role Dataflow: missing `static constexpr int magnitude_bits;`
#include <rcim/design/design.hpp>

#include <string>
#include <tuple>

using namespace rcim;

struct own_arrays {
    using policy_kind = dataflow_kind;
    static constexpr bool gradients_in_arrays = true;
#ifdef TWIN
    static constexpr int magnitude_bits = 7;
    static constexpr int cell_bits = 2;
    index_t samples = 0;
    bool packed = false;
    bool changed_cells_only = false;
#endif
    static std::string name() { return "own_arrays"; }
    static constexpr auto fields() { return std::tuple{}; }
};

int main() {
    constexpr auto chip = design<>{}.with(own_arrays{});
    return chip.dataflow.gradients_in_arrays ? 0 : 1;
}
