#pragma once

/// @file
/// The only file of the library that includes xsimd. Everything above works on `lanes`: one number of each of the 16 samples of
/// a block, in as many registers as the instruction set needs for that.

#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/config.hpp>

#include <xsimd/xsimd.hpp>

namespace rcim::inline RCIM_ABI {

/// One float of each of the 16 samples of a block. Operations are lane by lane, so every instruction set gives the same bits
/// (without FMA hardware a fused multiply-add rounds twice).
struct lanes {
    using batch = xsimd::batch<float>;
    static constexpr int width = static_cast<int>(batch::size);
    static constexpr int parts = static_cast<int>(samples_per_block) / width;
    static_assert(width * parts == samples_per_block, "rcim: unsupported vector width");

    // The bare register: with an array of xsimd 13's batches g++ 12 keeps the accumulators of a kernel in memory (2.5x slower).
    using native = typename batch::register_type;
    native part[parts];

    [[nodiscard]] batch wide(int i) const noexcept { return batch(part[i]); }

    [[nodiscard]] static lanes load(const float* from) noexcept {
        lanes r;
        for (int i = 0; i < parts; ++i) {
            r.part[i] = batch::load_aligned(from + i * width);
        }
        return r;
    }
    [[nodiscard]] static lanes load_unaligned(const float* from) noexcept {
        lanes r;
        for (int i = 0; i < parts; ++i) {
            r.part[i] = batch::load_unaligned(from + i * width);
        }
        return r;
    }
    [[nodiscard]] static lanes broadcast(float value) noexcept {
        lanes r;
        for (int i = 0; i < parts; ++i) {
            r.part[i] = batch(value);
        }
        return r;
    }
    void store(float* to) const noexcept {
        for (int i = 0; i < parts; ++i) {
            wide(i).store_aligned(to + i * width);
        }
    }
    void store_unaligned(float* to) const noexcept {
        for (int i = 0; i < parts; ++i) {
            wide(i).store_unaligned(to + i * width);
        }
    }

    /// this + a * b, rounded once where the hardware can.
    void add_product(const lanes& a, const lanes& b) noexcept {
        for (int i = 0; i < parts; ++i) {
            part[i] = fused(a.wide(i), b.wide(i), wide(i));
        }
    }

    friend lanes operator+(lanes a, const lanes& b) noexcept {
        for (int i = 0; i < parts; ++i) {
            a.part[i] = a.wide(i) + b.wide(i);
        }
        return a;
    }
    friend lanes operator-(lanes a, const lanes& b) noexcept {
        for (int i = 0; i < parts; ++i) {
            a.part[i] = a.wide(i) - b.wide(i);
        }
        return a;
    }
    friend lanes operator*(lanes a, const lanes& b) noexcept {
        for (int i = 0; i < parts; ++i) {
            a.part[i] = a.wide(i) * b.wide(i);
        }
        return a;
    }
    /// a > b ? a : b, so b where either is NaN. Not xsimd::max, whose versions differ in that.
    [[nodiscard]] static lanes max(lanes a, const lanes& b) noexcept {
        for (int i = 0; i < parts; ++i) {
#ifdef __AVX512F__
            a.part[i] = _mm512_maskz_max_ps(0xffff, a.part[i], b.part[i]);
#else
            a.part[i] = xsimd::select(a.wide(i) > b.wide(i), a.wide(i), b.wide(i));
#endif
        }
        return a;
    }
    /// a < b ? a : b, so b where either is NaN.
    [[nodiscard]] static lanes min(lanes a, const lanes& b) noexcept {
        for (int i = 0; i < parts; ++i) {
#ifdef __AVX512F__
            a.part[i] = _mm512_maskz_min_ps(0xffff, a.part[i], b.part[i]);
#else
            a.part[i] = xsimd::select(a.wide(i) < b.wide(i), a.wide(i), b.wide(i));
#endif
        }
        return a;
    }
    [[nodiscard]] static lanes abs(lanes a) noexcept {
        for (int i = 0; i < parts; ++i) {
#ifdef __AVX512F__
            a.part[i] = _mm512_abs_ps(a.part[i]);
#else
            a.part[i] = xsimd::abs(a.wide(i));
#endif
        }
        return a;
    }
    /// Rounded correctly.
    [[nodiscard]] static lanes sqrt(lanes a) noexcept {
        for (int i = 0; i < parts; ++i) {
#ifdef __AVX512F__
            a.part[i] = _mm512_maskz_sqrt_ps(0xffff, a.part[i]); // without a mask g++ 12 warns of its own headers
#else
            a.part[i] = xsimd::sqrt(a.wide(i));
#endif
        }
        return a;
    }
    /// x == y ? a : b, lane by lane.
    [[nodiscard]] static lanes where_equal(const lanes& x, const lanes& y, lanes a, const lanes& b) noexcept {
        for (int i = 0; i < parts; ++i) {
            a.part[i] = xsimd::select(x.wide(i) == y.wide(i), a.wide(i), b.wide(i));
        }
        return a;
    }
    /// condition > 0 ? a : b, lane by lane.
    [[nodiscard]] static lanes where_positive(const lanes& condition, lanes a, const lanes& b) noexcept {
        for (int i = 0; i < parts; ++i) {
            a.part[i] = xsimd::select(condition.wide(i) > batch(0.0f), a.wide(i), b.wide(i));
        }
        return a;
    }

