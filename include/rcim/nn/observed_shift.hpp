#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/crossbar/shift.hpp>
#include <rcim/nn/seen_cells.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace rcim::inline RCIM_ABI {

namespace detail {

// Apart from observe_shift, so that they are compiled once.

/// Adds what one group of lines from first on gives in one cycle, driven[line][16]; total[result][ideal, found][16] sums up the results.
inline void add_shift_of_group(shift_profile& profile, std::vector<double>& total, const seen_cells& ideal, const seen_cells& found, index_t samples,
                               const float* driven, index_t first, index_t size, double weight) {
    constexpr index_t lane = samples_per_block;
    const kernel::read_layout& layout = ideal.layout;
    const index_t results = layout.lines.results;
    for (int plane = 0; plane < layout.planes(); ++plane) {
        const double worth = layout.worth(plane) * weight;
        for (index_t r = 0; r < results; ++r) {
            float i[lane];
            float f[lane];
            ideal.sum(plane, r, first, size, driven, i);
            found.sum(plane, r, first, size, driven, f);
            shift_moments& of = profile.sums[static_cast<std::size_t>(plane * results + r)];
            for (index_t l = 0; l < samples; ++l) {
                of.add(static_cast<double>(i[l]), static_cast<double>(f[l]));
                total[static_cast<std::size_t>((2 * r) * lane + l)] += worth * static_cast<double>(i[l]);
                total[static_cast<std::size_t>((2 * r + 1) * lane + l)] += worth * static_cast<double>(f[l]);
            }
        }
    }
}

inline void add_shift_of_results(shift_profile& profile, const std::vector<double>& total, index_t results, index_t samples) {
    constexpr index_t lane = samples_per_block;
    for (index_t r = 0; r < results; ++r) {
        for (index_t l = 0; l < samples; ++l) {
            profile.results[static_cast<std::size_t>(r)].add(total[static_cast<std::size_t>((2 * r) * lane + l)],
                                                             total[static_cast<std::size_t>((2 * r + 1) * lane + l)]);
        }
    }
}

} // namespace detail

/// Adds the shift of all sums of one position of 16 samples, of which `samples` exist. carried(line, lane, cycle) is what lines carry,
/// weight(cycle) what cycles count. O(cells x cycles x 16).
template <class Carried, class Weight>
void observe_shift(shift_profile& profile, const seen_cells& ideal, const seen_cells& found, int cycles, index_t samples, Carried&& carried,
                   Weight&& weight) {
    const kernel::sum_layout& lines = ideal.layout.lines;
    std::vector<double> total(static_cast<std::size_t>(2 * lines.results * samples_per_block), 0.0);
    each_driven_group(lines, cycles, carried, [&](const float* driven, index_t first, index_t size, int cycle) {
        detail::add_shift_of_group(profile, total, ideal, found, samples, driven, first, size, weight(cycle));
    });
    detail::add_shift_of_results(profile, total, lines.results, samples);
}

} // namespace rcim::inline RCIM_ABI
