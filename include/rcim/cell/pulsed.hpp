#pragma once

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/write.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// A cell that is moved by pulses, nonlinearly and not alike up and down. Soft bounds: a pulse covers a fixed share of the distance
/// to the bound of its direction,
///
///     up:    g += rate_up   (top - g)    + noise
///     down:  g -= rate_down (g - bottom) + noise
///
/// which is dg_up = step_up (1 - g / g_max) with rate_up = step_up / g_max. Without variation the bounds lie `margin` outside of the
/// range from HRS to LRS, so that every level can be reached. The controller works open loop: it counts pulses by the nominal device,
/// as if steps were all of the size they have in the middle of the range, or (`inverted`) by the soft bounds; at least one pulse.
///
/// Since a pulse is linear in g, a train of n has the closed form of the n pulses: the distance to the bound falls by (1 - rate)^n,
/// and the noises sum up to one normal draw. That a cell stays between its bounds is applied after the train.
/// `rate_up` = `rate_down` = 0 means that pulses are not modelled: one write, exact. cell/pulse_presets.hpp has fits.
template <CellModel Inner>
struct pulsed {
    static_assert(!programs<Inner>(), "rcim: role Cell: pulsed replaces how a cell is programmed; it goes inside: "
                                      "programming_error<pulsed<...>>");
    using policy_kind = cell_kind;
    static constexpr int bits = Inner::bits;
    static constexpr bool folds = Inner::folds;

    float rate_up = 0.0f;             ///< share of the distance to the upper bound, [0, 1]
    float rate_down = 0.0f;           ///< share of the distance to the lower bound, [0, 1]; both rates are positive or none
    float margin = 0.25f;             ///< of the bounds around the range, share of the range, [0.01, 10]
    float noise = 0.0f;               ///< standard deviation of each pulse, share of the range, [0, 10]
    float rate_variation = 0.0f;      ///< device to device, of both rates together, relative (of the logarithm where lognormal), [0, 2]
    bool lognormal = false;           ///< whether rates vary lognormally
    float asymmetry_variation = 0.0f; ///< device to device, of the relative difference of the rates, [0, 1]
    float top_variation = 0.0f;       ///< device to device, of the upper bound, share of the range, [0, 10]
    float bottom_variation = 0.0f;    ///< device to device, of the lower bound, share of the range, [0, 10]
    bool inverted = false;            ///< whether the controller knows the soft bounds
    int most_pulses = 100000;         ///< in one train, >= 1
    Inner inner{};

    [[nodiscard]] constexpr double conductance(int level, int levels) const { return inner.conductance(level, levels); }

    [[nodiscard]] written_cell program(const cell_write& write, const cell_draws& draws) const {
        if (rate_up == 0.0f && rate_down == 0.0f) {
            return {write.goal(), 1};
        }
        const double span = static_cast<double>(write.ladder.span());
        const double held = static_cast<double>(write.held) / span;
        const double goal = static_cast<double>(write.goal()) / span;
        const bool up = goal > held;
        const int pulses = std::min(pulses_for(held, goal), write.most_pulses);
        const device own = device_of(draws);
        return {static_cast<float>(span * after(held, up, pulses, own, noise > 0.0f ? draws.inner().write_normal() : 0.0f)), pulses};
    }

    /// The pulses with which the controller goes from one place to another, shares of the range. At least one.
    [[nodiscard]] int pulses_for(double held, double goal) const {
        const bool up = goal > held;
        const double rate = static_cast<double>(up ? rate_up : rate_down);
        const double m = static_cast<double>(margin);
        double count;
        if (inverted) {
            const double from = std::max(up ? 1.0 + m - held : held + m, 1e-9);
            const double to = std::max(up ? 1.0 + m - goal : goal + m, 1e-9);
            count = rate < 1.0 ? std::log(to / from) / std::log1p(-rate) : 1.0;
        } else {
            count = std::abs(goal - held) / (rate * (0.5 + m));
        }
        return static_cast<int>(std::clamp(std::nearbyint(count), 1.0, static_cast<double>(most_pulses)));
    }

    /// Rates and bounds of one cell, shares of the range.
    struct device {
        double rate_up;
        double rate_down;
        double top;
        double bottom;
    };
    /// Bounds that would cross meet in the middle; rates stay in [1e-9, 1].
    [[nodiscard]] device device_of(const cell_draws& draws) const {
        const double m = static_cast<double>(margin);
        device own{static_cast<double>(rate_up), static_cast<double>(rate_down), 1.0 + m, -m};
        if (rate_variation > 0.0f) {
            const float s = rate_variation;
            const float x = draws.device_normal(0);
            const float factor = lognormal ? std::exp(std::fma(s, x, -0.5f * (s * s))) : std::fma(s, x, 1.0f);
            own.rate_up *= static_cast<double>(factor);
            own.rate_down *= static_cast<double>(factor);
        }
        if (asymmetry_variation > 0.0f) {
            const auto half = static_cast<double>(0.5f * (asymmetry_variation * draws.device_normal(1)));
            own.rate_up *= 1.0 + half;
            own.rate_down *= 1.0 - half;
        }
        own.rate_up = std::clamp(own.rate_up, 1e-9, 1.0);
        own.rate_down = std::clamp(own.rate_down, 1e-9, 1.0);
        if (top_variation > 0.0f) {
            own.top += static_cast<double>(top_variation * draws.device_normal(2));
        }
        if (bottom_variation > 0.0f) {
            own.bottom += static_cast<double>(bottom_variation * draws.device_normal(3));
        }
        if (own.bottom > own.top) {
            own.bottom = own.top = 0.5 * (own.bottom + own.top);
        }
        return own;
    }

    /// Where a train of pulses ends; `normal` stands for all of their noise.
    [[nodiscard]] double after(double held, bool up, int pulses, const device& own, float normal) const {
        const double rate = up ? own.rate_up : own.rate_down;
        const double bound = up ? own.top : own.bottom;
        const double left = std::exp(pulses * std::log1p(-rate)); // (1 - rate)^pulses, 0 at rate 1
        double end = std::fma(held - bound, left, bound);
        if (normal != 0.0f) {
            const double variance = std::fma(-left, left, 1.0) / (rate * (2.0 - rate));
            end = std::fma(static_cast<double>(noise) * std::sqrt(variance), static_cast<double>(normal), end);
        }
        return std::clamp(end, own.bottom, own.top);
    }

    void validate() const {
        if ((rate_up > 0.0f) != (rate_down > 0.0f)) {
            fail(name(), "rates", "both positive, or none", text(rate_up, " up and ", rate_down, " down"));
        }
    }

    static std::string name() { return "pulsed<" + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"rate_up", &pulsed::rate_up, 0.0, 1.0}, field{"rate_down", &pulsed::rate_down, 0.0, 1.0},
                          field{"margin", &pulsed::margin, 0.01, 10.0}, field{"noise", &pulsed::noise, 0.0, 10.0},
                          field{"rate_variation", &pulsed::rate_variation, 0.0, 2.0}, field{"lognormal", &pulsed::lognormal},
                          field{"asymmetry_variation", &pulsed::asymmetry_variation, 0.0, 1.0},
                          field{"top_variation", &pulsed::top_variation, 0.0, 10.0},
                          field{"bottom_variation", &pulsed::bottom_variation, 0.0, 10.0}, field{"inverted", &pulsed::inverted},
                          field{"most_pulses", &pulsed::most_pulses, 1.0, 1e9}, field{"inner", &pulsed::inner}};
    }
};
static_assert(CellModel<pulsed<multilevel_cell<2>>>);

} // namespace rcim::inline RCIM_ABI
