#pragma once

#include <rcim/convert/concept.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// The null model of the ADC axis: the sum itself.
struct ideal_adc {
    using policy_kind = adc_kind;
    static constexpr bool folds = true;

    [[nodiscard]] constexpr double convert(double sum) const { return sum; }

    static std::string name() { return "ideal_adc"; }
    static constexpr auto fields() { return std::tuple{}; }
};
static_assert(AdcModel<ideal_adc>);

} // namespace rcim::inline RCIM_ABI
