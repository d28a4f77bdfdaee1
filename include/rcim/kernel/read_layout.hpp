#pragma once

#include <rcim/core/config.hpp>

#include <cstdint>

namespace rcim::inline RCIM_ABI::kernel {

/// The matrix as reads see it: results along one axis, driven lines along the other, in groups that are summed together.
struct sum_layout {
    index_t results = 0;
    index_t driven = 0;
    index_t group = 1;       ///< driven lines of one tile
    index_t loaded = 1;      ///< of these, on whose cells of one result there can be more than nothing: fewer where weights are pruned
    index_t result_step = 1; ///< in words
    index_t driven_step = 1;

    [[nodiscard]] constexpr index_t groups() const { return (driven + group - 1) / group; }
};

/// The crossbars behind such a matrix: what is sensed at once, and by how many converters. A plane is what one converter per result and
/// group sees: a slice of one array (array 0 first, then array 1), or of a pair that is subtracted before the converter.
struct read_layout {
    sum_layout lines;
    int slices = 1;
    int cell_bits = 1;
    int arrays = 1;
    bool subtracted = false;         ///< the currents of a pair before the converter
    std::int32_t minus_constant = 0; ///< what the digital side takes away from every word: of one array with an offset
    double leak = 0.0;               ///< current of a cell at HRS, in steps of one level; a pair that is subtracted does not show it

    [[nodiscard]] constexpr int planes() const { return subtracted ? slices : slices * arrays; }
    [[nodiscard]] constexpr int array_of(int plane) const { return plane / slices; }
    [[nodiscard]] constexpr int slice_of(int plane) const { return plane % slices; }
    /// What one step of level in this plane is worth in the result: +- 2^(slice x cell bits).
    [[nodiscard]] constexpr double worth(int plane) const {
        const auto place = static_cast<double>(std::int64_t{1} << (slice_of(plane) * cell_bits));
        return array_of(plane) == 1 ? -place : place;
    }
    /// The largest level of a cell.
    [[nodiscard]] constexpr std::int32_t top() const { return (std::int32_t{1} << cell_bits) - 1; }
};

} // namespace rcim::inline RCIM_ABI::kernel
