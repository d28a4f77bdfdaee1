#pragma once

#include <rcim/convert/concept.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// The null model of the DAC axis: the word line carries the input itself, of either sign, in one cycle.
struct ideal_dac {
    using policy_kind = dac_kind;
    static constexpr bool folds = true;

    [[nodiscard]] constexpr int cycles() const { return 1; }
    [[nodiscard]] constexpr double drive(double input, int) const { return input; }
    [[nodiscard]] constexpr double weight(int) const { return 1.0; }

    static std::string name() { return "ideal_dac"; }
    static constexpr auto fields() { return std::tuple{}; }
};
static_assert(DacModel<ideal_dac>);

} // namespace rcim::inline RCIM_ABI
