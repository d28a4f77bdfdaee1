#pragma once

/// @file
/// Words of converters at the speed of vectors: a float factor and offset that give the word of every sum that can occur, found once
/// and verified against `adc_transfer::word`, or a table where there are none.

#include <rcim/compat/integer_lanes.hpp>
#include <rcim/convert/transfer.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/error.hpp>
#include <rcim/kernel/column_rules.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numeric>
#include <optional>
#include <vector>

#ifdef __SSE2__
#include <immintrin.h>
#endif

namespace rcim::inline RCIM_ABI::kernel {

/// Added to a float of at most 2^22 it rounds to whole numbers, ties to even, and the lower bits of the sum are that number.
inline constexpr float whole_shift = 0x1.8p23f;

/// word + whole_shift = clamp(sum x factor + offset, rounded to a whole number, + whole_shift; least, most). In one step: the offset
/// contains the shift, and the sum is rounded once. In two: what is a float is divided, by its reciprocal `scale` and the remainder, and
/// rounded to a whole number then; where sums are whole and factor and offset too, the quotient is exact enough to meet every tie.
struct word_form {
    float factor = 0.0f;
    float offset = 0.0f;
    float divisor = 1.0f;
    float scale = 1.0f;
    float least = whole_shift;
    float most = whole_shift;
    float passes_low = -std::numeric_limits<float>::infinity(); ///< sums between, ends included, do not saturate
    float passes_high = std::numeric_limits<float>::infinity();
};

/// As the vectors do it: fused where there is hardware for it.
[[nodiscard]] inline float scaled(float sum, float scale, float offset) {
#ifdef __FMA__
    return std::fma(sum, scale, offset);
#else
    const volatile float product = sum * scale;
    return product + offset;
#endif
}
/// How a form gives words.
enum class word_way {
    one_step,
    two_steps, ///< with a divisor of 1
    quotient,  ///< two steps, and a division between them
};

/// The word before it is clamped, + whole_shift.
template <word_way Way>
[[nodiscard]] inline float open_word(const word_form& form, float sum) {
    const float x = scaled(sum, form.factor, form.offset);
    if constexpr (Way == word_way::one_step) {
        return x;
    } else if constexpr (Way == word_way::two_steps) {
        return x + whole_shift;
    } else {
        const float quotient = x * form.scale;
        return scaled(scaled(-quotient, form.divisor, x), form.scale, quotient) + whole_shift;
    }
}
template <word_way Way>
[[nodiscard]] inline std::int32_t word_of(const word_form& form, float sum) {
    return static_cast<std::int32_t>(std::min(std::max(open_word<Way>(form, sum), form.least), form.most) - whole_shift);
}

/// Whole sums that can occur.
struct whole_range {
    std::int32_t least = 0;
    std::int32_t largest = 0;
    friend bool operator==(const whole_range&, const whole_range&) = default;
};

/// One converter as kernels see it.
struct word_map {
    adc_transfer transfer;
    bool whole = false;  ///< answers in whole numbers
    bool unit = false;   ///< whole numbers within [low, high] are worth themselves
    bool clamps = false; ///< the forms need their bounds
    bool saturates = false;
    std::optional<word_form> one_step{};
    std::optional<word_form> two_steps{};
    std::vector<std::int16_t> table{}; ///< by sum from `range.least` on, where there is no form of two steps
    whole_range range{};
    float passes_low = 0.0f; ///< sums between, ends included, do not saturate
    float passes_high = 0.0f;
};

/// Whether the form gives the word of every whole sum in the range. O(min(words, sums)): both grow with the sum, so only the sums
/// around a change of word are compared.
template <word_way Way>
[[nodiscard]] inline bool form_fits(const word_form& form, const adc_transfer& t, whole_range range) {
    const double per_word = (t.high - t.low) / static_cast<double>(t.levels - 1) / t.gain;
    for (std::int64_t sum = range.least;; ++sum) {
        const std::int32_t word = t.word(static_cast<double>(sum));
        if (word_of<Way>(form, static_cast<float>(sum)) != word) {
            return false;
        }
        // The last sum with this word: an estimate, and steps from there.
        const double edge = ((static_cast<double>(word) + 0.5) * per_word * t.gain + t.low - t.offset) / t.gain;
        std::int64_t last =
            static_cast<std::int64_t>(std::clamp(edge, static_cast<double>(sum), static_cast<double>(range.largest)));
        if (word == t.levels - 1) {
            last = range.largest;
        }
        while (last > sum && t.word(static_cast<double>(last)) != word) {
            --last;
        }
        while (last < range.largest && t.word(static_cast<double>(last + 1)) == word) {
            ++last;
        }
        if (word_of<Way>(form, static_cast<float>(last)) != word) {
            return false;
        }
        if (last >= range.largest) {
            return true;
        }
        sum = last;
    }
}

/// A form of the rounded factor and offset or of floats beside them; none if none fits.
template <word_way Way>
[[nodiscard]] inline std::optional<word_form> find_form(const adc_transfer& t, whole_range range) {
    const double words = static_cast<double>(t.levels - 1) / (t.high - t.low);
    const double offset = (t.offset - t.low) * words;
    if (Way == word_way::one_step && offset != std::nearbyint(offset)) {
        return std::nullopt;
    }
    const auto beside = [](float x, int ulps) {
        for (; ulps != 0; ulps += ulps > 0 ? -1 : 1) {
            x = std::nextafter(x, ulps > 0 ? std::numeric_limits<float>::infinity() : -std::numeric_limits<float>::infinity());
        }
        return x;
    };
    const float most = whole_shift + static_cast<float>(t.levels - 1);
    if constexpr (Way == word_way::quotient) {
        // In whole numbers, as far as floats hold them.
        const double span = t.high - t.low;
        const bool whole = t.gain == 1.0 && t.offset == 0.0 && t.low == std::nearbyint(t.low) && span == std::nearbyint(span) && span <= 0x1p24;
        const auto common = whole ? std::gcd(static_cast<std::int64_t>(span), static_cast<std::int64_t>(t.levels - 1)) : 1;
        const double factor = static_cast<double>(t.levels - 1) / static_cast<double>(common);
        const double divisor = span / static_cast<double>(common);
        const double largest = std::max(std::abs(range.least - t.low), std::abs(range.largest - t.low)) * factor;
        const word_form form{.factor = static_cast<float>(factor), .offset = static_cast<float>(-t.low * factor),
                             .divisor = static_cast<float>(divisor), .scale = static_cast<float>(1.0 / divisor), .most = most};
        if (whole && largest <= 0x1p24 && form_fits<Way>(form, t, range)) {
            return form;
        }
        return std::nullopt;
    }
    for (const int step : {0, 1, -1, 2, -2}) {
        for (const int shift : {0, 1, -1, 2, -2, 4, -4}) {
            const word_form form{.factor = beside(static_cast<float>(t.gain * words), step),
                                 .offset = Way == word_way::one_step ? static_cast<float>(offset + static_cast<double>(whole_shift))
                                                   : beside(static_cast<float>(offset), shift),
                                 .most = most};
            if (form_fits<Way>(form, t, range)) {
                return form;
            }
            if (Way == word_way::one_step || offset == 0.0) {
                break;
            }
        }
    }
    return std::nullopt;
}

/// What a converter makes of the sums in the range; with a leak sums are no whole numbers, and the forms are taken unverified.
[[nodiscard]] inline word_map map_words(const adc_transfer& t, whole_range range, bool leaks) {
    word_map map{.transfer = t, .whole = whole_valued(t), .unit = !leaks && unit_steps(t), .range = range};
    if (t.ideal()) {
        return map;
    }
    const auto saturates = [&](std::int64_t sum) { return t.saturates(static_cast<double>(sum)); };
    map.saturates = leaks || saturates(range.least) || saturates(range.largest);
    const double low = (t.low - t.offset) / t.gain;
    const double high = (t.high - t.offset) / t.gain;
    if (leaks) {
        map.passes_low = static_cast<float>(low);
        map.passes_high = static_cast<float>(high);
    } else {
        // The quotients may be off by a rounding.
        const auto within = [](double x) { return static_cast<std::int64_t>(std::clamp(x, -0x1p30, 0x1p30)); };
        std::int64_t first = within(std::floor(low)) - 1;
        std::int64_t last = within(std::ceil(high)) + 1;
        while (first <= last && saturates(first)) {
            ++first;
        }
        while (last >= first && saturates(last)) {
            --last;
        }
        map.passes_low = static_cast<float>(first);
        map.passes_high = static_cast<float>(last);
    }
    if (t.words.empty() && leaks) {
        const double words = static_cast<double>(t.levels - 1) / (t.high - t.low);
        map.clamps = true;
        map.two_steps = word_form{.factor = static_cast<float>(t.gain * words),
                                  .offset = static_cast<float>((t.offset - t.low) * words),
                                  .most = whole_shift + static_cast<float>(t.levels - 1)};
        return map;
    }
    if (t.words.empty()) {
        map.one_step = find_form<word_way::one_step>(t, range);
        map.two_steps = find_form<word_way::two_steps>(t, range);
        if (!map.two_steps) {
            map.two_steps = find_form<word_way::quotient>(t, range);
        }
        const auto beyond = [&](word_form form, std::int32_t sum) {
            // Of two steps without the shift, and without the rounding that comes with it.
            const float x = scaled(static_cast<float>(sum), form.factor, form.offset);
            const float open = form.most < whole_shift ? x * form.scale : x;
            return !(open >= form.least && open <= form.most);
        };
        const auto in_two = [&](word_form form) {
            form.least = -0.5f;
            form.most = static_cast<float>(t.levels - 1) + 0.49f; // a tie would go up
            return beyond(form, range.least) || beyond(form, range.largest);
        };
        map.clamps = (map.one_step && (beyond(*map.one_step, range.least) || beyond(*map.one_step, range.largest))) ||
                     (map.two_steps && in_two(*map.two_steps));
    }
    for (auto* const form : {&map.one_step, &map.two_steps}) {
        if (*form) {
            (*form)->passes_low = map.passes_low;
            (*form)->passes_high = map.passes_high;
        }
    }
    if (!map.two_steps && !leaks && static_cast<std::int64_t>(range.largest) - range.least <= 1 << 22) {
        for (std::int32_t sum = range.least; sum <= range.largest; ++sum) {
            map.table.push_back(static_cast<std::int16_t>(t.word(static_cast<double>(sum))));
        }
    }
    return map;
}

/// 16 numbers in as many registers as they need: `parts` of `width`.
struct word_lanes {
#if defined(__AVX512BW__)
    // Of some intrinsics g++ 12 warns that an operand is not initialised, but not of their masked versions with all lanes on.
    static constexpr int width = 16;
    using floats = __m512;
    using ints = __m512i;
    static floats set(float x) {
        return _mm512_set1_ps(x);
    }
    static ints set(std::int32_t x) {
        return _mm512_set1_epi32(x);
    }
    static floats load_sums(const std::int32_t* from) {
        return _mm512_maskz_cvtepi32_ps(0xffff, _mm512_loadu_si512(from));
    }
    static ints load(const std::int32_t* from) {
        return _mm512_loadu_si512(from);
    }
    static void store(std::int32_t* to, ints x) {
        _mm512_storeu_si512(to, x);
    }
    static floats scaled(floats x, floats scale, floats offset) {
        return _mm512_fmadd_ps(x, scale, offset);
    }
    static floats add(floats a, floats b) {
        return _mm512_add_ps(a, b);
    }
    static floats clamp(floats x, floats low, floats high) {
        return _mm512_maskz_min_ps(0xffff, _mm512_maskz_max_ps(0xffff, x, low), high);
    }
    /// Adds weight x the lower 16 bits, both signed.
    static ints add_words(ints sum, floats words, ints weight) {
#ifdef __AVX512VNNI__
        return _mm512_dpwssd_epi32(sum, _mm512_castps_si512(words), weight);
#else
        return _mm512_add_epi32(sum, _mm512_madd_epi16(_mm512_castps_si512(words), weight));
#endif
    }
    /// Adds the size where a number is not within [low, high].
    static ints add_outside(ints sum, floats x, floats low, floats high, ints size) {
        const __mmask16 outside = static_cast<__mmask16>(_mm512_cmp_ps_mask(x, low, _CMP_LT_OQ) | _mm512_cmp_ps_mask(x, high, _CMP_GT_OQ));
        return _mm512_mask_add_epi32(sum, outside, sum, size);
    }
#elif defined(__AVX2__) && defined(__FMA__)
    static constexpr int width = 8;
    using floats = __m256;
    using ints = __m256i;
    static floats set(float x) {
        return _mm256_set1_ps(x);
    }
    static ints set(std::int32_t x) {
        return _mm256_set1_epi32(x);
    }
    static ints load(const std::int32_t* from) {
        return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    }
    static floats load_sums(const std::int32_t* from) {
        return _mm256_cvtepi32_ps(load(from));
    }
    static void store(std::int32_t* to, ints x) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), x);
    }
    static floats scaled(floats x, floats scale, floats offset) {
        return _mm256_fmadd_ps(x, scale, offset);
    }
    static floats add(floats a, floats b) {
        return _mm256_add_ps(a, b);
    }
    static floats clamp(floats x, floats low, floats high) {
        return _mm256_min_ps(_mm256_max_ps(x, low), high);
    }
    static ints add_words(ints sum, floats words, ints weight) {
        return _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_castps_si256(words), weight));
    }
    static ints add_outside(ints sum, floats x, floats low, floats high, ints size) {
        const floats outside = _mm256_or_ps(_mm256_cmp_ps(x, low, _CMP_LT_OQ), _mm256_cmp_ps(x, high, _CMP_GT_OQ));
        return _mm256_add_epi32(sum, _mm256_and_si256(_mm256_castps_si256(outside), size));
    }
