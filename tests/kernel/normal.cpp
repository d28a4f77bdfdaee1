#include <rcim/kernel/normal.hpp>

#include <rcim/core/random.hpp>

#include <doctest/doctest.h>
#include <statistics.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

namespace kernel = rcim::kernel;

namespace normal_tests {

using rcim::lanes;

constexpr std::size_t lane = rcim::samples_per_block;

/// Without FMA lanes round twice.
constexpr bool same_bits =
#ifdef __FMA__
    true;
#else
    false;
#endif

/// Share of a normal number above x.
double tail(double x) {
    return 0.5 * std::erfc(x * std::sqrt(0.5));
}

std::vector<std::uint32_t> random_words(std::size_t count, std::uint64_t seed) {
    const rcim::random_source source(seed, rcim::purpose::test);
    std::vector<std::uint32_t> words;
    for (std::uint64_t block = 0; words.size() < count; ++block) {
        const auto four = source.block(block);
        words.insert(words.end(), four.begin(), four.end());
    }
    return words;
}

/// Both ends of every octave, its middle and places between, of both signs, and random words.
std::vector<std::uint32_t> all_kinds_of_words() {
    std::vector<std::uint32_t> words = random_words(1 << 18, 1);
    for (int e = 0; e < 31; ++e) {
        const std::uint32_t first = std::uint32_t{1} << e;
        for (std::uint32_t n = 0; n < 64; ++n) {
            const auto inside = static_cast<std::uint32_t>(std::uint64_t{first} * n / 64);
            for (const std::uint32_t m : {first - 1 - std::min(n, first - 1), first + inside}) {
                words.push_back(m);
                words.push_back(m | 0x80000000u);
            }
        }
    }
    for (std::uint32_t n = 0; n < 200; ++n) {
        words.push_back(0x7FFFFFFFu - n);
        words.push_back(0xFFFFFFFFu - n);
    }
    words.resize((words.size() + lane - 1) / lane * lane);
    return words;
}

TEST_CASE("normals by octave: 16 at a time are the same bits, on every instruction set") {
    const std::vector<std::uint32_t> words = all_kinds_of_words();
    std::size_t wrong = 0;
    for (std::size_t n = 0; n < words.size(); n += lane) {
        lanes fastest, portable;
        kernel::normal_by_octave(fastest, words.data() + n);
        kernel::normal_by_octave_portable(portable, words.data() + n);
        alignas(64) float a[lane], b[lane];
        fastest.store(a);
        portable.store(b);
        for (std::size_t l = 0; l < lane; ++l) {
            const float expected = kernel::normal_by_octave(words[n + l]);
            if constexpr (same_bits) {
                wrong += std::bit_cast<std::uint32_t>(a[l]) != std::bit_cast<std::uint32_t>(expected) ? 1 : 0;
                wrong += std::bit_cast<std::uint32_t>(b[l]) != std::bit_cast<std::uint32_t>(expected) ? 1 : 0;
            } else {
                wrong += std::abs(a[l] - expected) > 1e-6f || std::abs(b[l] - expected) > 1e-6f ? 1 : 0;
            }
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("normals by octave: within 5e-6 of the inverse distribution") {
    double worst = 0.0;
    for (const std::uint32_t word : all_kinds_of_words()) {
        const auto x = static_cast<double>(kernel::normal_by_octave(word));
        const double p = static_cast<double>((word & 0x7FFFFFFFu) | 1) * 0x1p-32;
        const double size = word >> 31 != 0 ? -x : x;
        // One step of Newton's from x to the number whose tail is p.
        worst = std::max(worst, std::abs(tail(size) - p) * std::sqrt(2.0 * 3.14159265358979) * std::exp(0.5 * x * x));
    }
    MESSAGE("largest error ", worst);
    CHECK(worst < 5e-6);
    CHECK(kernel::normal_by_octave(0) == doctest::Approx(6.2302).epsilon(1e-4));
    CHECK(kernel::normal_by_octave(0x80000000u) == -kernel::normal_by_octave(0));
    // P(X > 5) = 2.8665e-7, 1231.2 of 2^32 words.
    CHECK(kernel::normal_by_octave(1229) > 5.0f);
    CHECK(kernel::normal_by_octave(1233) < 5.0f);
}

TEST_CASE("normals by octave: moments and distribution of four million") {
    constexpr std::size_t count = 1 << 22;
    std::vector<float> x;
    double sum[5] = {};
    for (const std::uint32_t word : random_words(count, 2)) {
        x.push_back(kernel::normal_by_octave(word));
        double power = 1.0;
        for (double& s : sum) {
            s += power / count;
            power *= static_cast<double>(x.back());
        }
    }
    // Five standard errors.
    const double error = 5.0 / std::sqrt(static_cast<double>(count));
    CHECK(std::abs(sum[1]) < error);
    CHECK(std::abs(sum[2] - 1.0) < error * std::sqrt(2.0));
    CHECK(std::abs(sum[3]) < error * std::sqrt(15.0));
    CHECK(std::abs(sum[4] - 3.0) < error * std::sqrt(96.0));
    std::sort(x.begin(), x.end());
    double largest = 0.0;
    for (std::size_t n = 0; n < count; n += 16) {
        const double below = 1.0 - tail(static_cast<double>(x[n]));
        largest = std::max({largest, below - static_cast<double>(n) / count, static_cast<double>(n + 1) / count - below});
    }
    CHECK(largest * std::sqrt(static_cast<double>(count)) < rcim_test::ks_bound);
    CHECK(std::count_if(x.begin(), x.end(), [](float v) { return std::abs(v) > 5.0f; }) <= 13); // 2.4 expected; more once in two million
}

} // namespace normal_tests
