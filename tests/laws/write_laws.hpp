#pragma once

#include <laws/test_cells.hpp>
#include <rcim/kernel/codes.hpp>
#include <rcim/update/concept.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

namespace rcim_test {

/// One write, cell by cell: the word as used, moved by a step, clamped, and stored in the slices that are on.
template <class E, class Rule>
void write_one(rcim::single_cells& cells, index_t w, std::int32_t step, const Rule& rule, const rcim::code_format& format,
               rcim::code_bounds bounds) {
    if (step != 0) {
        const rcim::stored_word<> stored{cells.code(0, w), format.pair ? cells.code(1, w) : format.minus_constant};
        const std::int32_t on = rcim::word_in_use(rule, format);
        const auto store = [&](int array, std::int32_t target) { return cells.program(array, w, std::min(target, on)) & on; };
        static_cast<void>(E::add(rcim::used_word(rule, stored, format), step, bounds, store));
    }
}

/// Laws of a write, for one encoding, rule and format, on several fault maps: a step of zero changes no cell, whatever is
/// stored; the loop over packed words does what one write after the other does on single cells, and counts what it changed.
template <class E, class Rule, class Word>
void write_laws(const Rule& rule, const rcim::code_format& format) {
    constexpr index_t count = 201;
    constexpr bool pair = E::arrays == 2;
    const rcim::code_bounds bounds = format.codes_within(rcim::stored_limit(rule, format));
    stream draws(31);
    int broken = 0;
    std::int64_t changed_by_nothing = 0;
    std::int64_t changed = 0;
    for (const auto& [plus_rate, minus_rate] : {std::pair{0.0, 0.0}, {0.1, 0.1}, {0.5, 0.0}, {0.0, 0.5}, {1.0, 1.0}}) {
        both_cells<Word> cells(format, count);
        const auto words = [&](int array) {
            return rcim::kernel::packed_array<Word>{cells.packed.codes(array), cells.packed.keeps(array), cells.packed.levels(array)};
        };
        const auto add = [&](const std::vector<std::int32_t>& step, index_t begin, index_t end) {
            return rcim::kernel::add_steps<E>(words(0), pair ? words(1) : rcim::kernel::packed_array<Word>{}, step.data(), rule, format,
                                              bounds, begin, end);
        };
        // What is stored need not lie within the bounds, nor is a pair of which both sides hold something forbidden.
        for (index_t w = 0; w < count; ++w) {
            for (int a = 0; a < (pair ? 2 : 1); ++a) {
                cells.program(a, w, draws.between(0, format.top_word()));
            }
        }
        cells.stick(0, plus_rate, draws);
        if (pair) {
            cells.stick(1, minus_rate, draws);
        }
        const std::vector<std::int32_t> nothing(count, 0);
        for (int round = 0; round < 4; ++round) {
            std::vector<rcim::stored_word<>> before(count), after(count);
            for (index_t w = 0; w < count; ++w) {
                before[static_cast<std::size_t>(w)] = cells.word(w);
            }
            changed_by_nothing += add(nothing, 0, count);
            std::vector<std::int32_t> step(count);
            for (index_t w = 0; w < count; ++w) {
                changed_by_nothing += cells.word(w) == before[static_cast<std::size_t>(w)] ? 0 : 1;
                const std::int32_t span = round == 0 ? 3 : format.range.high;
                step[static_cast<std::size_t>(w)] = draws.happens(0.3) ? 0 : draws.between(-span, span);
                write_one<E>(cells.single, w, step[static_cast<std::size_t>(w)], rule, format, bounds);
            }
            // In two calls, as two threads make them.
            const std::int64_t counted = add(step, 0, 64) + add(step, 64, count);
            std::int64_t seen = 0;
            for (index_t w = 0; w < count; ++w) {
                const auto at = static_cast<std::size_t>(w);
                after[at] = cells.word(w);
                seen += (after[at].plus != before[at].plus ? 1 : 0) + (after[at].minus != before[at].minus ? 1 : 0);
                changed_by_nothing += step[at] == 0 && after[at] != before[at] ? 1 : 0;
                broken += cells.consistent(w) ? 0 : 1;
            }
            broken += counted == seen ? 0 : 1;
            changed += seen;
        }
        broken += cells.differences;
    }
    CHECK(broken == 0);
    CHECK(changed_by_nothing == 0);
    CHECK(changed > 0);
}

/// The laws of a write over widths of weights and cells. make(theta) gives the rule with a threshold at three tenths of full scale.
template <class E, class Make>
void write_laws_over_widths(Make make) {
    for (const int weight_bits : {2, 4, 8, 12, 16}) {
        for (const int cell_bits : {1, 2, 3, 4, 5, 8, weight_bits}) {
            const rcim::code_format format = format_of<E>(weight_bits, cell_bits);
            const auto rule = make(std::max(1.0f, 0.3f * static_cast<float>(format.range.high)));
            INFO(E::name(), ", ", rcim::describe(rule), ", ", weight_bits, " bits on cells of ", cell_bits);
            with_word(format, [&]<class Word>(Word) { write_laws<E, decltype(rule), Word>(rule, format); });
        }
    }
}

} // namespace rcim_test
