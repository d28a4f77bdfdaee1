#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/crossbar/shift.hpp>
#include <rcim/nn/seen_cells.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Adds the shift of all sums of one position of 16 samples, of which `samples` exist. carried(line, lane, cycle) is what lines carry,
/// weight(cycle) what cycles count. O(cells x cycles x 16).
template <class Carried, class Weight>
void observe_shift(shift_profile& profile, const seen_cells& ideal, const seen_cells& found, int cycles, index_t samples, Carried&& carried,
                   Weight&& weight) {
    constexpr index_t lane = samples_per_block;
    const kernel::read_layout& layout = ideal.layout;
    const kernel::sum_layout& lines = layout.lines;
    std::vector<double> total(static_cast<std::size_t>(2 * lines.results * lane), 0.0);
    each_driven_group(lines, cycles, carried, [&](const float* driven, index_t first, index_t size, int cycle) {
        for (int plane = 0; plane < layout.planes(); ++plane) {
            const double worth = layout.worth(plane) * weight(cycle);
            for (index_t r = 0; r < lines.results; ++r) {
                float i[lane];
                float f[lane];
                ideal.sum(plane, r, first, size, driven, i);
                found.sum(plane, r, first, size, driven, f);
                shift_moments& of = profile.sums[static_cast<std::size_t>(plane * lines.results + r)];
                for (index_t l = 0; l < samples; ++l) {
                    of.add(static_cast<double>(i[l]), static_cast<double>(f[l]));
                    total[static_cast<std::size_t>((2 * r) * lane + l)] += worth * static_cast<double>(i[l]);
                    total[static_cast<std::size_t>((2 * r + 1) * lane + l)] += worth * static_cast<double>(f[l]);
                }
            }
        }
    });
    for (index_t r = 0; r < lines.results; ++r) {
        for (index_t l = 0; l < samples; ++l) {
            profile.results[static_cast<std::size_t>(r)].add(total[static_cast<std::size_t>((2 * r) * lane + l)],
                                                             total[static_cast<std::size_t>((2 * r + 1) * lane + l)]);
        }
    }
}

} // namespace rcim::inline RCIM_ABI
