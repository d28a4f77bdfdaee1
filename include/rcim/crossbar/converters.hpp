#pragma once

/// @file
/// An array as its converters see it: which lines are driven and sensed together, and what each converter does.

#include <rcim/cell/concept.hpp>
#include <rcim/convert/concept.hpp>
#include <rcim/convert/transfer.hpp>
#include <rcim/kernel/read_layout.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/mapping/pruned.hpp>
#include <rcim/update/dataflow.hpp>

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Whether the currents of a pair are subtracted before the converter.
template <class Map>
[[nodiscard]] consteval bool subtracts_before_converter() {
    if constexpr (Map::coded) {
        return Map::encoding::analog_subtraction;
    } else {
        return false;
    }
}

namespace detail {
template <class Array>
[[nodiscard]] kernel::read_layout layout_of(const Array& array, const kernel::sum_layout& lines) {
    using design = typename Array::design_type;
    const auto& format = array.format();
    return {.lines = lines,
            .slices = std::max(1, format.slices), // weights that are stored directly are one plane of real numbers
            .cell_bits = std::max(1, format.cell_bits),
            .arrays = format.pair ? 2 : 1,
            .subtracted = subtracts_before_converter<typename design::map_type>(),
            .minus_constant = format.pair ? 0 : format.minus_constant,
            .leak = design::map_type::coded ? leak_in_levels(array.chip().cell, 1 << format.cell_bits) : 0.0};
}
} // namespace detail

/// Lines of a group of rows whose cells in one column hold more than nothing, as far as converters are made for it: all, or as many as a pruned
/// column keeps. A converter that loses nothing counts on that only where no cell can be stuck.
template <class Array>
[[nodiscard]] index_t loaded_lines(const Array& array) {
    using design = typename Array::design_type;
    const index_t group = array.tiles().read_rows;
    if constexpr (prunes<typename design::map_type>() && (design::faults_type::none || !needs_whole_sums<typename design::adc_type>())) {
        return pruning_part(array.chip().map)->keep.most_in(group);
    } else {
        return group;
    }
}

/// Forward reads: inputs are driven, the rows of a group at once: those of a tile, or where columns are masked those of a block.
template <class Array>
[[nodiscard]] kernel::read_layout forward_layout(const Array& array) {
    const tiling& tiles = array.tiles();
    return detail::layout_of(array, {.results = tiles.outputs, .driven = tiles.inputs, .group = tiles.read_rows, .loaded = loaded_lines(array),
                                     .result_step = array.row_stride(), .driven_step = 1});
}

/// Transposed reads: outputs are driven, the columns of one slice of a tile at once, or, where each slice has an array of its own, all
/// columns of that array.
template <class Array>
[[nodiscard]] kernel::read_layout transposed_layout(const Array& array) {
    const tiling& tiles = array.tiles();
    index_t together = tiles.weights_per_row;
    if constexpr (transposes_errors<typename Array::design_type::dataflow_type>()) {
        together = error_path(array.chip().dataflow).separate_arrays ? std::min(tiles.crossbar_cols, tiles.outputs) : together;
    }
    return detail::layout_of(array, {.results = tiles.inputs, .driven = tiles.outputs, .group = together, .loaded = together,
                                     .result_step = 1, .driven_step = array.row_stride()});
}

/// All converters of reads in one direction, in the order that the index says.
struct converter_bank {
    converter_index index = converter_index::common;
    std::vector<adc_transfer> transfers;
};

/// What the lines of a full tile can carry, where one line carries at most largest_drive, of either sign if that is so, and as many cells as can be
/// loaded are.
[[nodiscard]] inline sum_range full_scale_of(const kernel::read_layout& layout, double largest_drive, bool either_sign) {
    const double leak = layout.subtracted ? 0.0 : layout.leak;
    const double high = largest_drive * (static_cast<double>(layout.lines.loaded) * static_cast<double>(layout.top()) +
                                         static_cast<double>(layout.lines.group) * leak);
    return {layout.subtracted || either_sign ? -high : 0.0, high};
}

/// The converters behind such lines, on the chip with this seed and the layer with this place. fitted: what a calibration found; none,
/// one for all, one for each plane, or one for each plane and result. Groups of lines that lie in one crossbar share its converters.
/// O(converters).
template <SiteAdc Adc>
[[nodiscard]] converter_bank bank_of(const Adc& adc, const kernel::read_layout& layout, const sum_range& full_scale,
                                     const std::vector<sum_range>& fitted, std::uint64_t seed, std::uint32_t place, index_t groups_per_tile = 1) {
    const index_t planes = layout.planes();
    const index_t results = layout.lines.results;
    const auto fitted_for = [&](index_t plane, index_t result) -> const sum_range* {
        const auto count = static_cast<index_t>(fitted.size());
        const index_t at = count == planes * results ? plane * results + result : count == planes ? plane : 0;
        return count == 0 ? nullptr : &fitted[static_cast<std::size_t>(at)];
    };
    converter_bank bank{index_of(adc), {}};
    const bool by_tile = bank.index == converter_index::per_tile;
    const bool by_result = by_tile || bank.index == converter_index::per_column;
    const bool by_plane = bank.index != converter_index::common;
    for (index_t group = 0; group < (by_tile ? layout.lines.groups() : 1); ++group) {
        for (index_t plane = 0; plane < (by_plane ? planes : 1); ++plane) {
            for (index_t result = 0; result < (by_result ? results : 1); ++result) {
                bank.transfers.push_back(adc.transfer({.full_scale = full_scale,
                                                       .fitted = fitted_for(plane, result),
                                                       .array = layout.array_of(static_cast<int>(plane)),
                                                       .slice = layout.slice_of(static_cast<int>(plane)),
                                                       .result = result,
                                                       .tile = group / groups_per_tile,
                                                       .place = place,
                                                       .seed = seed}));
            }
        }
    }
    return bank;
}

/// What the lines of an array's forward reads can carry. Real inputs are of magnitude 1 at most.
template <class Array>
[[nodiscard]] sum_range forward_full_scale(const Array& array) {
    using dac = typename Array::design_type::dac_type;
    if constexpr (IntegerDac<dac>) {
        return full_scale_of(forward_layout(array), static_cast<double>(dac::largest_drive), false);
    } else {
        return full_scale_of(forward_layout(array), 1.0, true);
    }
}

/// The converters of an array's forward reads; none unless `Wanted`.
template <bool Wanted = true, class Array>
[[nodiscard]] converter_bank forward_bank(const Array& array) {
    if constexpr (Wanted) {
        return bank_of(array.chip().adc, forward_layout(array), forward_full_scale(array), array.fitted_ranges(), array.seed(), array.place(),
                       array.tiles().groups_per_tile());
    } else {
        return {};
    }
}

/// And of its transposed reads. Errors change while a network learns, so their converters are not calibrated.
template <bool Wanted = true, class Array>
[[nodiscard]] converter_bank transposed_bank(const Array& array) {
    if constexpr (Wanted) {
        const auto& flow = error_path(array.chip().dataflow);
        using dac = std::remove_cvref_t<decltype(flow.dac)>;
        const kernel::read_layout layout = transposed_layout(array);
        return bank_of(flow.adc, layout, full_scale_of(layout, static_cast<double>(dac::largest_drive), false), {}, array.seed(),
                       array.place());
    } else {
        return {};
    }
}

} // namespace rcim::inline RCIM_ABI
