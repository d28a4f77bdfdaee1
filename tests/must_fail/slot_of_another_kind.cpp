// expect: rcim: role Adc: missing `using policy_kind = adc_kind;`
#include <rcim/design/design.hpp>

#include <string>
#include <tuple>

// All that a converter does, but of another kind: written into the slot of the ADC by hand.
struct my_adc {
#ifdef TWIN
    using policy_kind = rcim::adc_kind;
#else
    using policy_kind = rcim::protect_kind;
#endif
    static constexpr bool folds = false;
    double convert(double sum) const { return sum < 7.0 ? sum : 7.0; }
    static std::string name() { return "my_adc"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr rcim::design<rcim::ideal_cell, rcim::no_faults, rcim::no_noise, rcim::ideal_wires, rcim::ideal_dac, my_adc> chip{};
