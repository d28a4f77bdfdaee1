#pragma once

/// @file
/// Words of converters in half precision, for machines with AMX and arithmetic of 16-bit floats: a tile holds the sums of two cycles
/// in the halves of each number, 32 sums are converted at once, and the pairs are added up with their weights.
///
/// Sums S of a cycle and T of the next come as S + 2^field T, from products of levels x bits and of lifted levels (level x 2^lift) x
/// bits of 2^7, field = lift + 7. Shifted left by 16 - field, the halves are 2^(16 - field) S and T, both exact as 16-bit floats.

#include <rcim/convert/transfer.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/kernel/byte_products.hpp>
#include <rcim/kernel/digital_words.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

namespace rcim::inline RCIM_ABI::kernel {

/// word + half_shift = sum x scale + offset, rounded to a whole number, ties to even: as a 16-bit float all of 2^10 to 2^11 are.
struct half_form {
    float scale = 0.0f;
    float low_scale = 0.0f; ///< of sums in the lower halves
    float offset = 0.0f;
};
inline constexpr float half_shift = 1536.0f;
inline constexpr std::int32_t bits_of_half_shift = 0x6600; ///< as a number of 16 bits; a word adds to it as a whole number

/// Where both sums of a pair lie.
struct half_fields {
    int lift = 0;
    [[nodiscard]] int shift() const { return 16 - 7 - lift; }

    /// Lifts levels as far as bytes hold them; none if sums are too large for half a number or for exact 16-bit floats.
    [[nodiscard]] static std::optional<half_fields> of(std::int32_t largest_level, std::int32_t largest_sum) {
        half_fields fields;
        while ((largest_level << (fields.lift + 1)) <= 255) {
            ++fields.lift;
        }
        const bool fits = largest_sum < (1 << (fields.lift + 7)) && largest_sum <= 2048 && (largest_sum << fields.shift()) <= 65504;
        return fits ? std::optional(fields) : std::nullopt;
    }
};

/// The form of 16-bit floats that gives the word of every whole sum in the range, if there is one. O(sums).
[[nodiscard]] inline std::optional<half_form> find_half_form(const adc_transfer& t, whole_range range, const half_fields& fields) {
    if (t.ideal() || !t.words.empty() || t.levels > 256) {
        return std::nullopt;
    }
    const double words = static_cast<double>(t.levels - 1) / (t.high - t.low);
    const double offset = (t.offset - t.low) * words;
    if (offset != std::nearbyint(offset) || std::abs(offset) > 128.0) {
        return std::nullopt;
    }
    int exponent = 0;
    const double fraction = std::frexp(t.gain * words, &exponent);
    for (const double beside : {0.0, 1.0, -1.0}) {
        const double scale = std::ldexp(std::nearbyint(fraction * 2048.0) + beside, exponent - 11); // 11 bits
        bool fits = true;
        for (std::int32_t sum = range.least; fits && sum <= range.largest; ++sum) {
            fits = std::nearbyint(sum * scale + offset) == static_cast<double>(t.word(static_cast<double>(sum)));
        }
        if (fits) {
            return half_form{static_cast<float>(scale), static_cast<float>(std::ldexp(scale, -fields.shift())),
                             static_cast<float>(offset + static_cast<double>(half_shift))};
        }
    }
    return std::nullopt;
}

#if RCIM_ISA_AMX && defined(__linux__) && defined(__AVX512FP16__) && defined(__AVX512VNNI__)
#define RCIM_HALF_WORDS 1

/// Adds weight x (word + bits_of_half_shift) of 16 results of up to two planes in four cycles: sums [planes][2 pairs][16][16] as
/// above; weights of a pair in the halves of a number; to [16][16].
template <int Planes>
inline void add_half_words(std::int32_t* to, const std::int32_t* sums, const std::int32_t (&weights)[2][2], const half_form (&forms)[2],
                           int shift) {
    constexpr index_t tile = 16 * samples_per_block;
    __m512h scale[Planes];
    __m512h offset[Planes];
    __m512i weight[Planes][2];
    for (int p = 0; p < Planes; ++p) {
        scale[p] = _mm512_mask_blend_ph(0xaaaaaaaa, _mm512_set1_ph(static_cast<_Float16>(forms[p].low_scale)),
                                        _mm512_set1_ph(static_cast<_Float16>(forms[p].scale)));
        offset[p] = _mm512_set1_ph(static_cast<_Float16>(forms[p].offset));
        weight[p][0] = _mm512_set1_epi32(weights[p][0]);
        weight[p][1] = _mm512_set1_epi32(weights[p][1]);
    }
    const __m128i count = _mm_cvtsi32_si128(shift);
    for (index_t r = 0; r < 16; ++r) {
        __m512i sum = _mm512_load_si512(to + r * samples_per_block);
        for (int p = 0; p < Planes; ++p) {
            for (int pair = 0; pair < 2; ++pair) {
                const __m512i both =
                    _mm512_maskz_sll_epi32(0xffff, _mm512_load_si512(sums + (2 * p + pair) * tile + r * samples_per_block), count);
                const __m512h words = _mm512_fmadd_ph(_mm512_maskz_cvtepu16_ph(0xffffffff, both), scale[p], offset[p]);
                sum = _mm512_dpwssd_epi32(sum, _mm512_castph_si512(words), weight[p][pair]);
            }
        }
        _mm512_store_si512(to + r * samples_per_block, sum);
    }
}
#else
#define RCIM_HALF_WORDS 0
#endif

} // namespace rcim::inline RCIM_ABI::kernel
