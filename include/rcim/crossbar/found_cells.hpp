#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/crossbar/cell_states.hpp>
#include <rcim/crossbar/converters.hpp>
#include <rcim/crossbar/reading.hpp>
#include <rcim/crossbar/shift.hpp>
#include <rcim/kernel/column_noise.hpp>
#include <rcim/noise/concept.hpp>
#include <rcim/wire/concept.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Cells as forward reads of the analog plan find them: in the state that they are in, seen through wires by the transfer matrix of their
/// crossbar, and with the variance that their noise has at the converter. Sums count in (steps of one level) x (units of drive).
///
/// Without wires, noise at the foot of a column has the covariance of independent draws per cell. Through wires
/// each column keeps its own variance, by the sensitivities of the crossbar and for cell voltages as if all rows were driven alike, and
/// columns are taken as independent: what `columnwise` says.
template <class Design>
class found_cells {
    using noise_type = typename Design::noise_type;
    using wire_type = typename Design::wire_type;
    static constexpr bool wired = !wire_type::folds;
    static constexpr bool thermal = noise_requires::thermal<noise_type>;
    static constexpr bool shot = noise_requires::shot<noise_type>;
    static constexpr bool conductance = noise_requires::conductance<noise_type>;
    /// Shot noise follows the current, which is the sum itself where nothing cancels and no drive is negative.
    static constexpr bool shot_of_sum =
        shot && !wired && IntegerDac<typename Design::dac_type> && !subtracts_before_converter<typename Design::map_type>();
    static constexpr bool shot_of_cells = shot && !shot_of_sum;

public:
    /// Whether positions change on their way to the column.
    static constexpr bool moved = wired || holds_states<noise_type>();
    /// Whether what they are can be said: wires are linear, and say what noise of cells becomes if there is any.
    static constexpr bool exist = !wired || (LinearWires<wire_type> && (!draws_per_read<noise_type>() || SensitiveWires<wire_type>));

    template <class Array>
    [[nodiscard]] static kernel::noise_terms terms(const Array& array) {
        const Design& chip = array.chip();
        return {.mean = injects_shift<noise_type>(),
                .constant = thermal || injects_shift<noise_type>(),
                .per_sum = shot_of_sum ? static_cast<float>(variance_per_ampere(chip.noise) / units(array).sum) : 0.0f,
                .linear = shot_of_cells,
                .square = conductance};
    }

    /// What a kernel reads: with wires, leakage is part of every cell.
    template <class Array>
    [[nodiscard]] static kernel::read_layout layout(const Array& array) {
        kernel::read_layout lines = forward_layout(array);
        lines.leak = wired ? 0.0 : lines.leak;
        return lines;
    }

    /// Turns positions, one plane [outputs][row_stride] for each array and slice, into what reads find. One solution of each crossbar if there
    /// are wires.
    template <class Array>
    void find(const Array& array, std::span<aligned_vector<float>> positions, const reading& which, thread_pool& pool) {
        const kernel::read_layout lines = forward_layout(array);
        const tiling& tiles = array.tiles();
        const auto constants = static_cast<std::size_t>(lines.lines.groups() * lines.planes() * lines.lines.results);
        constant_.assign(thermal || injects_shift<noise_type>() ? constants : 0, 0.0f);
        mean_.assign(injects_shift<noise_type>() ? constants : 0, 0.0f);
        const auto resize = [&](std::vector<aligned_vector<float>>& planes, bool wanted) {
            planes.resize(wanted ? positions.size() : 0);
            for (auto& plane : planes) {
                plane.assign(positions.front().size(), 0.0f);
            }
        };
        resize(linear_, shot_of_cells);
        resize(square_, conductance);
        if constexpr (moved || draws_per_read<noise_type>()) {
            pool.run(tiles.tiles(), [&](index_t begin, index_t end) {
                for (index_t tile = begin; tile < end; ++tile) {
                    for (int a = 0; a < lines.arrays; ++a) {
                        find_crossbar(array, lines, tile / tiles.col_tiles, tile % tiles.col_tiles, a, positions, which);
                    }
                }
            });
        }
        if constexpr (injects_shift<noise_type>()) {
            inject(array, lines);
        }
    }

