#pragma once

#include <rcim/update/activation_arrays.hpp>
#include <rcim/update/significance.hpp>

#include <cstddef>
#include <limits>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Rows of activations are written by chance, the more significant the likelier, and the errors at a row that is written are driven larger
/// by as much as it was unlikely: so the gradient is right on average whatever is left out, and no row adds more than the bound.
///
/// A row of significance s is written with the probability s / bound, at most 1, where the bound is `thinning` x the mean significance of the
/// rows that add anything: of these at most one in `thinning` is written on average. A thinning of 0 leaves out what adds exactly nothing.
///
/// This rule is ours: importance sampling (H. Kahn, A. W. Marshall, "Methods of reducing sample size in Monte Carlo computations", 1953) of
/// the rows of `elided_rows`, which leaves out the same rows again and again and so pulls the gradient to one side.
template <Significance Kind = outer_product, DataflowModel Inner = activation_arrays<>>
struct sampled_rows {
    using policy_kind = dataflow_kind;
    static constexpr bool gradients_in_arrays = Inner::gradients_in_arrays;
    static constexpr bool rescales_rows = true;

    float thinning = 0.0f; ///< >= 0
    Inner inner{};

    void keep_rows(const activation_rows& rows) const {
        const std::size_t count = rows.keep.size();
        double total = 0.0;
        std::size_t there = 0;
        for (std::size_t r = 0; r < count; ++r) {
            const float s = rows.keep[r] != 0 ? Kind::of(rows.activation[r], rows.error[r]) : 0.0f;
            total += static_cast<double>(s);
            there += s > 0.0f ? 1u : 0u;
        }
        const auto bound = static_cast<float>(static_cast<double>(rows.elision * thinning) * total / static_cast<double>(there > 0 ? there : 1));
        for (std::size_t r = 0; r < count; ++r) {
            const float s = Kind::of(rows.activation[r], rows.error[r]);
            if (s >= bound || s != s) { // NaN is kept, so that it is seen
                rows.keep[r] &= static_cast<std::uint8_t>(s != 0.0f);
            } else if (rows.keep[r] != 0) {
                const bool drawn = rows.draws.uniform(r) * bound < s;
                rows.keep[r] = drawn ? 1 : 0;
                rows.factor[r] *= drawn ? bound / s : 1.0f;
            }
        }
    }

    static std::string name() { return "sampled_rows<" + Kind::name() + ", " + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"thinning", &sampled_rows::thinning, 0.0, std::numeric_limits<float>::max()},
                          field{"inner", &sampled_rows::inner}};
    }
};
static_assert(DataflowModel<sampled_rows<>>);

} // namespace rcim::inline RCIM_ABI
