// expect: rcim: role Wire: missing
// expect: `static constexpr bool folds;`
#include <rcim/design/design.hpp>

#include <string>
#include <tuple>

struct my_wires {
    using policy_kind = rcim::wire_kind;
    template <rcim::IvLaw Law>
    void currents(const rcim::crossbar_read&, const Law&) const {}
#ifdef TWIN
    static constexpr bool folds = false;
#endif
    static std::string name() { return "my_wires"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(my_wires{});
