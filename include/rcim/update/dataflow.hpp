#pragma once

/// @file
/// Training dataflows: where the gradient of a weight is computed, how errors go back, and which rows of activations are written.
///
/// A dataflow is one small struct; a wrapper holds the one it changes in a member `inner`, and the library walks the chain:
///
/// | member | what it says |
/// | --- | --- |
/// | `gradients_in_arrays` | whether weight gradients come from arrays that hold the activations; a wrapper hands on that of its inner one |
/// | `dac`, `adc`, `separate_arrays` | of the innermost: errors go back through the crossbars (`transposed_errors`) |
/// | `magnitude_bits`, `cell_bits`, `samples`, `packed`, `changed_cells_only` | how activations lie in their arrays (`activation_arrays`) |
/// | `void keep_rows(const activation_rows&) const` | clears the rows that are not written; innermost first |
/// | `static constexpr bool rescales_rows = true` | `keep_rows` also sets factors on the errors of rows that are written |
/// | `slice_elision left_out() const` | lowest slices of activations that are not written |
/// | `float column_bound(float largest, float elision) const` | columns of a crossbar whose activations are not larger are not written |
///
/// Laws (tests/laws/dataflow_laws.hpp): with ideal cells and converters every dataflow that elides nothing gives the gradient of the digital
/// one; `keep_rows` keeps or clears, the same each time; a row that is cleared adds nothing to the gradient, and rows written + rows skipped
/// = rows; with thresholds of zero the gradient is that without elision, bit for bit.
///
/// Cost: `keep_rows` is called once per layer and step with a number per row of activations; it must not allocate.

