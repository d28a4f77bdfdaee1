#pragma once

/// @file
/// The exact product of whole-number words with whole-number inputs, for columns whose converters change nothing: both are cut into
/// digits of one byte, and their products are added up in doubles.

#include <rcim/core/aligned.hpp>
#include <rcim/core/bounds.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/kernel/byte_products.hpp>
#include <rcim/kernel/column_rules.hpp>
#include <rcim/kernel/packed_drives.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace rcim::inline RCIM_ABI::kernel {

/// A source of zeros, for lines and positions that do not exist.
inline const std::int16_t* no_input() {
    alignas(64) static constexpr std::int16_t zeros[samples_per_block] = {};
    return zeros;
}

/// One matrix of words, and its products with blocks of inputs. Exact while words x inputs, in as many steps as there are, add up to no more
/// than doubles hold, which is for the caller to see to.
class whole_product {
public:
    static constexpr index_t most_lines = 1 << 16;
    // Products of a signed and an unsigned byte, and inputs that are not negative, in 32 bits.
    static_assert(bound_of_sum({most_lines, 128, 255}) <= largest_int32);
    static_assert(bound_of_sum({most_lines, 0xffff}) <= std::numeric_limits<std::uint32_t>::max());

    whole_product() = default;
    whole_product(index_t results, index_t driven)
        : driven_(driven), blocks_((results + tile_results - 1) / tile_results),
          tiles_((driven + tile_lines - 1) / tile_lines) {}

    /// Words of a result, all zero before the first call; [driven].
    [[nodiscard]] std::int32_t* words(index_t result) { return words_.data() + result * padded_lines(); }
    void clear(bool any) {
        any_ = any;
        words_.assign(any ? static_cast<std::size_t>(blocks_ * tile_results * padded_lines()) : 0, 0);
    }
    /// To be called when all words are there. O(words).
    void pack(thread_pool* pool) {
        centre_ = 0;
        digits_ = 0;
        if (!any_) {
            return;
        }
        std::int32_t least = 0;
        std::int32_t largest = 0;
        for (const std::int32_t w : words_) {
            least = std::min(least, w);
            largest = std::max(largest, w);
        }
        // Signed bytes: an offset around the middle may save a digit.
        centre_ = least < -128 || largest > 127 ? static_cast<std::int32_t>((std::int64_t{least} + largest + 1) >> 1) : 0;
        std::int64_t low = std::int64_t{least} - centre_;
        std::int64_t high = std::int64_t{largest} - centre_;
        for (digits_ = 1; low < -128 || high > 127; ++digits_) {
            low = (low - 127) >> 8;
            high = (high + 128) >> 8;
        }
        levels_.assign(static_cast<std::size_t>(blocks_ * digits_ * tiles_ * tile_bytes), 0);
        sums_.assign(static_cast<std::size_t>(blocks_ * tile_results), 0.0);
        const auto pack_blocks = [&](index_t begin, index_t end) {
            for (index_t r = begin * tile_results; r < end * tile_results; ++r) {
                pack_result(r);
            }
        };
        pool != nullptr ? pool->run(blocks_, pack_blocks) : pack_blocks(0, blocks_);
    }

    /// Inputs of some positions in digits.
    struct numbers {
        aligned_vector<std::uint8_t> bytes; ///< [position][digit][tile]
        std::vector<double> sum;            ///< of all lines, [position][16]
        std::int32_t shift = 0;             ///< added to every input
        index_t digits = 0;
    };
    void pack_numbers(const read_positions<std::int16_t>& at, const driven_numbers& cycles, numbers& to) const {
        const auto positions = static_cast<index_t>(at.window.size());
        const driven_numbers::range range = cycles.of_inputs(at, driven_);
        to.shift = -range.low;
        to.digits = range.high - range.low < 256 ? 1 : 2;
        to.bytes.resize(static_cast<std::size_t>(positions * to.digits * tiles_ * tile_bytes));
        to.sum.resize(static_cast<std::size_t>(positions * samples_per_block));
        for (index_t p = 0; p < positions; ++p) {
            pack_position(at.x + at.window[static_cast<std::size_t>(p)], at.line, cycles, range.equal, p, to);
        }
    }

    /// whole [position][16 x blocks][16] = words x inputs - minus_constant x sum of inputs.
    template <class Products>
    void multiply(const numbers& x, index_t positions, std::int32_t minus_constant, double* whole) const {
        const double factor = static_cast<double>(centre_) - static_cast<double>(minus_constant);
        const index_t results = blocks_ * tile_results;
        for (index_t p = 0; p < positions; ++p) {
            for (index_t r = 0; r < results; ++r) {
                const double correction = any_ ? -static_cast<double>(x.shift) * sums_[static_cast<std::size_t>(r)] : 0.0;
                for (index_t l = 0; l < samples_per_block; ++l) {
                    whole[(p * results + r) * samples_per_block + l] =
                        factor * x.sum[static_cast<std::size_t>(p * samples_per_block + l)] + correction;
                }
            }
        }
        if (!any_) {
            return;
        }
        for (index_t p = 0; p < positions; p += 2) {
            for (index_t b = 0; b < blocks_; b += 2) {
                for (index_t i = 0; i < digits_; ++i) {
                    for (index_t j = 0; j < x.digits; ++j) {
                        multiply_blocks<Products>(x, positions, p, b, i, j, whole);
                    }
                }
            }
        }
    }

private:
    [[nodiscard]] index_t padded_lines() const { return tiles_ * tile_lines; }

