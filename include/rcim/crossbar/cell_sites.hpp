#pragma once

#include <rcim/fault/concept.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/mapping/stored_word.hpp>

#include <cstdint>

namespace rcim::inline RCIM_ABI {

/// Where the cells of one layer lie on the chip.
struct cell_sites {
    std::uint32_t layer = 0;
    tiling tiles{};
    index_t stride = 1; ///< from one output to the next in the numbers of weights
    int arrays = 1;

    [[nodiscard]] cell_site of(int array, index_t weight, int slice) const {
        const index_t output = weight / stride;
        const index_t input = weight % stride;
        const index_t row = tiles.row_of(input);
        const index_t col = tiles.col_of(output, slice);
        return {.layer = layer, .row_tile = input / tiles.rows, .col_tile = output / tiles.weights_per_row, .array = array,
                .row = row, .col = col, .rows = tiles.crossbar_rows, .cols = tiles.crossbar_cols,
                .index = static_cast<std::uint64_t>(row) << 32 | static_cast<std::uint64_t>(col)};
    }

    /// The number of a crossbar among those of the layer, whatever the number of its neighbours.
    [[nodiscard]] static std::uint32_t crossbar_of(const cell_site& site) {
        return static_cast<std::uint32_t>(site.row_tile << 17 | site.col_tile << 1 | site.array);
    }

    /// Weights, padding included.
    [[nodiscard]] index_t weights() const { return tiles.outputs * stride; }
    /// Cells.
    [[nodiscard]] std::uint64_t count() const {
        return static_cast<std::uint64_t>(tiles.inputs * tiles.outputs * tiles.slices * arrays);
    }

    /// visit(array, weight, slice)
    template <class Visit>
    void each(Visit&& visit) const {
        for (index_t o = 0; o < tiles.outputs; ++o) {
            for (index_t i = 0; i < tiles.inputs; ++i) {
                for (int a = 0; a < arrays; ++a) {
                    for (int s = 0; s < static_cast<int>(tiles.slices); ++s) {
                        visit(a, o * stride + i, s);
                    }
                }
            }
        }
    }
};

} // namespace rcim::inline RCIM_ABI
