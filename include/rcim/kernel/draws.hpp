#pragma once

/// @file
/// Draws of 16 blocks of the generator at a time: those of write rounding, of 64 weights, and those of 16 neighbouring images.

#include <rcim/core/config.hpp>
#include <rcim/core/random.hpp>

#include <cstdint>

#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace rcim::inline RCIM_ABI::kernel {

/// One word of each of 16 counters.
struct philox_lanes_portable {
    std::uint32_t word[16];

    [[nodiscard]] static philox_lanes_portable counting_from(std::uint32_t first) noexcept {
        philox_lanes_portable r;
        for (std::uint32_t l = 0; l < 16; ++l) {
            r.word[l] = first + l;
        }
        return r;
    }
    void store(std::uint32_t* to) const noexcept {
        for (int l = 0; l < 16; ++l) {
            to[l] = word[l];
        }
    }
    [[nodiscard]] friend philox_product_of<philox_lanes_portable> philox_product(std::uint32_t factor,
                                                                                 const philox_lanes_portable& x) noexcept {
        philox_product_of<philox_lanes_portable> r;
        for (int l = 0; l < 16; ++l) {
            const std::uint64_t product = std::uint64_t{factor} * x.word[l];
            r.high.word[l] = static_cast<std::uint32_t>(product >> 32);
            r.low.word[l] = static_cast<std::uint32_t>(product);
        }
        return r;
    }
    [[nodiscard]] friend philox_lanes_portable philox_mix(philox_lanes_portable a, const philox_lanes_portable& b,
                                                          std::uint32_t key) noexcept {
        for (int l = 0; l < 16; ++l) {
            a.word[l] ^= b.word[l] ^ key;
        }
        return a;
    }
    [[nodiscard]] friend philox_lanes_portable philox_mix(philox_lanes_portable a, std::uint32_t b, std::uint32_t key) noexcept {
        for (std::uint32_t& one : a.word) {
            one ^= b ^ key;
        }
        return a;
    }
    [[nodiscard]] friend philox_lanes_portable philox_mix(std::uint32_t a, const philox_lanes_portable& b, std::uint32_t key) noexcept {
        return philox_mix(b, a, key);
    }
};

#ifdef __AVX2__
/// The same. Words lie in the lower halves of numbers of 64 bits, as the multiplier takes them; what lies above them says nothing. So a
/// round is three operations for each of its two products and needs no shuffles: of each 16 counters, even ones are in a register of
/// their own.
struct philox_lanes_vector {
#ifdef __AVX512F__
    using native = __m512i;
    static constexpr int parts = 2;
    // Under full masks: g++ 12 warns of the undefined register in its own unmasked intrinsics. The code is the same.
    static native all(std::uint32_t x) noexcept { return _mm512_set1_epi32(static_cast<int>(x)); }
    static native product(native a, native b) noexcept { return _mm512_maskz_mul_epu32(0xFF, a, b); }
    static native upper(native a) noexcept { return _mm512_maskz_srli_epi64(0xFF, a, 32); }
    static native mixed(native a, native b, native c) noexcept { return _mm512_ternarylogic_epi32(a, b, c, 0x96); }
    static native mixed(native a, native b) noexcept { return _mm512_xor_si512(a, b); }
    static native counting(std::uint32_t first, int part) noexcept {
        return _mm512_add_epi32(all(first + static_cast<std::uint32_t>(part)), _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14));
    }
    static void merge(native even, native odd, std::uint32_t* to) noexcept {
        _mm512_storeu_si512(to, _mm512_mask_shuffle_epi32(even, 0xAAAA, odd, _MM_PERM_CCAA));
    }
#else
    using native = __m256i;
    static constexpr int parts = 4;
    static native all(std::uint32_t x) noexcept { return _mm256_set1_epi32(static_cast<int>(x)); }
    static native product(native a, native b) noexcept { return _mm256_mul_epu32(a, b); }
    static native upper(native a) noexcept { return _mm256_srli_epi64(a, 32); }
    static native mixed(native a, native b, native c) noexcept { return _mm256_xor_si256(_mm256_xor_si256(a, b), c); }
    static native mixed(native a, native b) noexcept { return _mm256_xor_si256(a, b); }
    static native counting(std::uint32_t first, int part) noexcept {
        return _mm256_add_epi32(all(first + static_cast<std::uint32_t>(part / 2 * 8 + part % 2)), _mm256_setr_epi64x(0, 2, 4, 6));
    }
    static void merge(native even, native odd, std::uint32_t* to) noexcept {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA));
    }
