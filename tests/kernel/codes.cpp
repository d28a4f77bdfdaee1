#include <rcim/kernel/codes.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/sgd.hpp>

#include <doctest/doctest.h>
#include <kernel/layer_kernels.hpp>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace kernel = rcim::kernel;

namespace codes_tests {

using rcim::code_bounds;
using rcim::code_format;
using rcim::index_t;
using rcim::stored_word;
using namespace rcim_test;

constexpr index_t sizes[] = {0, 1, 2, 15, 16, 63, 64, 65, 127, 128, 129, 300};

std::size_t at(index_t i) {
    return static_cast<std::size_t>(i);
}

/// Increments of all magnitudes, exact halves of codes, zeros of both signs, NaN and infinities.
floats difficult_increments(index_t size, float lsb, std::uint64_t seed) {
    floats x(at(size));
    const rcim::random_source source(seed, rcim::purpose::test);
    constexpr float infinity = std::numeric_limits<float>::infinity();
    constexpr float special[] = {0.0f,  -0.0f,  infinity, -infinity, std::numeric_limits<float>::quiet_NaN(),
                                 1e38f, -1e38f, 1e-40f};
    for (index_t i = 0; i < size; ++i) {
        const auto n = static_cast<std::uint64_t>(i);
        const float wide = std::ldexp(2.0f * source.uniform(4 * n) - 1.0f, static_cast<int>(source.below(4 * n + 1, 24)) - 8);
        const std::uint32_t kind = source.below(4 * n + 2, 24);
        x[at(i)] = kind < 8 ? special[kind] : kind < 12 ? std::round(2.0f * wide) / 2.0f * lsb : wide * lsb;
    }
    return x;
}

template <class Rounding>
void check_rounding() {
    const rcim::random_source source(9, rcim::purpose::write_rounding, 2, 5);
    for (const float lsb : {0x1p-12f, 0.3f}) {
        for (const index_t size : sizes) {
            CAPTURE(Rounding::name());
            CAPTURE(size);
            const floats increment = difficult_increments(size, lsb, 3);
            floats residue = random_groups((size + 15) / 16, 4), expected_residue = residue;
            constexpr std::int32_t untouched = -77;
            std::vector<std::int32_t> step(at(size + 1), untouched), expected = step;
            kernel::rounding_counts counts;
            for (index_t i = 0; i < size; ++i) {
                const float codes = increment[at(i)] * (1.0f / lsb);
                const float exact = std::isnan(codes) ? 0.0f : std::fmin(std::fmax(codes, -0x1p26f), 0x1p26f);
                float unused = 0.0f;
                expected[at(i)] = Rounding::round(exact, Rounding::draws ? kernel::draw_of(source, i) : 0u,
                                                  Rounding::remembers ? expected_residue[at(i)] : unused);
                counts.increments += exact != 0.0f ? 1 : 0;
                counts.lost += exact != 0.0f && expected[at(i)] == 0 ? 1 : 0;
            }
            // In one piece, and in two that meet at a group.
            for (const index_t middle : {index_t{0}, size / 2 / kernel::draw_group * kernel::draw_group}) {
                floats memory = residue;
                std::fill(step.begin(), step.end(), untouched);
                float* const remembered = Rounding::remembers ? memory.data() : nullptr;
                const auto first =
                    kernel::round_increments<Rounding>(increment.data(), lsb, source, remembered, step.data(), 0, middle);
                CHECK(step[at(middle)] == untouched);
                const auto second =
                    kernel::round_increments<Rounding>(increment.data(), lsb, source, remembered, step.data(), middle, size);
                CHECK(step == expected);
                CHECK(same(memory, expected_residue));
                CHECK(first.increments + second.increments == counts.increments);
                CHECK(first.lost + second.lost == counts.lost);
            }
        }
    }
}

/// The words of one array, with some of their cells stuck.
template <class Word>
struct faulty_words {
    std::vector<Word> code;
    std::vector<Word> keep;
    std::vector<Word> level;

