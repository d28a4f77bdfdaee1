#include <rcim/core/random.hpp>
#include <rcim/kernel/code_words.hpp>
#include <rcim/protect/an_code.hpp>
#include <rcim/protect/no_protection.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>

using namespace rcim;

namespace code_words_tests {

TEST_CASE("an_code: the smallest multiplier that corrects every error of one cell") {
    // 16-bit weights on 2-bit cells: 12 cells, 72 errors, and no A below 119 tells them all apart.
    CHECK(smallest_multiplier(16, 2) == 119);
    CHECK(slices_under<an_code<119>>(16, 2) == 12);
    CHECK(slices_under<no_protection>(16, 2) == 8);
    CHECK(an_code<119>::corrects(16, 2));
    CHECK(!an_code<117>::corrects(16, 2));
    // Not every larger one does.
    CHECK(!an_code<121>::corrects(16, 2));
    CHECK(smallest_multiplier(16, 1) == 47);
    CHECK(smallest_multiplier(8, 1) == 29);
    CHECK(smallest_multiplier(8, 2) == 69);
    CHECK(smallest_multiplier(8, 4) == 465);
    static_assert(correction_table<119>::make(2, 12).distinct);
    static_assert(correction_table<119>::make(2, 12).error[1] == 1 && correction_table<119>::make(2, 12).error[118] == -1);
}

template <std::int32_t A>
void check_words(int weight_bits, int cell_bits) {
    CAPTURE(A);
    const code_format format = protected_format<an_code<A>>({.cell_bits = cell_bits, .slices = 1}, weight_bits);
    const kernel::code_words words(an_code<A>::corrections(cell_bits, format.slices), A, format.largest_word());
    const std::int32_t top = format.largest_word();
    const random_source draws(1, purpose::test);
    const std::int32_t level = (1 << cell_bits) - 1;
    int broken = 0;
    for (std::uint64_t n = 0; n < 4000; ++n) {
        const std::int32_t word = n < 4 ? top - static_cast<std::int32_t>(n) * (top / 3) : static_cast<std::int32_t>(draws.below(n, static_cast<std::uint32_t>(top) + 1));
        const std::int32_t stored = words.stored(word);
        broken += stored == A * word && words.word(stored) == word ? 0 : 1;
        broken += words.stored(top + 1 + static_cast<std::int32_t>(n)) == A * top ? 0 : 1;
        // One cell of it at another level.
        const int shift = cell_bits * static_cast<int>(draws.below(10000 + n, static_cast<std::uint32_t>(format.slices)));
        const auto other = static_cast<std::int32_t>(draws.below(20000 + n, static_cast<std::uint32_t>(level) + 1));
        broken += words.word((stored & ~(level << shift)) | other << shift) == word ? 0 : 1;
        // Any number: a word of the range, and the corrected or the nearest one.
        const auto number = static_cast<std::int32_t>(draws.below(30000 + n, static_cast<std::uint32_t>(format.top_word()) + 1));
        const std::int32_t read = words.word(number);
        const std::int32_t error = an_code<A>::corrections(cell_bits, format.slices)[static_cast<std::size_t>(number % A)];
        const bool corrected = error != uncorrectable && number - error >= 0 && (number - error) / A <= top;
        broken += read == (corrected ? (number - error) / A : std::min((number + A / 2) / A, top)) ? 0 : 1;
        broken += read >= 0 && read <= top ? 0 : 1;
    }
    CHECK(broken == 0);
}

TEST_CASE("code_words: words come back through one wrong cell, and any number is a word") {
    check_words<119>(16, 2);
    check_words<47>(16, 1);
    check_words<465>(8, 4);
    check_words<41>(4, 2);
}

} // namespace code_words_tests
