#pragma once

#include <rcim/crossbar/array.hpp>

#include <algorithm>
#include <cmath>
#include <span>
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

/// The largest magnitude of some numbers; NaN if one of them is not finite.
[[nodiscard]] inline float largest_magnitude(std::span<const float> x) {
    float largest = 0.0f;
    float strange = 0.0f;
    for (const float number : x) {
        largest = std::max(largest, std::abs(number));
        strange += 0.0f * number;
    }
    return largest + strange;
}

/// One read of a whole matrix, cell by cell: the judge of all plans. y[o] = sum over inputs of weight(o, i) x[i], through every
/// policy on the way: DAC cycles, conductances, read noise, wires, converters, protection, shift and add. x has `inputs`
/// numbers and y `outputs`; `source` addresses the draws of this read; `largest` is the largest magnitude in the sample, for DACs that
/// share one full scale in it. Periphery that clips or gates what is stored is ideal: it
/// shows in the levels that are read. O(inputs x outputs x slices x arrays x cycles), in double.
template <class Array>
void read_reference(const Array& array, std::span<const float> x, std::span<double> y, const random_source& source, float largest) {
    using design_type = typename Array::design_type;
    using map_type = typename design_type::map_type;
    const design_type& chip = array.chip();
    const tiling& tiles = array.tiles();
    const code_format& format = array.format();
    const index_t slices = tiles.slices;
    const int arrays = format.pair ? 2 : 1;
    constexpr bool subtracted = subtracts_before_converter<map_type>();
    const float unit = input_unit(chip.dac, largest);
    const int levels = map_type::coded ? 1 << format.cell_bits : 2;
    // Currents are measured in steps of one level.
    const double step = (chip.cell.conductance(levels - 1, levels) - chip.cell.conductance(0, levels)) / (levels - 1);

    const auto conductance = [&](int a, index_t output, index_t input, index_t slice) {
        if constexpr (map_type::coded) {
            if constexpr (ArithmeticCode<typename design_type::protect_type>) {
                const stored_word<> word = array.as_read(output, input);
                const std::int32_t code = a == 0 ? word.plus : word.minus;
                return chip.cell.conductance((code >> (slice * format.cell_bits)) & (levels - 1), levels);
            } else {
                return array.used_conductance(a, output, input, static_cast<int>(slice));
            }
        } else {
            return static_cast<double>(array.weights()(output, input)) * step;
        }
    };

    std::fill(y.begin(), y.end(), 0.0);
    std::uint64_t draw = 0;
    for (index_t rt = 0; rt < tiles.row_tiles; ++rt) {
        const index_t first_input = rt * tiles.rows;
        const index_t rows = tiles.rows_in(rt);
        for (index_t ct = 0; ct < tiles.col_tiles; ++ct) {
            const index_t first_output = ct * tiles.weights_per_row;
            const index_t weights = tiles.weights_in(ct);
            const index_t cols = weights * slices;
            std::vector<double> g(static_cast<std::size_t>(rows * cols));
            std::vector<double> v(static_cast<std::size_t>(rows));
            std::vector<double> current[2];
            for (int cycle = 0; cycle < chip.dac.cycles(); ++cycle) {
                double driven = 0.0;
                for (index_t r = 0; r < rows; ++r) {
                    v[static_cast<std::size_t>(r)] =
                        chip.dac.drive(static_cast<double>(x[static_cast<std::size_t>(first_input + r)] / unit), cycle);
                    driven += v[static_cast<std::size_t>(r)];
                }
                for (int a = 0; a < arrays; ++a) {
                    for (index_t r = 0; r < rows; ++r) {
                        for (index_t c = 0; c < cols; ++c) {
                            g[static_cast<std::size_t>(r * cols + c)] = chip.noise.read(
                                conductance(a, first_output + c / slices, first_input + r, c % slices), source, draw++);
                        }
                    }
                    current[a].resize(static_cast<std::size_t>(cols));
                    chip.wire.currents({g.data(), rows, cols}, v, current[a]);
                }
                const auto digital = [&](double sum) { return chip.adc.convert(sum / step); };
                const auto corrected = [&](double sum) { return static_cast<double>(chip.protect.correct(sum, format)); };
                for (index_t w = 0; w < weights; ++w) {
                    double sum[2] = {};
                    double place_value = 1.0;
                    for (index_t s = 0; s < slices; ++s) {
                        const auto c = static_cast<std::size_t>(w * slices + s);
                        if constexpr (subtracted) {
                            sum[0] += place_value * digital(current[0][c] - current[1][c]);
                        } else {
                            for (int a = 0; a < arrays; ++a) {
                                sum[a] += place_value * digital(current[a][c]);
                            }
                        }
                        place_value *= levels;
                    }
                    double word = corrected(sum[0]);
                    if (arrays == 2 && !subtracted) {
                        word -= corrected(sum[1]);
                    }
                    if (arrays == 1) {
                        word -= format.minus_constant * driven;
                    }
                    y[static_cast<std::size_t>(first_output + w)] +=
                        chip.dac.weight(cycle) * word * static_cast<double>(format.lsb) * static_cast<double>(unit);
                }
            }
        }
    }
}

