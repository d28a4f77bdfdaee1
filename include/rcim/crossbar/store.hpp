#pragma once

/// @file
/// Where the weights of an array are kept: one store for each kind of cells. `w` numbers weights, output x row stride + input; `chip` is
/// the design with its update rule as fitted; matrices are [outputs][row_stride].
///
/// | member | what it does |
/// | --- | --- |
/// | `format_of(chip)` | the number format of what it keeps |
/// | `program(target, bounds)` | writes every weight |
/// | `write(step, chip, bounds, context, writes, pool, report)` | moves weights by rounded steps; counts, wears, sticks what is worn |
/// | `decode(chip, weight, begin, end)` | effective weights of a range, which begins with a group; beyond `inputs` anything |
/// | `written_weight(chip, w)` | what an increment is added to, in weight units: leakage is no part of it |
/// | `arrive(epoch)`, `census(chip)`, `show_faults(map)` | faults |
/// | `visit(archive, shape, row_stride)` | what decides its behaviour |
///
/// Stores of codes also have what `crossbar_array` shows of words and cells; where cells drift, `age(seconds, pool)`.

#include <rcim/crossbar/analog_store.hpp>
#include <rcim/crossbar/cells.hpp>
#include <rcim/crossbar/compensated_store.hpp>
#include <rcim/crossbar/direct_store.hpp>
#include <rcim/crossbar/packed_store.hpp>
#include <rcim/crossbar/rounded_steps.hpp>
#include <rcim/crossbar/word_store.hpp>
#include <rcim/design/plan.hpp>

#include <type_traits>

namespace rcim::inline RCIM_ABI {

namespace detail {

template <class Design, plan Plan>
consteval auto store_type() {
    using map_type = typename Design::map_type;
    using cell_type = typename Design::cell_type;
    using protect_type = typename Design::protect_type;
    if constexpr (!map_type::coded) {
        return std::type_identity<direct_store<Design>>{};
    } else {
        constexpr int cell_bits = cell_type::bits == 0 ? map_type::weight_bits : cell_type::bits;
        constexpr int padded = slices_under<protect_type>(map_type::weight_bits, cell_bits) * cell_bits;
        static_assert(padded <= 24, "rcim: roles Cell and Map: more than 24 bits with padding; codes would not fit a float");
        using word = word_for<padded>;
        if constexpr (!exact_cell<cell_type>()) {
            return std::type_identity<analog_store<Design, Plan>>{};
        } else if constexpr (ArithmeticCode<protect_type>) {
            using cells = std::conditional_t<Plan == plan::reference, single_cells, packed_cells<word>>;
            return std::type_identity<word_store<Design, cells, arithmetic_words<protect_type, typename map_type::encoding>>>{};
        } else if constexpr (Plan == plan::reference) {
            return std::type_identity<word_store<Design, single_cells>>{};
        } else {
            return std::type_identity<packed_store<Design, word>>{};
        }
    }
}

} // namespace detail

/// With compensated_store around it where the digital side compensates stuck cells.
template <class Design, plan Plan>
using store_of = std::conditional_t<compensates_stuck<typename Design::protect_type>(),
                                    compensated_store<Design, typename decltype(detail::store_type<Design, Plan>())::type>,
                                    typename decltype(detail::store_type<Design, Plan>())::type>;

/// What becomes of increments before a store takes them.
template <class Design, plan Plan>
using steps_of = std::conditional_t<Design::map_type::coded, rounded_steps<typename Design::map_type, Plan>, unrounded_steps>;

} // namespace rcim::inline RCIM_ABI
