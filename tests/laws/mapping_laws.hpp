#pragma once

#include <laws/policy_laws.hpp>
#include <laws/test_cells.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace rcim_test {

/// The bounds of an update: the whole range or a part of it around zero.
inline rcim::code_bounds random_bounds(const rcim::code_format& format, stream& draws) {
    return draws.happens(0.5) ? format.range
                              : rcim::code_bounds{draws.between(format.range.low, 0), draws.between(0, format.range.high)};
}

/// A step: none, a few codes, or any.
inline std::int32_t random_step(const rcim::code_format& format, stream& draws) {
    const std::int32_t kind = draws.between(0, 3);
    const std::int32_t span = 2 * (format.range.high - format.range.low);
    return kind == 0 ? 0 : kind == 1 ? draws.between(-3, 3) : draws.between(-span, span);
}

/// Every programmable code decodes to itself, and healthy words move to clamp(c + s) and to no word that `encode` does not give.
template <class E>
void healthy_encoding_laws(const rcim::code_format& format) {
    int broken = 0;
    for (std::int32_t c = format.range.low; c <= format.range.high; ++c) {
        const rcim::stored_word<> word = E::encode(c, format.minus_constant);
        broken += word.code() == c ? 0 : 1;
        broken += word.plus >= 0 && word.plus <= format.top_word() ? 0 : 1;
        broken += format.pair ? (word.minus >= 0 && word.minus <= format.top_word() ? 0 : 1) : (word.minus == format.minus_constant ? 0 : 1);
    }
    CHECK(broken == 0);
    CHECK(format.range.low < 0);
    CHECK(format.range.high > 0);

    stream draws(21);
    int wrong = 0;
    for (int trial = 0; trial < 2000; ++trial) {
        const rcim::code_bounds bounds = random_bounds(format, draws);
        const std::int32_t c = draws.between(bounds.low, bounds.high);
        const std::int32_t s = random_step(format, draws);
        const rcim::stored_word<> moved = E::add(E::encode(c, format.minus_constant), s, bounds, rcim::detail::store_unchanged{});
        wrong += moved == E::encode(std::clamp(c + s, bounds.low, bounds.high), format.minus_constant) ? 0 : 1;
    }
    CHECK(wrong == 0);
}

/// On any fault map: a step of zero changes nothing, stuck cells stay, and the array that is stored last comes as close to the
/// target as words go where it is healthy.
template <class E, class Word>
void faulty_encoding_laws(const rcim::code_format& format) {
    constexpr index_t count = 200;
    stream draws(22);
    int broken = 0;
    int negative = 0;
    int moved_by_nothing = 0;
    int further_than_forced = 0;
    int judged = 0;
    int exact = 0;
    for (const auto& [plus_rate, minus_rate] : {std::pair{0.0, 0.3}, {0.3, 0.0}, {0.1, 0.1}, {0.6, 0.6}, {1.0, 0.0}, {1.0, 1.0}}) {
        both_cells<Word> cells(format, count);
        cells.stick(0, plus_rate, draws);
        if (format.pair) {
            cells.stick(1, minus_rate, draws);
        }
        for (index_t w = 0; w < count; ++w) {
            const rcim::stored_word<> first = E::encode(draws.between(format.range.low, format.range.high), format.minus_constant);
            cells.program(0, w, first.plus);
            if (format.pair) {
                cells.program(1, w, first.minus);
            }
            for (int update = 0; update < 6; ++update) {
                const rcim::code_bounds bounds = random_bounds(format, draws);
                const rcim::stored_word<> before = cells.word(w);
                const std::int32_t s = random_step(format, draws);
                const std::int32_t target = std::clamp(before.code() + s, bounds.low, bounds.high);
                int last = 0;
                const rcim::stored_word<> after = E::add(before, s, bounds, [&](int array, std::int32_t wanted) {
                    negative += wanted >= 0 ? 0 : 1;
                    last = array;
                    return cells.program(array, w, wanted);
                });
                broken += cells.consistent(w) && after == cells.word(w) ? 0 : 1;
                if (s == 0 && target == before.code()) {
                    moved_by_nothing += after == before ? 0 : 1;
                }
                if (cells.healthy(last, w)) {
                    const std::int32_t other = last == 0 ? after.minus : after.plus;
                    const std::int32_t wanted = last == 0 ? target + other : other - target;
                    const std::int32_t forced = std::abs(wanted - std::clamp(wanted, 0, format.top_word()));
                    further_than_forced += std::abs(after.code() - target) <= forced ? 0 : 1;
                    exact += after.code() == target ? 1 : 0;
                    ++judged;
                }
            }
        }
        broken += cells.differences;
    }
    CHECK(broken == 0);
    CHECK(negative == 0);
    CHECK(moved_by_nothing == 0);
    CHECK(further_than_forced == 0);
    CHECK(judged > count);
    CHECK(2 * exact > judged);
}

