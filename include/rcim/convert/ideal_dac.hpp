#pragma once

#include <rcim/convert/concept.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// The null model of the DAC axis: the word line carries the input itself, of either sign, in one cycle.
struct ideal_dac {
    using policy_kind = dac_kind;
    static constexpr bool folds = true;

    double read_voltage = 0.2; ///< of an input of 1, in volts, > 0; noise and cells beyond Ohm's law depend on it

    [[nodiscard]] constexpr int cycles() const { return 1; }
    [[nodiscard]] constexpr double drive(double input, int) const { return input; }
    [[nodiscard]] constexpr double weight(int) const { return 1.0; }

    static std::string name() { return "ideal_dac"; }
    static constexpr auto fields() { return std::tuple{field{"read_voltage", &ideal_dac::read_voltage, 1e-6, 100.0}}; }
};
static_assert(DacModel<ideal_dac>);

} // namespace rcim::inline RCIM_ABI
