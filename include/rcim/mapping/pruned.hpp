#pragma once

/// @file
/// Pruned weights: of the weights that cells can hold some are zero and stay so. Which ones is decided when a matrix is programmed.

#include <rcim/mapping/concept.hpp>
#include <rcim/mapping/largest_per_column.hpp>
#include <rcim/mapping/projection.hpp>

#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>

namespace rcim::inline RCIM_ABI {

namespace detail {
template <class Map>
[[nodiscard]] consteval bool zero_is_empty() {
    using encoding = typename Map::encoding;
    constexpr std::int32_t constant = encoding::minus_constant(Map::weight_bits);
    return encoding::encode(std::int32_t{0}, constant) == stored_word<>{};
}
} // namespace detail

/// A mapping of which every matrix that is programmed is projected, and of which the pruned weights are never written again until another is. What
/// is learned acts on the others alone. Cells of pruned weights hold zero, unless they are stuck.
///
/// The converters of forward reads are made for as many lines as a column keeps (their full scale): uniform_adc<bits, unit_lsb> with
/// lossless_bits(Nonzeros, ...) bits loses nothing of healthy columns. Stuck cells and currents at HRS can exceed that: count_overfull says where,
/// reads cut what exceeds, and lossless_adc of a design with faults takes bits for whole columns.
///
/// Not in offset encoding, where a weight of zero is half a word in its cells: a column of them would be as full as any other.
template <WeightProjection Projection, class Map>
struct pruned {
    static_assert(Map::coded, "rcim: role Map: pruning empties cells, and these weights are stored directly; "
                              "column_pruned<Nonzeros, bit_sliced<WeightBits, Encoding>>");
    static consteval bool zero_is_empty() {
        if constexpr (Map::coded) {
            return detail::zero_is_empty<Map>();
        } else {
            return true;
        }
    }
    static_assert(zero_is_empty(),
                  "rcim: role Map: pruning needs an encoding in which a weight of zero leaves its cells at zero (differential, "
                  "sign_magnitude); in this one, as in offset, pruned weights would load their columns");
    using policy_kind = map_kind;
    static constexpr bool coded = true;
    static constexpr int weight_bits = Map::weight_bits;
    using encoding = typename Map::encoding;
    using rounding = typename Map::rounding;
    using projection_type = Projection;

    Map map{};
    Projection keep{};

    [[nodiscard]] constexpr code_format format(int cell_bits) const { return map.format(cell_bits); }
    [[nodiscard]] constexpr bool fits_unit() const { return map.fits_unit(); }

    static std::string name() { return "pruned<" + Projection::name() + ", " + Map::name() + ">"; }
    static constexpr auto fields() { return std::tuple{field{"map", &pruned::map}, field{"keep", &pruned::keep}}; }
};

/// At most Nonzeros weights of each column of a crossbar: TinyADC. `.keep = {.nonzeros = n}` where it is dynamic.
template <index_t Nonzeros, class Map>
using column_pruned = pruned<largest_per_column<Nonzeros>, Map>;

/// In the place of a pruning part where there is none.
struct no_pruning {};

/// The part of a mapping that prunes: itself, or within what is around it; null if there is none.
template <class Map>
[[nodiscard]] constexpr const auto* pruning_part(const Map& map) {
    if constexpr (requires { typename Map::projection_type; }) {
        return &map;
    } else if constexpr (requires { map.map; }) {
        return pruning_part(map.map);
    } else {
        return static_cast<const no_pruning*>(nullptr);
    }
}

/// Whether weights are pruned.
template <class Map>
[[nodiscard]] consteval bool prunes() {
    return !std::is_same_v<decltype(pruning_part(std::declval<const Map&>())), const no_pruning*>;
}

} // namespace rcim::inline RCIM_ABI
