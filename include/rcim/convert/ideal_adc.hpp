#pragma once

#include <rcim/convert/concept.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// The null model of the ADC axis: the sum itself.
struct ideal_adc {
    using policy_kind = adc_kind;
    static constexpr bool folds = true;
    static constexpr bool saturates = false;

    [[nodiscard]] constexpr double convert(double sum) const { return sum; }
    [[nodiscard]] constexpr adc_transfer transfer(const adc_site&) const { return {}; }
    [[nodiscard]] constexpr converter_index index() const { return converter_index::common; }

    static std::string name() { return "ideal_adc"; }
    static constexpr auto fields() { return std::tuple{}; }
};
static_assert(SiteAdc<ideal_adc>);

} // namespace rcim::inline RCIM_ABI