    /// Valid until `find` or `planes` is called again.
    [[nodiscard]] kernel::noise_planes planes() { return planes(0, mean_, constant_); }
    /// Of one group of rows alone, the first of which has this number.
    [[nodiscard]] kernel::noise_planes planes(index_t first_row, index_t group, const kernel::read_layout& lines) {
        const auto size = static_cast<std::size_t>(lines.planes() * lines.lines.results);
        const auto part = [&](const std::vector<float>& all) {
            return all.empty() ? std::span<const float>() : std::span(all).subspan(static_cast<std::size_t>(group) * size, size);
        };
        return planes(first_row, part(mean_), part(constant_));
    }

private:
    [[nodiscard]] kernel::noise_planes planes(index_t first_row, std::span<const float> mean, std::span<const float> constant) {
        const auto pointers = [&](const std::vector<aligned_vector<float>>& planes, std::vector<const float*>& to) {
            to.clear();
            for (const auto& plane : planes) {
                to.push_back(plane.data() + first_row);
            }
            return std::span<const float* const>(to);
        };
        return {.mean = mean, .constant = constant, .linear = pointers(linear_, linear_of_), .square = pointers(square_, square_of_)};
    }

    /// Siemens of HRS and of one step of level, volts of one unit of drive, amperes of one unit of a sum.
    struct unit_system {
        double low;
        double step;
        double volts;
        double sum;
    };
    template <class Array>
    [[nodiscard]] static unit_system units(const Array& array) {
        const Design& chip = array.chip();
        const int levels = 1 << array.format().cell_bits;
        const double low = chip.cell.conductance(0, levels);
        const double step = (chip.cell.conductance(levels - 1, levels) - low) / (levels - 1);
        const double volts = volts_per_unit(chip.dac);
        return {low, step, volts, step * volts};
    }

