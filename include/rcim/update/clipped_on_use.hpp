#pragma once

#include <rcim/update/automatic_theta.hpp>
#include <rcim/update/concept.hpp>
#include <rcim/update/sgd.hpp>

#include <algorithm>
#include <limits>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Weight clipping where the weight is used: every weight that leaves the array is clipped to [-theta, theta], and nothing
/// beyond is stored, because a clip on reading alone lets stored codes wind up out of its sight. Idealises the periphery;
/// `gated_on_use` is a circuit that does nearly the same.
///
/// After Joardar et al., ACM TECS 2021 (doi 10.1145/3476986), of which the abstract was at hand: that the clip acts on the used
/// value is a reconstruction, supported by a toy study in which clipping the written value alone did not help.
template <class Inner = sgd>
struct clipped_on_use {
    using policy_kind = update_kind;

    float theta = automatic; ///< in weight units; at or above the largest decodable magnitude it changes nothing; 0: automatic
    Inner inner{};

    [[nodiscard]] constexpr weight_bounds limit(const code_format&) const { return {-theta, theta}; }

    template <class I>
    [[nodiscard]] constexpr stored_word<I> used(stored_word<I> word, const code_format& format) const {
        const I bound = format.template at_most<I>(theta);
        return {word.minus + std::min(std::max(word.code(), -bound), bound), word.minus};
    }

    [[nodiscard]] clipped_on_use fitted_to(matrix_view<const float> weights) const {
        return {theta == automatic ? theta_for(weights) : theta, inner};
    }

    static std::string name() { return "clipped_on_use<" + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"theta", &clipped_on_use::theta, 0.0, std::numeric_limits<double>::infinity()},
                          field{"inner", &clipped_on_use::inner}};
    }
};
static_assert(UpdateRule<clipped_on_use<sgd>>);

} // namespace rcim::inline RCIM_ABI
