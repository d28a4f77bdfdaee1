#pragma once

#include <laws/policy_laws.hpp>
#include <rcim/convert/concept.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace rcim_test {

/// Laws of `DacModel`, as its header states them.
template <rcim::DacModel D>
void dac_laws(const D& dac) {
    policy_laws(dac);
    REQUIRE(dac.cycles() >= 1);
    int broken = 0;
    for (int k = -400; k <= 400; ++k) {
        const double input = 0.0371 * k;
        double sum = 0.0;
        for (int cycle = 0; cycle < dac.cycles(); ++cycle) {
            const D copy = dac;
            const double drive = dac.drive(input, cycle);
            broken += std::isfinite(drive) && std::isfinite(dac.weight(cycle)) ? 0 : 1;
            broken += drive == dac.drive(input, cycle) && drive == copy.drive(input, cycle) ? 0 : 1;
            sum += dac.weight(cycle) * drive;
        }
        if constexpr (rcim::IntegerDac<D>) {
            const double half = std::ldexp(1.0, D::bits - 1);
            broken += sum == std::min(std::max(std::nearbyint(input), -half), half - 1.0) ? 0 : 1;
        } else if constexpr (D::folds) {
            broken += std::abs(sum - input) <= 1e-12 * std::abs(input) ? 0 : 1;
        }
    }
    if constexpr (rcim::IntegerDac<D>) {
        CHECK(dac.cycles() == D::bits);
        for (const float largest : {0x1p-60f, 1e-3f, 0.25f, 0.9999f, 1.0f, 1.0001f, 3e38f}) {
            const float unit = dac.unit(largest);
            const float share = largest / unit * std::ldexp(1.0f, 1 - D::bits);
            int exponent = 0;
            broken += std::frexp(unit, &exponent) == 0.5f && share > 0.5f && share <= 1.0f ? 0 : 1;
        }
        broken += dac.unit(0.0f) > 0.0f && dac.unit(1e-30f) == dac.unit(0.0f) ? 0 : 1;
        broken += std::isnan(dac.unit(std::numeric_limits<float>::infinity())) && std::isnan(dac.unit(std::nanf(""))) ? 0 : 1;
    }
    INFO(rcim::describe(dac));
    CHECK(broken == 0);
}

/// Laws of `AdcModel`, as its header states them. Returns how many of the sums asked for are changed.
template <rcim::AdcModel A>
int adc_laws(const A& adc) {
    policy_laws(adc);
    int changed = 0;
    int broken = 0;
    double below = adc.convert(-1e12);
    for (int k = -4000; k <= 4000; ++k) {
        const double sum = 0.0371 * k;
        const A copy = adc;
        const double seen = adc.convert(sum);
        broken += std::isfinite(seen) && seen >= below ? 0 : 1;
        broken += seen == adc.convert(sum) && seen == copy.convert(sum) ? 0 : 1;
        changed += seen != sum ? 1 : 0;
        below = seen;
    }
    INFO(rcim::describe(adc));
    CHECK(broken == 0);
    CHECK(std::isfinite(adc.convert(1e12)));
    CHECK(adc.convert(1e12) >= below);
    if constexpr (A::folds) {
        CHECK(changed == 0);
    }
    return changed;
}

} // namespace rcim_test
