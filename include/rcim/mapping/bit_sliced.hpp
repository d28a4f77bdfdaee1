#pragma once

#include <rcim/core/error.hpp>
#include <rcim/mapping/concept.hpp>
#include <rcim/mapping/rounding.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Fixed-point weights of WeightBits bits, sign included, cut into slices of one cell each; the lowest slice comes first. The
/// code of a weight is weight / (scale 2^-fraction_bits): with 16 bits and 12 of fraction that is Q4.12, weights in [-8, 8).
/// Where the cell's bits do not divide WeightBits, the word is padded: 16 bits on 3-bit cells take 18. The padding is part of
/// the cells and can be stuck.
template <int WeightBits, WeightEncoding Encoding, WriteRounding Rounding = stochastic>
    requires(WeightBits >= 2 && WeightBits <= 20)
struct bit_sliced {
    using policy_kind = map_kind;
    static constexpr bool coded = true;
    static constexpr int weight_bits = WeightBits;
    using encoding = Encoding;
    using rounding = Rounding;

    int fraction_bits = WeightBits - 4; ///< bits behind the binary point, [-64, 64]
    float scale = 1.0f;                 ///< factor on every weight, > 0
    bool fitted = false; ///< programming a matrix sets its unit anew, so that its largest weight is the largest code; the two above hold before

    [[nodiscard]] constexpr bool fits_unit() const { return fitted; }
    /// cell_bits = 0: a cell takes the whole word.
    [[nodiscard]] constexpr code_format format(int cell_bits) const {
        const int bits = cell_bits == 0 ? WeightBits : cell_bits;
        float lsb = scale;
        for (int i = 0; i < fraction_bits; ++i) {
            lsb *= 0.5f;
        }
        for (int i = 0; i > fraction_bits; --i) {
            lsb *= 2.0f;
        }
        return {.lsb = lsb,
                .cell_bits = bits,
                .slices = (WeightBits + bits - 1) / bits,
                .minus_constant = Encoding::minus_constant(WeightBits),
                .pair = Encoding::arrays == 2,
                .range = Encoding::range(WeightBits)};
    }

    /// Floats hold the unit, what it is divided by, and any word of 24 bits times it.
    void validate() const {
        if (const float unit = format(0).lsb; !(unit >= 0x1p-126f && unit <= 0x1p100f)) {
            fail(name(), "scale x 2^-fraction_bits", "a unit of 2^-126 to 2^100", text(unit));
        }
    }

    static std::string name() {
        return "bit_sliced<" + std::to_string(WeightBits) + ", " + Encoding::name() + ", " + Rounding::name() + ">";
    }
    static constexpr auto fields() {
        return std::tuple{field{"fraction_bits", &bit_sliced::fraction_bits, -64.0, 64.0},
                          field{"scale", &bit_sliced::scale, 1e-30, 1e30},
                          field{"fitted", &bit_sliced::fitted}};
    }
};

} // namespace rcim::inline RCIM_ABI
