#pragma once

/// @file
/// What a record says about the program that made it.

#include <rcim/core/config.hpp>

#include <string>

namespace rcim::inline RCIM_ABI {

/// Instruction sets this translation unit was compiled for, of those that kernels test: "sse2 avx avx2 fma ...", or "generic".
[[nodiscard]] inline std::string isa_name() {
    std::string names;
    [[maybe_unused]] const auto add = [&](const char* name) { names += (names.empty() ? "" : " ") + std::string(name); };
#ifdef __SSE2__
    add("sse2");
#endif
#ifdef __AVX__
    add("avx");
#endif
#ifdef __AVX2__
    add("avx2");
#endif
#ifdef __FMA__
    add("fma");
#endif
#ifdef __AVX512F__
    add("avx512f");
#endif
#ifdef __AVX512BW__
    add("avx512bw");
#endif
#ifdef __AVX512VBMI__
    add("avx512vbmi");
#endif
#ifdef __AVX512VNNI__
    add("avx512vnni");
#endif
#ifdef __AVX512VPOPCNTDQ__
    add("avx512vpopcntdq");
#endif
#ifdef __ARM_NEON
    add("neon");
#endif
    return names.empty() ? "generic" : names;
}

/// Compiler and version, such as "g++ 12.2.0".
[[nodiscard]] inline std::string compiler_name() {
#if defined(__clang__)
    return "clang++ " + std::to_string(__clang_major__) + "." + std::to_string(__clang_minor__) + "." +
           std::to_string(__clang_patchlevel__);
#elif defined(__GNUC__)
    return "g++ " + std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__) + "." + std::to_string(__GNUC_PATCHLEVEL__);
#else
    return "unknown";
#endif
}

/// Version of rcim, such as "0.1.0".
[[nodiscard]] inline std::string version_name() {
    return std::to_string(RCIM_VERSION_MAJOR) + "." + std::to_string(RCIM_VERSION_MINOR) + "." +
           std::to_string(RCIM_VERSION_PATCH);
}

} // namespace rcim::inline RCIM_ABI
