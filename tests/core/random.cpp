#include <rcim/core/random.hpp>

#include <doctest/doctest.h>
#include <statistics.hpp>

#include <array>
#include <cmath>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace rcim;

TEST_CASE("philox4x32-10: known answers of Random123 (Salmon et al., SC 2011)") {
    // kat_vectors of the authors' library.
    static_assert(philox4x32({0, 0, 0, 0}, {0, 0}) == philox_counter{0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u});
    constexpr std::uint32_t ones = 0xffffffffu;
    static_assert(philox4x32({ones, ones, ones, ones}, {ones, ones}) ==
                  philox_counter{0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu});
    static_assert(philox4x32({0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u}, {0xa4093822u, 0x299f31d0u}) ==
                  philox_counter{0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u});
    CHECK(philox4x32({0, 0, 0, 0}, {0, 0})[0] == 0x6627e8d5u);
}

TEST_CASE("random_source: a draw is a function of its address") {
    constexpr random_source a(7, purpose::test, 3, 9);
    static_assert(a.word(12) == random_source(7, purpose::test, 3, 9).word(12));
    static_assert(a.word(13) == a.block(3)[1]);
    // Each part of the address matters.
    std::set<std::uint32_t> words;
    for (const random_source& s :
         {a, random_source(8, purpose::test, 3, 9), random_source(7 + (std::uint64_t{1} << 32), purpose::test, 3, 9),
          random_source(7, purpose::dropout, 3, 9), random_source(7, purpose::test, 4, 9), random_source(7, purpose::test, 3, 10)}) {
        words.insert(s.word(0));
    }
    CHECK(words.size() == 6);
    CHECK(a.block(1) != a.block(std::uint64_t{1} << 32));
}

TEST_CASE("random_source: no two parts of a composed model share draws") {
    const random_source root(7, purpose::fault_map);
    std::set<philox_key> keys{root.key()};
    std::size_t sources = 1;
    for (std::uint32_t i = 0; i < 40; ++i) {
        keys.insert(root.fork(i).key());
        ++sources;
        for (std::uint32_t j = 0; j < 40; ++j) {
            keys.insert(root.fork(i).fork(j).key());
            keys.insert(root.fork(i).fork(j).fork(0).key());
            sources += 2;
        }
    }
    CHECK(keys.size() == sources);
    // The address stays.
    CHECK(random_source(1, purpose::test, 5, 6).fork(2).place() == 5);
    CHECK(random_source(1, purpose::test, 5, 6).fork(2).step() == 6);
}

TEST_CASE("random_source: uniform, below and normal have their moments") {
    // Bounds at five standard errors: each is missed by chance once in 1.7 million seeds.
    constexpr int n = 100000;
    const random_source source(3, purpose::test);
    double sum = 0.0, square = 0.0, normal_sum = 0.0, normal_square = 0.0, normal_fourth = 0.0;
    int counts[7] = {};
    bool in_range = true;
    for (std::uint64_t i = 0; i < n; ++i) {
        const double u = static_cast<double>(source.uniform(i));
        in_range = in_range && u >= 0.0 && u < 1.0;
        sum += u;
        square += u * u;
        ++counts[source.below(i, 7)];
        const double z = source.normal(i);
        normal_sum += z;
        normal_square += z * z;
        normal_fourth += z * z * z * z;
    }
    CHECK(in_range);
    CHECK(std::abs(sum / n - 0.5) < 5.0 * std::sqrt(1.0 / 12.0 / n));
    CHECK(std::abs(square / n - 1.0 / 3.0) < 5.0 * std::sqrt(4.0 / 45.0 / n));
    for (const int count : counts) {
        CHECK(std::abs(count - n / 7.0) < 5.0 * std::sqrt(n * 6.0 / 49.0));
    }
    CHECK(std::abs(normal_sum / n) < 5.0 / std::sqrt(n));
    CHECK(std::abs(normal_square / n - 1.0) < 5.0 * std::sqrt(2.0 / n));
    CHECK(std::abs(normal_fourth / n - 3.0) < 5.0 * std::sqrt(96.0 / n));
    CHECK(source.below(1, 1) == 0);
}

