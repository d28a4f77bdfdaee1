// expect: rcim: role Adc: missing
// expect: `double convert(double sum) const;` or `adc_transfer transfer(const adc_site&) const;`
#include <rcim/design/design.hpp>

#include <string>
#include <tuple>

struct my_adc {
    using policy_kind = rcim::adc_kind;
    static constexpr bool folds = false;
#ifdef TWIN
    rcim::adc_transfer transfer(const rcim::adc_site& site) const { return rcim::adc_transfer::uniform(0.0, site.full_scale.high, 8); }
#endif
    static std::string name() { return "my_adc"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(my_adc{});
