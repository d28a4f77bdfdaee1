#pragma once

/// @file
/// Training dataflows: where the gradient of a weight is computed.
///
/// Law (tests/laws/dataflow_laws.hpp): with ideal cells and converters every dataflow gives the gradient of the digital one.

#include <rcim/core/policy.hpp>

#include <concepts>
#include <string>
#include <tuple>

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
