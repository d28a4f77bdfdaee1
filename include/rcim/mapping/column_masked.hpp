#pragma once

/// @file
/// Column masks: the rows of a layer are cut into blocks, and the digital result of each block and output is multiplied by a factor of its own.
/// All slices and both arrays of a column share it, and so does the offset that the digital side takes away. The factors change from task
/// to task while the cells stay as they are.

#include <rcim/core/error.hpp>
#include <rcim/mapping/concept.hpp>

#include <cmath>
#include <concepts>
#include <cstdint>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// The factors that a column's periphery knows.
/// - `bits`: of memory for each column;
/// - `nearest(x)`: the factor that is nearest to a real number, itself for a factor;
/// - `code(f)` in [0, 2^bits) and `factor(code)`: what memory holds of a factor.
template <class F>
concept ColumnFactor = std::copyable<F> && requires(const F& f, float x, std::uint32_t code) {
    { F::bits } -> std::convertible_to<int>;
    { f.nearest(x) } -> std::same_as<float>;
    { f.code(x) } -> std::same_as<std::uint32_t>;
    { f.factor(code) } -> std::same_as<float>;
    { F::name() } -> std::convertible_to<std::string>;
};

/// A column takes part or not: where it does not, it is not converted. XBM (Zhang et al., ASP-DAC 2022).
struct gating {
    static constexpr int bits = 1;
    [[nodiscard]] static float nearest(float x) { return x > 0.5f ? 1.0f : 0.0f; }
    [[nodiscard]] static std::uint32_t code(float factor) { return factor != 0.0f ? 1u : 0u; }
    [[nodiscard]] static float factor(std::uint32_t code) { return code != 0 ? 1.0f : 0.0f; }
    static std::string name() { return "gating"; }
};
static_assert(ColumnFactor<gating>);

/// The shift-adder shifts the column's word: powers of two, 2^top and the next lower ones, of which the lowest is replaced by
/// zero if `zero`. XMA (Zhang et al., DAC 2022); which levels it has is a reconstruction.
template <int Bits, int Top = 1, bool Zero = true>
requires(Bits >= 1 && Bits <= 5) struct shifting {
    static constexpr int bits = Bits;
    static constexpr int lowest = Top - (1 << Bits) + 1 + (Zero ? 1 : 0); ///< exponent of the least factor that is not zero

    /// In the logarithm; zero for what is below the geometric middle of the least factor and the one that would follow.
    [[nodiscard]] static float nearest(float x) {
        if (!(x > 0.0f)) {
            return Zero ? 0.0f : std::ldexp(1.0f, lowest);
        }
        int exponent = 0;
        const float half = std::frexp(x, &exponent); // x = half 2^exponent, half in [1/2, 1)
        const int q = half >= 0.70710678f ? exponent : exponent - 1;
        if (q < lowest) {
            return Zero ? 0.0f : std::ldexp(1.0f, lowest);
        }
        return std::ldexp(1.0f, q > Top ? Top : q);
    }
    [[nodiscard]] static std::uint32_t code(float factor) {
        if (factor == 0.0f) {
            return 0;
        }
        return static_cast<std::uint32_t>(std::ilogb(factor) - lowest + (Zero ? 1 : 0));
    }
    [[nodiscard]] static float factor(std::uint32_t code) {
        return Zero && code == 0 ? 0.0f : std::ldexp(1.0f, lowest + static_cast<int>(code) - (Zero ? 1 : 0));
    }
    static std::string name() {
        return "shifting<" + std::to_string(Bits) + ", " + std::to_string(Top) + ", " + (Zero ? "true" : "false") + ">";
    }
};
static_assert(ColumnFactor<shifting<2>>);

/// A multiplier of fixed-point numbers of 16 bits, 12 of them behind the point, in [-8, 8): column scales as of XMA2 (Zhang et al., Frontiers in Electronics 2022;
/// the format is ours).
struct scaling {
    static constexpr int bits = 16;
    static constexpr float step = 0x1p-12f;
    [[nodiscard]] static float nearest(float x) {
        const float steps = std::nearbyint(x / step);
        return (steps < -32768.0f ? -32768.0f : steps > 32767.0f ? 32767.0f : steps) * step;
    }
    [[nodiscard]] static std::uint32_t code(float factor) {
        return static_cast<std::uint16_t>(static_cast<std::int16_t>(std::nearbyint(factor / step)));
    }
    [[nodiscard]] static float factor(std::uint32_t code) {
        return static_cast<float>(static_cast<std::int16_t>(static_cast<std::uint16_t>(code))) * step;
    }
    static std::string name() { return "scaling"; }
};
static_assert(ColumnFactor<scaling>);

/// A mapping of cells whose columns have factors: y_o = sum over blocks b of factor[b, o] (sum over inputs i in b of W[o, i] x_i), the inner
/// sum as converters, decoding and offset make it.
///
/// Rows of one block are driven at once, as far as they lie in one crossbar. A crossbar holds whole blocks and leaves the rest of its rows
/// unused; a block that is larger than a crossbar is cut into equal parts. So blocks smaller than crossbars cost conversions.
///
/// Mask memory is Factor::bits ceil(inputs / rows) outputs; of weights that are masked one by one (Piggyback) it would be inputs x outputs.
template <class Map, ColumnFactor Factor = gating>
struct column_masked {
    static_assert(Map::coded, "rcim: role Map: column masks gate columns of cells, and these weights are stored directly; "
                              "column_masked<bit_sliced<WeightBits, Encoding>>");
    using policy_kind = map_kind;
    static constexpr bool coded = true;
    static constexpr int weight_bits = Map::weight_bits;
    using encoding = typename Map::encoding;
    using rounding = typename Map::rounding;
    using factor_type = Factor;

    Map map{};
    index_t rows = 72; ///< of one block, >= 1: 8 channels of a 3 x 3 kernel

    [[nodiscard]] constexpr code_format format(int cell_bits) const { return map.format(cell_bits); }
    [[nodiscard]] constexpr bool fits_unit() const { return map.fits_unit(); }

    static std::string name() { return "column_masked<" + Map::name() + ", " + Factor::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"map", &column_masked::map}, field{"rows", &column_masked::rows, 1.0, 65536.0}};
    }
};

/// Whether columns have factors.
template <class Map>
[[nodiscard]] consteval bool masks_columns() {
    return requires {
        typename Map::factor_type;
    };
}

/// Rows of one block of a mask; 0 where there is none.
template <class Map>
[[nodiscard]] constexpr index_t mask_rows(const Map& map) {
    if constexpr (masks_columns<Map>()) {
        return map.rows;
    } else {
        return 0;
    }
}

} // namespace rcim::inline RCIM_ABI
