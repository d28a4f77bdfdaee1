#pragma once

/// @file
/// Pulse responses of measured ReRAM, converted from the presets of IBM's aihwkit (MIT licence, IBM 2020 to 2025; repository
/// IBM/aihwkit, commit 4545f11, simulator/presets/devices.py), whose devices have soft bounds in a normalised weight w:
/// an up pulse adds dw_min (1 - w / w_max), a down pulse takes dw_min (1 - w / w_min), each with a noise of dw_min_std dw_min.
///
/// - A rate is the share of the distance to the bound: dw_min / w_max up, dw_min / -w_min down. It has no unit.
/// - The levels take the inner part of the range w_max - w_min: it is 1 + 2 margin ranges of the cell. Where HRS draws no current the
///   lower margin is cut off, since conductances are not negative.
/// - Spreads of bounds and the noise of a pulse, in w, times (1 + 2 margin) / (w_max - w_min) are shares of the range.
///
/// Choices of this library: a rate varies on its own (there, a step at w = 0 does); lognormal rates have the preset's rate as mean;
/// write noise, which there is a noise of the read that is drawn at the write, can be added as
/// cycle_variation{.sigma = write_noise_std dw_min (1 + 2 margin) / (w_max - w_min)}; corrupt devices are stuck cells (fault/).
/// ReRamES, whose steps are exponentials of w, is `exponential_steps`, in the same units.

#include <rcim/cell/exponential_steps.hpp>
#include <rcim/cell/pulsed.hpp>

namespace rcim::inline RCIM_ABI {

/// A soft-bounds preset in the units of its source.
struct soft_bounds_preset {
    double dw_min;
    double w_max;
    double w_min;
    double dw_min_dtod;
    bool dw_min_dtod_log_normal;
    double up_down_dtod;
    double w_max_dtod;
    double w_min_dtod;
    double dw_min_std;
    double write_noise_std;
};

/// Loose fit to the cell of N. Gong et al., Nature Communications 9, 2018 (doi 10.1038/s41467-018-04485-1).
inline constexpr soft_bounds_preset reram_sb{0.002, 1.25, -0.75, 0.3, false, 0.01, 0.24, 0.39999999999999997, 3.75, 56.0};
/// Array of optimised material, N. Gong, M. Rasch et al., IEDM 2022.
inline constexpr soft_bounds_preset reram_array_om{0.0949, 1.0, -1.0, 0.7829, true, 0.01, 0.3499, 0.5695, 0.4158, 1.4113};
/// Array of baseline HfO2, N. Gong, M. Rasch et al., IEDM 2022.
inline constexpr soft_bounds_preset reram_array_hfo2{0.4622, 1.0, -1.0, 0.7125, true, 0.01, 0.4295, 0.599, 0.2174, 0.5841};

/// An exponential-step preset in the units of its source: z = 2 a w / (w_max - w_min) + b.
struct exponential_preset {
    double dw_min;
    double up_down; ///< >= 0: of a step that pulses downwards lack
    double w_max;
    double w_min;
    double a;
    double b;
    double gamma_up;
    double gamma_down;
    double A_up;
    double A_down;
    double dw_min_dtod;
    double up_down_dtod;
    double w_max_dtod;
    double w_min_dtod;
    double dw_min_std;
    double write_noise_std;
};

/// Fit to the cell of N. Gong et al., Nature Communications 9, 2018 (doi 10.1038/s41467-018-04485-1).
inline constexpr exponential_preset reram_es{0.00135, 0.259359,  1.0, -1.0, -0.5, -0.5, 5.0, 5.0, -1.18445, -0.081404, 0.2,
                                             0.05,    0.3,       0.3, 5.0,  75.0};

/// The preset on a cell; `margin` as in `exponential_steps`. Bounds of the source lie evenly around zero.
template <CellModel Inner>
[[nodiscard]] constexpr exponential_steps<Inner> pulses_of(const exponential_preset& p, const Inner& inner, float margin = 0.25f) {
    const double share = (1.0 + 2.0 * static_cast<double>(margin)) / (p.w_max - p.w_min);
    return {.step = static_cast<float>(p.dw_min * share),
            .down_share = static_cast<float>(1.0 - p.up_down),
            .amplitude_up = static_cast<float>(p.A_up),
            .amplitude_down = static_cast<float>(p.A_down),
            .steepness_up = static_cast<float>(p.gamma_up),
            .steepness_down = static_cast<float>(p.gamma_down),
            .slope = static_cast<float>(p.a),
            .shift = static_cast<float>(p.b),
            .margin = margin,
            .noise = static_cast<float>(p.dw_min_std),
            .step_variation = static_cast<float>(p.dw_min_dtod),
            .asymmetry_variation = static_cast<float>(p.up_down_dtod),
            .top_variation = static_cast<float>(p.w_max_dtod * p.w_max * share),
            .bottom_variation = static_cast<float>(p.w_min_dtod * -p.w_min * share),
            .inner = inner};
}

/// The preset on a cell; `margin` as in `pulsed`.
template <CellModel Inner>
[[nodiscard]] constexpr pulsed<Inner> pulses_of(const soft_bounds_preset& p, const Inner& inner, float margin = 0.25f) {
    const double share = (1.0 + 2.0 * static_cast<double>(margin)) / (p.w_max - p.w_min);
    return {.rate_up = static_cast<float>(p.dw_min / p.w_max),
            .rate_down = static_cast<float>(p.dw_min / -p.w_min),
            .margin = margin,
            .noise = static_cast<float>(p.dw_min_std * p.dw_min * share),
            .rate_variation = static_cast<float>(p.dw_min_dtod),
            .lognormal = p.dw_min_dtod_log_normal,
            .asymmetry_variation = static_cast<float>(p.up_down_dtod),
            .top_variation = static_cast<float>(p.w_max_dtod * p.w_max * share),
            .bottom_variation = static_cast<float>(p.w_min_dtod * -p.w_min * share),
            .inner = inner};
}

} // namespace rcim::inline RCIM_ABI
