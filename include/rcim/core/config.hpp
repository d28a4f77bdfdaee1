#pragma once

/// @file
/// Version and the inline namespace that keeps translation units compiled for
/// different instruction sets from sharing functions.

#define RCIM_VERSION_MAJOR 0
#define RCIM_VERSION_MINOR 1
#define RCIM_VERSION_PATCH 0

// Every macro that a kernel tests is a digit of the namespace's name, so that mixed flags cannot silently merge two versions
// of one function at link time.
#ifdef __FMA__
#define RCIM_ISA_FMA 1
#else
#define RCIM_ISA_FMA 0
#endif
#ifdef __AVX__
#define RCIM_ISA_AVX 1
#else
#define RCIM_ISA_AVX 0
#endif
#ifdef __AVX2__
#define RCIM_ISA_AVX2 1
#else
#define RCIM_ISA_AVX2 0
#endif
#ifdef __AVX512BW__
#define RCIM_ISA_AVX512 1
#else
#define RCIM_ISA_AVX512 0
#endif
#ifdef __AVX512VBMI__
#define RCIM_ISA_VBMI 1
#else
#define RCIM_ISA_VBMI 0
#endif
#ifdef __AVX512VNNI__
#define RCIM_ISA_VNNI 1
#else
#define RCIM_ISA_VNNI 0
#endif
#ifdef __AVX512VPOPCNTDQ__
#define RCIM_ISA_VPOPCNTDQ 1
#else
#define RCIM_ISA_VPOPCNTDQ 0
#endif

// clang 14 spells the macro its own way.
#if defined(__AMX_INT8__) || defined(__AMXINT8__)
#define RCIM_ISA_AMX 1
#else
#define RCIM_ISA_AMX 0
#endif

#define RCIM_PASTE_(a, b, c, d, e, f, g, h) v0_1_isa##a##b##c##d##e##f##g##h
#define RCIM_PASTE(a, b, c, d, e, f, g, h) RCIM_PASTE_(a, b, c, d, e, f, g, h)
#define RCIM_ABI                                                                                                               \
    RCIM_PASTE(RCIM_ISA_FMA, RCIM_ISA_AVX, RCIM_ISA_AVX2, RCIM_ISA_AVX512, RCIM_ISA_VBMI, RCIM_ISA_VNNI, RCIM_ISA_VPOPCNTDQ, RCIM_ISA_AMX)

#include <cstddef>
#include <cstdint>

namespace rcim::inline RCIM_ABI {

/// Extents, offsets and counts. Signed, so that differences are numbers.
using index_t = std::ptrdiff_t;

/// Of an extent or a number of bits that may be a template argument: given at run time, as a member.
inline constexpr int dynamic = -1;

} // namespace rcim::inline RCIM_ABI
