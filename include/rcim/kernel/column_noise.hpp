#pragma once

/// @file
/// Noise of a sum between the foot of its column and its converter, and where its draws are.

#include <rcim/convert/drive_cycle.hpp>
#include <rcim/core/config.hpp>
#include <rcim/core/random.hpp>
#include <rcim/kernel/draws.hpp>
#include <rcim/kernel/normal.hpp>
#include <rcim/kernel/read_layout.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace rcim::inline RCIM_ABI::kernel {

/// What is added to every sum: mean + sqrt(variance) x a standard normal number, where sums are in (steps of one level) x (units of drive),
/// leakage included, and variance = constant + per_sum |sum| + sum over the driven lines of (linear |drive| + square drive^2).
struct noise_terms {
    bool mean = false;     ///< by group, plane and result
    bool constant = false; ///< likewise
    float per_sum = 0.0f;
    bool linear = false;   ///< by cell
    bool square = false;   ///< by cell

    [[nodiscard]] constexpr bool draws() const { return constant || per_sum > 0.0f || linear || square; }
    friend bool operator==(const noise_terms&, const noise_terms&) = default;
};

/// The numbers of such terms; of those that are not there nothing is looked at. All are at least 0, but means.
struct noise_planes {
    std::span<const float> mean;     ///< [(group x planes + plane) x results + result]
    std::span<const float> constant; ///< likewise
    std::span<const float* const> linear; ///< [array x slices + slice], each as cells are; of a pair that is subtracted they are added
    std::span<const float* const> square; ///< likewise
};

/// Whether lines carry nothing but bits. Then |drive| and drive^2 are one, and the sums of both terms too.
[[nodiscard]] inline bool noise_takes_bits(std::span<const drive_cycle> cycles, bool real) {
    return !real && std::all_of(cycles.begin(), cycles.end(), [](const drive_cycle& c) { return c.mask == 1; });
}

/// What a plane senses of its cells: a function of their place.
[[nodiscard]] inline auto sensed_cells(const read_layout& layout, std::span<const float* const> cells, int plane) {
    const float* const plus = cells[static_cast<std::size_t>(plane)];
    const float* const minus = layout.subtracted ? cells[static_cast<std::size_t>(layout.slices + plane)] : nullptr;
    return [=](index_t at) { return minus != nullptr ? plus[at] - minus[at] : plus[at]; };
}
/// The noise of them: that of a pair adds up.
[[nodiscard]] inline auto sensed_noise(const read_layout& layout, std::span<const float* const> noise, int plane) {
    const float* const plus = noise[static_cast<std::size_t>(plane)];
    const float* const minus = layout.subtracted ? noise[static_cast<std::size_t>(layout.slices + plane)] : nullptr;
    return [=](index_t at) { return minus != nullptr ? plus[at] + minus[at] : plus[at]; };
}

/// Whose draws a position of 16 samples takes: sample l those of image + l, at this position of the result.
struct draw_address {
    std::uint32_t image = 0;
    std::uint32_t position = 0;
};

/// Where the draw of a sum is: word result % 4 of the block {four_of(..., result / 4), position, place, step + image} of the generator. So
/// no two sums of a source share a draw, if a position has at most 2^32 fours of results in all groups, planes and cycles.
struct noise_blocks {
    index_t groups = 0;
    index_t planes = 0;
    index_t cycles = 0;
    index_t fours = 0; ///< of results

    noise_blocks() = default;
    noise_blocks(const read_layout& layout, std::size_t cycles_of_read)
        : groups(layout.lines.groups()), planes(layout.planes()), cycles(static_cast<index_t>(cycles_of_read)),
          fours((layout.lines.results + 3) / 4) {}

    [[nodiscard]] constexpr double size() const {
        return static_cast<double>(groups) * static_cast<double>(planes) * static_cast<double>(cycles) * static_cast<double>(fours);
    }
    [[nodiscard]] constexpr std::uint32_t four_of(index_t group, index_t plane, index_t cycle, index_t four) const {
        return static_cast<std::uint32_t>(((group * planes + plane) * cycles + cycle) * fours + four);
    }
    /// The number of one sum of one sample, as the reference takes it.
    [[nodiscard]] float normal(const random_source& draws, draw_address at, int sample, index_t group, index_t plane, index_t cycle,
                               index_t result) const {
        const philox_counter words = draws_of_image(draws, four_of(group, plane, cycle, result / 4), at.position,
                                                    at.image + static_cast<std::uint32_t>(sample));
        return normal_by_octave(words[static_cast<std::size_t>(result % 4)]);
    }
};

} // namespace rcim::inline RCIM_ABI::kernel
