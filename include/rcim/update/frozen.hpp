#pragma once

#include <rcim/update/concept.hpp>

#include <algorithm>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// The null model of the update axis: nothing is ever written. For inference and for backbones that stay as they are.
struct frozen {
    using policy_kind = update_kind;
    static constexpr bool learns = false;

    void delta(no_state&, const update_context&, const update_spans& spans) const {
        std::fill(spans.increment.begin(), spans.increment.end(), 0.0f);
    }

    static std::string name() { return "frozen"; }
    static constexpr auto fields() { return std::tuple{}; }
};
static_assert(UpdateRule<frozen>);

} // namespace rcim::inline RCIM_ABI