    void pack_result(index_t r) {
        const std::int32_t* const word = words(r);
        std::int64_t sum = 0;
        for (index_t d = 0; d < driven_; ++d) {
            std::int64_t rest = std::int64_t{word[d]} - centre_; // of pairs of 31 bits, and a digit more, 33
            sum += rest;
            for (index_t i = 0; i < digits_; ++i) {
                const auto digit = static_cast<std::int8_t>(rest);
                levels_[static_cast<std::size_t>(((r / tile_results * digits_ + i) * tiles_ + d / tile_lines) * tile_bytes +
                                                 r % tile_results * tile_lines + d % tile_lines)] =
                    static_cast<std::uint8_t>(digit);
                rest = (rest - digit) >> 8;
            }
        }
        sums_[static_cast<std::size_t>(r)] = static_cast<double>(sum);
    }

    void pack_position(const std::int16_t* x, const std::int32_t* line, const driven_numbers& cycles, bool equal,
                       index_t position, numbers& to) const {
        lanes_of_uint32 total{};
        alignas(64) std::int16_t made[4][samples_per_block] = {};
        const auto shift = static_cast<std::uint16_t>(to.shift);
        for (index_t d = 0; d < padded_lines(); d += 4) {
            const std::int16_t* source[4];
            for (index_t i = 0; i < 4; ++i) {
                source[i] = d + i < driven_ ? x + line[d + i] : no_input();
                if (!equal && d + i < driven_) {
                    lanes_of_int32 number;
                    cycles.numbers(number, source[i], false);
                    store_lanes(__builtin_convertvector(number, lanes_of_uint16), made[i]);
                    source[i] = made[i];
                }
            }
            pairs_of_int16 low;
            pairs_of_int16 high;
            join_pairs(low, source[0], source[2]);
            join_pairs(high, source[1], source[3]);
            const pairs_of_uint16 even = (pairs_of_uint16)low + shift;
            const pairs_of_uint16 odd = (pairs_of_uint16)high + shift;
            total += ((lanes_of_uint32)even & 0xffffu) + ((lanes_of_uint32)even >> 16) + ((lanes_of_uint32)odd & 0xffffu) +
                     ((lanes_of_uint32)odd >> 16);
            std::uint8_t* const bytes = to.bytes.data() + (position * to.digits * tiles_ * tile_bytes) + d * samples_per_block;
            const pairs_of_uint16 first = (even & std::uint16_t{0xff}) | odd << std::uint16_t{8};
            store_lanes(first, bytes);
            if (to.digits == 2) {
                const pairs_of_uint16 second = even >> std::uint16_t{8} | (odd & std::uint16_t{0xff00});
                store_lanes(second, bytes + tiles_ * tile_bytes);
            }
        }
        for (int l = 0; l < static_cast<int>(samples_per_block); ++l) {
            to.sum[static_cast<std::size_t>(position * samples_per_block + l)] =
                static_cast<double>(total[l]) - static_cast<double>(to.shift) * static_cast<double>(padded_lines());
        }
    }

    template <class Products>
    void multiply_blocks(const numbers& x, index_t positions, index_t p, index_t b, index_t i, index_t j, double* whole) const {
        alignas(64) std::int32_t sums[4 * tile_sums];
        tile_operands of{.tiles = tiles_};
        for (index_t n = 0; n < 2; ++n) {
            of.levels[n] = levels_.data() + (std::min(b + n, blocks_ - 1) * digits_ + i) * tiles_ * tile_bytes;
            of.drives[n] = x.bytes.data() + (std::min(p + n, positions - 1) * x.digits + j) * tiles_ * tile_bytes;
        }
        Products::template multiply<2, true>(of, sums);
        const auto place = static_cast<double>(std::int64_t{1} << (8 * (i + j)));
        for (index_t row = 0; row < std::min<index_t>(2, blocks_ - b); ++row) {
            for (index_t column = 0; column < std::min<index_t>(2, positions - p); ++column) {
                double* const to = whole + ((p + column) * blocks_ + b + row) * tile_sums;
                const std::int32_t* const from = sums + (2 * row + column) * tile_sums;
                for (index_t n = 0; n < tile_sums; ++n) {
                    to[n] += place * static_cast<double>(from[n]);
                }
            }
        }
    }

    index_t driven_ = 0;
    index_t blocks_ = 0;
    index_t tiles_ = 0;
    bool any_ = false;
    std::int32_t centre_ = 0;
    index_t digits_ = 0;
    std::vector<std::int32_t> words_;
    aligned_vector<std::uint8_t> levels_; ///< [block][digit][tile]
    std::vector<double> sums_;            ///< of the words less the centre, by result
};

} // namespace rcim::inline RCIM_ABI::kernel
