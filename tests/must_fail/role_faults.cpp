// expect: rcim: role Faults: missing
// expect: `int stuck_level(const random_source&, const cell_site&, int levels) const;`
#include <rcim/design/design.hpp>

#include <string>
#include <tuple>

struct my_faults {
    using policy_kind = rcim::fault_kind;
    static constexpr bool none = false;
#ifdef TWIN
    int stuck_level(const rcim::random_source&, const rcim::cell_site& site, int) const { return site.row == 3 ? 0 : rcim::healthy; }
#endif
    static std::string name() { return "my_faults"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(my_faults{});