#else
    static constexpr int width = 4;
    using floats = float __attribute__((vector_size(16)));
    using ints = std::int32_t __attribute__((vector_size(16)));
    static floats set(float x) {
        return floats{} + x;
    }
    static ints set(std::int32_t x) {
        return ints{} + x;
    }
    static ints load(const std::int32_t* from) {
        ints x;
        std::memcpy(&x, from, sizeof x);
        return x;
    }
    static floats load_sums(const std::int32_t* from) {
        return __builtin_convertvector(load(from), floats);
    }
    static void store(std::int32_t* to, ints x) {
        std::memcpy(to, &x, sizeof x);
    }
    static floats scaled(floats x, floats scale, floats offset) {
        floats result;
        for (int l = 0; l < width; ++l) {
            result[l] = kernel::scaled(x[l], scale[l], offset[l]);
        }
        return result;
    }
    static floats add(floats a, floats b) {
        return a + b;
    }
    static floats clamp(floats x, floats low, floats high) {
        x = x > low ? x : low;
        return x < high ? x : high;
    }
    static ints add_words(ints sum, floats words, ints weight) {
        const ints bits = (ints)words;
        return sum + ((bits << 16) >> 16) * ((weight << 16) >> 16);
    }
    static ints add_outside(ints sum, floats x, floats low, floats high, ints size) {
        return sum + ((ints)((x < low) | (x > high)) & size);
    }
