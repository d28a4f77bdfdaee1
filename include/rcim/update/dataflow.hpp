#pragma once

/// @file
/// Training dataflows: where the gradient of a weight is computed.
///
/// Law (tests/laws/dataflow_laws.hpp): with ideal cells and converters every dataflow gives the gradient of the digital one.

#include <rcim/convert/ideal_dac.hpp>
#include <rcim/core/policy.hpp>

#include <concepts>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rcim::inline RCIM_ABI {

namespace dataflow_requires {
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
using error_dac = typename detail::error_dac_of<D>::type;

template <class D>
struct check_dataflow {
    static_assert(dataflow_requires::kind<D>, "rcim: role Dataflow: missing `using policy_kind = dataflow_kind;`, "
                                              "`static std::string name();` or `static constexpr auto fields();`");
    static_assert(dataflow_requires::gradients_in_arrays<D>,
                  "rcim: role Dataflow: missing `static constexpr bool gradients_in_arrays;`");
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
