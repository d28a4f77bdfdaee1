#pragma once

#include <rcim/core/config.hpp>

#include <concepts>

namespace rcim::inline RCIM_ABI {

/// What a cell of some conductance carries at some voltage: `current(conductance, volts)` in amperes, odd and rising in the voltage, and
/// its derivative by the voltage, `slope(conductance, volts)`.
template <class L>
concept IvLaw = requires(const L& law, double conductance, double volts) {
    { law.current(conductance, volts) } -> std::convertible_to<double>;
    { law.slope(conductance, volts) } -> std::convertible_to<double>;
};

/// Ohm's law.
struct ohmic {
    [[nodiscard]] constexpr double current(double conductance, double volts) const { return conductance * volts; }
    [[nodiscard]] constexpr double slope(double conductance, double) const { return conductance; }
};
static_assert(IvLaw<ohmic>);

} // namespace rcim::inline RCIM_ABI
