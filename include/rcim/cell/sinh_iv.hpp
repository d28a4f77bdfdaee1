#pragma once

#include <rcim/cell/multilevel_cell.hpp>

#include <cmath>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// i = g read_voltage sinh(u / v0) / sinh(read_voltage / v0): g is the chord conductance at the read voltage, so there it is Ohm's law;
/// below it cells conduct less, above more.
struct sinh_law {
    double v0 = 0.25;          ///< volts, > 0
    double read_voltage = 0.2; ///< volts, > 0
    double unit = read_voltage / std::sinh(read_voltage / v0); ///< volts; follows from the others

    /// In amperes, of a conductance in siemens.
    [[nodiscard]] double current(double conductance, double volts) const { return conductance * unit * std::sinh(volts / v0); }
    /// di/du in siemens.
    [[nodiscard]] double slope(double conductance, double volts) const { return conductance * unit / v0 * std::cosh(volts / v0); }
};
static_assert(IvLaw<sinh_law>);

/// A cell whose current is a hyperbolic sine of its voltage, all levels alike. Its levels are conductances at `read_voltage`; where all
/// drives are that voltage or none (one bit in a cycle, and the same `read_voltage` in the DAC) and wires are ideal, it is the cell inside.
///
/// Tunnelling through the gap of a filament: X. Guan, S. Yu, H.-S. P. Wong, "A SPICE compact model of metal oxide resistive switching
/// memory with variations", IEEE Electron Device Letters 33(10), 2012, i = i0 exp(-gap / g0) sinh(u / v0), where v0 = 0.25 V. Cells of low
/// resistance are closer to Ohm's law than others; that difference is left out.
template <CellModel Inner>
struct sinh_iv {
    using policy_kind = cell_kind;
    static constexpr int bits = Inner::bits;
    static constexpr bool folds = Inner::folds;

    double v0 = 0.25;          ///< volts, [1e-3, 1e6]; the larger, the closer to Ohm's law
    double read_voltage = 0.2; ///< volts at which levels are conductances, [1e-6, 100] and at most 100 v0
    Inner inner{};

    [[nodiscard]] constexpr double conductance(int level, int levels) const { return inner.conductance(level, levels); }
    [[nodiscard]] sinh_law law() const { return {.v0 = v0, .read_voltage = read_voltage}; }

    void validate() const {
        if (read_voltage > 100.0 * v0) {
            fail(name(), "read_voltage", text("at most 100 v0 = ", 100.0 * v0, " V"), text(read_voltage));
        }
    }

    static std::string name() { return "sinh_iv<" + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"v0", &sinh_iv::v0, 1e-3, 1e6}, field{"read_voltage", &sinh_iv::read_voltage, 1e-6, 100.0},
                          field{"inner", &sinh_iv::inner}};
    }
};
static_assert(CellModel<sinh_iv<multilevel_cell<2>>>);
static_assert(!follows_ohm<sinh_iv<multilevel_cell<2>>>() && follows_ohm<multilevel_cell<2>>());

} // namespace rcim::inline RCIM_ABI
