#pragma once

#include <laws/policy_laws.hpp>
#include <rcim/noise/concept.hpp>

#include <cmath>

namespace rcim_test {

/// Laws of `NoiseModel`, as its header states them. Returns how many of the reads asked for differ from the conductance.
template <rcim::NoiseModel N>
int noise_laws(const N& noise) {
    policy_laws(noise);
    int disturbed = 0;
    int broken = 0;
    for (const double g : {0.0, 1e-9, 1e-6, 1e-4}) {
        for (std::uint64_t draw = 0; draw < 200; ++draw) {
            const rcim::random_source source(5, rcim::purpose::cell_noise, 2, 9);
            const N copy = noise;
            const double seen = noise.read(g, source, draw);
            broken += std::isfinite(seen) ? 0 : 1;
            broken += seen == noise.read(g, rcim::random_source(5, rcim::purpose::cell_noise, 2, 9), draw) ? 0 : 1;
            broken += seen == copy.read(g, source, draw) ? 0 : 1;
            disturbed += seen != g ? 1 : 0;
        }
    }
    INFO(rcim::describe(noise));
    CHECK(broken == 0);
    if constexpr (N::folds) {
        CHECK(disturbed == 0);
    }
    return disturbed;
}

} // namespace rcim_test
