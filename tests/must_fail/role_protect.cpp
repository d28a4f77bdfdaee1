// expect: rcim: role Protect: missing
// expect: `double correct(double sum, const code_format&) const;`
#include <rcim/design/design.hpp>

#include <string>
#include <tuple>

struct my_protection {
    using policy_kind = rcim::protect_kind;
    static constexpr bool folds = false;
#ifdef TWIN
    double correct(double sum, const rcim::code_format&) const { return sum; }
#endif
    static std::string name() { return "my_protection"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(my_protection{});
