#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/crossbar/converters.hpp>
#include <rcim/crossbar/report.hpp>

#include <algorithm>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Adds how full the columns of an array are, by what their cells hold now, against the full scale for which their converters are made. Only a pruned
/// array can have columns beyond it: by stuck cells, and by cells that are not exact. O(cells).
template <class Array>
void count_columns(const Array& array, column_census& count) {
    if constexpr (Array::design_type::map_type::coded) {
        const kernel::read_layout layout = forward_layout(array);
        std::vector<aligned_vector<float>> cells(
            static_cast<std::size_t>(layout.arrays * layout.slices),
            aligned_vector<float>(static_cast<std::size_t>(array.outputs() * array.row_stride())));
        thread_pool alone(1);
        array.read_positions(cells, alone);
        const auto most = static_cast<double>(layout.lines.loaded * layout.top());
        for (int plane = 0; plane < layout.planes(); ++plane) {
            for (index_t o = 0; o < array.outputs(); ++o) {
                for (index_t first = 0; first < array.inputs(); first += layout.lines.group) {
                    double plus =
                        0.0; // the inputs that a subtracted pair adds up the most of, in one direction and in the other
                    double minus = 0.0;
                    bool empty = true;
                    for (index_t i = first; i < std::min(first + layout.lines.group, array.inputs()); ++i) {
                        const auto at = static_cast<std::size_t>(o * array.row_stride() + i);
                        const float level = cells[static_cast<std::size_t>(plane)][at];
                        const float other =
                            layout.subtracted ? cells[static_cast<std::size_t>(plane + layout.slices)][at] : 0.0f;
                        plus += std::max(0.0, static_cast<double>(level) - static_cast<double>(other));
                        minus += std::max(0.0, static_cast<double>(other) - static_cast<double>(level));
                        empty = empty && level == 0.0f && other == 0.0f;
                    }
                    ++count.columns;
                    count.empty += empty ? 1 : 0;
                    count.overfull += std::max(plus, minus) > most ? 1 : 0;
                }
            }
        }
    }
}

} // namespace rcim::inline RCIM_ABI