    faulty_words(index_t size, const code_format& format, double rate, std::uint64_t seed)
        : code(at(size)), keep(at(size)), level(at(size)) {
        const rcim::random_source source(seed, rcim::purpose::test);
        const auto levels = std::uint32_t{1} << format.cell_bits;
        for (index_t i = 0; i < size; ++i) {
            std::uint32_t k = 0;
            std::uint32_t l = 0;
            std::uint32_t c = 0;
            for (int s = 0; s < format.slices; ++s) {
                const auto draw = static_cast<std::uint64_t>((i * format.slices + s) * 4);
                const bool stuck = source.uniform(draw) < rate;
                const std::uint32_t at_level = source.below(draw + 1, levels) << (s * format.cell_bits);
                k |= stuck ? 0u : (levels - 1) << (s * format.cell_bits);
                l |= stuck ? at_level : 0u;
                c |= at_level;
            }
            code[at(i)] = static_cast<Word>(c);
            keep[at(i)] = static_cast<Word>(k);
            level[at(i)] = static_cast<Word>(l);
        }
    }

    [[nodiscard]] kernel::packed_array<Word> packed() { return {code.data(), keep.data(), level.data()}; }

    /// Cell by cell: what the cells of a word hold after a write.
    [[nodiscard]] std::int32_t written(index_t i, std::int32_t target, const code_format& format) const {
        std::int32_t result = 0;
        for (int s = 0; s < format.slices; ++s) {
            const std::int32_t cell = ((std::int32_t{1} << format.cell_bits) - 1) << (s * format.cell_bits);
            const bool works = (static_cast<std::int32_t>(keep[at(i)]) & cell) == cell;
            result |= (works ? target : static_cast<std::int32_t>(level[at(i)])) & cell;
        }
        return result;
    }
};

template <class Encoding, class Word, class Rule>
void check_words(const code_format& format, const Rule& rule) {
    constexpr bool pair = Encoding::arrays == 2;
    CAPTURE(Encoding::name());
    CAPTURE(format.slices);
    CAPTURE(format.cell_bits);
    CAPTURE(Rule::name());
    const code_bounds bounds = format.codes_within(stored_limit(rule, format));
    const std::int32_t on = word_in_use(rule, format);
    for (const double rate : {0.0, 0.15}) {
        for (const index_t size : sizes) {
            CAPTURE(rate);
            CAPTURE(size);
            faulty_words<Word> plus(size, format, rate, 1), minus(size, format, rate, 2);
            const rcim::random_source source(3, rcim::purpose::test);
            std::vector<std::int32_t> step(at(size));
            for (index_t i = 0; i < size; ++i) {
                const auto n = static_cast<std::uint64_t>(i);
                constexpr std::int32_t extreme[] = {0, 0, 1, -1, 1 << 26, -(1 << 26)};
                const std::uint32_t kind = source.below(2 * n, 12);
                step[at(i)] = kind < 6 ? extreme[kind] : static_cast<std::int32_t>(source.below(2 * n + 1, 2001)) - 1000;
            }
            std::vector<Word> expected_plus = plus.code, expected_minus = minus.code;
            std::int64_t changed = 0;
            for (index_t i = 0; i < size; ++i) {
                if (step[at(i)] == 0) {
                    continue;
                }
                const stored_word<> before{static_cast<std::int32_t>(plus.code[at(i)]),
                                           pair ? static_cast<std::int32_t>(minus.code[at(i)]) : format.minus_constant};
                const stored_word<> used = used_word(rule, before, format);
                // What a word cannot hold is saturated, and only the slices in use are read back.
                stored_word<> after = before;
                const stored_word<> reached = Encoding::add(used, step[at(i)], bounds, [&](int array, std::int32_t target) {
                    std::int32_t& word = array == 0 ? after.plus : after.minus;
                    word = (array == 0 ? plus : minus).written(i, std::min(target, on), format);
                    return word & on;
                });
                if (rate == 0.0) {
                    // Healthy cells reach their target.
                    REQUIRE(reached.code() == std::min(std::max(used.code() + step[at(i)], bounds.low), bounds.high));
                }
                expected_plus[at(i)] = static_cast<Word>(after.plus);
                changed += after.plus != before.plus ? 1 : 0;
                if (pair) {
                    expected_minus[at(i)] = static_cast<Word>(after.minus);
                    changed += after.minus != before.minus ? 1 : 0;
                }
            }
            const index_t middle = size / 2 / kernel::draw_group * kernel::draw_group;
            const auto other = pair ? minus.packed() : kernel::packed_array<Word>{};
            std::int64_t found =
                kernel::add_steps<Encoding>(plus.packed(), other, step.data(), rule, format, bounds, 0, middle);
            found += kernel::add_steps<Encoding>(plus.packed(), other, step.data(), rule, format, bounds, middle, size);
            CHECK(found == changed);
            CHECK(plus.code == expected_plus);
            CHECK(minus.code == expected_minus);

            for (const float leak : {0.0f, 0.7f}) {
                floats weight(at(size + 1), -99.0f), expected = weight;
                for (index_t i = 0; i < size; ++i) {
                    const stored_word<> word{static_cast<std::int32_t>(plus.code[at(i)]),
                                             pair ? static_cast<std::int32_t>(minus.code[at(i)]) : format.minus_constant};
                    volatile float product = static_cast<float>(used_word(rule, word, format).code()) * format.lsb;
                    expected[at(i)] = leak != 0.0f ? product + leak : product;
                }
                kernel::decode_used<pair>(plus.code.data(), pair ? minus.code.data() : nullptr, rule, format, leak,
                                          weight.data(), index_t{0}, size);
                CHECK(same(weight, expected));
            }
        }
    }
}

template <class Encoding, class Rule>
void check_all_words(const Rule& rule) {
    check_words<Encoding, std::uint8_t>(rcim::bit_sliced<4, Encoding>{}.format(1), rule);
    check_words<Encoding, std::uint8_t>(rcim::bit_sliced<4, Encoding>{}.format(3), rule); // padded to 6 bits
    check_words<Encoding, std::uint8_t>(rcim::bit_sliced<8, Encoding>{.scale = 0.3f}.format(2), rule);
    check_words<Encoding, std::uint16_t>(rcim::bit_sliced<8, Encoding>{}.format(3), rule); // to 9
    check_words<Encoding, std::uint16_t>(rcim::bit_sliced<16, Encoding>{}.format(2), rule);
    check_words<Encoding, std::uint16_t>(rcim::bit_sliced<16, Encoding>{}.format(0), rule);
    check_words<Encoding, std::uint32_t>(rcim::bit_sliced<16, Encoding>{.scale = 0.3f}.format(3), rule); // to 18
    check_words<Encoding, std::uint32_t>(rcim::bit_sliced<20, Encoding>{}.format(7), rule);              // to 21
}

TEST_CASE("round_increments equals rounding one by one") {
    check_rounding<rcim::nearest>();
    check_rounding<rcim::stochastic>();
    check_rounding<rcim::carried>();
}

TEST_CASE("in_codes clamps what no code can hold and drops NaN") {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    CHECK(kernel::in_codes(0.25f, 8.0f) == 2.0f);
    CHECK(kernel::in_codes(infinity, 8.0f) == 0x1p26f);
    CHECK(kernel::in_codes(-infinity, 8.0f) == -0x1p26f);
    CHECK(kernel::in_codes(-0x1p30f, 1.0f) == -0x1p26f);
    CHECK(kernel::in_codes(std::numeric_limits<float>::quiet_NaN(), 8.0f) == 0.0f);
}

TEST_CASE("add_steps and decode_used equal one weight and one cell at a time: offset") {
    check_all_words<rcim::offset>(rcim::sgd{});
    check_all_words<rcim::offset>(rcim::clipped_on_use<>{.theta = 0.3f});
}

TEST_CASE("add_steps and decode_used equal one weight and one cell at a time: differential") {
    check_all_words<rcim::differential>(rcim::sgd{});
    check_all_words<rcim::differential>(rcim::clipped_on_use<>{.theta = 0.3f});
    check_all_words<rcim::differential>(rcim::gated_on_use<>{.theta = 0.3f});
}

TEST_CASE("add_steps and decode_used equal one weight and one cell at a time: sign-magnitude") {
    check_all_words<rcim::sign_magnitude>(rcim::sgd{});
    check_all_words<rcim::sign_magnitude>(rcim::clipped_on_use<rcim::gated_on_use<>>{.theta = 0.3f, .inner = {.theta = 0.5f}});
}

TEST_CASE("a zero step changes no cell on any fault map") {
    const code_format format = rcim::bit_sliced<16, rcim::differential>{}.format(2);
    faulty_words<std::uint16_t> plus(500, format, 0.3, 5), minus(500, format, 0.3, 6);
    const auto before_plus = plus.code;
    const auto before_minus = minus.code;
    const std::vector<std::int32_t> step(500, 0);
    const rcim::clipped_on_use<> rule{.theta = 0.1f};
    CHECK(kernel::add_steps<rcim::differential>(plus.packed(), minus.packed(), step.data(), rule, format,
                                                format.codes_within(stored_limit(rule, format)), 0, 500) == 0);
    CHECK(plus.code == before_plus);
    CHECK(minus.code == before_minus);
}

} // namespace codes_tests
