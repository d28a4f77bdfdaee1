#pragma once

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/write.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// A cell that is moved by pulses whose steps are exponentials of its state. With u from -1 at the lower bound to 1 at the upper, the state
/// seen from a cell's own bounds,
///
///     z = slope u + shift
///     up:    g += step max(0, 1 - amplitude_up exp(steepness_up z)) (1 + noise x)
///     down:  g -= step down_share max(0, 1 - amplitude_down exp(-steepness_down z)) (1 + noise x)
///
/// in shares of the range from HRS to LRS, x standard normal and anew for each pulse. The form is that of ExpStep in IBM's aihwkit (MIT
/// licence; rpucuda/rpu_expstep_device.cpp), which fits measured ReRAM; pulse_presets.hpp has its numbers. The bounds lie `margin` outside of
/// the range. Pulses are simulated one by one, since their noise grows with the step.
///
/// The controller works open loop: it counts pulses by the nominal device without noise, in the closed form of small steps (with y =
/// exp(-steepness z) the way up obeys dy/dn = -steepness dz/dn|0 (y - amplitude), and likewise down); at least one pulse.
/// `step` = 0 means that pulses are not modelled: one write, exact.
template <CellModel Inner>
struct exponential_steps {
    static_assert(!programs<Inner>(), "rcim: role Cell: exponential_steps replaces how a cell is programmed; it goes inside: "
                                      "cycle_variation<exponential_steps<...>>");
    using policy_kind = cell_kind;
    static constexpr int bits = Inner::bits;
    static constexpr bool folds = Inner::folds;

    float step = 0.0f;                ///< share of the range, [0, 1]
    float down_share = 1.0f;          ///< of it a pulse downwards makes, [0, 10]
    float amplitude_up = 0.0f;        ///< < 0: steps are larger where the exponential is, [-100, 1]
    float amplitude_down = 0.0f;      ///< likewise
    float steepness_up = 1.0f;        ///< [1e-3, 100]
    float steepness_down = 1.0f;      ///< [1e-3, 100]
    float slope = 1.0f;               ///< of z by u, not 0, [-10, 10]
    float shift = 0.0f;               ///< z in the middle, [-10, 10]
    float margin = 0.25f;             ///< of the bounds around the range, share of the range, [0.01, 10]
    float noise = 0.0f;               ///< standard deviation of a pulse, share of its step, [0, 100]
    float step_variation = 0.0f;      ///< device to device, of both steps together, relative, [0, 2]
    float asymmetry_variation = 0.0f; ///< device to device: up steps gain what down steps lose, relative, [0, 1]
    float top_variation = 0.0f;       ///< device to device, of the upper bound, share of the range, [0, 10]
    float bottom_variation = 0.0f;    ///< device to device, of the lower bound, share of the range, [0, 10]
    int most_pulses = 10000;          ///< in one train, >= 1
    Inner inner{};

    [[nodiscard]] constexpr double conductance(int level, int levels) const { return inner.conductance(level, levels); }

    [[nodiscard]] written_cell program(const cell_write& write, const cell_draws& draws) const {
        if (step == 0.0f) {
            return {write.goal(), 1};
        }
        const double span = static_cast<double>(write.ladder.span());
        const double held = static_cast<double>(write.held) / span;
        const double goal = static_cast<double>(write.goal()) / span;
        const int pulses = std::min(pulses_for(held, goal), write.most_pulses);
        return {static_cast<float>(span * after(held, goal > held, pulses, device_of(draws), draws.inner())), pulses};
    }

    /// Steps and bounds of one cell, shares of the range.
    struct device {
        double up;
        double down;
        double top;
        double bottom;
    };
    [[nodiscard]] device nominal() const {
        const double m = static_cast<double>(margin);
        return {static_cast<double>(step), static_cast<double>(step) * static_cast<double>(down_share), 1.0 + m, -m};
    }
    /// Steps that would turn round do nothing; bounds that would cross meet in the middle.
    [[nodiscard]] device device_of(const cell_draws& draws) const {
        device own = nominal();
        const auto drawn = [&](float sigma, std::size_t n) {
            return sigma > 0.0f ? static_cast<double>(sigma * draws.device_normal(n)) : 0.0;
        };
        const double gain = 1.0 + drawn(step_variation, 0);
        const double more = drawn(asymmetry_variation, 1);
        own.up = static_cast<double>(step) * std::max(gain + more, 0.0);
        own.down = static_cast<double>(step) * std::max(gain - more - (1.0 - static_cast<double>(down_share)), 0.0);
        own.top += drawn(top_variation, 2);
        own.bottom += drawn(bottom_variation, 3);
        if (own.bottom > own.top) {
            own.bottom = own.top = 0.5 * (own.bottom + own.top);
        }
        return own;
    }

