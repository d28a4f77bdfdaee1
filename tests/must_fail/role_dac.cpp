// expect: rcim: role Dac: missing
// expect: `double weight(int cycle) const;`
#include <rcim/design/design.hpp>

#include <string>
#include <tuple>

struct my_dac {
    using policy_kind = rcim::dac_kind;
    static constexpr bool folds = true;
    int cycles() const { return 1; }
    double drive(double input, int) const { return input; }
#ifdef TWIN
    double weight(int) const { return 1.0; }
#endif
    static std::string name() { return "my_dac"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(my_dac{});
