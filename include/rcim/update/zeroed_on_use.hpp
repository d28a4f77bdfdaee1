#pragma once

#include <rcim/update/automatic_theta.hpp>
#include <rcim/update/concept.hpp>
#include <rcim/update/sgd.hpp>

#include <limits>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Like `clipped_on_use`, but a weight that reads beyond [-theta, theta] is used as zero. Nothing beyond theta is ever written, so
/// such a word can only come from stuck cells: the comparison that clips also detects the fault, and a missing weight does
/// less harm than one pinned to the bound. In offset encoding, where a cell stuck at HRS in a top slice pins a weight to
/// -theta, that gives most of the lost accuracy back (docs/weight_clipping.md). Our own variant, not of the paper.
template <class Inner = sgd>
struct zeroed_on_use {
    using policy_kind = update_kind;

    float theta = automatic; ///< in weight units; at or above the largest decodable magnitude it changes nothing; 0: automatic
    Inner inner{};

    [[nodiscard]] constexpr weight_bounds limit(const code_format&) const { return {-theta, theta}; }

    template <class I>
    [[nodiscard]] constexpr stored_word<I> used(stored_word<I> word, const code_format& format) const {
        const I bound = format.template at_most<I>(theta);
        const bool beyond = word.code() > bound || word.code() < -bound;
        return {beyond ? word.minus : word.plus, word.minus};
    }

    [[nodiscard]] zeroed_on_use fitted_to(matrix_view<const float> weights) const {
        return {theta == automatic ? theta_for(weights) : theta, inner};
    }

    static std::string name() { return "zeroed_on_use<" + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"theta", &zeroed_on_use::theta, 0.0, std::numeric_limits<double>::infinity()},
                          field{"inner", &zeroed_on_use::inner}};
    }
};
static_assert(UpdateRule<zeroed_on_use<sgd>>);

} // namespace rcim::inline RCIM_ABI