    template <class Array>
    void find_crossbar(const Array& array, const kernel::read_layout& lines, index_t row_tile, index_t col_tile, int a,
                       std::span<aligned_vector<float>> positions, const reading& which) {
        const Design& chip = array.chip();
        const tiling& tiles = array.tiles();
        const cell_sites& sites = array.sites();
        const unit_system unit = units(array);
        const index_t slices = tiles.slices;
        const index_t used_rows = tiles.rows_in(row_tile);
        const index_t used_cols = tiles.weights_in(col_tile) * slices;
        const index_t rows = wired ? tiles.crossbar_rows : used_rows;
        const index_t cols = wired ? tiles.crossbar_cols : used_cols;
        const auto weight = [&](index_t r, index_t c) {
            return (col_tile * tiles.weights_per_row + c / slices) * array.row_stride() + row_tile * tiles.rows + r;
        };
        const auto plane_of = [&](index_t c) { return static_cast<std::size_t>(a * slices + c % slices); };
        const auto volts_of = [&](index_t r) {
            const auto input = static_cast<std::size_t>(row_tile * tiles.rows + r);
            return r < used_rows && input < which.row_volts.size() ? which.row_volts[input] : 0.0;
        };
        std::vector<double> g(static_cast<std::size_t>(rows * cols), unit.low);
        for (index_t c = 0; c < used_cols; ++c) {
            const auto plane = plane_of(c);
            for (index_t r = 0; r < used_rows; ++r) {
                const index_t w = weight(r, c);
                double& cell = g[static_cast<std::size_t>(r * cols + c)];
                cell = std::max(0.0, unit.low + static_cast<double>(positions[plane][static_cast<std::size_t>(w)]) * unit.step); // floats round
                if constexpr (holds_states<noise_type>()) {
                    cell = held(chip.noise, cell, state_of(sites.of(a, w, static_cast<int>(c % slices)), array.seed(), which.image, volts_of(r), volts_of(c)));
                }
            }
        }
        const matrix_view<const double> cells{g.data(), rows, cols, cols};
        // In every group of rows of the tile: rows that idle are noisy, too.
        const auto add_constant = [&](index_t c, double variance) {
            const auto plane = static_cast<index_t>(lines.subtracted ? plane_of(c) % static_cast<std::size_t>(slices) : plane_of(c));
            const index_t result = col_tile * tiles.weights_per_row + c / slices;
            const index_t first = row_tile * tiles.groups_per_tile();
            for (index_t group = first; group < std::min(first + tiles.groups_per_tile(), tiles.groups()); ++group) {
                constant_[static_cast<std::size_t>((group * lines.planes() + plane) * lines.lines.results + result)] += static_cast<float>(variance);
            }
        };
        const double per_square = 1.0 / (unit.sum * unit.sum);
        if constexpr (!wired) {
            for (index_t c = 0; c < used_cols; ++c) {
                const auto plane = plane_of(c);
                double constant = 0.0;
                for (index_t r = 0; r < used_rows; ++r) {
                    const double cell = cells(r, c);
                    const auto w = static_cast<std::size_t>(weight(r, c));
                    if constexpr (holds_states<noise_type>()) {
                        positions[plane][w] = static_cast<float>((cell - unit.low) / unit.step);
                    }
                    constant += variance_per_siemens(chip.noise) * cell;
                    if constexpr (shot_of_cells) {
                        linear_[plane][w] = static_cast<float>(variance_per_ampere(chip.noise) * cell * unit.volts * per_square);
                    }
                    if constexpr (conductance) {
                        square_[plane][w] = static_cast<float>(conductance_variance(chip.noise, cell) / (unit.step * unit.step));
                    }
                }
                if constexpr (thermal) {
                    add_constant(c, constant * per_square);
                }
            }
        } else {
            std::vector<double> transfer(g.size());
            chip.wire.transfer(cells, transfer);
            for (index_t c = 0; c < used_cols; ++c) {
                for (index_t r = 0; r < used_rows; ++r) {
                    positions[plane_of(c)][static_cast<std::size_t>(weight(r, c))] =
                        static_cast<float>(transfer[static_cast<std::size_t>(r * cols + c)] / unit.step);
                }
            }
            if constexpr (draws_per_read<noise_type>()) {
                const std::vector<double> all_on(static_cast<std::size_t>(rows), 1.0);
                std::vector<double> current(static_cast<std::size_t>(cols));
                std::vector<double> across(g.size());
                chip.wire.currents({.conductance = cells, .voltage = all_on, .current = current, .cell_voltage = across}, ohmic{});
                std::vector<double> constant(static_cast<std::size_t>(used_cols), 0.0);
                chip.wire.sensitivities(cells, [&](index_t r, matrix_view<const double> sensitivity) {
                    if (r >= used_rows) {
                        return;
                    }
                    std::vector<double> linear(static_cast<std::size_t>(used_cols), 0.0);
                    std::vector<double> square(static_cast<std::size_t>(used_cols), 0.0);
                    for (index_t c = 0; c < used_cols; ++c) {
                        const double cell = cells(r, c);
                        const double share = std::abs(across[static_cast<std::size_t>(r * cols + c)]);
                        const double of_thermal = variance_per_siemens(chip.noise) * cell;
                        const double of_shot = variance_per_ampere(chip.noise) * cell * share;
                        const double of_conductance = conductance_variance(chip.noise, cell) * share * share;
                        for (index_t k = 0; k < used_cols; ++k) {
                            const double gain = sensitivity(c, k) * sensitivity(c, k);
                            constant[static_cast<std::size_t>(k)] += gain * of_thermal;
                            linear[static_cast<std::size_t>(k)] += gain * of_shot;
                            square[static_cast<std::size_t>(k)] += gain * of_conductance;
                        }
                    }
                    for (index_t k = 0; k < used_cols; ++k) {
                        const auto w = static_cast<std::size_t>(weight(r, k));
                        if constexpr (shot_of_cells) {
                            linear_[plane_of(k)][w] = static_cast<float>(linear[static_cast<std::size_t>(k)] * unit.volts * per_square);
                        }
                        if constexpr (conductance) {
                            square_[plane_of(k)][w] =
                                static_cast<float>(square[static_cast<std::size_t>(k)] * unit.volts * unit.volts * per_square);
                        }
                    }
                });
                if constexpr (thermal) {
                    for (index_t k = 0; k < used_cols; ++k) {
                        add_constant(k, constant[static_cast<std::size_t>(k)] * per_square);
                    }
                }
            }
        }
    }

    /// The statistics that the array was given, in every tile alike.
    template <class Array>
    void inject(const Array& array, const kernel::read_layout& lines) {
        const shift_statistics& shift = array.shift();
        const auto& noise = injecting_part(array.chip().noise);
        const auto scale = static_cast<float>(noise.scale);
        const auto per_tile = static_cast<std::size_t>(lines.planes() * lines.lines.results);
        for (std::size_t n = 0; n < mean_.size(); ++n) {
            const auto plane = static_cast<int>(n % per_tile / static_cast<std::size_t>(lines.lines.results));
            const auto [mean, deviation] = shift.at(plane, static_cast<index_t>(n) % lines.lines.results, lines);
            mean_[n] = noise.mean ? mean : 0.0f;
            constant_[n] += scale * scale * deviation * deviation;
        }
    }

    std::vector<float> mean_;
    std::vector<float> constant_;
    std::vector<aligned_vector<float>> linear_;
    std::vector<aligned_vector<float>> square_;
    std::vector<const float*> linear_of_;
    std::vector<const float*> square_of_;
};

} // namespace rcim::inline RCIM_ABI
