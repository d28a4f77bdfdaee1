#pragma once

#include <rcim/update/activation_arrays.hpp>
#include <rcim/update/significance.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Rows of activations are written only where they matter: those whose significance is at most a bound are left out, and with them what
/// they would have added to the gradient. With both thresholds at zero these are the rows that add exactly nothing.
///
/// After Wang et al., IEEE TC 2023 (doi 10.1109/TC.2023.3288763), of which the abstract was at hand: rules and thresholds are a
/// reconstruction.
template <Significance Kind = outer_product, DataflowModel Inner = activation_arrays<>>
struct elided_rows {
    using policy_kind = dataflow_kind;
    static constexpr bool gradients_in_arrays = Inner::gradients_in_arrays;

    float absolute = 0.0f; ///< >= 0, in units of the significance
    float relative = 0.0f; ///< [0, 1], of the most significant row of the layer and batch
    Inner inner{};

    void keep_rows(const activation_rows& rows) const {
        const float bound = significance_bound<Kind>(rows, absolute, relative);
        for (std::size_t r = 0; r < rows.keep.size(); ++r) {
            // A row of NaN is kept, so that it is seen.
            rows.keep[r] &= static_cast<std::uint8_t>(!(Kind::of(rows.activation[r], rows.error[r]) <= bound));
        }
    }

    static std::string name() { return "elided_rows<" + Kind::name() + ", " + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"absolute", &elided_rows::absolute, 0.0, std::numeric_limits<float>::max()},
                          field{"relative", &elided_rows::relative, 0.0, 1.0}, field{"inner", &elided_rows::inner}};
    }
};
static_assert(DataflowModel<elided_rows<>>);

} // namespace rcim::inline RCIM_ABI
