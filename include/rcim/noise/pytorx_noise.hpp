#pragma once

#include <rcim/noise/telegraph.hpp>

#include <cmath>
#include <cstdint>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Noise in the form of PytorX: every forward pass finds g + N(0, sigma^2) + RTN in place of g, with
///
///     sigma^2 = g f (4 k T + 2 q V) / V^2 + (level_step_s / 3)^2
///
/// so thermal and shot noise as a change of the conductance that lasts for the pass, and errors of programming as if three sigma were one
/// level. RTN is that of `telegraph`, with its a, b and probability, drawn for the pass. To compare with published results; for physics
/// take chain<thermal, shot, telegraph> and a cell with `programming_error`.
///
/// Z. He et al., "Noise injection adaption", DAC 2019, doi 10.1145/3316781.3317870; code: repository elliothe/pytorx, whose constants these
/// are, rounded k and q included. V is the root mean square of the voltage at the cell's row over the pass, or with `as_published`
///
/// - V of the row whose number is that of the cell's column: their tensor of voltages lands on the output axis;
/// - sigma = 0 where V = 0 or sigma is not a number: else only the first term of sigma^2 is left out there;
/// - RTN also where the fit does not hold, R > (1 - b) / a: there it is negative.
///
/// Their V is no mean: sqrt(sum of v^2 over batch and positions) / (batch x crossbar size), which is V sqrt(positions / batch) / size. The
/// member `volts_factor` gives it for layers of one size of map. Their draws cannot be reproduced.
///
/// Not as in their code: no conductance becomes negative, it stops at zero.
struct pytorx_noise {
    using policy_kind = noise_kind;
    static constexpr bool folds = false;
    static constexpr bool needs_row_volts = true;
    static constexpr double boltzmann = 1.38e-23;      ///< k in J/K, as in their code
    static constexpr double electron_charge = 1.6e-19; ///< q in C, as in their code

    double bandwidth_hz = 1e7;         ///< f, their operating frequency, [0, 1e15]
    double temperature_k = 300.0;      ///< T, [0, 1e4]
    double level_step_s = 2.599e-6;    ///< in siemens, [0, 1]; theirs: (333 uS - 0.333 uS) / 2^7
    bool telegraph = true;             ///< whether there is RTN
    bool clamp = false;                ///< of RTN, as in `telegraph`; nothing with as_published
    bool as_published = false;         ///< with the quirks above
    double volts_factor = 1.0;         ///< V is so many times the root mean square, [0, 1e6]
    index_t images_per_forward = 1000; ///< [1, 1e15]; theirs: the batch of mnist.py

    /// Standard deviation of the normal part in siemens; `volts` is V.
    [[nodiscard]] double deviation(double conductance, double volts) const {
        const double spread = level_step_s / 3.0 * (level_step_s / 3.0);
        const double density = 4.0 * boltzmann * temperature_k + 2.0 * electron_charge * volts;
        const double drawn = conductance * bandwidth_hz * density / (volts * volts);
        if (!std::isfinite(drawn)) {
            return as_published ? 0.0 : std::sqrt(spread);
        }
        return std::sqrt(drawn + spread);
    }

    /// What a filled trap adds, in siemens.
    [[nodiscard]] double trapped(double conductance) const {
        const rcim::telegraph fit = traps();
        if (!as_published) {
            return fit.disturbed(conductance) - conductance;
        }
        const double change = fit.b * conductance + fit.a;
        return conductance == change ? 0.0 : conductance * change / (conductance - change);
    }

    [[nodiscard]] double held(double conductance, const held_cell& cell) const {
        const auto state = static_cast<std::uint32_t>(cell.image / static_cast<std::uint64_t>(images_per_forward));
        const philox_counter draws = cell.source.fork(state).block(cell.cell);
        const double volts = volts_factor * (as_published ? cell.column_volts : cell.row_volts);
        double found = conductance + deviation(conductance, volts) * static_cast<double>(normal_of(draws[0]));
        if (telegraph && draws[1] * 0x1p-32 < traps().probability) {
            found += trapped(conductance);
        }
        return found > 0.0 ? found : 0.0;
    }
    [[nodiscard]] constexpr index_t images_per_state() const { return images_per_forward; }

    /// Throws `error` as `telegraph` does; with as_published nothing.
    void require_levels(double least, double largest) const {
        if (!telegraph || as_published) {
            return;
        }
        try {
            traps().require_levels(least, largest);
        } catch (const error& what) {
            throw error(name() + ": " + what.what());
        }
    }

    static std::string name() { return "pytorx_noise"; }
    static constexpr auto fields() {
        return std::tuple{field{"bandwidth_hz", &pytorx_noise::bandwidth_hz, 0.0, 1e15},
                          field{"temperature_k", &pytorx_noise::temperature_k, 0.0, 1e4},
                          field{"level_step_s", &pytorx_noise::level_step_s, 0.0, 1.0},
                          field{"telegraph", &pytorx_noise::telegraph},
                          field{"clamp", &pytorx_noise::clamp},
                          field{"as_published", &pytorx_noise::as_published},
                          field{"volts_factor", &pytorx_noise::volts_factor, 0.0, 1e6},
                          field{"images_per_forward", &pytorx_noise::images_per_forward, 1.0, 1e15}};
    }

private:
    [[nodiscard]] constexpr rcim::telegraph traps() const { return {.dwell_images = images_per_forward, .clamp = clamp}; }
};
static_assert(NoiseModel<pytorx_noise>);

} // namespace rcim::inline RCIM_ABI
