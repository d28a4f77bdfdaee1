#pragma once

#include <rcim/noise/concept.hpp>

#include <cstdint>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Random telegraph noise: a trap is empty or filled, and a cell with a filled one has the resistance R' = R (1 - r), r = b + a R. That is
/// g' = g / (1 - r) = g + g (b g + a) / (g - (b g + a)), always above g, so the mean of a read is off by `probability` (g' - g).
///
/// Equation, a, b and probability: Z. He, J. Lin, R. Ewetz, J.-S. Yuan, D. Fan, "Noise injection adaption", DAC 2019, doi
/// 10.1145/3316781.3317870, as in its code (repository elliothe/pytorx). They draw it with everything else that is random; here it is a
/// state of the cell: traps dwell for milliseconds and longer, a read takes less than a microsecond. All reads, cycles of the DAC and
/// positions of `dwell_images` images find the same state. Drawing it for every bit of the inputs would average most of it away (a test
/// shows the factor of 1.7).
///
/// Simplified: one trap of two states in each cell; every cell's state is drawn anew at once when `dwell_images` are over, whatever it
/// was. Real traps keep exponential times of their own, which differ from cell to cell by decades.
///
/// The fit is for r < 1 only, R < (1 - b) / a = 6.008 Mohm: see `require_levels`. States repeat after 2^32 of them.
struct telegraph {
    using policy_kind = noise_kind;
    static constexpr bool folds = false;

    double a = 1.662e-7;         ///< in 1/ohm, [0, 1]
    double b = 0.0015;           ///< [0, 0.999]
    double probability = 0.5;    ///< that the trap is filled, [0, 1]
    index_t dwell_images = 256;  ///< [1, 1e15]; at 10 us for an image 2.6 ms, a short one among dwell times of ms to s
    bool clamp = false;          ///< whether r is cut to largest_change; then any conductance is fine, and none stays none
    double largest_change = 0.5; ///< [0, 0.999]; of r

    /// r of an undisturbed cell.
    [[nodiscard]] constexpr double change(double conductance) const { return b + a / conductance; }

    /// With a filled trap. A cell that errors of its programming leave beyond the range of the fit is cut as with `clamp`.
    [[nodiscard]] constexpr double disturbed(double conductance) const {
        if (!(conductance > 0.0)) {
            return conductance;
        }
        const double r = change(conductance);
        return conductance / (1.0 - (r < (clamp ? largest_change : 1.0) ? r : largest_change));
    }

    [[nodiscard]] constexpr double held(double conductance, const held_cell& cell) const {
        const auto state = static_cast<std::uint32_t>(cell.image / static_cast<std::uint64_t>(dwell_images));
        const double draw = cell.source.fork(state).word(cell.cell) * 0x1p-32;
        return draw < probability ? disturbed(conductance) : conductance;
    }
    [[nodiscard]] constexpr index_t images_per_state() const { return dwell_images; }

    /// Throws `error` for levels at a / (1 - b) or below, unless r is cut there.
    void require_levels(double least, double largest) const {
        const double bound = a / (1.0 - b);
        if (!clamp && probability > 0.0 && a > 0.0 && !(least > bound)) {
            fail(name(), "clamp", text("true, or conductances above a / (1 - b) = ", bound, " S, where the fit holds"),
                 text("false, and levels from ", least, " to ", largest, " S"));
        }
    }

    static std::string name() { return "telegraph"; }
    static constexpr auto fields() {
        return std::tuple{field{"a", &telegraph::a, 0.0, 1.0},
                          field{"b", &telegraph::b, 0.0, 0.999},
                          field{"probability", &telegraph::probability, 0.0, 1.0},
                          field{"dwell_images", &telegraph::dwell_images, 1.0, 1e15},
                          field{"clamp", &telegraph::clamp},
                          field{"largest_change", &telegraph::largest_change, 0.0, 0.999}};
    }
};
static_assert(NoiseModel<telegraph>);

} // namespace rcim::inline RCIM_ABI
