#pragma once

/// @file
/// Sums of columns by permutes of bytes: the sums of a few lines for every pattern of their bits are a table in a register, and the
/// bits of 64 inputs look it up at once. For cycles of one bit.

#include <rcim/compat/integer_lanes.hpp>
#include <rcim/core/config.hpp>
#include <rcim/kernel/packed_drives.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>

#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace rcim::inline RCIM_ABI::kernel {

inline constexpr index_t table_positions = 4; ///< looked up at once
inline constexpr int table_cycles = 8;        ///< at once
inline constexpr index_t table_bytes = 16;    ///< of one table as it is stored
inline constexpr index_t pattern_bytes = table_positions * samples_per_block;

/// Bytes of x that has bit i of the byte's number set, for the eight numbers of three bits.
[[nodiscard]] constexpr std::uint64_t bytes_with_bit(int i) {
    return i == 0 ? 0x0100010001000100u : i == 1 ? 0x0101000001010000u : 0x0101010100000000u;
}

/// Sums of three levels for each pattern, byte by byte, plus what lifts negative ones to zero.
[[nodiscard]] inline std::uint64_t pattern_sums(const std::int32_t (&level)[3]) {
    std::uint64_t sums = 0;
    for (int i = 0; i < 3; ++i) {
        const auto set = static_cast<std::uint64_t>(std::max(level[i], 0));
        const auto unset = static_cast<std::uint64_t>(std::max(-level[i], 0));
        sums += set * bytes_with_bit(i) + unset * (bytes_with_bit(i) ^ 0x0101010101010101u);
    }
    return sums;
}

#ifdef __AVX512VBMI__
/// Tables over six lines, 64 inputs at once. Stored as the sums of three lines, twice.
struct permute_tables {
    static constexpr int lines = 6;
    static constexpr index_t width = 64;
    static constexpr index_t opened_bytes = 64;
    using vector = __m512i;
    // Masked with all lanes on: of the plain intrinsics g++ 12 warns that an operand is not initialised.

    /// level: of six lines.
    static void store(const std::int32_t* level, std::uint8_t* table) {
        const std::uint64_t halves[2] = {pattern_sums({level[0], level[1], level[2]}),
                                         pattern_sums({level[3], level[4], level[5]})};
        std::memcpy(table, halves, sizeof halves);
    }
    static void open(const std::uint8_t* table, std::uint8_t* opened) {
        const __m512i each = _mm512_set_epi64(0x0707070707070707, 0x0606060606060606, 0x0505050505050505, 0x0404040404040404,
                                              0x0303030303030303, 0x0202020202020202, 0x0101010101010101, 0);
        std::int64_t halves[2];
        std::memcpy(halves, table, sizeof halves);
        _mm512_store_si512(
            opened, _mm512_add_epi8(_mm512_set1_epi64(halves[0]), _mm512_shuffle_epi8(_mm512_set1_epi64(halves[1]), each)));
    }
    static vector load_table(const std::uint8_t* from) { return _mm512_load_si512(from); }
    static vector load(const std::uint8_t* from) { return _mm512_load_si512(from); }
    static vector zero() { return _mm512_setzero_si512(); }
    static vector look_up(vector table, vector pattern) { return _mm512_maskz_permutexvar_epi8(~__mmask64{}, pattern, table); }
    static vector add_bytes(vector a, vector b) { return _mm512_add_epi8(a, b); }
    static vector add_words(vector a, vector b) { return _mm512_add_epi16(a, b); }
    static vector even_bytes(vector a) { return _mm512_and_si512(a, _mm512_set1_epi16(0xff)); }
    static vector odd_bytes(vector a) { return _mm512_srli_epi16(a, 8); }
    static vector set(std::int16_t x) { return _mm512_set1_epi16(x); }
    /// The lower and the upper of each pair of 16-bit numbers.
    static void widen(vector a, std::int32_t* low, std::int32_t* high) {
        _mm512_store_si512(low, _mm512_maskz_srai_epi32(0xffff, _mm512_maskz_slli_epi32(0xffff, a, 16), 16));
        _mm512_store_si512(high, _mm512_maskz_srai_epi32(0xffff, a, 16));
    }
};
#endif

