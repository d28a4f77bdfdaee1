#pragma once

/// @file
/// Block-circulant matrices: each K x K block of a layer's matrix, by channels, is given by one vector of K weights, of which
/// the rows are rotations. Cells hold that vector once; the other rows of the block are read with rotated inputs.
///
/// Y. Wang, F. Chen, L. Song, C.-J. R. Shi, H. Li, Y. Chen, "ReBoc: Accelerating Block-Circulant Neural Networks in ReRAM",
/// DATE 2020 (doi 10.23919/DATE48585.2020.9116422), of which the abstract was at hand: it names horizontal weight slicing,
/// intra-crossbar weight duplication, input slice reusing and input tile sharing. What they do here is a reconstruction. The
/// matrices are those of C. Ding et al., "CirCNN", MICRO 2017 (arXiv 1708.08917).

#include <rcim/core/error.hpp>
#include <rcim/mapping/concept.hpp>

#include <limits>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rcim::inline RCIM_ABI {

/// Weights of a block-circulant matrix in the cells of a coded mapping. With r and x in [0, K) and w the vector of block (i,
/// j) and kernel tap,
///
///     W[iK + r][jK + x, tap] = w[(r - x) mod K].
///
/// The stored matrix has `copies` outputs for each K of the layer's, S[i copies + e][jK + s, tap] = w[(s + e) mod K]. In
/// rotation c < K / copies the inputs x[jK + (c copies - s) mod K] are driven, and stored output (i, e) reads layer output iK
/// + c copies + e. So a read is K / copies reads one after the other of K / copies times fewer columns: as many conversions,
/// fewer cells.
///
/// Channels and outputs that fill up the last blocks are zero inputs and results that are dropped.
///
/// What is read back is what cells hold, copy by copy: W[iK + c copies + e][jK + x, tap] = S[i copies + e][jK + (c copies -
/// x) mod K, tap]. An update rule gets the sum of the gradients of all copies of a weight and sees their mean; the whole step
/// that the first copy takes is taken by all.
template <index_t K, class Map>
requires(K >= 1) struct block_circulant {
    static_assert(Map::coded,
                  "rcim: role Map: block_circulant rotates inputs past cells, and these weights are stored directly; "
                  "block_circulant<K, bit_sliced<WeightBits, Encoding>>");
    static_assert(
        !requires(const Map& m) { m.map; },
        "rcim: role Map: block_circulant lies around the mapping of codes itself; masks go around it: "
        "column_masked<block_circulant<K, bit_sliced<WeightBits, Encoding>>>");
    using policy_kind = map_kind;
    static constexpr bool coded = true;
    static constexpr int weight_bits = Map::weight_bits;
    using encoding = typename Map::encoding;
    using rounding = typename Map::rounding;
    static constexpr index_t block = K;

    Map map{};
    index_t copies = 1; ///< of a weight, each a column further: intra-crossbar weight duplication. Divides K
    bool horizontal_slices =
        true; ///< the vectors of a row of blocks lie one after the other in a column; off: a crossbar takes K rows, as many as one has
    bool reuse_slices =
        true; ///< inputs are fetched from the buffer once and rotated in a register; off: in every rotation. Shows in buffer words
    bool share_tiles =
        true; ///< crossbars over the same rows share the inputs that are fetched; off: each fetches its own. Likewise

    [[nodiscard]] constexpr code_format format(int cell_bits) const { return map.format(cell_bits); }
    [[nodiscard]] constexpr bool fits_unit() const { return map.fits_unit(); }

    void validate() const {
        if (copies < 1 || K % copies != 0) {
            fail(name(), "copies", text("a divisor of ", K), text(copies));
        }
    }

    static std::string name() { return "block_circulant<" + std::to_string(K) + ", " + Map::name() + ">"; }
    static constexpr auto fields() {
        using own = block_circulant;
        return std::tuple{field{"map", &own::map}, field{"copies", &own::copies, 1.0, static_cast<double>(K)},
                          field{"horizontal_slices", &own::horizontal_slices}, field{"reuse_slices", &own::reuse_slices},
                          field{"share_tiles", &own::share_tiles}};
    }
};

namespace detail {
template <class Map>
inline constexpr bool is_block_circulant = false;
template <index_t K, class Map>
inline constexpr bool is_block_circulant<block_circulant<K, Map>> = true;
} // namespace detail

/// Whether a layer's matrix is block-circulant: the mapping or one inside it says so.
template <class Map>
[[nodiscard]] consteval bool circulates() {
    if constexpr (detail::is_block_circulant<Map>) {
        return true;
    } else if constexpr (requires(const Map& m) { m.map; }) {
        return circulates<std::remove_cvref_t<decltype(std::declval<const Map&>().map)>>();
    } else {
        return false;
    }
}

/// The block_circulant of a mapping that circulates.
template <class Map>
[[nodiscard]] constexpr const auto& circulant_part(const Map& map) {
    static_assert(circulates<Map>());
    if constexpr (detail::is_block_circulant<Map>) {
        return map;
    } else {
        return circulant_part(map.map);
    }
}

/// Reads of the cells for one read of a layer: K / copies, otherwise 1.
template <class Map>
[[nodiscard]] constexpr index_t rotations_of(const Map& map) {
    if constexpr (circulates<Map>()) {
        const auto& part = circulant_part(map);
        return std::remove_cvref_t<decltype(part)>::block / part.copies;
    } else {
        return 1;
    }
}

/// The most rows of a crossbar that a mapping uses.
template <class Map>
[[nodiscard]] constexpr index_t most_rows(const Map& map) {
    if constexpr (circulates<Map>()) {
        const auto& part = circulant_part(map);
        if (!part.horizontal_slices) {
            return std::remove_cvref_t<decltype(part)>::block;
        }
    }
    return std::numeric_limits<index_t>::max();
}

} // namespace rcim::inline RCIM_ABI
