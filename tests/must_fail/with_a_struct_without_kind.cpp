// expect: rcim: design::with: the argument is not a policy; missing `using policy_kind = ...;`
#include <rcim/design/design.hpp>

#include <string>
#include <tuple>

struct my_adc {
#ifdef TWIN
    using policy_kind = rcim::adc_kind;
#endif
    static constexpr bool folds = false;
    double convert(double sum) const { return sum < 7.0 ? sum : 7.0; }
    static std::string name() { return "my_adc"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(my_adc{});
