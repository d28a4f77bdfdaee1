#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/kernel/read_layout.hpp>

#include <algorithm>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// One plane of positions for each array and slice, and how reads take them.
struct seen_cells {
    const std::vector<aligned_vector<float>>& positions;
    const kernel::read_layout& layout;

    /// The sum of one plane and result over the driven lines from first on, [line][16].
    void sum(int plane, index_t result, index_t first, index_t lines, const float* driven, float* sums) const {
        constexpr index_t lane = samples_per_block;
        const auto slice = static_cast<std::size_t>(layout.slice_of(plane));
        const float* const plus = positions[static_cast<std::size_t>(layout.array_of(plane) * layout.slices) + slice].data();
        const float* const minus = layout.subtracted ? positions[static_cast<std::size_t>(layout.slices) + slice].data() : nullptr;
        const float leak = layout.subtracted ? 0.0f : static_cast<float>(layout.leak);
        std::fill_n(sums, lane, 0.0f);
        for (index_t d = 0; d < lines; ++d) {
            const index_t at = result * layout.lines.result_step + (first + d) * layout.lines.driven_step;
            const float cell = plus[at] - (minus != nullptr ? minus[at] : 0.0f) + leak;
            for (index_t l = 0; l < lane; ++l) {
                sums[l] += cell * driven[d * lane + l];
            }
        }
    }
};

/// Calls visit(driven, first, lines, cycle) for every group of lines and cycle at one position of 16 samples: driven holds what lines from first on carry,
/// [line][16], by carried(line, lane, cycle).
template <class Carried, class Visit>
void each_driven_group(const kernel::sum_layout& lines, int cycles, Carried&& carried, Visit&& visit) {
    constexpr index_t lane = samples_per_block;
    aligned_vector<float> driven(static_cast<std::size_t>(lines.group * lane));
    for (index_t group = 0; group < lines.groups(); ++group) {
        const index_t first = group * lines.group;
        const index_t size = std::min(lines.group, lines.driven - first);
        for (int cycle = 0; cycle < cycles; ++cycle) {
            for (index_t d = 0; d < size; ++d) {
                for (index_t l = 0; l < lane; ++l) {
                    driven[static_cast<std::size_t>(d * lane + l)] = carried(first + d, l, cycle);
                }
            }
            visit(driven.data(), first, size, cycle);
        }
    }
}

} // namespace rcim::inline RCIM_ABI
