#pragma once

/// @file
/// The constants that price events. Tables of published systems are in files of their own (isaac.hpp, pipelayer.hpp, ...).

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/cost/adc_laws.hpp>
#include <rcim/cost/endurance.hpp>

#include <cmath>
#include <string>
#include <tuple>
#include <utility>

namespace rcim::inline RCIM_ABI {

/// The crossbar for which tables are given. What belongs to a line scales with the columns that it crosses, what belongs to a crossbar
/// with its cells.
inline constexpr double cost_rows = 128.0;
inline constexpr double cost_cols = 128.0;

/// Prices of events, a value: copy one, change a member and its name, and price with that. What is zero is free.
struct cost_table {
    std::string name{};
    std::string source{}; ///< where the constants come from and what was assumed

    // Reads.
    double read_cycle_ns = 0.0;     ///< of a crossbar, one cycle of the DAC; longer where its converters need longer (`read_ns`)
    double line_read_pj = 0.0;      ///< of the array, for each of its lines that is driven, in one cycle
    double crossbar_read_pj = 0.0;  ///< of the array in one cycle, however many lines are driven
    double dac_pj = 0.0;            ///< to drive one line for one cycle
    adc_law adc = saberi_law;       ///< energy, area and time of conversions over bits
    double adcs_per_crossbar = 1.0; ///< among which its columns are shared
    double sample_hold_pj = 0.0;    ///< of one conversion
    double shift_add_pj = 0.0;      ///< of one conversion that is added to a word

    // Writes.
    double row_write_ns = 0.0;  ///< of one word line, for each pulse that its cells take one after the other
    double cell_write_pj = 0.0; ///< of one pulse on one cell
    double row_write_pj = 0.0;  ///< of one written word line of one crossbar, beside that of its cells

    // Numbers of 16 bits.
    double buffer_word_pj = 0.0;  ///< read from or written to a layer's buffer
    double bus_word_pj = 0.0;     ///< from or to another layer
    double digital_word_pj = 0.0; ///< read from or written to digital memory of the update rule

    // Areas.
    double crossbar_um2 = 0.0;           ///< cells of one crossbar
    double dac_um2 = 0.0;                ///< of one line
    double sample_hold_um2 = 0.0;        ///< of one column
    double shift_add_um2 = 0.0;          ///< for one crossbar
    double buffer_word_um2 = 0.0;        ///< of 16 bits
    double digital_word_um2 = 0.0;       ///< of 16 bits
    double other_um2_per_crossbar = 0.0; ///< interconnect, registers and digital units

    // What no event pays for.
    double static_mw_per_crossbar = 0.0; ///< for as long as the chip trains

    endurance cells{}; ///< a default for lifetimes

    /// The cycle of a crossbar with so many columns: as long as its read, and as the conversions of the columns that share a converter.
    [[nodiscard]] double read_ns(double columns, int adc_bits) const {
        return std::fmax(read_cycle_ns, columns / adcs_per_crossbar * adc.conversion_ns(adc_bits));
    }

    /// Every constant with its name, for checks and print.
    [[nodiscard]] static constexpr auto constants() {
        using t = cost_table;
        return std::tuple{std::pair{"read_cycle_ns", &t::read_cycle_ns},
                          std::pair{"line_read_pj", &t::line_read_pj},
                          std::pair{"crossbar_read_pj", &t::crossbar_read_pj},
                          std::pair{"dac_pj", &t::dac_pj},
                          std::pair{"adcs_per_crossbar", &t::adcs_per_crossbar},
                          std::pair{"sample_hold_pj", &t::sample_hold_pj},
                          std::pair{"shift_add_pj", &t::shift_add_pj},
                          std::pair{"row_write_ns", &t::row_write_ns},
                          std::pair{"cell_write_pj", &t::cell_write_pj},
                          std::pair{"row_write_pj", &t::row_write_pj},
                          std::pair{"buffer_word_pj", &t::buffer_word_pj},
                          std::pair{"bus_word_pj", &t::bus_word_pj},
                          std::pair{"digital_word_pj", &t::digital_word_pj},
                          std::pair{"crossbar_um2", &t::crossbar_um2},
                          std::pair{"dac_um2", &t::dac_um2},
                          std::pair{"sample_hold_um2", &t::sample_hold_um2},
                          std::pair{"shift_add_um2", &t::shift_add_um2},
                          std::pair{"buffer_word_um2", &t::buffer_word_um2},
                          std::pair{"digital_word_um2", &t::digital_word_um2},
                          std::pair{"other_um2_per_crossbar", &t::other_um2_per_crossbar},
                          std::pair{"static_mw_per_crossbar", &t::static_mw_per_crossbar}};
    }

    /// Throws `error` unless every constant is finite and not negative, and there are converters to share.
    void validate() const {
        std::apply(
            [&](const auto&... member) {
                const auto check = [&](const char* member_name, double value) {
                    if (!(value >= 0.0 && std::isfinite(value))) {
                        fail(text("cost_table ", name), member_name, "a finite number of at least 0", text(value));
                    }
                };
                (check(member.first, this->*member.second), ...);
            },
            constants());
        if (!(adcs_per_crossbar > 0.0)) {
            fail(text("cost_table ", name), "adcs_per_crossbar", "more than 0", text(adcs_per_crossbar));
        }
        if (adc.energy_pj == nullptr || adc.area_um2 == nullptr || adc.conversion_ns == nullptr) {
            fail(text("cost_table ", name), "adc", "a law with energy_pj, area_um2 and conversion_ns", "a null function");
        }
        cells.validate();
    }
};

} // namespace rcim::inline RCIM_ABI
