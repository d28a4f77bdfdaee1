// expect: rcim: role Update: missing
// expect: `void delta(State&, const update_context&, const update_spans&) const;`
#include <rcim/design/design.hpp>

#include <string>
#include <tuple>

struct my_rule {
    using policy_kind = rcim::update_kind;
    float rate = 0.1f;
#ifdef TWIN
    void delta(rcim::no_state&, const rcim::update_context&, const rcim::update_spans& s) const {
        for (std::size_t i = 0; i < s.increment.size(); ++i) {
            s.increment[i] = -rate * s.gradient[i];
        }
    }
#endif
    static std::string name() { return "my_rule"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(my_rule{});
