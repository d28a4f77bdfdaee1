#pragma once

#include <rcim/update/activation_arrays.hpp>
#include <rcim/update/significance.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Whole crossbars of activations are left out, neither written nor read, where no row of theirs is more significant than a bound. Lines
/// of their own for all rows are taken for granted: with `packed` arrays a crossbar is a group of rows that follow each other.
///
/// A reconstruction, like `elided_rows`.
template <Significance Kind = outer_product, DataflowModel Inner = activation_arrays<>>
struct elided_crossbars {
    using policy_kind = dataflow_kind;
    static constexpr bool gradients_in_arrays = Inner::gradients_in_arrays;

    float absolute = 0.0f; ///< >= 0, in units of the significance
    float relative = 0.0f; ///< [0, 1], of the most significant row of the layer and batch
    Inner inner{};

    void keep_rows(const activation_rows& rows) const {
        const auto count = static_cast<index_t>(rows.keep.size());
        const float bound = significance_bound<Kind>(rows, absolute, relative);
        const auto above = [&](index_t r) {
            const auto at = static_cast<std::size_t>(r);
            return rows.keep[at] != 0 && !(Kind::of(rows.activation[at], rows.error[at]) <= bound);
        };
        for (index_t first = 0; first < count; first += rows.rows_per_crossbar) {
            const index_t last = std::min(count, first + rows.rows_per_crossbar);
            bool any = false;
            for (index_t r = first; r < last && !any; ++r) {
                any = above(r);
            }
            if (!any) {
                std::fill(rows.keep.begin() + first, rows.keep.begin() + last, std::uint8_t{0});
            }
        }
    }

    static std::string name() { return "elided_crossbars<" + Kind::name() + ", " + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"absolute", &elided_crossbars::absolute, 0.0, std::numeric_limits<float>::max()},
                          field{"relative", &elided_crossbars::relative, 0.0, 1.0}, field{"inner", &elided_crossbars::inner}};
    }
};
static_assert(DataflowModel<elided_crossbars<>>);

} // namespace rcim::inline RCIM_ABI
