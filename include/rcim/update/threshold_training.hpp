#pragma once

#include <rcim/update/concept.hpp>
#include <rcim/update/largest_increment.hpp>
#include <rcim/update/sgd.hpp>

#include <cmath>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Small increments are not written: those below a share of the largest in the layer's matrix become zero, weight by weight, and are
/// forgotten.
///
/// After Xia et al., "Fault-tolerant training with on-line fault detection" (DAC 2017; TCAD 38(9), 2019), of which the abstract was at
/// hand. The default of theta is recalled, not confirmed.
template <class Inner = sgd>
struct threshold_training {
    using policy_kind = update_kind;

    float theta = 0.01f; ///< of the largest magnitude of an increment, [0, 1]; 0 changes nothing
    Inner inner{};

    void delta(no_state&, const update_context& context, const update_spans& s) const {
        const float threshold = theta * context.elision * largest_increment(s.increment);
        float* const increment = s.increment.data();
        for (std::size_t i = 0; i < s.increment.size(); ++i) {
            increment[i] = std::abs(increment[i]) < threshold ? 0.0f : increment[i];
        }
    }

    static std::string name() { return "threshold_training<" + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"theta", &threshold_training::theta, 0.0, 1.0}, field{"inner", &threshold_training::inner}};
    }
};
static_assert(UpdateRule<threshold_training<sgd>>);

} // namespace rcim::inline RCIM_ABI
