#pragma once

#include <rcim/crossbar/array.hpp>

#include <span>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// One read of a whole matrix, cell by cell: the judge of all plans. y[o] = sum over inputs of weight(o, i) x[i], through every
/// policy on the way: DAC cycles, conductances, read noise, wires, converters, protection, shift and add. x has `inputs`
/// numbers and y `outputs`; `source` addresses the draws of this read. Periphery that clips or gates what is stored is ideal: it
/// shows in the levels that are read. O(inputs x outputs x slices x arrays x cycles), in double.
template <class Array>
void read_reference(const Array& array, std::span<const float> x, std::span<double> y, const random_source& source) {
    using design_type = typename Array::design_type;
    using map_type = typename design_type::map_type;
    const design_type& chip = array.chip();
    const tiling& tiles = array.tiles();
    const code_format& format = array.format();
    const index_t slices = tiles.slices;
    const int arrays = format.pair ? 2 : 1;
    const int levels = map_type::coded ? 1 << format.cell_bits : 2;
    // Currents are measured in steps of one level.
    const double step = (chip.cell.conductance(levels - 1, levels) - chip.cell.conductance(0, levels)) / (levels - 1);

    const auto conductance = [&](int a, index_t output, index_t input, index_t slice) {
        if constexpr (map_type::coded) {
            return array.used_conductance(a, output, input, static_cast<int>(slice));
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
                        chip.dac.drive(static_cast<double>(x[static_cast<std::size_t>(first_input + r)]), cycle);
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
                const auto digital = [&](double sum) { return chip.protect.correct(chip.adc.convert(sum / step)); };
                for (index_t w = 0; w < weights; ++w) {
                    double word = 0.0;
                    double place_value = 1.0;
                    for (index_t s = 0; s < slices; ++s) {
                        const auto c = static_cast<std::size_t>(w * slices + s);
                        if constexpr (map_type::coded) {
                            if constexpr (map_type::encoding::arrays == 1) {
                                word += place_value * digital(current[0][c]);
                            } else if constexpr (map_type::encoding::analog_subtraction) {
                                word += place_value * digital(current[0][c] - current[1][c]);
                            } else {
                                word += place_value * (digital(current[0][c]) - digital(current[1][c]));
                            }
                            place_value *= levels;
                        } else {
                            word += digital(current[0][c]);
                        }
                    }
                    if (arrays == 1) {
                        word -= format.minus_constant * driven;
                    }
                    y[static_cast<std::size_t>(first_output + w)] +=
                        chip.dac.weight(cycle) * word * static_cast<double>(format.lsb);
                }
            }
        }
    }
}

} // namespace rcim::inline RCIM_ABI
