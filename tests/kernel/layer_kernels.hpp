#pragma once

/// @file
/// Random data and comparison for the tests of the kernels of layers.

#include <rcim/core/aligned.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/random.hpp>

#include <cmath>
#include <cstdint>
#include <limits>

namespace rcim_test {

using floats = rcim::aligned_vector<float>;

/// `count` groups of 16 numbers in [-1, 1), of which one in eight is a multiple of a quarter: ties and zeros.
inline floats random_groups(rcim::index_t count, std::uint64_t seed) {
    floats x(static_cast<std::size_t>(count * rcim::samples_per_block));
    const rcim::random_source source(seed, rcim::purpose::test);
    for (std::size_t i = 0; i < x.size(); ++i) {
        x[i] = 2.0f * source.uniform(i) - 1.0f;
        if (source.fork(1).below(i, 8) == 0) {
            x[i] = std::round(4.0f * x[i]) / 4.0f;
        }
    }
    return x;
}

/// The same with NaN, infinities and zeros of both signs here and there.
inline floats difficult_groups(rcim::index_t count, std::uint64_t seed) {
    floats x = random_groups(count, seed);
    const rcim::random_source source(seed, rcim::purpose::test, 1);
    constexpr float infinity = std::numeric_limits<float>::infinity();
    constexpr float special[] = {std::numeric_limits<float>::quiet_NaN(), infinity, -infinity, 0.0f, -0.0f};
    for (std::size_t i = 0; i < x.size(); ++i) {
        const std::uint32_t which = source.below(i, 60);
        x[i] = which < 5 ? special[which] : x[i];
    }
    return x;
}

/// Same value and sign of zero, or both NaN.
inline bool same(float a, float b) {
    return std::isnan(a) ? std::isnan(b) : a == b && std::signbit(a) == std::signbit(b);
}
inline bool same(const floats& a, const floats& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (!same(a[i], b[i])) {
            return false;
        }
    }
    return a.size() == b.size();
}

} // namespace rcim_test
