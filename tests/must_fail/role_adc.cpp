// expect: rcim: role Adc: missing
// expect: `double convert(double sum) const;`
#include <rcim/design/design.hpp>

#include <string>
#include <tuple>

struct my_adc {
    using policy_kind = rcim::adc_kind;
    static constexpr bool folds = false;
#ifdef TWIN
    double convert(double sum) const { return sum < 7.0 ? sum : 7.0; }
#endif
    static std::string name() { return "my_adc"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(my_adc{});
