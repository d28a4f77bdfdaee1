#pragma once

/// @file
/// What reads of an array amount to, in closed form: the shapes of the layer and the design decide it, whatever plan runs.

#include <rcim/convert/lossless.hpp>
#include <rcim/core/events.hpp>
#include <rcim/crossbar/converters.hpp>
#include <rcim/mapping/block_circulant.hpp>
#include <rcim/mapping/column_masked.hpp>
#include <rcim/update/concept.hpp>
#include <rcim/update/dataflow.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>

namespace rcim::inline RCIM_ABI {

namespace detail {

/// Slices that are read at all.
template <class Array>
[[nodiscard]] std::uint64_t slices_read(const Array& array) {
    const code_format& format = array.format();
    const auto word = static_cast<std::uint32_t>(word_in_use(array.chip().update, format));
    return static_cast<std::uint64_t>((static_cast<int>(std::bit_width(word)) + format.cell_bits - 1) / format.cell_bits);
}

/// Cycles in which errors are driven: of their own DAC, or as inputs are.
template <class Array>
[[nodiscard]] int error_cycles(const Array& array) {
    if constexpr (transposes_errors<typename Array::design_type::dataflow_type>()) {
        return error_path(array.chip().dataflow).dac.cycles();
    } else {
        return array.chip().dac.cycles();
    }
}

template <class Dac>
[[nodiscard]] consteval int bits_per_cycle() {
    if constexpr (requires { Dac::largest_drive; }) {
        return static_cast<int>(std::bit_width(static_cast<unsigned>(Dac::largest_drive)));
    } else {
        return 1;
    }
}

/// Passes in which errors go back: one for each slice, as those of a word lie side by side and would mix, unless each lies in an array of its
/// own (`separate_arrays`).
template <class Array>
[[nodiscard]] std::uint64_t error_passes(const Array& array) {
    if constexpr (transposes_errors<typename Array::design_type::dataflow_type>()) {
        if (error_path(array.chip().dataflow).separate_arrays) {
            return 1;
        }
    }
    return slices_read(array);
}

/// Bits of the converter of forward reads; where it does not say, as many as lose nothing, less its `saved_bits`.
template <class Array>
[[nodiscard]] int converter_bits(const Array& array) {
    using design = typename Array::design_type;
    if constexpr (requires { array.chip().adc.bit_count(); }) {
        return array.chip().adc.bit_count();
    } else {
        const int dac_bits = bits_per_cycle<typename design::dac_type>();
        const int bits = subtracts_before_converter<typename design::map_type>()
                             ? lossless_bits_signed(loaded_lines(array), array.format().cell_bits, dac_bits)
                             : lossless_bits(loaded_lines(array), array.format().cell_bits, dac_bits);
        if constexpr (requires { design::adc_type::saved_bits; }) {
            return bits > design::adc_type::saved_bits ? bits - design::adc_type::saved_bits : 1;
        } else {
            return bits;
        }
    }
}

} // namespace detail

namespace detail {

/// Words of the buffer that one position takes and gives, `taken` lines being driven and `given` sensed in each rotation. Where the mapping
/// circulates, lines of zeros and results that are dropped counted.
///
/// A register that rotates keeps in one direction what is driven, in the other (`transposed`) what is added up; without, words are read in
/// every rotation, or read and written in all but the first. beside: crossbars over the lines that are driven; where they do not share what
/// is fetched, each takes it for itself.
template <class Array>
[[nodiscard]] std::uint64_t buffer_words(const Array& array, bool transposed, index_t taken, index_t given, [[maybe_unused]] index_t beside) {
    index_t words = taken + given;
    if constexpr (circulates<typename Array::design_type::map_type>()) {
        const auto& part = circulant_part(array.chip().map);
        const index_t rotations = rotations_of(part);
        const index_t fetched = taken * (part.share_tiles ? 1 : beside);
        words = transposed ? rotations * fetched + given * (part.reuse_slices ? 1 : 2 * rotations - 1)
                           : (part.reuse_slices ? 1 : rotations) * fetched + rotations * given;
    }
    return static_cast<std::uint64_t>(words);
}

} // namespace detail

/// Reads of the inputs of `samples` at `positions` each. Nothing where weights are not in cells. A position reads all of its tiles and
/// arrays at once, in each cycle of the DAC, where columns are masked one group of rows in each tile after the other; each column of each of
/// them is converted, unless its factor is zero, a pair that is subtracted before once. Where the mapping circulates, in each of its rotations.
template <class Array>
[[nodiscard]] event_counts forward_events(const Array& array, index_t samples, index_t positions) {
    event_counts count;
    if constexpr (Array::design_type::map_type::coded) {
        const tiling& tiles = array.tiles();
        const auto arrays = static_cast<std::uint64_t>(array.sites().arrays);
        const index_t rotations = rotations_of(array.chip().map);
        const auto reads = static_cast<std::uint64_t>(samples * positions * rotations) * static_cast<std::uint64_t>(array.chip().dac.cycles());
        const std::uint64_t converted = subtracts_before_converter<typename Array::design_type::map_type>() ? 1 : arrays;
        auto columns = static_cast<std::uint64_t>(tiles.groups() * tiles.outputs);
        if constexpr (masks_columns<typename Array::design_type::map_type>()) {
            columns -= array.factors().closed();
        }
        count.serial_reads = reads * static_cast<std::uint64_t>(std::min(tiles.groups_per_tile(), tiles.groups()));
        count.array_reads = reads * static_cast<std::uint64_t>(tiles.groups() * tiles.col_tiles) * arrays;
        count.row_activations = reads * static_cast<std::uint64_t>(tiles.inputs * tiles.col_tiles) * arrays;
        count.conversions = reads * columns * detail::slices_read(array) * converted;
        count.shift_adds = count.conversions;
        count.buffer_words =
            static_cast<std::uint64_t>(samples * positions) * detail::buffer_words(array, false, tiles.inputs, tiles.outputs, tiles.col_tiles);
    }
    return count;
}

/// Reads of errors in the other direction: columns are driven, rows sensed; where columns are masked anew for every group of rows.
template <class Array>
[[nodiscard]] event_counts error_events(const Array& array, index_t samples, index_t positions) {
    event_counts count;
    if constexpr (Array::design_type::map_type::coded) {
        using design = typename Array::design_type;
        const tiling& tiles = array.tiles();
        const auto arrays = static_cast<std::uint64_t>(array.sites().arrays);
        const std::uint64_t slices = detail::slices_read(array);
        const index_t rotations = rotations_of(array.chip().map);
        const auto cycles = static_cast<std::uint64_t>(samples * positions * rotations) * static_cast<std::uint64_t>(detail::error_cycles(array));
        const std::uint64_t converted = subtracts_before_converter<typename design::map_type>() ? 1 : arrays;
        const auto together = static_cast<std::uint64_t>(transposed_layout(array).lines.groups());
        count.serial_reads = cycles * detail::error_passes(array) * static_cast<std::uint64_t>(std::min(tiles.groups_per_tile(), tiles.groups()));
        count.array_reads = cycles * together * static_cast<std::uint64_t>(tiles.groups()) * slices * arrays;
        count.row_activations = cycles * static_cast<std::uint64_t>(tiles.outputs * tiles.groups()) * slices * arrays;
        count.conversions = cycles * together * static_cast<std::uint64_t>(tiles.inputs) * slices * converted;
        count.shift_adds = count.conversions;
        count.buffer_words =
            static_cast<std::uint64_t>(samples * positions) * detail::buffer_words(array, true, tiles.outputs, tiles.inputs, tiles.row_tiles);
    }
    return count;
}

/// What the weights of a layer take of the chip; `positions` and `buffered` numbers of one image.
template <class Array>
void describe_footprint(const Array& array, index_t positions, index_t buffered, layer_footprint& footprint) {
    footprint.inputs = static_cast<std::uint64_t>(array.inputs());
    footprint.outputs = static_cast<std::uint64_t>(array.outputs());
    footprint.positions = static_cast<std::uint64_t>(positions);
    footprint.buffer_words = static_cast<std::uint64_t>(buffered);
    if constexpr (Array::design_type::map_type::coded) {
        const tiling& tiles = array.tiles();
        footprint.crossbar_rows = static_cast<std::uint64_t>(tiles.crossbar_rows);
        footprint.crossbar_cols = static_cast<std::uint64_t>(tiles.crossbar_cols);
        footprint.weight_crossbars = static_cast<std::uint64_t>(tiles.tiles() * array.sites().arrays);
        footprint.weight_cells = array.sites().count();
        footprint.input_cycles = array.chip().dac.cycles();
        footprint.error_cycles = detail::error_cycles(array);
        footprint.error_passes = static_cast<int>(detail::error_passes(array));
        footprint.adc_bits = detail::converter_bits(array);
    }
}

} // namespace rcim::inline RCIM_ABI
