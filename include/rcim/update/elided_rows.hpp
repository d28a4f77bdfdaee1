#pragma once

#include <rcim/update/activation_arrays.hpp>
#include <rcim/update/significance.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
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
    bool whole_crossbars = false; ///< rows of one crossbar are left out together or not at all; rows on lines of their own
    Inner inner{};

    void keep_rows(const activation_rows& rows) const {
        const std::size_t count = rows.keep.size();
        float largest = 0.0f;
        for (std::size_t r = 0; r < count; ++r) {
            const float s = Kind::of(rows.activation[r], rows.error[r]);
            largest = s > largest ? s : largest;
        }
        const float bound = rows.elision * std::max(absolute, relative * largest);
        // A row of NaN is kept, so that it is seen.
        const auto above = [&](std::size_t r) { return !(Kind::of(rows.activation[r], rows.error[r]) <= bound); };
        if (!whole_crossbars) {
            for (std::size_t r = 0; r < count; ++r) {
                rows.keep[r] &= static_cast<std::uint8_t>(above(r));
            }
            return;
        }
        const auto together = static_cast<std::size_t>(rows.rows_per_crossbar);
        for (std::size_t first = 0; first < count; first += together) {
            const std::span<std::uint8_t> crossbar = rows.keep.subspan(first, std::min(together, count - first));
            bool any = false;
            for (std::size_t r = 0; r < crossbar.size() && !any; ++r) {
                any = crossbar[r] != 0 && above(first + r);
            }
            if (!any) {
                std::fill(crossbar.begin(), crossbar.end(), std::uint8_t{0});
            }
        }
    }

    void validate() const {
        if (whole_crossbars && activation_part(inner).packed) {
            fail(name(), "packed", "false where whole crossbars are left out, whose rows lie on lines of their own", "true");
        }
    }

    static std::string name() { return "elided_rows<" + Kind::name() + ", " + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"absolute", &elided_rows::absolute, 0.0, std::numeric_limits<float>::max()},
                          field{"relative", &elided_rows::relative, 0.0, 1.0}, field{"whole_crossbars", &elided_rows::whole_crossbars},
                          field{"inner", &elided_rows::inner}};
    }
};
static_assert(DataflowModel<elided_rows<>>);

} // namespace rcim::inline RCIM_ABI
