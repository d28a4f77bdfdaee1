#include <rcim/compat/simd.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>

namespace simd_tests {

using rcim::lanes;

constexpr std::size_t count = static_cast<std::size_t>(rcim::samples_per_block);
using numbers = std::array<float, count>;

lanes from(const numbers& x) {
    return lanes::load_unaligned(x.data());
}
numbers to_array(const lanes& x) {
    numbers result;
    x.store_unaligned(result.data());
    return result;
}
numbers map(const numbers& a, const numbers& b, auto&& op) {
    numbers result;
    for (std::size_t i = 0; i < count; ++i) {
        result[i] = op(a[i], b[i]);
    }
    return result;
}

constexpr numbers a{0.1f,  -2.5f, 3e7f, 1e-30f, 0.0f,  -0.0f, 7.0f,  1.0f / 3.0f,
                    -1e5f, 2.0f,  5.5f, -6.25f, 1e10f, -9.0f, 11.0f, 0.7f};
constexpr numbers b{0.3f, -1.5f, 1.25f, 3e20f, -0.0f, 0.0f, -7.0f, 3.0f, 1e-5f, 2.0f, -5.5f, 4.0f, 1e-10f, 0.9f, 12.0f, -0.7f};

TEST_CASE("lanes: 16 numbers in as many registers as it takes") {
    CHECK(lanes::width * lanes::parts == 16);
    alignas(64) numbers aligned = a;
    CHECK(to_array(lanes::load(aligned.data())) == a);
    alignas(64) numbers stored{};
    from(b).store(stored.data());
    CHECK(stored == b);
    std::array<float, count + 1> shifted{};
    std::copy(a.begin(), a.end(), shifted.begin() + 1);
    CHECK(to_array(lanes::load_unaligned(shifted.data() + 1)) == a);
    numbers all;
    all.fill(-1.75f);
    CHECK(to_array(lanes::broadcast(-1.75f)) == all);
}

TEST_CASE("lanes: arithmetic is lane by lane") {
    CHECK(to_array(from(a) + from(b)) == map(a, b, [](float x, float y) { return x + y; }));
    CHECK(to_array(from(a) - from(b)) == map(a, b, [](float x, float y) { return x - y; }));
    CHECK(to_array(from(a) * from(b)) == map(a, b, [](float x, float y) { return x * y; }));
}

TEST_CASE("lanes: a multiply-add is rounded once where the hardware can, twice elsewhere") {
    lanes sum = lanes::broadcast(-1.0f);
    const float x = 1.0f + 0x1p-12f;
    sum.add_product(lanes::broadcast(x), lanes::broadcast(x));
    for (const float value : to_array(sum)) {
#ifdef __FMA__
        CHECK(value == 0x1p-11f + 0x1p-24f);
#else
        CHECK(value == 0x1p-11f);
#endif
    }
    lanes other = from(b);
    other.add_product(from(a), from(b));
    const numbers found = to_array(other);
    for (std::size_t i = 0; i < count; ++i) {
#ifdef __FMA__
        CHECK(found[i] == std::fma(a[i], b[i], b[i]));
#else
        const volatile float product = a[i] * b[i];
        CHECK(found[i] == product + b[i]);
#endif
    }
}

TEST_CASE("lanes: maximum and selection, with NaN") {
    constexpr float nan_value = std::numeric_limits<float>::quiet_NaN();
    numbers x = a;
    numbers y = b;
    x[3] = nan_value;
    y[5] = nan_value;
    x[9] = std::numeric_limits<float>::infinity();
    const numbers larger = to_array(lanes::max(from(x), from(y)));
    const numbers chosen = to_array(lanes::where_positive(from(x), from(a), from(b)));
    for (std::size_t i = 0; i < count; ++i) {
        // The second where either is NaN.
        const float expected = x[i] > y[i] ? x[i] : y[i];
        CHECK((std::isnan(expected) ? std::isnan(larger[i]) : larger[i] == expected));
        CHECK(chosen[i] == (x[i] > 0.0f ? a[i] : b[i]));
    }
    CHECK(larger[3] == b[3]);
    CHECK(std::isnan(larger[5]));
}

TEST_CASE("lanes: the sum is the fixed tree") {
    numbers x{};
    for (std::size_t i = 0; i < count; ++i) {
        x[i] = 1.0f / static_cast<float>(i + 3);
    }
    x[0] = 1e5f;
    x[1] = -1e5f;
    const auto pair = [&](std::size_t i) { return (x[i] + x[i + 8]) + (x[i + 4] + x[i + 12]); };
    const float expected = (pair(0) + pair(2)) + (pair(1) + pair(3));
    CHECK(from(x).sum() == expected);
    // In another order these numbers give other bits.
    float in_order = 0.0f;
    for (const float value : x) {
        in_order += value;
    }
    CHECK(in_order != expected);
}

} // namespace simd_tests
