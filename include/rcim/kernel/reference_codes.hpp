#pragma once

/// @file
/// The scalar reference of checked_sums.hpp: every sum of every bit on its own.

#include <rcim/kernel/checked_sums.hpp>

#include <cstdint>

namespace rcim::inline RCIM_ABI::kernel::reference {

/// Corrected sums of one result in one plane, less the sums of its words: in codes x units of input, over all groups and bits.
/// input(d) is the integer on driven line d. Exact.
template <class Input>
[[nodiscard]] double difference_of_sums(const code_words& words, const code_plane& plane, const sum_layout& layout, index_t result,
                                        int bits, bool zeroes, Input&& input, sum_counts& counts) {
    double total = 0.0;
    for (index_t first = 0; first < layout.driven; first += layout.group) {
        for (int bit = 0; bit < bits; ++bit) {
            std::int64_t sum = 0;
            std::int64_t right = 0;
            for (index_t d = first; d < layout.driven && d < first + layout.group; ++d) {
                const index_t at = result * layout.result_step + d * layout.driven_step;
                if ((input(d) >> bit & 1) != 0) {
                    sum += std::int64_t{words.multiplier()} * plane.word[at] + plane.remainder[at];
                    right += plane.word[at];
                }
            }
            const auto rest = words.residue_of(static_cast<std::int32_t>(sum % words.multiplier()));
            const sum_outcome outcome = words.outcome(rest);
            const std::int64_t corrected = (sum - rest) / words.multiplier() + words.carry(rest);
            const std::int64_t seen = outcome == sum_outcome::uncorrectable && zeroes ? 0 : corrected;
            counts.checked += 1;
            counts.corrected += outcome == sum_outcome::corrected ? 1u : 0u;
            counts.uncorrectable += outcome == sum_outcome::uncorrectable ? 1u : 0u;
            const auto place = static_cast<double>(std::int64_t{1} << bit);
            total += plane.sign * (bit + 1 == bits ? -place : place) * static_cast<double>(seen - right);
        }
    }
    return total;
}

} // namespace rcim::inline RCIM_ABI::kernel::reference
