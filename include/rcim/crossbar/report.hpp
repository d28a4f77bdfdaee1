#pragma once

#include <rcim/core/config.hpp>

#include <cstdint>

namespace rcim::inline RCIM_ABI {

/// What the writes of one or more training steps amounted to. Padding is not counted.
struct update_report {
    double gradient_square = 0.0;    ///< sum of squares of all gradients of crossbar weights
    std::uint64_t increments = 0;    ///< non-zero increments asked for
    std::uint64_t lost = 0;          ///< of these, rounded to no change of the code
    std::uint64_t changed_words = 0; ///< words of an array in which at least one cell changed

    update_report& operator+=(const update_report& other) {
        gradient_square += other.gradient_square;
        increments += other.increments;
        lost += other.lost;
        changed_words += other.changed_words;
        return *this;
    }
};

} // namespace rcim::inline RCIM_ABI