#endif
    native part[parts];

    [[nodiscard]] static philox_lanes_vector counting_from(std::uint32_t first) noexcept {
        philox_lanes_vector r;
        for (int i = 0; i < parts; ++i) {
            r.part[i] = counting(first, i);
        }
        return r;
    }
    void store(std::uint32_t* to) const noexcept {
        for (int i = 0; i < parts; i += 2) {
            merge(part[i], part[i + 1], to + i * 16 / parts);
        }
    }
    [[nodiscard]] friend philox_product_of<philox_lanes_vector> philox_product(std::uint32_t factor,
                                                                               const philox_lanes_vector& x) noexcept {
        philox_product_of<philox_lanes_vector> r;
        for (int i = 0; i < parts; ++i) {
            r.low.part[i] = product(x.part[i], all(factor));
            r.high.part[i] = upper(r.low.part[i]);
        }
        return r;
    }
    [[nodiscard]] friend philox_lanes_vector philox_mix(philox_lanes_vector a, const philox_lanes_vector& b, std::uint32_t key) noexcept {
        for (int i = 0; i < parts; ++i) {
            a.part[i] = mixed(a.part[i], b.part[i], all(key));
        }
        return a;
    }
    [[nodiscard]] friend philox_lanes_vector philox_mix(philox_lanes_vector a, std::uint32_t b, std::uint32_t key) noexcept {
        for (int i = 0; i < parts; ++i) {
            a.part[i] = mixed(a.part[i], all(b ^ key));
        }
        return a;
    }
    [[nodiscard]] friend philox_lanes_vector philox_mix(std::uint32_t a, const philox_lanes_vector& b, std::uint32_t key) noexcept {
        return philox_mix(b, a, key);
    }
};
using philox_lanes = philox_lanes_vector;
#else
using philox_lanes = philox_lanes_portable;
#endif

/// Ten rounds: draws[16 word + l] of counter l.
template <class W0, class W1, class W2, class W3>
inline void philox_blocks(const philox_state<W0, W1, W2, W3>& counters, philox_key key, std::uint32_t* draws) {
    // Types differ until every word is that of each counter: at the latest after four rounds.
    auto s = philox_round(philox_round(philox_round(counters, key), philox_round_key(key, 1)), philox_round_key(key, 2));
    auto t = philox_round(s, philox_round_key(key, 3));
    for (int round = 4; round < 10; ++round) { // one call, which g++ then puts in place
        t = philox_round(t, philox_round_key(key, round));
    }
    t.w0.store(draws);
    t.w1.store(draws + 16);
    t.w2.store(draws + 32);
    t.w3.store(draws + 48);
}

/// Weights whose draws come from 16 neighbouring blocks: weight w takes word (w % 64) / 16 of block 16 (w / 64) + w % 16.
inline constexpr index_t draw_group = 64;

/// The draw of one weight, as the reference takes it.
[[nodiscard]] constexpr std::uint32_t draw_of(const random_source& source, index_t weight) {
    const auto group = static_cast<std::uint64_t>(weight / draw_group);
    const auto within = static_cast<std::uint64_t>(weight % draw_group);
    return source.block(group * 16 + within % 16)[within / 16];
}

/// The draws of one group of 64 weights; draws[i] belongs to weight 64 group + i.
template <class Lanes = philox_lanes>
inline void draws_of_group(const random_source& source, index_t group, std::uint32_t* draws) {
    const std::uint64_t first = static_cast<std::uint64_t>(group) * 16;
    const philox_state counters{Lanes::counting_from(static_cast<std::uint32_t>(first)), static_cast<std::uint32_t>(first >> 32),
                                source.place(), source.step()};
    philox_blocks(counters, source.key(), draws);
}

/// The draws of 16 images: draws[16 word + l] is that word of the block {first, second, place, step + image + l}. Two rounds and a half
/// of ten are on words that all of them share.
template <class Lanes = philox_lanes>
inline void draws_of_images(const random_source& source, std::uint32_t first, std::uint32_t second, std::uint32_t image,
                            std::uint32_t* draws) {
    philox_blocks(philox_state{first, second, source.place(), Lanes::counting_from(source.step() + image)}, source.key(), draws);
}

/// The same of one image.
[[nodiscard]] constexpr philox_counter draws_of_image(const random_source& source, std::uint32_t first, std::uint32_t second,
                                                      std::uint32_t image) {
    return philox4x32({first, second, source.place(), source.step() + image}, source.key());
}

} // namespace rcim::inline RCIM_ABI::kernel