#endif
    static constexpr int parts = static_cast<int>(samples_per_block) / width;

    /// A form in registers.
    struct form {
        floats factor, offset, divisor, scale, least, most;
        explicit form(const word_form& f)
            : factor(set(f.factor)), offset(set(f.offset)), divisor(set(-f.divisor)), scale(set(f.scale)), least(set(f.least)), most(set(f.most)) {}
    };

    template <word_way Way, bool Clamps>
    static floats words(const std::int32_t* sums, const form& f) {
        floats x = scaled(load_sums(sums), f.factor, f.offset);
        if constexpr (Way != word_way::one_step) {
            if constexpr (Way == word_way::quotient) {
                const floats quotient = x * f.scale;
                x = scaled(scaled(quotient, f.divisor, x), f.scale, quotient);
            }
            x = add(x, set(whole_shift));
        }
        if constexpr (Clamps) {
            x = clamp(x, f.least, f.most);
        }
        return x;
    }
};

/// sums [cycles][positions][16]: to [position x step][16] += weight x word over the cycles. Of weights the lower 16 bits are taken,
/// the others have to be zero. Cycles: how many, or 0 where it is not known before.
template <int Cycles, word_way Way, bool Clamps>
inline void add_words(std::int32_t* to, index_t step, const std::int32_t* sums, index_t sums_step, const std::int32_t* weights,
                      int cycles, const word_form& form, index_t positions) {
    using v = word_lanes;
    const v::form in_registers(form);
    for (index_t at = 0; at < positions; ++at) {
        for (int part = 0; part < v::parts; ++part) {
            const std::int32_t* const from = sums + at * samples_per_block + part * v::width;
            v::ints sum = v::load(to + at * step + part * v::width);
            for (int c = 0; c < (Cycles > 0 ? Cycles : cycles); ++c) {
                const v::floats words = v::words<Way, Clamps>(from + c * sums_step, in_registers);
                sum = v::add_words(sum, words, v::set(weights[c]));
            }
            v::store(to + at * step + part * v::width, sum);
        }
    }
}

