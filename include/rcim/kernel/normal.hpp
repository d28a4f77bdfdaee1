#pragma once

/// @file
/// Normal numbers without branches: the same bits for one word and for those of 16 samples.

#include <rcim/compat/integer_lanes.hpp>
#include <rcim/compat/simd.hpp>
#include <rcim/core/config.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

#ifdef __AVX512F__
#include <immintrin.h>
#endif

namespace rcim::inline RCIM_ABI::kernel {

/// Of the inverse of the normal distribution's tail, x(p) with P(X > x) = p: in the octave 2^e <= 2^32 p < 2^(e+1) a polynomial of the
/// mantissa less 1.5, highest power first, by Chebyshev interpolation in 40 digits, of an error below 4.7e-6. Column (31 + e) % 32 is the
/// lower five bits of the exponent as floats have it. The last octave holds p = 1/2 alone.
alignas(64) inline constexpr float normal_octaves[6][32] = {
    {-0.00455302f, -0.00462661358f, -0.00470382767f, -0.00478496542f, -0.00487036677f, -0.00496041263f, -0.00505553372f,
     -0.00515621807f, -0.00526301982f, -0.00537657458f, -0.00549761066f, -0.00562697044f, -0.00576563366f, -0.00591474446f,
     -0.00607565045f, -0.00624994887f, -0.00643954985f, -0.00664675422f, -0.00687436108f, -0.00712580746f, -0.00740536069f,
     -0.00771837356f, -0.00807164051f, -0.00847388059f, -0.00893639494f, -0.00947393663f, -0.0101057729f, -0.0108569078f,
     -0.0117662661f, -0.0138383452f, 0.0f, -0.00448277593f},
    {0.00851501618f, 0.0086542191f, 0.00880035013f, 0.00895399693f, 0.00911581796f, 0.0092865536f, 0.00946704112f, 0.00965823047f,
     0.00986120477f, 0.0100772046f, 0.0103076575f, 0.0105542187f, 0.0108188139f, 0.0111036999f, 0.011411543f, 0.0117455116f,
     0.0121094063f, 0.0125078224f, 0.0129463691f, 0.0134319626f, 0.0139732249f, 0.0145810219f, 0.0152691994f, 0.0160556026f,
     0.0169634204f, 0.0180229302f, 0.0192733929f, 0.0207625255f, 0.02248873f, 0.0215103179f, 0.0f, 0.00838221703f},
    {-0.0152577963f, -0.0155118555f, -0.0157787986f, -0.0160597432f, -0.0163559355f, -0.0166687891f, -0.0169999022f, -0.0173510928f,
     -0.0177244432f, -0.0181223378f, -0.0185475405f, -0.019003259f, -0.019493239f, -0.0200218949f, -0.0205944609f, -0.0212171916f,
     -0.0218976233f, -0.0226449203f, -0.023470344f, -0.02438787f, -0.0254150331f, -0.0265740901f, -0.0278935917f, -0.0294105224f,
     -0.0311731212f, -0.0332445949f, -0.0357097983f, -0.038710095f, -0.0428440459f, -0.0573190376f, 0.0f, -0.0150156301f},
    {0.034774024f, 0.0353674591f, 0.0359917693f, 0.0366497003f, 0.0373443365f, 0.0380791686f, 0.038858179f, 0.0396859013f,
     0.0405675508f, 0.0415091328f, 0.0425176397f, 0.0436012149f, 0.0447694547f, 0.0460337065f, 0.0474075302f, 0.048907239f,
     0.0505526587f, 0.052368097f, 0.0543836877f, 0.0566371866f, 0.0591763929f, 0.062062405f, 0.0653737858f, 0.0692111403f,
     0.0736992583f, 0.0789746046f, 0.0851049721f, 0.091681391f, 0.095443666f, 0.069017224f, 0.0f, 0.0342090279f},
    {-0.107302934f, -0.109234437f, -0.111272402f, -0.113426894f, -0.11570935f, -0.118132815f, -0.120712288f, -0.123465054f,
     -0.126411214f, -0.129574224f, -0.132981762f, -0.136666581f, -0.140667945f, -0.14503324f, -0.149820343f, -0.155100748f,
     -0.160963938f, -0.167523623f, -0.174926788f, -0.183367223f, -0.193106428f, -0.204506949f, -0.218088225f, -0.234624788f,
     -0.255331039f, -0.282237977f, -0.31905058f, -0.373413295f, -0.464411288f, -0.659292936f, 0.0f, -0.105469011f},
    {6.05582809f, 5.9432683f, 5.82864571f, 5.71184492f, 5.59273863f, 5.47118711f, 5.34703588f, 5.22011423f, 5.09023237f, 4.95717621f,
     4.82070732f, 4.68055439f, 4.53640938f, 4.38791943f, 4.23467731f, 4.07620811f, 3.91195464f, 3.74125433f, 3.56330967f, 3.37714791f,
     3.18156171f, 2.97502279f, 2.7555511f, 2.52050447f, 2.26622915f, 1.98743045f, 1.67594242f, 1.31801379f, 0.887149692f, 0.318642616f,
     0.0f, 6.16643095f}
};

/// The standard normal number of a word: its sign is the upper bit, its size the x of the tail (m | 1) / 2^32, where m is the other 31
/// bits. Magnitudes up to 6.23; error below 5e-6. One word gives one number, without the logarithm, root and sines of Box and Muller's
/// transform: with AVX-512 17 operations for 16 numbers.
[[nodiscard]] inline float normal_by_octave(std::uint32_t word) noexcept {
    const auto tail = static_cast<float>(static_cast<std::int32_t>((word & 0x7FFFFFFFu) | 1));
    const auto bits = std::bit_cast<std::uint32_t>(tail);
    const std::uint32_t octave = (bits >> 23) & 31;
    const float t = std::bit_cast<float>((bits & 0x7FFFFFu) | 0x3F800000u) - 1.5f;
    float x = normal_octaves[0][octave];
    for (int power = 1; power < 6; ++power) {
        x = std::fma(x, t, normal_octaves[power][octave]);
    }
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(x) ^ (word & 0x80000000u));
}

