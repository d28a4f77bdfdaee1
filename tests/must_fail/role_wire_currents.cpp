// expect: rcim: role Wire: missing
// expect: `template <IvLaw Law> void currents(const crossbar_read&, const Law&) const;`
#include <rcim/design/design.hpp>

#include <string>
#include <tuple>

struct my_wires {
    using policy_kind = rcim::wire_kind;
#ifdef TWIN
    template <rcim::IvLaw Law>
    void currents(const rcim::crossbar_read&, const Law&) const {}
#else
    void currents(rcim::matrix_view<const double>, std::span<const double>, std::span<double>) const {}
#endif
    static constexpr bool folds = false;
    static std::string name() { return "my_wires"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(my_wires{});
