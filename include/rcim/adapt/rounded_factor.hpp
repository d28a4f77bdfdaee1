#pragma once

#include <rcim/adapt/concept.hpp>

namespace rcim::inline RCIM_ABI {

/// The factor of the periphery that is nearest to the real number; gradients pass as if it were the number itself. With shifts this is XMA, whose
/// equations are a reconstruction (Zhang et al., DAC 2022), with scales the second tier of XMA2.
struct rounded_factor {
    [[nodiscard]] static float initial() { return 1.0f; }
    void factors(std::span<const float> real, std::span<float> factor, const mask_context& context) const {
        for (std::size_t i = 0; i < real.size(); ++i) {
            factor[i] = context.known.nearest != nullptr ? context.known.nearest(real[i]) : real[i];
        }
    }
    void slopes(std::span<const float>, std::span<float>) const {}
    [[nodiscard]] int bits() const { return 32; }
    static std::string name() { return "rounded_factor"; }
};
static_assert(MaskEstimator<rounded_factor>);

} // namespace rcim::inline RCIM_ABI