/// The same for 16 results of one or two planes in two cycles: sums [planes][2][16][16]; forms [16], of which only the first counts
/// if all are equal; to [16][16] of each plane, which may be the same.
template <int Planes, bool Same, bool Equal, word_way Way, bool Clamps>
inline void add_tile_words(std::int32_t* const (&to)[2], const std::int32_t* sums, const std::int32_t (&weights)[2][2],
                           const word_form* const (&forms)[2]) {
    using v = word_lanes;
    constexpr index_t tile = 16 * samples_per_block;
    const v::ints weight[2][2] = {{v::set(weights[0][0]), v::set(weights[0][1])},
                                  {v::set(weights[1][0]), v::set(weights[1][1])}};
    v::form form[2] = {v::form(forms[0][0]), v::form(forms[Planes - 1][0])};
    for (index_t r = 0; r < 16; ++r) {
        if constexpr (!Equal) {
            for (int p = 0; p < Planes; ++p) {
                form[p] = v::form(forms[p][r]);
            }
        }
        for (int part = 0; part < v::parts; ++part) {
            const index_t at = r * samples_per_block + part * v::width;
            v::ints sum = v::load(to[0] + at);
            for (int p = 0; p < Planes; ++p) {
                if (!Same && p == 1) {
                    v::store(to[0] + at, sum);
                    sum = v::load(to[1] + at);
                }
                for (int c = 0; c < 2; ++c) {
                    const v::floats words = v::words<Way, Clamps>(sums + (2 * p + c) * tile + at, form[p]);
                    sum = v::add_words(sum, words, weight[p][c]);
                }
            }
            v::store(to[Same ? 0 : Planes - 1] + at, sum);
        }
    }
}

