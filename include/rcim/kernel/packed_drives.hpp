#pragma once

/// @file
/// Inputs as the kernels of reads want them: the bytes that word lines carry in each cycle, and the numbers that the cycles add up to.

#include <rcim/compat/integer_lanes.hpp>
#include <rcim/convert/drive_cycle.hpp>
#include <rcim/core/error.hpp>
#include <rcim/kernel/read_positions.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace rcim::inline RCIM_ABI::kernel {

/// Two 16-bit numbers of each of 16 samples: [sample][2].
using pairs_of_int16 = std::int16_t __attribute__((vector_size(64)));
using pairs_of_uint16 = std::uint16_t __attribute__((vector_size(64)));
using lanes_of_uint16 = std::uint16_t __attribute__((vector_size(32)));
using lanes_of_uint32 = std::uint32_t __attribute__((vector_size(64)));

inline void join_pairs(pairs_of_int16& to, const std::int16_t* low, const std::int16_t* high) {
    lanes_of_uint16 a;
    lanes_of_uint16 b;
    load_lanes(a, low);
    load_lanes(b, high);
    to = (pairs_of_int16)(__builtin_convertvector(a, lanes_of_uint32) | __builtin_convertvector(b, lanes_of_uint32) << 16);
}

/// What the bits of a cycle are taken of.
inline void part_of(pairs_of_int16& x, int part) {
    const pairs_of_int16 negative = x >> std::int16_t{15};
    if (part > 0) {
        x &= ~negative;
    } else if (part < 0) {
        x = (pairs_of_int16)(-(pairs_of_uint16)x) & negative;
    }
}

/// The bytes that four sources carry: store(cycle, bytes [16 samples][4 sources]) for all cycles. A source is 16 samples.
template <class Store>
inline void pack_four(const std::int16_t* const (&source)[4], std::span<const drive_cycle> cycles, Store&& store) {
    pairs_of_int16 even;
    pairs_of_int16 odd;
    join_pairs(even, source[0], source[2]);
    join_pairs(odd, source[1], source[3]);
    for (const int part : {0, 1, -1}) {
        if (std::none_of(cycles.begin(), cycles.end(), [&](const drive_cycle& c) { return c.part == part; })) {
            continue;
        }
        pairs_of_int16 a = even;
        pairs_of_int16 b = odd;
        part_of(a, part);
        part_of(b, part);
        // Bits below the ninth are taken of both bytes of a number at once.
        const pairs_of_uint16 bytes_of_both = ((pairs_of_uint16)a & std::uint16_t{0xff}) | ((pairs_of_uint16)b << std::uint16_t{8});
        for (std::size_t c = 0; c < cycles.size(); ++c) {
            if (cycles[c].part != part) {
                continue;
            }
            if ((cycles[c].mask << cycles[c].shift) <= 0xff) {
                const auto both = static_cast<std::uint16_t>(cycles[c].mask * 0x101);
                store(c, (pairs_of_int16)((bytes_of_both >> static_cast<std::uint16_t>(cycles[c].shift)) & both));
                continue;
            }
            const auto shift = static_cast<std::int16_t>(cycles[c].shift);
            const auto mask = static_cast<std::int16_t>(cycles[c].mask);
            // Parts can be 2^15: no sign.
            const pairs_of_int16 low =
                part == 0 ? a >> shift : (pairs_of_int16)((pairs_of_uint16)a >> static_cast<std::uint16_t>(shift));
            const pairs_of_int16 high =
                part == 0 ? b >> shift : (pairs_of_int16)((pairs_of_uint16)b >> static_cast<std::uint16_t>(shift));
            const pairs_of_int16 bytes = (low & mask) | (pairs_of_int16)((pairs_of_uint16)(high & mask) << std::uint16_t{8});
            store(c, bytes);
        }
    }
}

/// The number that the cycles add up to, of any 16-bit number.
class driven_numbers {
public:
    /// Throws unless the cycles make at most 2^16 different neighbouring numbers, as those of any 16-bit code do.
    explicit driven_numbers(std::span<const drive_cycle> cycles) : cycles_(cycles.begin(), cycles.end()) {
        std::int64_t low = 0;
        std::int64_t high = 0;
        const auto number = [&](std::int32_t x) {
            std::int64_t sum = 0;
            for (const drive_cycle& c : cycles_) {
                sum += std::int64_t{c.weight} * c.drive(x);
            }
            low = std::min(low, sum);
            high = std::max(high, sum);
            return sum;
        };
        // Outward from zero, so that what equals itself is an interval.
        bool equal = true;
        for (std::int32_t x = 0; x <= 0x7fff; ++x) {
            equal = number(x) == x && equal;
            equal_high_ = equal ? x : equal_high_;
        }
        equal = true;
        for (std::int32_t x = -1; x >= -0x8000; --x) {
            equal = number(x) == x && equal;
            equal_low_ = equal ? x : equal_low_;
        }
        if (high - low > 0xffff) {
            fail("column_reads", "numbers that the cycles add up to", "at most 2^16 neighbours", text(low, " to ", high));
        }
        low_ = static_cast<std::int32_t>(low);
        high_ = static_cast<std::int32_t>(high);
    }

    /// How many neighbouring numbers the cycles make, at most 2^16.
    [[nodiscard]] std::uint64_t count() const { return static_cast<std::uint64_t>(high_ - low_) + 1; }

    /// Bounds of the numbers of inputs that lie in [least, largest], and whether inputs are the numbers themselves.
    struct range {
        std::int32_t low;
        std::int32_t high;
        bool equal;
    };
    [[nodiscard]] range of(std::int32_t least, std::int32_t largest) const {
        const bool equal = least >= equal_low_ && largest <= equal_high_;
        return equal ? range{least, largest, true} : range{low_, high_, false};
    }

    [[nodiscard]] range of_inputs(const read_positions<std::int16_t>& at, index_t lines) const {
        lanes_of_int16 least{};
        lanes_of_int16 largest{};
        for (const std::int32_t window : at.window) {
            for (index_t d = 0; d < lines; ++d) {
                lanes_of_int16 x;
                load_lanes(x, at.x + window + at.line[d]);
                least = x < least ? x : least;
                largest = x > largest ? x : largest;
            }
        }
        std::int32_t low = 0;
        std::int32_t high = 0;
        for (int l = 0; l < static_cast<int>(samples_per_block); ++l) {
            low = std::min<std::int32_t>(low, least[l]);
            high = std::max<std::int32_t>(high, largest[l]);
        }
        return of(low, high);
    }

    void numbers(lanes_of_int32& to, const std::int16_t* x, bool equal) const {
        lanes_of_int16 narrow;
        load_lanes(narrow, x);
        const lanes_of_int32 wide = __builtin_convertvector(narrow, lanes_of_int32);
        if (equal) {
            to = wide;
            return;
        }
        to = lanes_of_int32{};
        const lanes_of_int32 negative = wide >> 31;
        for (const drive_cycle& c : cycles_) {
            const lanes_of_int32 from = c.part == 0 ? wide : c.part > 0 ? wide & ~negative : -wide & negative;
            to += c.weight * ((from >> c.shift) & c.mask);
        }
    }

private:
    std::vector<drive_cycle> cycles_;
    std::int32_t low_ = 0;
    std::int32_t high_ = 0;
    std::int32_t equal_low_ = 0;
    std::int32_t equal_high_ = 0;
};

} // namespace rcim::inline RCIM_ABI::kernel