TEST_CASE("random_source: the distributions of its draws, bit by bit too") {
    constexpr std::uint64_t n = 1 << 17;
    const random_source source(21, purpose::test, 4, 2);
    std::vector<double> uniform, open, normal;
    std::array<double, 32> ones{};
    for (std::uint64_t i = 0; i < n; ++i) {
        uniform.push_back(static_cast<double>(source.uniform(i)));
        open.push_back(source.uniform_open(i));
        normal.push_back(source.normal(i));
        for (std::size_t bit = 0; bit < 32; ++bit) {
            ones[bit] += source.word(i) >> bit & 1;
        }
    }
    const auto even = [](double x) { return x; };
    CHECK(rcim_test::kolmogorov_smirnov(uniform, even) < rcim_test::ks_bound);
    CHECK(rcim_test::kolmogorov_smirnov(open, even) < rcim_test::ks_bound);
    CHECK(rcim_test::is_normal(normal, 0.0, 1.0));
    for (const double count : ones) {
        CHECK(rcim_test::binomial(count, static_cast<double>(n), 0.5));
    }
}

TEST_CASE("random_source: draws at neighbouring addresses are independent") {
    constexpr std::uint64_t seed = 21;
    const random_source a(seed, purpose::test, 4, 2);
    using draw = std::function<double(std::uint64_t)>;
    const auto of = [](const random_source& s, std::uint64_t ahead = 0) -> draw {
        return [s, ahead](std::uint64_t i) { return static_cast<double>(s.uniform(2 * i + ahead)); };
    };
    const auto normal_of_source = [](const random_source& s, std::uint64_t ahead = 0) -> draw {
        return [s, ahead](std::uint64_t i) { return rcim_test::normal_cdf(s.normal(2 * i + ahead)); };
    };
    const std::pair<const char*, std::array<draw, 2>> pairs[] = {
        {"next word", {of(a), of(a, 1)}},
        {"next block", {of(a), of(a, 4)}},
        {"next place", {of(a), of({seed, purpose::test, 5, 2})}},
        {"next step", {of(a), of({seed, purpose::test, 4, 3})}},
        {"next seed", {of(a), of({seed + 1, purpose::test, 4, 2})}},
        {"next half of a seed", {of(a), of({seed + (std::uint64_t{1} << 32), purpose::test, 4, 2})}},
        {"next purpose", {of(a), of({seed, purpose::cell_device, 4, 2})}},
        {"first fork", {of(a), of(a.fork(0))}},
        {"next purpose and first fork, keys that are one round of the generator apart", {of(a), of(random_source(seed, purpose::cell_device, 4, 2).fork(0))}},
        {"neighbouring forks", {of(a.fork(0)), of(a.fork(1))}},
        {"next normal number", {normal_of_source(a), normal_of_source(a, 1)}},
        {"normal numbers of neighbouring forks", {normal_of_source(a.fork(0)), normal_of_source(a.fork(1))}},
    };
    for (const auto& pair : pairs) {
        INFO(std::string(pair.first));
        rcim_test::uniform_pairs counts;
        for (std::uint64_t i = 0; i < 1 << 16; ++i) {
            counts.add(pair.second[0](i), pair.second[1](i));
        }
        CHECK(counts.independent());
    }
}

TEST_CASE("normal_of: the quantile of its word") {
    float below = -7.0f;
    double worst = 0.0;
    bool rises = true, odd = true;
    for (std::uint64_t n = 0; n < 4096; ++n) {
        // Words in the order of signed integers.
        const std::uint32_t word = static_cast<std::uint32_t>(n << 20 | 0x5A5A5u) ^ 0x80000000u;
        const float z = normal_of(word);
        rises = rises && z > below;
        below = z;
        odd = odd && normal_of(~word) == -normal_of(word);
        const std::uint32_t magnitude = word < 0x80000000u ? word : ~word;
        const double share = (magnitude + 0.5) * 0x1p-31; // of the numbers that are smaller in size
        const double density = std::sqrt(2.0 / 3.141592653589793) * std::exp(-0.5 * static_cast<double>(z) * static_cast<double>(z));
        const double size = std::abs(static_cast<double>(z));
        worst = std::max(worst, std::abs(std::erf(size / std::sqrt(2.0)) - share) / density / std::max(size, 1e-3));
    }
    CHECK(rises);
    CHECK(odd);
    CHECK(worst < 3e-6);
    CHECK(normal_of(0x7FFFFFFFu) == doctest::Approx(6.335).epsilon(1e-3));
    CHECK(normal_of(0x80000000u) == -normal_of(0x7FFFFFFFu));
}
