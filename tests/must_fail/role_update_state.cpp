// expect: rcim: role Update: missing
// expect: `void visit(archive&);` in the rule's state
#include <rcim/design/design.hpp>

#include <string>
#include <tuple>

struct my_rule {
    using policy_kind = rcim::update_kind;
    struct counter {
        float steps = 0.0f;
#ifdef TWIN
        void visit(rcim::archive& a) { a.visit("steps", steps); }
#endif
    };
    counter state(rcim::index_t) const { return {}; }
    void delta(counter& c, const rcim::update_context&, const rcim::update_spans&) const { c.steps += 1.0f; }
    static std::string name() { return "my_rule"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(my_rule{});
