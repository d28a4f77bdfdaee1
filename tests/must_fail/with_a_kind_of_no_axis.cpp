// expect: rcim: design::with:
// expect: names none of the kinds of a design's axes
#include <rcim/design/design.hpp>

#include <string>
#include <tuple>

struct colour_kind {};

struct my_adc {
#ifdef TWIN
    using policy_kind = rcim::adc_kind;
#else
    using policy_kind = colour_kind;
#endif
    static constexpr bool folds = false;
    double convert(double sum) const { return sum < 7.0 ? sum : 7.0; }
    static std::string name() { return "my_adc"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(my_adc{});