/// The same of a sample that is the column x alone.
template <class Array>
void read_reference(const Array& array, std::span<const float> x, std::span<double> y, const random_source& source) {
    read_reference(array, x, y, source, largest_magnitude(x));
}

/// One read in the other direction, for words of an arithmetic code: errors y drive the columns of one slice after the other, rows
/// are sensed. x[i] = sum over outputs of weight(o, i) y[o] with the sums of each tile, array and bit corrected. x has `inputs`
/// numbers and y `outputs`; `largest` as above. O(inputs x outputs x slices x arrays x cycles), in double.
template <class Array>
void read_reference_transposed(const Array& array, std::span<const float> y, std::span<double> x, float largest) {
    using design_type = typename Array::design_type;
    const design_type& chip = array.chip();
    const tiling& tiles = array.tiles();
    const code_format& format = array.format();
    const int levels = 1 << format.cell_bits;
    const double low = chip.cell.conductance(0, levels);
    const double step = (chip.cell.conductance(levels - 1, levels) - low) / (levels - 1);
    constexpr bool subtracted = subtracts_before_converter<typename design_type::map_type>();
    const float unit = input_unit(chip.dac, largest);

    std::fill(x.begin(), x.end(), 0.0);
    for (index_t i = 0; i < array.inputs(); ++i) {
        for (index_t ct = 0; ct < tiles.col_tiles; ++ct) {
            for (int cycle = 0; cycle < chip.dac.cycles(); ++cycle) {
                double sum[2] = {};
                double driven = 0.0;
                for (index_t s = 0; s < tiles.slices; ++s) {
                    double current[2] = {};
                    driven = 0.0;
                    for (index_t w = 0; w < tiles.weights_in(ct); ++w) {
                        const index_t o = ct * tiles.weights_per_row + w;
                        const double v = chip.dac.drive(static_cast<double>(y[static_cast<std::size_t>(o)] / unit), cycle);
                        const stored_word<> word = array.as_read(o, i);
                        const auto level = [&](std::int32_t number) { return (number >> (s * format.cell_bits)) & (levels - 1); };
                        current[0] += v * chip.cell.conductance(level(word.plus), levels);
                        current[1] += v * chip.cell.conductance(level(word.minus), levels);
                        driven += v;
                    }
                    const double place_value = std::ldexp(1.0, static_cast<int>(s) * format.cell_bits);
                    sum[0] += place_value * chip.adc.convert((current[0] - (subtracted ? current[1] : 0.0)) / step);
                    sum[1] += place_value * chip.adc.convert(current[1] / step);
                }
                double word = chip.protect.correct(sum[0], format);
                if (!format.pair) {
                    word -= format.minus_constant * driven;
                } else if (!subtracted) {
                    word -= chip.protect.correct(sum[1], format);
                }
                x[static_cast<std::size_t>(i)] +=
                    chip.dac.weight(cycle) * word * static_cast<double>(format.lsb) * static_cast<double>(unit);
            }
        }
    }
}

} // namespace rcim::inline RCIM_ABI
