#pragma once

#include <rcim/cell/iv_law.hpp>

#include <doctest/doctest.h>

#include <cmath>

namespace rcim_test {

/// Laws of `IvLaw`: no voltage, no current; odd and rising in the voltage; proportional to the conductance, none without; slopes are even
/// and the derivatives.
template <rcim::IvLaw L>
void iv_laws(const L& law) {
    int broken = 0;
    for (const double g : {1e-9, 1e-6, 1e-4, 1e-2}) {
        broken += law.current(g, 0.0) == 0.0 ? 0 : 1;
        double below = law.current(g, -1.0);
        for (int n = -99; n <= 100; ++n) {
            const double u = 0.01 * n, step = 1e-4;
            const double i = law.current(g, u);
            broken += std::isfinite(i) && i > below && i == -law.current(g, -u) ? 0 : 1;
            broken += law.current(0.0, u) == 0.0 && std::abs(law.current(2.0 * g, u) - 2.0 * i) <= 1e-12 * std::abs(i) ? 0 : 1;
            // Central differences are off by h^2 / 6 of the third derivative, at most 400 times the slope for v0 = 0.05.
            const double slope = (law.current(g, u + step) - law.current(g, u - step)) / (2.0 * step);
            broken += law.slope(g, u) > 0.0 && law.slope(g, u) == law.slope(g, -u) ? 0 : 1;
            broken += std::abs(law.slope(g, u) - slope) <= 2e-6 * slope ? 0 : 1;
            below = i;
        }
    }
    CHECK(broken == 0);
}

} // namespace rcim_test
