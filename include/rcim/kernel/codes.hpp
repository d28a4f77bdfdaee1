#pragma once

/// @file
/// Loops over the packed codes of an array: rounding increments, adding them with stuck cells in place, decoding. Integer loops
/// without branches that compilers turn into vector instructions; a stuck cell costs two bitwise operations on its word.
///
/// All arrays are [outputs][row stride], so a weight has one index in all of them.

#include <rcim/kernel/draws.hpp>
#include <rcim/mapping/concept.hpp>
#include <rcim/update/concept.hpp>

#include <algorithm>
#include <cstdint>

namespace rcim::inline RCIM_ABI::kernel {

/// An increment in codes: beyond 2^26 codes it is clamped; NaN becomes no increment (the gradient's norm tells of it).
[[nodiscard]] inline float in_codes(float increment, float per_code) {
    constexpr float limit = 0x1p26f;
    const float codes = increment * per_code;
    const float low = codes > -limit ? codes : -limit;
    const float bounded = low < limit ? low : limit;
    return codes == codes ? bounded : 0.0f;
}

struct rounding_counts {
    std::int64_t increments = 0;
    std::int64_t lost = 0;
};

/// Rounds the increments of weights [begin, end) to whole codes; begin is a multiple of 64. `residue` is null unless the
/// rounding remembers.
template <class Rounding>
rounding_counts round_increments(const float* increment, float lsb, const random_source& source, float* residue, std::int32_t* step,
                                 index_t begin, index_t end) {
    rounding_counts counts;
    const float per_code = 1.0f / lsb;
    alignas(64) std::uint32_t draws[draw_group] = {};
    alignas(64) float exact[draw_group];
    for (index_t first = begin; first < end; first += draw_group) {
        const int size = static_cast<int>(std::min(draw_group, end - first));
        if constexpr (Rounding::draws) {
            draws_of_group(source, first / draw_group, draws);
        }
        std::int32_t increments = 0;
        std::int32_t lost = 0;
        // Two loops and sums of comparisons: in one, g++ turns the selections into branches and the loop stays scalar.
        for (int i = 0; i < size; ++i) {
            exact[i] = in_codes(increment[first + i], per_code);
        }
        for (int i = 0; i < size; ++i) {
            float unused = 0.0f;
            std::int32_t whole;
            if constexpr (Rounding::remembers) {
                whole = Rounding::round(exact[i], draws[i], residue[first + i]);
            } else {
                whole = Rounding::round(exact[i], draws[i], unused);
            }
            step[first + i] = whole;
            increments += static_cast<std::int32_t>(exact[i] != 0.0f);
            lost += static_cast<std::int32_t>(exact[i] != 0.0f) & static_cast<std::int32_t>(whole == 0);
        }
        counts.increments += increments;
        counts.lost += lost;
    }
    return counts;
}

/// The codes of one array with its stuck cells: what is stored is (code & keep) | level.
template <class Word>
struct packed_array {
    Word* code = nullptr;
    const Word* keep = nullptr;
    const Word* level = nullptr;
};

namespace detail {

/// add_steps for up to 64 weights. `restrict` arguments and bit arithmetic instead of selections: so both compilers make vector
/// instructions of the loop.
template <class Encoding, class Rule, class Word>
std::int32_t add_group(Word* __restrict plus_code, const Word* __restrict plus_keep, const Word* __restrict plus_level,
                       Word* __restrict minus_code, const Word* __restrict minus_keep, const Word* __restrict minus_level,
                       const std::int32_t* __restrict step, const Rule rule, const code_format format, const code_bounds bounds,
                       int size) {
    constexpr bool pair = Encoding::arrays == 2;
    constexpr bool gated = has_slices_on<Rule>();
    const std::int32_t on = word_in_use(rule, format);
    std::int32_t changes = 0;
    for (int i = 0; i < size; ++i) {
        const auto old_plus = static_cast<std::int32_t>(plus_code[i]);
        std::int32_t old_minus = format.minus_constant;
        std::int32_t keep[2] = {static_cast<std::int32_t>(plus_keep[i]), 0};
        std::int32_t level[2] = {static_cast<std::int32_t>(plus_level[i]), 0};
        if constexpr (pair) {
            old_minus = static_cast<std::int32_t>(minus_code[i]);
            keep[1] = static_cast<std::int32_t>(minus_keep[i]);
            level[1] = static_cast<std::int32_t>(minus_level[i]);
        }
        const auto store = [&](std::int32_t array, std::int32_t target) {
            const std::int32_t second = -array;
            const std::int32_t held = (std::min(target, on) & (keep[0] ^ ((keep[0] ^ keep[1]) & second))) |
                                      (level[0] ^ ((level[0] ^ level[1]) & second));
            return gated ? held & on : held;
        };
        const stored_word<> before = used_word(rule, stored_word<>{old_plus, old_minus}, format);
        const stored_word<> after = Encoding::add(before, step[i], bounds, store);
        const std::int32_t write = (step[i] | -step[i]) >> 31;
        // Cells stuck in slices that are off hold what they held.
        const std::int32_t new_plus = gated ? after.plus | level[0] : after.plus;
        const std::int32_t flip_plus = (new_plus ^ old_plus) & write;
        plus_code[i] = static_cast<Word>(old_plus ^ flip_plus);
        changes -= (flip_plus | -flip_plus) >> 31;
        if constexpr (pair) {
            const std::int32_t new_minus = gated ? after.minus | level[1] : after.minus;
            const std::int32_t flip_minus = (new_minus ^ old_minus) & write;
            minus_code[i] = static_cast<Word>(old_minus ^ flip_minus);
            changes -= (flip_minus | -flip_minus) >> 31;
        }
    }
    return changes;
}

} // namespace detail

/// Adds whole codes to the weights [begin, end): each word as used, moved by its step, clamped to bounds and stored in the
/// cells that are not stuck; what is beyond the largest word in use becomes that word. Returns how many words of the arrays changed. With one array `minus` is not touched.
template <class Encoding, class Rule, class Word>
std::int64_t add_steps(const packed_array<Word>& plus, const packed_array<Word>& minus, const std::int32_t* step, const Rule& rule,
                       const code_format& format, code_bounds bounds, index_t begin, index_t end) {
    std::int64_t changed = 0;
    const auto at = [](auto* data, index_t first) { return data ? data + first : data; };
    for (index_t first = begin; first < end; first += draw_group) {
        changed += detail::add_group<Encoding>(at(plus.code, first), at(plus.keep, first), at(plus.level, first), at(minus.code, first),
                                               at(minus.keep, first), at(minus.level, first), step + first, rule, format, bounds,
                                               static_cast<int>(std::min(draw_group, end - first)));
    }
    return changed;
}

/// Effective weights of [begin, end): code of the used word times lsb, plus what cells at HRS leak into every weight.
template <bool Pair, class Rule, class Word>
void decode_used(const Word* plus, const Word* minus, const Rule rule, const code_format format, float leak, float* weight,
                 index_t begin, index_t end) {
    for (index_t i = begin; i < end; ++i) {
        stored_word<> word{static_cast<std::int32_t>(plus[i]), format.minus_constant};
        if constexpr (Pair) {
            word.minus = static_cast<std::int32_t>(minus[i]);
        }
        weight[i] = static_cast<float>(used_word(rule, word, format).code()) * format.lsb;
    }
    if (leak != 0.0f) {
        for (index_t i = begin; i < end; ++i) {
            weight[i] += leak;
        }
    }
}

/// Words of [begin, end) as the periphery uses them; minus_word only with a pair.
template <bool Pair, class Rule, class Word>
void used_words(const Word* plus, const Word* minus, const Rule rule, const code_format format, std::int32_t* plus_word,
                std::int32_t* minus_word, index_t begin, index_t end) {
    for (index_t i = begin; i < end; ++i) {
        stored_word<> word{static_cast<std::int32_t>(plus[i]), format.minus_constant};
        if constexpr (Pair) {
            word.minus = static_cast<std::int32_t>(minus[i]);
        }
        word = used_word(rule, word, format);
        plus_word[i] = word.plus;
        if constexpr (Pair) {
            minus_word[i] = word.minus;
        }
    }
}

} // namespace rcim::inline RCIM_ABI::kernel
