// expect: rcim: role MaskEstimator: missing `void slopes(std::span<const float> real, std::span<float> gradient) const;`
#include <rcim/adapt/weight_adapter.hpp>

#include <algorithm>
#include <span>
#include <string>

struct half_open {
    [[nodiscard]] static float initial() { return 1.0f; }
    [[nodiscard]] static int bits() { return 1; }
    void factors(std::span<const float> real, std::span<float> factor, const rcim::mask_context&) const {
        std::transform(real.begin(), real.end(), factor.begin(), [](float x) { return x > 0.5f ? 1.0f : 0.0f; });
    }
#ifdef TWIN
    void slopes(std::span<const float>, std::span<float>) const {}
#endif
    static std::string name() {
        return "half_open";
    }
};

rcim::adapter_options<half_open> options;
