#pragma once

#include <rcim/update/activation_arrays.hpp>

#include <algorithm>
#include <limits>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Columns of a crossbar of activations are neither written nor converted where none of the activations that they would hold, in rows that are
/// written, is larger than a bound. With both thresholds at zero these are the columns that add exactly nothing. Needs crossbars whose number
/// of rows is a multiple of 16, and rows on lines of their own.
///
/// A reconstruction, like `elided_rows`. It takes a gradient kernel of its own, which knows crossbars and is slower than that of a
/// convolution; the layer's other work is as without it.
template <DataflowModel Inner = activation_arrays<>>
struct elided_columns {
    using policy_kind = dataflow_kind;
    static constexpr bool gradients_in_arrays = Inner::gradients_in_arrays;

    float absolute = 0.0f; ///< >= 0, in units of the activations
    float relative = 0.0f; ///< [0, 1], of the largest activation of the layer and batch
    Inner inner{};

    [[nodiscard]] float column_bound(float largest, float elision) const { return elision * std::max(absolute, relative * largest); }

    void validate() const {
        if (activation_part(inner).packed) {
            fail(name(), "packed", "false: columns are those of rows on lines of their own", "true");
        }
    }

    static std::string name() { return "elided_columns<" + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"absolute", &elided_columns::absolute, 0.0, std::numeric_limits<float>::max()},
                          field{"relative", &elided_columns::relative, 0.0, 1.0}, field{"inner", &elided_columns::inner}};
    }
};
static_assert(DataflowModel<elided_columns<>>);

} // namespace rcim::inline RCIM_ABI
