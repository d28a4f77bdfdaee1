#pragma once

#include <rcim/adapt/concept.hpp>

#include <algorithm>
#include <cmath>

namespace rcim::inline RCIM_ABI {

/// A hard sigmoid forward, the soft one backward: h = [sigmoid(x / T) >= 1/2] with x = beta (real - threshold), dh / dreal = beta / T s (1 - s). L. Yang, Z.
/// He, J. Zhang, D. Fan, "KSM: fast multiple task adaption via kernel-wise soft mask learning", CVPR 2021, with the constants of its code.
struct ksm_sigmoid {
    float beta = 1200.0f;
    float temperature = 100.0f;
    float threshold = 5e-3f;
    float start = 1e-2f;
    bool soft =
        false; ///< where h is 0, the factor is half the real number, scaled to [0, 1] over the layer: only where any factor can be held
    bool gumbel = false; ///< adds the difference of two Gumbel draws to x in training

    [[nodiscard]] float initial() const { return start; }
    void factors(std::span<const float> real, std::span<float> factor, const mask_context& context) const {
        float low = 0.0f;
        float high = 0.0f;
        bool any = false;
        for (std::size_t i = 0; i < real.size(); ++i) {
            float x = beta * (real[i] - threshold);
            if (gumbel && context.training) {
                const auto draw = [&](std::size_t n) {
                    return -std::log(-std::log(std::max(context.draws.uniform(n), 1e-7f)));
                };
                x += draw(2 * i) - draw(2 * i + 1);
            }
            factor[i] = x >= 0.0f ? 1.0f : 0.0f;
            if (factor[i] == 0.0f && real[i] != 0.0f) {
                low = any ? std::min(low, real[i]) : real[i];
                high = any ? std::max(high, real[i]) : real[i];
                any = true;
            }
        }
        for (std::size_t i = 0; soft && high > low && i < real.size(); ++i) {
            factor[i] += factor[i] == 0.0f && real[i] != 0.0f ? 0.5f * (real[i] - low) / (high - low) : 0.0f;
        }
    }
    void slopes(std::span<const float> real, std::span<float> gradient) const {
        for (std::size_t i = 0; i < real.size(); ++i) {
            const float s = 1.0f / (1.0f + std::exp(-beta * (real[i] - threshold) / temperature));
            gradient[i] *= beta / temperature * s * (1.0f - s);
        }
    }
    [[nodiscard]] int bits() const { return soft ? 32 : 1; }
    static std::string name() { return "ksm_sigmoid"; }
};
static_assert(MaskEstimator<ksm_sigmoid>);

} // namespace rcim::inline RCIM_ABI
