#pragma once

#include <rcim/core/config.hpp>

#include <cstdint>

namespace rcim::inline RCIM_ABI {

/// What word lines carry of whole numbers in one cycle: some bits of them, of their positive or of their negative part.
struct drive_cycle {
    int shift = 0;
    std::int32_t mask = 1;   ///< 2^bits - 1, at most 255: what a line carries at most
    int part = 0;            ///< 0: bits of the number in two's complement; 1: of max(number, 0); -1: of max(-number, 0)
    std::int32_t weight = 1; ///< of the cycle in the number; magnitude at most 2^15

    [[nodiscard]] constexpr std::int32_t drive(std::int32_t number) const {
        const std::int32_t from = part == 0 ? number : part > 0 ? (number > 0 ? number : 0) : (number < 0 ? -number : 0);
        return (from >> shift) & mask;
    }
    friend bool operator==(const drive_cycle&, const drive_cycle&) = default;
};

} // namespace rcim::inline RCIM_ABI
