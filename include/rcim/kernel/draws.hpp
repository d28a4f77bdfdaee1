#pragma once

/// @file
/// The draws of write rounding, 64 weights at a time.

#include <rcim/core/config.hpp>
#include <rcim/core/random.hpp>

#include <cstdint>

#ifdef __AVX512F__
#include <immintrin.h>
#endif

namespace rcim::inline RCIM_ABI::kernel {

/// Weights whose draws come from 16 neighbouring blocks: weight w takes word (w % 64) / 16 of block 16 (w / 64) + w % 16.
inline constexpr index_t draw_group = 64;

/// The draw of one weight, as the reference takes it.
[[nodiscard]] constexpr std::uint32_t draw_of(const random_source& source, index_t weight) {
    const auto group = static_cast<std::uint64_t>(weight / draw_group);
    const auto within = static_cast<std::uint64_t>(weight % draw_group);
    return source.block(group * 16 + within % 16)[within / 16];
}

/// The draws of one group of 64 weights, one block after the other.
inline void draws_of_group_portable(const random_source& source, index_t group, std::uint32_t* draws) {
    std::uint32_t c0[16];
    std::uint32_t c1[16];
    std::uint32_t c2[16];
    std::uint32_t c3[16];
    philox_key key = source.key();
    const std::uint64_t first = static_cast<std::uint64_t>(group) * 16;
    for (int i = 0; i < 16; ++i) {
        c0[i] = static_cast<std::uint32_t>(first) + static_cast<std::uint32_t>(i);
        c1[i] = static_cast<std::uint32_t>(first >> 32);
        c2[i] = source.place();
        c3[i] = source.step();
    }
    for (int round = 0; round < 10; ++round) {
        for (int i = 0; i < 16; ++i) {
            const std::uint64_t even = std::uint64_t{0xD2511F53u} * c0[i];
            const std::uint64_t odd = std::uint64_t{0xCD9E8D57u} * c2[i];
            c0[i] = static_cast<std::uint32_t>(odd >> 32) ^ c1[i] ^ key[0];
            c1[i] = static_cast<std::uint32_t>(odd);
            c2[i] = static_cast<std::uint32_t>(even >> 32) ^ c3[i] ^ key[1];
            c3[i] = static_cast<std::uint32_t>(even);
        }
        key = {key[0] + 0x9E3779B9u, key[1] + 0xBB67AE85u};
    }
    for (int i = 0; i < 16; ++i) {
        draws[i] = c0[i];
        draws[16 + i] = c1[i];
        draws[32 + i] = c2[i];
        draws[48 + i] = c3[i];
    }
}

#ifdef __AVX512F__
/// The same with 16 blocks in one register: 16 vector operations a round for 64 draws.
inline void draws_of_group_avx512(const random_source& source, index_t group, std::uint32_t* draws) {
    constexpr __mmask16 odd_lanes = 0xAAAA;
    // Under a full mask: g++ 12 warns of the undefined register in its own unmasked intrinsics. The code is the same.
    constexpr __mmask8 full = 0xFF;
    const auto multiply = [](__m512i x, __m512i factor, __m512i& high) {
        const __m512i even = _mm512_maskz_mul_epu32(full, x, factor);
        const __m512i odd = _mm512_maskz_mul_epu32(full, _mm512_maskz_srli_epi64(full, x, 32), factor);
        high = _mm512_mask_blend_epi32(odd_lanes, _mm512_maskz_srli_epi64(full, even, 32), odd);
        return _mm512_mask_blend_epi32(odd_lanes, even, _mm512_maskz_slli_epi64(full, odd, 32));
    };
    const auto all = [](std::uint32_t word) { return _mm512_set1_epi32(static_cast<int>(word)); };
    const std::uint64_t first = static_cast<std::uint64_t>(group) * 16;
    __m512i c0 = _mm512_add_epi32(all(static_cast<std::uint32_t>(first)),
                                  _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
    __m512i c1 = all(static_cast<std::uint32_t>(first >> 32));
    __m512i c2 = all(source.place());
    __m512i c3 = all(source.step());
    philox_key key = source.key();
    for (int round = 0; round < 10; ++round) {
        __m512i even_high;
        __m512i odd_high;
        const __m512i even_low = multiply(c0, all(0xD2511F53u), even_high);
        const __m512i odd_low = multiply(c2, all(0xCD9E8D57u), odd_high);
        c0 = _mm512_xor_si512(_mm512_xor_si512(odd_high, c1), all(key[0]));
        c1 = odd_low;
        c2 = _mm512_xor_si512(_mm512_xor_si512(even_high, c3), all(key[1]));
        c3 = even_low;
        key = {key[0] + 0x9E3779B9u, key[1] + 0xBB67AE85u};
    }
    _mm512_storeu_si512(draws, c0);
    _mm512_storeu_si512(draws + 16, c1);
    _mm512_storeu_si512(draws + 32, c2);
    _mm512_storeu_si512(draws + 48, c3);
}
#endif

/// The draws of one group of 64 weights; draws[i] belongs to weight 64 group + i.
inline void draws_of_group(const random_source& source, index_t group, std::uint32_t* draws) {
#ifdef __AVX512F__
    draws_of_group_avx512(source, group, draws);
#else
    draws_of_group_portable(source, group, draws);
#endif
}

} // namespace rcim::inline RCIM_ABI::kernel
