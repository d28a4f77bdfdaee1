#pragma once

#include <rcim/design/design.hpp>

namespace rcim::inline RCIM_ABI {

/// How a design is simulated. Every plan gives what the reference gives; the compiler picks the cheapest that does.
enum class plan {
    folded,    ///< all effects are linear in the input: one matrix product with effective weights
    reference, ///< one scalar loop over cells
};

/// The cheapest plan that is exactly equal to the per-cell physics: folded where every policy on the way of a read declares
/// that it `folds`. Cells always fold: a read is linear in their conductances, which become effective weights whatever they are.
/// An arithmetic code is folded too, with the differences that its corrections make added to the product. Accumulators are floats
/// in the folded plan and doubles in the reference, so reads agree to rounding; codes agree bit for bit.
template <class Design>
inline constexpr plan plan_of = Design::noise_type::folds && Design::wire_type::folds && Design::dac_type::folds &&
                                        Design::adc_type::folds &&
                                        (Design::protect_type::folds || ArithmeticCode<typename Design::protect_type>)
                                    ? plan::folded
                                    : plan::reference;

} // namespace rcim::inline RCIM_ABI