/// The same into one sum of both planes, where converters saturate: saturated [16][16] += sizes of the conversions that do.
template <int Planes, bool Equal, word_way Way>
inline void add_tile_words_and_count(std::int32_t* to, std::int32_t* saturated, const std::int32_t* sums, const std::int32_t (&weights)[2][2],
                                     const std::int32_t (&sizes)[2][2], const word_form* const (&forms)[2]) {
    using v = word_lanes;
    constexpr index_t tile = 16 * samples_per_block;
    for (int p = 0; p < Planes; ++p) {
        for (index_t r = 0; r < 16; ++r) {
            const word_form& form = forms[p][Equal ? 0 : r];
            const v::form in_registers(form);
            for (int part = 0; part < v::parts; ++part) {
                const index_t at = r * samples_per_block + part * v::width;
                v::ints sum = v::load(to + at);
                v::ints cut = v::load(saturated + at);
                for (int c = 0; c < 2; ++c) {
                    const std::int32_t* const from = sums + (2 * p + c) * tile + at;
                    const v::floats words = v::words<Way, true>(from, in_registers);
                    sum = v::add_words(sum, words, v::set(weights[p][c]));
                    cut = v::add_outside(cut, v::load_sums(from), v::set(form.passes_low), v::set(form.passes_high), v::set(sizes[p][c]));
                }
                v::store(to + at, sum);
                v::store(saturated + at, cut);
            }
        }
    }
}

/// Any converter, any weights, leaks and shares of saturated conversions: words [16] += weight x word, and saturated [16] (may be
/// null) += |weight x worth| where a sum saturates. leak: what cells at HRS add in each cycle, [cycles][16], or null.
inline void add_general(double* words, double* saturated, const std::int32_t* sums, index_t cycle_step,
                        const std::int32_t* weights, int cycles, const word_map& map, double worth, const float* leak) {
    const adc_transfer& t = map.transfer;
    for (int c = 0; c < cycles; ++c) {
        float seen[samples_per_block];
        for (index_t l = 0; l < samples_per_block; ++l) {
            seen[l] = static_cast<float>(sums[c * cycle_step + l]) + (leak != nullptr ? leak[c * samples_per_block + l] : 0.0f);
        }
        const auto weight = static_cast<double>(weights[c]);
        if (t.ideal()) {
            for (index_t l = 0; l < samples_per_block; ++l) {
                words[l] += weight * static_cast<double>(seen[l]);
            }
            continue;
        }
        if (map.two_steps) {
            for (index_t l = 0; l < samples_per_block; ++l) {
                const float open = open_word<word_way::quotient>(*map.two_steps, seen[l]);
                const float above = open > map.two_steps->least ? open : map.two_steps->least;
                words[l] +=
                    weight * static_cast<double>((above < map.two_steps->most ? above : map.two_steps->most) - whole_shift);
            }
        } else if (leak == nullptr && !map.table.empty()) {
            for (index_t l = 0; l < samples_per_block; ++l) {
                words[l] += weight * static_cast<double>(
                                         map.table[static_cast<std::size_t>(sums[c * cycle_step + l] - map.range.least)]);
            }
        } else {
            for (index_t l = 0; l < samples_per_block; ++l) {
                words[l] += weight * static_cast<double>(t.word(static_cast<double>(seen[l])));
            }
        }
        if (saturated != nullptr && map.saturates) {
            for (index_t l = 0; l < samples_per_block; ++l) {
                saturated[l] += seen[l] >= map.passes_low && seen[l] <= map.passes_high ? 0.0 : std::abs(weight * worth);
            }
        }
    }
}

} // namespace rcim::inline RCIM_ABI::kernel