#ifdef __AVX2__
/// Tables over four lines, 32 inputs at once.
struct shuffle_tables {
    static constexpr int lines = 4;
    static constexpr index_t width = 32;
    static constexpr index_t opened_bytes = 16;
    using vector = __m256i;

    static void store(const std::int32_t* level, std::uint8_t* table) {
        const std::uint64_t low = pattern_sums({level[0], level[1], level[2]});
        const auto unset = static_cast<std::uint64_t>(std::max(-level[3], 0));
        const auto set = static_cast<std::uint64_t>(std::max(level[3], 0));
        const std::uint64_t halves[2] = {low + unset * 0x0101010101010101u, low + set * 0x0101010101010101u};
        std::memcpy(table, halves, sizeof halves);
    }
    static void open(const std::uint8_t* table, std::uint8_t* opened) { std::memcpy(opened, table, table_bytes); }
    static vector load_table(const std::uint8_t* from) {
        return _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(from)));
    }
    static vector load(const std::uint8_t* from) { return _mm256_load_si256(reinterpret_cast<const vector*>(from)); }
    static vector zero() { return _mm256_setzero_si256(); }
    static vector look_up(vector table, vector pattern) { return _mm256_shuffle_epi8(table, pattern); }
    static vector add_bytes(vector a, vector b) { return _mm256_add_epi8(a, b); }
    static vector add_words(vector a, vector b) { return _mm256_add_epi16(a, b); }
    static vector even_bytes(vector a) { return _mm256_and_si256(a, _mm256_set1_epi16(0xff)); }
    static vector odd_bytes(vector a) { return _mm256_srli_epi16(a, 8); }
    static vector set(std::int16_t x) { return _mm256_set1_epi16(x); }
    static void widen(vector a, std::int32_t* low, std::int32_t* high) {
        _mm256_store_si256(reinterpret_cast<vector*>(low), _mm256_srai_epi32(_mm256_slli_epi32(a, 16), 16));
        _mm256_store_si256(reinterpret_cast<vector*>(high), _mm256_srai_epi32(a, 16));
    }
};
#endif

/// Sums of one column, `base` included, in Cycles cycles at four positions: [Cycles][4 positions][16 samples]. patterns:
/// [tables][cycles][16 samples][4 positions]; `run` tables add up to at most 255, and all sums fit 16 bits.
template <class Tables, int Cycles>
inline void table_sums(const std::uint8_t* opened, index_t tables, index_t run, const std::uint8_t* patterns, index_t cycles,
                       std::int16_t base, std::int32_t* sums) {
    using vector = typename Tables::vector;
    for (index_t half = 0; half < pattern_bytes; half += Tables::width) {
        vector even[Cycles];
        vector odd[Cycles];
        for (int c = 0; c < Cycles; ++c) {
            even[c] = odd[c] = Tables::set(base);
        }
        for (index_t begin = 0; begin < tables; begin += run) {
            vector bytes[Cycles];
            for (int c = 0; c < Cycles; ++c) {
                bytes[c] = Tables::zero();
            }
            for (index_t t = begin; t < std::min(tables, begin + run); ++t) {
                const vector table = Tables::load_table(opened + t * Tables::opened_bytes);
                const std::uint8_t* const pattern = patterns + t * cycles * pattern_bytes + half;
                for (int c = 0; c < Cycles; ++c) {
                    bytes[c] = Tables::add_bytes(bytes[c], Tables::look_up(table, Tables::load(pattern + c * pattern_bytes)));
                }
            }
            for (int c = 0; c < Cycles; ++c) {
                even[c] = Tables::add_words(even[c], Tables::even_bytes(bytes[c]));
                odd[c] = Tables::add_words(odd[c], Tables::odd_bytes(bytes[c]));
            }
        }
        for (int c = 0; c < Cycles; ++c) {
            std::int32_t* const to = sums + c * pattern_bytes + half / table_positions;
            Tables::widen(even[c], to, to + 2 * samples_per_block);
            Tables::widen(odd[c], to + samples_per_block, to + 3 * samples_per_block);
        }
    }
}

} // namespace rcim::inline RCIM_ABI::kernel