/// Laws of `WeightEncoding`, as its header states them, over widths of weights and cells.
template <rcim::WeightEncoding E>
void encoding_laws() {
    for (const int weight_bits : {2, 4, 8, 12, 16}) {
        for (const int cell_bits : {1, 2, 3, 4, 5, 8, weight_bits}) {
            const rcim::code_format format = format_of<E>(weight_bits, cell_bits);
            INFO(E::name(), ", ", weight_bits, " bits on cells of ", cell_bits);
            healthy_encoding_laws<E>(format);
            with_word(format, [&]<class Word>(Word) { faulty_encoding_laws<E, Word>(format); });
        }
    }
}

/// Laws of `WriteRounding`: nothing becomes nothing, whole numbers stay, the change is less than one, the same draw gives the
/// same code, and what is remembered is what was lost.
template <rcim::WriteRounding R>
void rounding_laws() {
    INFO(R::name());
    stream draws(23);
    int broken = 0;
    for (int trial = 0; trial < 20000; ++trial) {
        const std::uint32_t draw = draws.source.word(draws.next++);
        const float exact = static_cast<float>(draws.between(-(1 << 24), 1 << 24)) * (trial % 2 == 0 ? 0x1p-20f : 0x1p-8f);
        float residue = 0.0f, again = 0.0f, none = 0.0f;
        broken += R::round(0.0f, draw, none) == 0 && none == 0.0f ? 0 : 1;
        const std::int32_t whole = R::round(exact, draw, residue);
        broken += whole == R::round(exact, draw, again) && residue == again ? 0 : 1;
        broken += std::abs(static_cast<float>(whole) - exact) < 1.0f ? 0 : 1;
        broken += residue == (R::remembers ? exact - static_cast<float>(whole) : 0.0f) ? 0 : 1;
        float unused = 0.0f;
        broken += R::round(static_cast<float>(whole), draw, unused) == whole && unused == 0.0f ? 0 : 1;
        // Nothing to add changes nothing, whatever is remembered, now and later.
        if constexpr (R::remembers) {
            const float before = residue;
            broken += R::round(0.0f, draw, residue) == 0 && residue == before ? 0 : 1;
        }
    }
    CHECK(broken == 0);
    CHECK(R::name() != "");
}

/// A format is that of its encoding, and bounds in weights become the widest bounds in codes that lie within them and the range.
inline void format_laws(const rcim::code_format& format, const rcim::code_format& expected) {
    CHECK(format.lsb > 0.0f);
    CHECK(std::isfinite(format.lsb));
    CHECK(format.cell_bits == expected.cell_bits);
    CHECK(format.slices == expected.slices);
    CHECK(format.minus_constant == expected.minus_constant);
    CHECK(format.pair == expected.pair);
    const bool same_range = format.range == expected.range;
    CHECK(same_range);
    for (const float bound : {0.0f, 0.3f, 1.0f, 7.9f, 16.0f, 1e30f}) {
        const rcim::code_bounds codes = format.codes_within({-bound, bound});
        const bool in_range = codes.low >= format.range.low && codes.high <= format.range.high && codes.low <= 0 && codes.high >= 0;
        const bool within = static_cast<float>(codes.high) * format.lsb <= bound && static_cast<float>(codes.low) * format.lsb >= -bound;
        const bool tight_above = codes.high == format.range.high || static_cast<float>(codes.high + 1) * format.lsb > bound;
        const bool tight_below = codes.low == format.range.low || static_cast<float>(codes.low - 1) * format.lsb < -bound;
        CHECK(in_range);
        CHECK(within);
        CHECK(tight_above);
        CHECK(tight_below);
    }
}

/// Laws of `MapModel` where weights are coded: the format is that of the encoding, for every width of cell.
template <rcim::MapModel M>
void map_laws(const M& map) {
    policy_laws(map);
    if constexpr (M::coded) {
        for (int cell_bits = 0; cell_bits <= 8; ++cell_bits) {
            INFO(rcim::describe(map), " on cells of ", cell_bits, " bits");
            format_laws(map.format(cell_bits), format_of<typename M::encoding>(M::weight_bits, cell_bits == 0 ? M::weight_bits : cell_bits));
        }
    }
}

} // namespace rcim_test
