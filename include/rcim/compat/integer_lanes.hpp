#pragma once

/// @file
/// Vectors of 16 samples by the vector extension of g++ and clang++, for integer kernels: loops over 16 integers are unrolled by g++
/// before its vectoriser sees them. Any instruction set; functions take references, since the calling convention of wide vectors
/// depends on it.

#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/config.hpp>

#include <cstdint>
#include <cstring>

#ifdef __AVX512F__
#include <immintrin.h>
#endif

namespace rcim::inline RCIM_ABI {

static_assert(samples_per_block == 16);

using lanes_of_int16 = std::int16_t __attribute__((vector_size(32)));
using lanes_of_int32 = std::int32_t __attribute__((vector_size(64)));
using lanes_of_float = float __attribute__((vector_size(64)));

/// Eight lanes, as wide as a register goes for doubles.
using half_of_int16 = std::int16_t __attribute__((vector_size(16)));
using half_of_int32 = std::int32_t __attribute__((vector_size(32)));
using half_of_float = float __attribute__((vector_size(32)));
using half_of_double = double __attribute__((vector_size(64)));
struct lanes_of_double {
    half_of_double half[2];
};

template <class Lanes, class T>
inline void load_lanes(Lanes& to, const T* from) {
    std::memcpy(&to, from, sizeof to);
}
template <class Lanes, class T>
inline void store_lanes(const Lanes& from, T* to) {
    std::memcpy(to, &from, sizeof from);
}

inline void to_double(lanes_of_double& to, const lanes_of_int16& from) {
    half_of_int16 part[2];
    std::memcpy(part, &from, sizeof part);
    for (int h = 0; h < 2; ++h) {
#ifdef __AVX512F__
        // g++ 12 makes the conversion of quarters.
        __m128i narrow;
        std::memcpy(&narrow, &part[h], sizeof narrow);
        const __m512d wide = _mm512_cvtepi32_pd(_mm256_cvtepi16_epi32(narrow));
        std::memcpy(&to.half[h], &wide, sizeof wide);
#else
        to.half[h] = __builtin_convertvector(__builtin_convertvector(part[h], half_of_int32), half_of_double);
#endif
    }
}
inline void to_double(lanes_of_double& to, const lanes_of_int32& from) {
    half_of_int32 part[2];
    std::memcpy(part, &from, sizeof part);
    for (int h = 0; h < 2; ++h) {
        to.half[h] = __builtin_convertvector(part[h], half_of_double);
    }
}

/// to += factor x numbers.
inline void add_product(lanes_of_double& to, double factor, const lanes_of_int16& numbers) {
    lanes_of_double wide;
    to_double(wide, numbers);
    to.half[0] += factor * wide.half[0];
    to.half[1] += factor * wide.half[1];
}

/// Each index becomes table[index].
inline void look_up(lanes_of_int32& index, const std::int32_t* table) {
#ifdef __AVX512F__
    __m512i wide;
    std::memcpy(&wide, &index, sizeof wide);
    wide = _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), 0xffff, wide, table, 4); // without a mask g++ 12 warns
    std::memcpy(&index, &wide, sizeof wide);
#else
    for (int l = 0; l < 16; ++l) {
        index[l] = table[index[l]];
    }
#endif
}

} // namespace rcim::inline RCIM_ABI
