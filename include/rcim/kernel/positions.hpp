#pragma once

/// @file
/// Loops over cells whose state is a real number, a position on the ladder of levels: reading words back and summing slices, 64
/// weights at a time. planes[slice] is a plane of all weights.

#include <rcim/cell/write.hpp>
#include <rcim/kernel/draws.hpp>
#include <rcim/update/concept.hpp>

#include <algorithm>
#include <cstdint>

namespace rcim::inline RCIM_ABI::kernel {

/// The words that `size` <= 64 weights from `first` on are read as: the nearest level of each cell, as `level_ladder::nearest` has it.
inline void read_words(const float* const* planes, const code_format& format, const level_ladder& ladder, index_t first, int size,
                       std::int32_t* word) {
    std::fill_n(word, size, 0);
    const float top = ladder.span();
    for (int s = 0; s < format.slices; ++s) {
        const float* const position = planes[s] + first;
        const int shift = s * format.cell_bits;
        if (ladder.thresholds().empty()) {
            for (int i = 0; i < size; ++i) {
                const float above = position[i] > 0.0f ? position[i] : 0.0f;
                word[i] |= static_cast<std::int32_t>((above < top ? above : top) + 0.5f) << shift;
            }
        } else {
            for (const float threshold : ladder.thresholds()) {
                for (int i = 0; i < size; ++i) {
                    word[i] += static_cast<std::int32_t>(position[i] >= threshold) << shift;
                }
            }
        }
    }
}

/// The sums over the lowest `slices` of positions by place value. A product by a power of two is exact, so contraction of the
/// multiply-add changes no bit.
inline void sum_slices(const float* const* planes, int slices, int cell_bits, index_t first, int size, float* sum) {
    const auto place = static_cast<float>(std::int32_t{1} << cell_bits);
    std::copy_n(planes[slices - 1] + first, size, sum);
    for (int s = slices - 1; s-- > 0;) {
        const float* const position = planes[s] + first;
        for (int i = 0; i < size; ++i) {
            sum[i] = sum[i] * place + position[i];
        }
    }
}

/// Slices that are read at all.
template <class Rule>
[[nodiscard]] int slices_in_use(const Rule& rule, const code_format& format) {
    int slices = format.slices;
    while (slices > 1 && (word_in_use(rule, format) >> ((slices - 1) * format.cell_bits)) == 0) {
        --slices;
    }
    return slices;
}

/// Effective weights of [begin, end): what the positions in the slices in use amount to, where the periphery uses the word that is
/// read back as it is; else the word that it uses instead, exactly. Plus what cells at HRS leak into every weight. begin is a
/// multiple of 64; `minus` is not looked at without a pair.
template <bool Pair, class Rule>
void decode_positions(const float* const* plus, const float* const* minus, const Rule& rule, const code_format& format,
                      const level_ladder& ladder, float leak, float* weight, index_t begin, index_t end) {
    alignas(64) float sum[2][draw_group];
    alignas(64) std::int32_t word[2][draw_group];
    const int slices = slices_in_use(rule, format);
    const std::int32_t on = word_in_use(rule, format);
    for (index_t first = begin; first < end; first += draw_group) {
        const int size = static_cast<int>(std::min(draw_group, end - first));
        sum_slices(plus, slices, format.cell_bits, first, size, sum[0]);
        if constexpr (Pair) {
            sum_slices(minus, slices, format.cell_bits, first, size, sum[1]);
        } else {
            std::fill_n(sum[1], size, static_cast<float>(format.minus_constant));
        }
        for (int i = 0; i < size; ++i) {
            weight[first + i] = (sum[0][i] - sum[1][i]) * format.lsb;
        }
        if constexpr (has_used<Rule>()) {
            read_words(plus, format, ladder, first, size, word[0]);
            if constexpr (Pair) {
                read_words(minus, format, ladder, first, size, word[1]);
            } else {
                std::fill_n(word[1], size, format.minus_constant);
            }
            for (int i = 0; i < size; ++i) {
                const stored_word<> stored{word[0][i], word[1][i]};
                const std::int32_t used = used_word(rule, stored, format).code();
                const std::int32_t read = (stored.plus & on) - (Pair ? stored.minus & on : stored.minus);
                weight[first + i] = used == read ? weight[first + i] : static_cast<float>(used) * format.lsb;
            }
        }
        if (leak != 0.0f) {
            for (int i = 0; i < size; ++i) {
                weight[first + i] += leak;
            }
        }
    }
}

} // namespace rcim::inline RCIM_ABI::kernel
