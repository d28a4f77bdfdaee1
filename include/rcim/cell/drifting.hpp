#pragma once

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/write.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Conductances that fade: g(t) = g(t0) (t / t0)^-nu, with t the time since the cell's last write and an exponent nu of each cell.
/// Until t0 nothing changes. Stuck cells do not drift.
///
/// The power law, with normally distributed exponents, is known from phase-change memory (V. Joshi et al., Nature Communications 11,
/// 2020, doi 10.1038/s41467-020-16108-9, mean 0.031 for the cells there). For ReRAM it is a modelling choice; exponents are cut at zero.
template <CellModel Inner>
struct drifting {
    using policy_kind = cell_kind;
    static constexpr int bits = Inner::bits;
    static constexpr bool folds = Inner::folds;

    float mean = 0.0f;             ///< of the exponent, [0, 1]
    float spread = 0.0f;           ///< standard deviation of the exponent from cell to cell, [0, 1]
    double t0 = 1.0;               ///< seconds after a write at which the drift begins, > 0
    double seconds_per_step = 0.0; ///< that pass with each training step, >= 0; 0: time passes by `age` alone
    Inner inner{};

    [[nodiscard]] constexpr double conductance(int level, int levels) const { return inner.conductance(level, levels); }

    [[nodiscard]] float drift_exponent(const cell_draws& draws) const {
        return spread == 0.0f ? mean : std::max(std::fma(spread, draws.device_normal(), mean), 0.0f);
    }
    [[nodiscard]] float at(float position, double elapsed, float exponent, const level_ladder& ladder) const {
        if (elapsed <= t0 || exponent == 0.0f) {
            return position;
        }
        const float factor = std::exp2(-exponent * std::log2(static_cast<float>(elapsed / t0)));
        return std::fma(factor - 1.0f, position + ladder.dark(), position);
    }

    static std::string name() { return "drifting<" + Inner::name() + ">"; }
    static constexpr auto fields() {
        constexpr double infinity = std::numeric_limits<double>::infinity();
        return std::tuple{field{"mean", &drifting::mean, 0.0, 1.0}, field{"spread", &drifting::spread, 0.0, 1.0},
                          field{"t0", &drifting::t0, 1e-12, infinity},
                          field{"seconds_per_step", &drifting::seconds_per_step, 0.0, 1e12}, field{"inner", &drifting::inner}};
    }
};
static_assert(CellModel<drifting<multilevel_cell<2>>>);

} // namespace rcim::inline RCIM_ABI