    /// The pulses with which the controller goes from one place to another, shares of the range. At least one.
    [[nodiscard]] int pulses_for(double held, double goal) const {
        const device d = nominal();
        const bool up = goal > held;
        const double steep = static_cast<double>(up ? -steepness_up : steepness_down);
        const double amplitude = static_cast<double>(up ? amplitude_up : amplitude_down);
        const double dz =
            (up ? d.up : d.down) * 2.0 * static_cast<double>(slope) / (d.top - d.bottom); // of a pulse, without its exponential
        const double from = std::exp(steep * z_of(held, d)) - amplitude;
        const double to = std::exp(steep * z_of(goal, d)) - amplitude;
        const double count =
            from > 0.0 && to > 0.0 ? std::log(from / to) / (std::abs(steep) * dz) : most_pulses; // else steps become nothing
        const double within =
            std::isfinite(count) ? std::clamp(std::nearbyint(count), 1.0, static_cast<double>(most_pulses)) : most_pulses;
        return static_cast<int>(within);
    }

    /// Where a train of pulses ends. Attempt k of the draws has the noise of pulses 4 k to 4 k + 3.
    [[nodiscard]] double after(double held, bool up, int pulses, const device& own, const cell_draws& draws) const {
        if (own.top <= own.bottom) {
            return own.top; // stuck between bounds that met
        }
        const double amplitude = static_cast<double>(up ? amplitude_up : amplitude_down);
        const double steep = static_cast<double>(up ? steepness_up : -steepness_down);
        const double full = up ? own.up : -own.down;
        double g = held;
        for (int n = 0; n < pulses; ++n) {
            double move = full * std::max(1.0 - amplitude * std::exp(steep * z_of(g, own)), 0.0);
            if (noise > 0.0f) {
                const cell_draws pulse = draws.attempt(static_cast<std::uint32_t>(n / 4));
                move *= 1.0 + static_cast<double>(noise * pulse.write_normal(static_cast<std::size_t>(n % 4)));
            }
            g = std::clamp(g + move, own.bottom, own.top);
        }
        return g;
    }

    void validate() const {
        if (slope == 0.0f) {
            fail(name(), "slope", "a number that is not 0", text(slope));
        }
    }

    static std::string name() { return "exponential_steps<" + Inner::name() + ">"; }
    static constexpr auto fields() {
        using self = exponential_steps;
        return std::tuple{field{"step", &self::step, 0.0, 1.0},
                          field{"down_share", &self::down_share, 0.0, 10.0},
                          field{"amplitude_up", &self::amplitude_up, -100.0, 1.0},
                          field{"amplitude_down", &self::amplitude_down, -100.0, 1.0},
                          field{"steepness_up", &self::steepness_up, 1e-3, 100.0},
                          field{"steepness_down", &self::steepness_down, 1e-3, 100.0},
                          field{"slope", &self::slope, -10.0, 10.0},
                          field{"shift", &self::shift, -10.0, 10.0},
                          field{"margin", &self::margin, 0.01, 10.0},
                          field{"noise", &self::noise, 0.0, 100.0},
                          field{"step_variation", &self::step_variation, 0.0, 2.0},
                          field{"asymmetry_variation", &self::asymmetry_variation, 0.0, 1.0},
                          field{"top_variation", &self::top_variation, 0.0, 10.0},
                          field{"bottom_variation", &self::bottom_variation, 0.0, 10.0},
                          field{"most_pulses", &self::most_pulses, 1.0, 1e9},
                          field{"inner", &self::inner}};
    }

private:
    /// The state, 0 in the middle of the nominal bounds, over half of the distance between the cell's own.
    [[nodiscard]] double z_of(double g, const device& own) const {
        const double u = 2.0 * (g - 0.5) / (own.top - own.bottom);
        return static_cast<double>(slope) * u + static_cast<double>(shift);
    }
};
static_assert(CellModel<exponential_steps<multilevel_cell<2>>>);

} // namespace rcim::inline RCIM_ABI
