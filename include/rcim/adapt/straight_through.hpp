#pragma once

#include <rcim/adapt/concept.hpp>

namespace rcim::inline RCIM_ABI {

/// 1 above a threshold, else 0; gradients pass as if the factor were the real number. A. Mallya, D. Davis, S. Lazebnik, "Piggyback", ECCV 2018, with
/// the constants of its code.
struct straight_through {
    float threshold = 5e-3f;
    float start = 1e-2f; ///< above the threshold: every column begins open

    [[nodiscard]] float initial() const { return start; }
    void factors(std::span<const float> real, std::span<float> factor, const mask_context&) const {
        for (std::size_t i = 0; i < real.size(); ++i) {
            factor[i] = real[i] > threshold ? 1.0f : 0.0f;
        }
    }
    void slopes(std::span<const float>, std::span<float>) const {}
    [[nodiscard]] int bits() const { return 1; }
    static std::string name() { return "straight_through"; }
};
static_assert(MaskEstimator<straight_through>);

} // namespace rcim::inline RCIM_ABI