#include <rcim/convert/ideal_dac.hpp>
#include <rcim/core/policy.hpp>
#include <rcim/core/random.hpp>

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rcim::inline RCIM_ABI {

/// The rows of activations of one layer and step: one for each position of each sample, in the order [block of 16 samples][position][sample in
/// block], which is that of their word lines. Samples that do not exist have no row: theirs is cleared from the start.
struct activation_rows {
    std::span<const float> activation; ///< largest magnitude of the row
    std::span<const float> error;      ///< largest magnitude of the errors at its position
    index_t rows_per_crossbar = 1;
    float elision = 1.0f;              ///< factor of the schedule on every threshold
    std::span<std::uint8_t> keep;      ///< in and out: 1 is written, 0 is not
    std::span<float> factor{};         ///< in and out: on the errors at the row; empty unless a rule of the chain `rescales_rows`
    random_source draws{0, purpose::row_sampling}; ///< of this layer and step; the number of a row is its index
};

/// Lowest slices of activations that are not written, and how what is written is rounded to the others.
struct slice_elision {
    int slices = 0;
    bool stochastic = false;
};

namespace dataflow_requires {
template <class D>
concept left_out = requires(const D& dataflow) {
    { dataflow.left_out() } -> std::same_as<slice_elision>;
};
template <class D>
concept wraps = requires(const D& dataflow) { dataflow.inner; };
template <class D>
concept keep_rows = requires(const D& dataflow, const activation_rows& rows) { dataflow.keep_rows(rows); };
template <class D>
concept column_bound = requires(const D& dataflow) {
    { dataflow.column_bound(0.0f, 1.0f) } -> std::convertible_to<float>;
};
template <class D>
concept holds_activations = requires(const D& dataflow) {
    { D::magnitude_bits } -> std::convertible_to<int>;
    { D::cell_bits } -> std::convertible_to<int>;
    { dataflow.samples } -> std::convertible_to<index_t>;
    { dataflow.packed } -> std::convertible_to<bool>;
    { dataflow.changed_cells_only } -> std::convertible_to<bool>;
};
template <class D>
concept kind = PolicyOf<D, dataflow_kind>;
template <class D>
concept gradients_in_arrays = requires {
    { D::gradients_in_arrays } -> std::convertible_to<bool>;
};
} // namespace dataflow_requires

/// Says where weight gradients are computed: by digital multiply-adds or in arrays that hold the activations.
template <class D>
concept DataflowModel = dataflow_requires::kind<D> && dataflow_requires::gradients_in_arrays<D>;

/// Says how errors are driven onto the columns of the arrays and how the sums of rows are converted.
template <class D>
concept TransposedDataflow = DataflowModel<D> && requires(const D& dataflow) {
    dataflow.dac;
    dataflow.adc;
    { dataflow.separate_arrays } -> std::convertible_to<bool>;
};

/// The dataflow at the end of the chain: it says how errors go back.
template <class D>
[[nodiscard]] constexpr const auto& error_path(const D& dataflow) {
    if constexpr (dataflow_requires::wraps<D>) {
        return error_path(dataflow.inner);
    } else {
        return dataflow;
    }
}
template <class D>
using error_path_t = std::remove_cvref_t<decltype(error_path(std::declval<const D&>()))>;

/// Whether errors go back through the crossbars and converters of their own.
template <class D>
[[nodiscard]] consteval bool transposes_errors() {
    return TransposedDataflow<error_path_t<D>>;
}

/// The part of the chain that says how activations lie in arrays; the end of the chain if none does.
template <class D>
[[nodiscard]] constexpr const auto& activation_part(const D& dataflow) {
    if constexpr (!dataflow_requires::holds_activations<D> && dataflow_requires::wraps<D>) {
        return activation_part(dataflow.inner);
    } else {
        return dataflow;
    }
}

/// Whether any part of the chain leaves out rows, or columns.
template <class D>
[[nodiscard]] consteval bool elides_rows() {
    if constexpr (dataflow_requires::keep_rows<D>) {
        return true;
    } else if constexpr (dataflow_requires::wraps<D>) {
        return elides_rows<std::remove_cvref_t<decltype(std::declval<D>().inner)>>();
    } else {
        return false;
    }
}
template <class D>
[[nodiscard]] consteval bool elides_columns() {
    if constexpr (dataflow_requires::column_bound<D>) {
        return true;
    } else if constexpr (dataflow_requires::wraps<D>) {
        return elides_columns<std::remove_cvref_t<decltype(std::declval<D>().inner)>>();
    } else {
        return false;
    }
}

/// Whether any part of the chain sets factors on the errors of rows.
template <class D>
[[nodiscard]] consteval bool rescales_rows() {
    if constexpr (requires { D::rescales_rows; }) {
        return D::rescales_rows;
    } else if constexpr (dataflow_requires::wraps<D>) {
        return rescales_rows<std::remove_cvref_t<decltype(std::declval<D>().inner)>>();
    } else {
        return false;
    }
}

/// Clears what no part of the chain keeps.
template <class D>
void keep_rows(const D& dataflow, const activation_rows& rows) {
    if constexpr (dataflow_requires::wraps<D>) {
        keep_rows(dataflow.inner, rows);
    }
    if constexpr (dataflow_requires::keep_rows<D>) {
        dataflow.keep_rows(rows);
    }
}

/// What the outermost part of the chain that says so leaves out of every activation.
template <class D>
[[nodiscard]] constexpr slice_elision left_out_slices(const D& dataflow) {
    if constexpr (dataflow_requires::left_out<D>) {
        return dataflow.left_out();
    } else if constexpr (dataflow_requires::wraps<D>) {
        return left_out_slices(dataflow.inner);
    } else {
        return {};
    }
}

/// The largest bound of the chain, 0 if there is none; `largest`: magnitude of an activation of the batch.
template <class D>
[[nodiscard]] float column_bound(const D& dataflow, float largest, float elision) {
    float bound = 0.0f;
    if constexpr (dataflow_requires::wraps<D>) {
        bound = column_bound(dataflow.inner, largest, elision);
    }
    if constexpr (dataflow_requires::column_bound<D>) {
        const float own = dataflow.column_bound(largest, elision);
        bound = own > bound ? own : bound;
    }
    return bound;
}

namespace detail {
template <class D>
struct error_dac_of {
    using type = ideal_dac;
};
template <TransposedDataflow D>
struct error_dac_of<D> {
    using type = std::remove_cvref_t<decltype(std::declval<D>().dac)>;
};
} // namespace detail

/// What drives errors onto columns; ideal where errors do not go through the crossbars.
template <class D>
using error_dac = typename detail::error_dac_of<error_path_t<D>>::type;

/// One assertion per requirement, for every part of the chain, the innermost first.
template <class D>
struct check_dataflow;

namespace detail {
template <class D>
consteval bool check_inner_dataflow() {
    if constexpr (dataflow_requires::wraps<D>) {
        return sizeof(check_dataflow<std::remove_cvref_t<decltype(std::declval<D>().inner)>>) > 0;
    } else {
        return true;
    }
}
template <class D>
consteval bool elides_without_arrays() {
    if constexpr (requires { D::gradients_in_arrays; }) {
        return (dataflow_requires::keep_rows<D> || dataflow_requires::column_bound<D> || dataflow_requires::left_out<D>) && !D::gradients_in_arrays;
    } else {
        return false;
    }
}
template <class D>
consteval bool arrays_without_layout() {
    if constexpr (requires { D::gradients_in_arrays; }) {
        return D::gradients_in_arrays &&
               !dataflow_requires::holds_activations<std::remove_cvref_t<decltype(activation_part(std::declval<const D&>()))>>;
    } else {
        return false;
    }
}
} // namespace detail

template <class D>
struct check_dataflow {
    static_assert(dataflow_requires::kind<D>, "rcim: role Dataflow: missing `using policy_kind = dataflow_kind;`, "
                                              "`static std::string name();` or `static constexpr auto fields();`");
    static_assert(dataflow_requires::gradients_in_arrays<D>,
                  "rcim: role Dataflow: missing `static constexpr bool gradients_in_arrays;`");
    static_assert(!detail::elides_without_arrays<D>(), "rcim: role Dataflow: a rule that leaves out activations needs arrays that hold them: "
                                                       "wrap activation_arrays<>");
    static_assert(!detail::arrays_without_layout<D>(),
                  "rcim: role Dataflow: missing `static constexpr int magnitude_bits;`, `static constexpr int cell_bits;`, `index_t samples;`, "
                  "`bool packed;` or `bool changed_cells_only;` of a dataflow whose gradients come from arrays");
    static_assert(detail::check_inner_dataflow<D>());
};

/// The null model of the dataflow axis: weight gradients are digital and exact.
struct digital_gradients {
    using policy_kind = dataflow_kind;
    static constexpr bool gradients_in_arrays = false;

    static std::string name() { return "digital_gradients"; }
    static constexpr auto fields() { return std::tuple{}; }
};
static_assert(DataflowModel<digital_gradients>);

} // namespace rcim::inline RCIM_ABI
