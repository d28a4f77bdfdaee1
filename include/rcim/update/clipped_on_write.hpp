#pragma once

#include <rcim/update/automatic_theta.hpp>
#include <rcim/update/concept.hpp>
#include <rcim/update/sgd.hpp>

#include <limits>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Weight clipping where the weight is written: the target of every write lies in [-theta, theta]. A stuck cell is read as it
/// is. The other reading of weight clipping, for comparison with `clipped_on_use`.
template <class Inner = sgd>
struct clipped_on_write {
    using policy_kind = update_kind;

    float theta = automatic; ///< in weight units; 0: automatic
    Inner inner{};

    [[nodiscard]] constexpr weight_bounds limit(const code_format&) const { return {-theta, theta}; }

    [[nodiscard]] clipped_on_write fitted_to(matrix_view<const float> weights) const {
        return {theta == automatic ? theta_for(weights) : theta, inner};
    }

    static std::string name() { return "clipped_on_write<" + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"theta", &clipped_on_write::theta, 0.0, std::numeric_limits<double>::infinity()},
                          field{"inner", &clipped_on_write::inner}};
    }
};
static_assert(UpdateRule<clipped_on_write<sgd>>);

} // namespace rcim::inline RCIM_ABI