/// The same of 16 words.
inline void normal_by_octave_portable(lanes& to, const std::uint32_t* words) noexcept {
    lanes_of_int32 word;
    load_lanes(word, words);
    const lanes_of_float tail = __builtin_convertvector((word & 0x7FFFFFFF) | 1, lanes_of_float);
    lanes_of_int32 bits;
    std::memcpy(&bits, &tail, sizeof bits);
    const lanes_of_int32 octave = (bits >> 23) & 31;
    bits = (bits & 0x7FFFFF) | 0x3F800000;
    lanes t;
    std::memcpy(&t, &bits, sizeof t);
    t = t - lanes::broadcast(1.5f);
    const auto coefficient = [&](int power) {
        alignas(64) float of_lane[samples_per_block];
        for (int l = 0; l < static_cast<int>(samples_per_block); ++l) {
            of_lane[l] = normal_octaves[power][octave[l]];
        }
        return lanes::load(of_lane);
    };
    lanes x = coefficient(0);
    for (int power = 1; power < 6; ++power) {
        lanes next = coefficient(power);
        next.add_product(x, t);
        x = next;
    }
    std::memcpy(&bits, &x, sizeof bits);
    bits ^= word & std::int32_t{-0x7FFFFFFF - 1};
    std::memcpy(&to, &bits, sizeof to);
}

#ifdef __AVX512F__
inline void normal_by_octave_avx512(lanes& to, const std::uint32_t* words) noexcept {
    // Under full masks: without them g++ 12 warns of its own headers.
    constexpr __mmask16 full = 0xFFFF;
    const __m512i one = _mm512_set1_epi32(1);
    const __m512i sign = _mm512_set1_epi32(-0x7FFFFFFF - 1);
    const __m512i word = _mm512_loadu_si512(words);
    // Of three numbers, 0xBA: a without b, with c; 0xEA: a and b, with c; 0x6A: a and b, exclusive or c.
    const __m512 tail = _mm512_maskz_cvtepi32_ps(full, _mm512_ternarylogic_epi32(word, sign, one, 0xBA));
    const __m512i bits = _mm512_castps_si512(tail);
    const __m512i octave = _mm512_maskz_srli_epi32(full, bits, 23);
    const __m512i mantissa =
        _mm512_ternarylogic_epi32(bits, _mm512_set1_epi32(0x7FFFFF), _mm512_castps_si512(_mm512_set1_ps(1.0f)), 0xEA);
    const __m512 t = _mm512_sub_ps(_mm512_castsi512_ps(mantissa), _mm512_set1_ps(1.5f));
    const auto coefficient = [&](int power) {
        const float* const of_octave = normal_octaves[power];
        return _mm512_permutex2var_ps(_mm512_load_ps(of_octave), octave, _mm512_load_ps(of_octave + 16));
    };
    __m512 x = coefficient(0);
    for (int power = 1; power < 6; ++power) {
        x = _mm512_fmadd_ps(x, t, coefficient(power));
    }
    to.part[0] = _mm512_castsi512_ps(_mm512_ternarylogic_epi32(word, sign, _mm512_castps_si512(x), 0x6A));
}
#endif

inline void normal_by_octave(lanes& to, const std::uint32_t* words) noexcept {
#ifdef __AVX512F__
    normal_by_octave_avx512(to, words);
#else
    normal_by_octave_portable(to, words);
#endif
}

} // namespace rcim::inline RCIM_ABI::kernel
