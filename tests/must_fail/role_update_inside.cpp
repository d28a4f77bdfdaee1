// expect: rcim: role Update: missing
// expect: `void delta(State&, const update_context&, const update_spans&) const;`
#include <rcim/design/design.hpp>
#include <rcim/update/clipped_on_use.hpp>

#include <string>
#include <tuple>

// The rule inside of a wrapper.
struct my_rule {
    using policy_kind = rcim::update_kind;
#ifdef TWIN
    void delta(rcim::no_state&, const rcim::update_context&, const rcim::update_spans&) const {}
#endif
    static std::string name() { return "my_rule"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(rcim::clipped_on_use<my_rule>{});
