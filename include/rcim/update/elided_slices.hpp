#pragma once

#include <rcim/update/activation_arrays.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// The cells of the lowest slices of activations are not written: what is held is the activation rounded to the slices that are, by chance,
/// so that it is right on average, or to the nearest. A column of a slice that is left out is neither written nor converted.
///
/// This rule is ours: where nearly all rows matter about alike, as below batch normalisation, digits that do not are what is left to leave out.
template <DataflowModel Inner = activation_arrays<>>
struct elided_slices {
    using policy_kind = dataflow_kind;
    static constexpr bool gradients_in_arrays = Inner::gradients_in_arrays;

    int slices = 0;         ///< lowest ones that are left out, >= 0; at least one slice stays
    bool stochastic = true; ///< false: to the nearest
    Inner inner{};

    [[nodiscard]] constexpr slice_elision left_out() const { return {slices, stochastic}; }

    void validate() const {
        const auto& part = activation_part(inner);
        const int all = (part.magnitude_bits + part.cell_bits - 1) / part.cell_bits;
        if (slices < 0 || slices >= all) {
            fail(name(), "slices", all == 0 ? "activations in whole numbers (Bits above 0)" : text("0 to ", all - 1, ", so that one stays"),
                 text(slices));
        }
    }

    static std::string name() { return "elided_slices<" + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"slices", &elided_slices::slices}, field{"stochastic", &elided_slices::stochastic},
                          field{"inner", &elided_slices::inner}};
    }
};
static_assert(DataflowModel<elided_slices<>>);

} // namespace rcim::inline RCIM_ABI
