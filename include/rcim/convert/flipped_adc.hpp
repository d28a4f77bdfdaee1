#pragma once

#include <rcim/convert/lossless_adc.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// The converters of ISAAC (A. Shafiee et al., ISCA 2016, doi 10.1109/ISCA.2016.12): a `lossless_adc` with one bit less. Of a column whose
/// digits add up to more than half of full scale every digit d is stored as largest - d, so that no sum exceeds half of full scale, and the
/// digital side takes the result from largest x (sum of the drives). With healthy cells the result is the same number, which is all
/// that is modelled: what stuck cells do is that of columns stored as they are. One bit less is what costs count (`saved_bits`).
struct flipped_adc {
    using policy_kind = adc_kind;
    static constexpr bool folds = true;
    static constexpr bool saturates = false;
    static constexpr bool whole_sums = true;
    static constexpr int saved_bits = 1; ///< of those that the lossless rule asks for

    [[nodiscard]] adc_transfer transfer(const adc_site& site) const { return lossless_adc{}.transfer(site); }
    [[nodiscard]] constexpr converter_index index() const { return converter_index::common; }

    /// What it takes: at least one.
    [[nodiscard]] int bits_for(const adc_site& site) const {
        const int bits = lossless_adc{}.bits_for(site) - saved_bits;
        return bits > 1 ? bits : 1;
    }

    static std::string name() { return "flipped_adc"; }
    static constexpr auto fields() { return std::tuple{}; }
};
static_assert(SiteAdc<flipped_adc>);

} // namespace rcim::inline RCIM_ABI
