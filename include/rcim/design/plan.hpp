#pragma once

#include <rcim/design/design.hpp>
#include <rcim/noise/hooks.hpp>

#include <type_traits>

namespace rcim::inline RCIM_ABI {

/// How a design is simulated. Every plan gives what the reference gives; the compiler picks the cheapest that does.
enum class plan {
    folded,    ///< all effects are linear in the input: one matrix product with effective weights
    coded,     ///< converters lose, but sums are whole numbers: integer sums of every tile, slice and cycle, each converted
    analog,    ///< the same in floats: cells or inputs are real numbers, wires resist or reads are noisy
    reference, ///< one scalar loop over cells
};

namespace detail {
/// Cells that hold whole levels of at most eight bits, exactly.
template <class Design>
[[nodiscard]] consteval bool has_whole_levels() {
    if constexpr (Design::map_type::coded) {
        constexpr int bits = Design::cell_type::bits == 0 ? Design::map_type::weight_bits : Design::cell_type::bits;
        return exact_cell<typename Design::cell_type>() && bits <= 8;
    } else {
        return false;
    }
}
} // namespace detail

/// Whether what this DAC drives onto the cells of the design adds up to whole numbers.
template <class Design, class Dac>
inline constexpr bool whole_sums = IntegerDac<Dac> && detail::has_whole_levels<Design>();

/// Whether what wires and noise do to a column can be said once per programming, or drawn at its foot: wires are linear, and noise that is drawn
/// for every read does not go through wires, which would correlate columns, unless it may be drawn for each by itself.
template <class Design>
[[nodiscard]] consteval bool acts_by_column() {
    using noise = typename Design::noise_type;
    using wire = typename Design::wire_type;
    return follows_ohm<typename Design::cell_type>() && (wire::folds || LinearWires<wire>) &&
           (wire::folds || !draws_per_read<noise>() || (draws_by_columns<noise>() && SensitiveWires<wire>));
}

/// The cheapest plan that is exactly equal to the per-cell physics: folded where every policy on the way of a read declares
/// that it `folds`. Cells always fold: a read is linear in their conductances, which become effective weights whatever they are.
/// An arithmetic code is folded too, with the differences that its corrections make added to the product. Where converters lose,
/// and say what each does, the plan is coded or analog; where wires resist or reads are noisy it is analog. Accumulators are floats in the folded and the analog plan and doubles in the reference, so
/// reads agree to rounding; those of the coded plan, and codes of cells everywhere, agree bit for bit.
template <class Design>
[[nodiscard]] consteval plan cheapest_plan() {
    using dac = typename Design::dac_type;
    using adc = typename Design::adc_type;
    using protect = typename Design::protect_type;
    constexpr bool still = Design::noise_type::folds && Design::wire_type::folds && follows_ohm<typename Design::cell_type>();
    if constexpr (still && dac::folds && adc::folds && (protect::folds || ArithmeticCode<protect>)) {
        return plan::folded;
    } else if constexpr ((IntegerDac<dac> || std::is_same_v<dac, ideal_dac>) && SiteAdc<adc> && protect::folds && Design::map_type::coded &&
                         acts_by_column<Design>()) {
        return still && whole_sums<Design, dac> ? plan::coded : plan::analog;
    } else {
        return plan::reference;
    }
}
template <class Design>
inline constexpr plan plan_of = cheapest_plan<Design>();

} // namespace rcim::inline RCIM_ABI
