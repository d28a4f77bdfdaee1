#pragma once

#include <laws/policy_laws.hpp>
#include <rcim/protect/concept.hpp>

#include <cmath>

namespace rcim_test {

/// Laws of `ProtectModel`, as its header states them. Returns how many of the sums asked for are changed.
template <rcim::ProtectModel P>
int protect_laws(const P& protect) {
    policy_laws(protect);
    int changed = 0;
    int broken = 0;
    for (int k = -1000; k <= 1000; ++k) {
        const double sum = 3.0 * k;
        const P copy = protect;
        const double seen = protect.correct(sum);
        broken += std::isfinite(seen) && seen == protect.correct(sum) && seen == copy.correct(sum) ? 0 : 1;
        changed += seen != sum ? 1 : 0;
    }
    INFO(rcim::describe(protect));
    CHECK(broken == 0);
    if constexpr (P::folds) {
        CHECK(changed == 0);
    }
    return changed;
}

} // namespace rcim_test
