#include <rcim/core/aligned.hpp>
#include <rcim/core/random.hpp>
#include <rcim/kernel/checked_sums.hpp>
#include <rcim/kernel/reference_codes.hpp>
#include <rcim/protect/an_code.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace rcim;

namespace checked_sums_tests {

struct sum_case {
    int bits;
    bool zeroes;
    int remainders;
    index_t lines;
    int few;
    bool one_sided = false; ///< every line has a remainder, of about the largest residue
};

/// Two planes of random words, of which some have remainders: of one cell, small ones, and with multiples.
template <std::int32_t A>
void check_case(const sum_case& c, int cell_bits, std::uint64_t seed) {
    CAPTURE(A);
    CAPTURE(c.bits);
    CAPTURE(c.zeroes);
    CAPTURE(c.remainders);
    CAPTURE(c.few);
    constexpr index_t lane = samples_per_block;
    constexpr index_t results = 3, positions = 5;
    const random_source draws(seed, purpose::test);
    std::uint64_t next = 0;
    const auto below = [&](std::int32_t bound) { return static_cast<std::int32_t>(draws.below(next++, static_cast<std::uint32_t>(bound))); };
    const int slices = 24 / cell_bits;
    const code_format format{.cell_bits = cell_bits, .slices = slices, .multiplier = A};
    const kernel::code_words words(an_code<A>::corrections(cell_bits, slices), A, format.largest_word());

    const auto size = static_cast<std::size_t>(results * c.lines);
    std::vector<std::int32_t> word[2], remainder[2];
    for (int p = 0; p < 2; ++p) {
        word[p].resize(size);
        remainder[p].resize(size);
        for (std::int32_t& w : word[p]) {
            w = below(3) == 0 ? 0 : below(65536);
        }
        for (std::int32_t& e : remainder[p]) {
            e = c.one_sided ? A / 2 - below(std::min(3, A / 2)) : 0;
        }
        for (int n = 0; n < c.remainders * 3; ++n) {
            const int kind = below(3);
            const std::int32_t one_cell = (1 + below((1 << cell_bits) - 1)) * (1 << (cell_bits * below(slices)));
            const std::int32_t e = kind == 0 ? below(A) - A / 2 : below(2) == 0 ? one_cell : -one_cell;
            remainder[p][static_cast<std::size_t>(below(static_cast<std::int32_t>(size)))] = kind == 2 ? e + A * (below(1000) - 500) : e;
        }
    }
    const kernel::code_plane planes[] = {{word[0].data(), remainder[0].data(), 1.0}, {word[1].data(), remainder[1].data(), -1.0}};
    // Results are the fast axis for one seed, the slow one for the other.
    const bool across = seed % 2 == 0;
    const kernel::sum_layout layout{.results = results, .driven = c.lines, .group = (c.lines + 1) / 2,
                                    .result_step = across ? 1 : c.lines, .driven_step = across ? results : 1};
    kernel::checked_sums sums(words, c.bits, c.zeroes);
    sums.build(planes, layout, c.few);
    CHECK(sums.sums_per_position() == static_cast<std::uint64_t>(results * layout.groups() * 2 * c.bits));

    aligned_vector<std::int16_t> x(static_cast<std::size_t>((c.lines + positions) * lane));
    for (std::int16_t& number : x) {
        number = static_cast<std::int16_t>(below(1 << c.bits) - (1 << (c.bits - 1)));
    }
    std::vector<std::int32_t> line, window, target;
    for (index_t d = 0; d < c.lines; ++d) {
        line.push_back(static_cast<std::int32_t>(d * lane));
    }
    for (index_t p = 0; p < positions; ++p) {
        window.push_back(static_cast<std::int32_t>(p * lane));
        target.push_back(static_cast<std::int32_t>((positions - 1 - p) * lane));
    }
    kernel::checked_sums::scratch work;
    kernel::sum_counts expected_counts;
    int broken = 0;
    for (index_t r = 0; r < results; ++r) {
        aligned_vector<double> out(static_cast<std::size_t>(positions * lane), 0.5);
        sums.add_differences(r, {x.data(), line.data(), window, out.data(), target.data()}, work);
        for (index_t p = 0; p < positions; ++p) {
            for (index_t l = 0; l < lane; ++l) {
                double expected = 0.5;
                for (const kernel::code_plane& plane : planes) {
                    expected += kernel::reference::difference_of_sums(words, plane, layout, r, c.bits, c.zeroes,
                                                                      [&](index_t d) { return x[static_cast<std::size_t>((d + p) * lane + l)]; },
                                                                      expected_counts);
                }
                broken += out[static_cast<std::size_t>(target[static_cast<std::size_t>(p)] + l)] == expected ? 0 : 1;
            }
        }
    }
    CHECK(broken == 0);
    CHECK(work.counts.corrected == expected_counts.corrected);
    CHECK(work.counts.uncorrectable == expected_counts.uncorrectable);
}

TEST_CASE("checked_sums: equal to the scalar reference, bit for bit") {
    std::uint64_t seed = 1;
    for (const int bits : {2, 7, 8, 9, 16}) {
        for (const bool zeroes : {true, false}) {
            for (const int remainders : {0, 1, 3, 8}) {
                for (const int few : {0, 2, 6}) {
                    const sum_case c{bits, zeroes, remainders, 17, few};
                    check_case<119>(c, 2, seed++);
                    check_case<47>(c, 1, seed++);
                    check_case<483>(c, 4, seed++);
                }
            }
        }
    }
}

TEST_CASE("checked_sums: more remainders than 16 bits can sum, and no lines that meet") {
    check_case<483>({16, true, 900, 900, 4}, 4, 1);
    check_case<483>({16, false, 900, 900, 4}, 4, 2);
    check_case<119>({16, true, 1, 1, 4}, 2, 3);
}

TEST_CASE("checked_sums: residues of one sign, whose sums floats do not hold") {
    // Up to 50 million: a quotient in float may be off by one, and the residue with it.
    check_case<4095>({.bits = 2, .zeroes = true, .remainders = 0, .lines = 100000, .few = 4, .one_sided = true}, 2, 1);
    check_case<4095>({.bits = 2, .zeroes = false, .remainders = 0, .lines = 100000, .few = 4, .one_sided = true}, 2, 2);
    check_case<3>({.bits = 2, .zeroes = false, .remainders = 0, .lines = 100000, .few = 4, .one_sided = true}, 2, 3);
}

TEST_CASE("checked_sums: refuse what 32 bits do not sum") {
    const kernel::code_words words(an_code<4095>::corrections(2, 12), 4095, 4096);
    kernel::checked_sums sums(words, 8, true);
    const std::vector<std::int32_t> none(1 << 20, 0);
    const kernel::code_plane plane{none.data(), none.data(), 1.0};
    const auto build = [&](index_t lines) { sums.build({&plane, 1}, {.results = 1, .driven = lines, .group = lines}, 4); };
    CHECK_NOTHROW(build((1 << 20) - 1));
    CHECK_THROWS_WITH_AS(build(1 << 20),
                         "checked_sums: lines that are driven together: expected at most 1048575 in magnitude, which its accumulator holds "
                         "(smaller crossbars), found up to 1048576",
                         error);
    std::vector<std::int32_t> errors(16383, uncorrectable);
    errors[0] = 0;
    kernel::checked_sums coarse(kernel::code_words(errors, 16383, 1024), 8, true);
    const auto build_coarse = [&](index_t lines) { coarse.build({&plane, 1}, {.results = 1, .driven = lines, .group = lines}, 4); };
    CHECK_NOTHROW(build_coarse(262176)); // x 8191 = 2147483616
    CHECK_THROWS_AS(build_coarse(262177), error);
}

} // namespace checked_sums_tests