    /// Sum over the 16 lanes in a fixed tree: ((0+8)+(4+12)) + ((2+10)+(6+14)) + the same of the odd lanes.
    [[nodiscard]] float sum() const noexcept {
        alignas(64) float x[samples_per_block];
        store(x);
        for (int half = 8; half > 0; half /= 2) {
            for (int i = 0; i < half; ++i) {
                x[i] = x[i] + x[i + half];
            }
        }
        return x[0];
    }

private:
    // xsimd 8.1 has no fused multiply-add for AVX-512: it multiplies and adds, which g++ contracts and clang does not.
    static batch fused(const batch& a, const batch& b, const batch& c) noexcept {
#ifdef __AVX512F__
        return _mm512_fmadd_ps(a, b, c);
#else
        return xsimd::fma(a, b, c);
#endif
    }
};

/// One double of each of the 16 samples.
struct double_lanes {
    using batch = xsimd::batch<double>;
    static constexpr int width = static_cast<int>(batch::size);
    static constexpr int parts = static_cast<int>(samples_per_block) / width;

    using native = typename batch::register_type;
    native part[parts];

    [[nodiscard]] batch wide(int i) const noexcept { return batch(part[i]); }

    [[nodiscard]] static double_lanes load_unaligned(const double* from) noexcept {
        double_lanes r;
        for (int i = 0; i < parts; ++i) {
            r.part[i] = batch::load_unaligned(from + i * width);
        }
        return r;
    }
    [[nodiscard]] static double_lanes broadcast(double value) noexcept {
        double_lanes r;
        for (int i = 0; i < parts; ++i) {
            r.part[i] = batch(value);
        }
        return r;
    }
    /// Exact.
    [[nodiscard]] static double_lanes of(const lanes& x) noexcept {
        double_lanes r;
#if defined(__AVX512F__)
        // Masks of all lanes: without one g++ 12 warns of its own headers.
        const __m256d low = _mm512_maskz_extractf64x4_pd(0xf, _mm512_castps_pd(x.part[0]), 0);
        r.part[0] = _mm512_maskz_cvtps_pd(0xff, _mm256_castpd_ps(low));
        const __m256d high = _mm512_maskz_extractf64x4_pd(0xf, _mm512_castps_pd(x.part[0]), 1);
        r.part[1] = _mm512_maskz_cvtps_pd(0xff, _mm256_castpd_ps(high));
#elif defined(__AVX__)
        for (int i = 0; i < lanes::parts; ++i) {
            r.part[2 * i] = _mm256_cvtps_pd(_mm256_castps256_ps128(x.part[i]));
            r.part[2 * i + 1] = _mm256_cvtps_pd(_mm256_extractf128_ps(x.part[i], 1));
        }
#else
        alignas(64) float number[samples_per_block];
        alignas(64) double result[samples_per_block];
        x.store(number);
        for (int l = 0; l < static_cast<int>(samples_per_block); ++l) {
            result[l] = static_cast<double>(number[l]);
        }
        r = load_unaligned(result);
#endif
        return r;
    }
    void store_unaligned(double* to) const noexcept {
        for (int i = 0; i < parts; ++i) {
            wide(i).store_unaligned(to + i * width);
        }
    }

    /// this + a * b, rounded once where the hardware can.
    void add_product(const double_lanes& a, const double_lanes& b) noexcept {
        for (int i = 0; i < parts; ++i) {
#ifdef __AVX512F__
            part[i] = _mm512_fmadd_pd(a.part[i], b.part[i], part[i]);
#else
            part[i] = xsimd::fma(a.wide(i), b.wide(i), wide(i));
#endif
        }
    }
};

/// One register of doubles, `width` of them: for kernels that hold many short rows at once.
struct double_register {
    using batch = xsimd::batch<double>;
    static constexpr int width = static_cast<int>(batch::size);

    typename batch::register_type part;

    [[nodiscard]] batch wide() const noexcept { return batch(part); }
    [[nodiscard]] static double_register load_unaligned(const double* from) noexcept { return {batch::load_unaligned(from)}; }
    [[nodiscard]] static double_register broadcast(double value) noexcept { return {batch(value)}; }
    void store_unaligned(double* to) const noexcept { wide().store_unaligned(to); }

    friend double_register operator*(const double_register& a, const double_register& b) noexcept { return {a.wide() * b.wide()}; }

    /// this + a * b, rounded once where the hardware can.
    void add_product(const double_register& a, const double_register& b) noexcept {
#ifdef __AVX512F__
        part = _mm512_fmadd_pd(a.part, b.part, part);
#else
        part = xsimd::fma(a.wide(), b.wide(), wide());
#endif
    }
};

} // namespace rcim::inline RCIM_ABI
