#pragma once

/// @file
/// How large sums of whole numbers may become, for checks that the accumulators of kernels hold them. docs/numerics.md lists all of them.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string_view>

namespace rcim::inline RCIM_ABI {

/// Up to here floats and doubles hold all whole numbers, so that sums of them are exact in any order.
inline constexpr std::uint64_t whole_in_float = std::uint64_t{1} << 24;
inline constexpr std::uint64_t whole_in_double = std::uint64_t{1} << 53;
inline constexpr std::uint64_t largest_int16 = std::numeric_limits<std::int16_t>::max();
inline constexpr std::uint64_t largest_int32 = std::numeric_limits<std::int32_t>::max();

/// The product of magnitudes: so large can a sum become of as many terms as the first says, each a product of the others. What 64 bits do not
/// hold becomes the largest number that they do.
[[nodiscard]] constexpr std::uint64_t bound_of_sum(std::initializer_list<std::uint64_t> factors) {
    std::uint64_t product = 1;
    for (const std::uint64_t factor : factors) {
        if (factor != 0 && product > std::numeric_limits<std::uint64_t>::max() / factor) {
            product = std::numeric_limits<std::uint64_t>::max();
            for (const std::uint64_t other : factors) {
                product = other == 0 ? 0 : product;
            }
            return product;
        }
        product *= factor;
    }
    return product;
}

/// Throws `error` unless an accumulator that holds all whole numbers up to `limit` holds the sum. `what` says of which; `remedy` what would help.
inline void require_held(std::string_view where, std::string_view what, std::uint64_t sum, std::uint64_t limit, std::string_view remedy) {
    if (sum > limit) {
        fail(where, what, text("at most ", limit, " in magnitude, which its accumulator holds (", remedy, ")"), text("up to ", sum));
    }
}

} // namespace rcim::inline RCIM_ABI
