// expect: rcim: role Dataflow: missing
// expect: `static constexpr bool gradients_in_arrays;`
#include <rcim/design/design.hpp>

#include <string>
#include <tuple>

struct my_dataflow {
    using policy_kind = rcim::dataflow_kind;
#ifdef TWIN
    static constexpr bool gradients_in_arrays = false;
#endif
    static std::string name() { return "my_dataflow"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(my_dataflow{});
