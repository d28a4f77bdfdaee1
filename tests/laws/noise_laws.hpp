#pragma once

#include <laws/policy_laws.hpp>
#include <rcim/noise/hooks.hpp>

#include <cmath>
#include <cstdint>

namespace rcim_test {

/// Whether the model holds for cells of this conductance.
template <rcim::NoiseModel N>
bool holds_for(const N& noise, double conductance) {
    try {
        rcim::require_levels(noise, conductance, conductance);
        return true;
    } catch (const rcim::error&) {
        return false;
    }
}

/// Laws of `NoiseModel`, as its header states them, over conductances for which the model holds; `held` is finite for any. Returns how many
/// of the answers disturb a read: variances above zero and conductances that are found as others.
template <rcim::NoiseModel N>
int noise_laws(const N& noise) {
    policy_laws(noise);
    int disturbed = 0;
    int broken = 0;
    const N copy = noise;
    const auto variance = [&](double one, double again) {
        broken += std::isfinite(one) && one >= 0.0 && one == again ? 0 : 1;
        disturbed += one > 0.0 ? 1 : 0;
    };
    variance(rcim::variance_per_siemens(noise), rcim::variance_per_siemens(copy));
    variance(rcim::variance_per_ampere(noise), rcim::variance_per_ampere(copy));
    for (const double g : {0.0, 1e-12, 1e-9, 1.66e-7, 1e-6, 1e-4, 1e-2}) {
        if (holds_for(noise, g)) {
            variance(rcim::conductance_variance(noise, g), rcim::conductance_variance(copy, g));
        }
        if constexpr (rcim::holds_states<N>()) {
            const auto images = static_cast<std::uint64_t>(noise.images_per_state());
            broken += noise.images_per_state() >= 1 && noise.images_per_state() == copy.images_per_state() ? 0 : 1;
            for (std::uint64_t n = 0; n < 200; ++n) {
                const double volts = n % 3 == 0 ? 0.0 : 0.1;
                const auto cell = [&](std::uint64_t image) {
                    return rcim::held_cell{{5, rcim::purpose::cell_state, 2, 9}, 7 * n, image, volts, 0.1 - volts};
                };
                const std::uint64_t first = n % 5 * images;
                const double seen = noise.held(g, cell(first));
                broken += std::isfinite(seen) && seen >= 0.0 ? 0 : 1;
                broken += seen == copy.held(g, cell(first)) ? 0 : 1;
                broken += seen == noise.held(g, cell(first + images / 2)) && seen == noise.held(g, cell(first + images - 1)) ? 0 : 1;
                disturbed += seen != g ? 1 : 0;
            }
        }
    }
    INFO(rcim::describe(noise));
    CHECK(broken == 0);
    if constexpr (N::folds) {
        static_assert(!rcim::holds_states<N>() && !rcim::draws_per_read<N>() && !rcim::injects_shift<N>(),
                      "a noise that folds has no hooks");
        CHECK(disturbed == 0);
    }
    return disturbed;
}

} // namespace rcim_test
