#pragma once

#include <rcim/crossbar/array.hpp>
#include <rcim/crossbar/cell_states.hpp>
#include <rcim/crossbar/converters.hpp>
#include <rcim/crossbar/reading.hpp>
#include <rcim/kernel/column_rules.hpp>
#include <rcim/mapping/column_masked.hpp>

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

namespace rcim::inline RCIM_ABI {

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

namespace detail {

/// The number that one cell of array a puts on its bit line: in steps of one level where nothing acts on conductances, so that whole
/// numbers stay whole, else siemens.
template <bool Siemens, class Array>
[[nodiscard]] double cell_read(const Array& array, int a, index_t output, index_t input, int slice) {
    using design = typename Array::design_type;
    const auto& cell = array.chip().cell;
    if constexpr (!design::map_type::coded) {
        const double step = cell.conductance(1, 2) - cell.conductance(0, 2);
        return static_cast<double>(array.weights()(output, input)) * (Siemens ? step : 1.0);
    } else {
        const int levels = 1 << array.format().cell_bits;
        const double low = cell.conductance(0, levels);
        const double step = (cell.conductance(levels - 1, levels) - low) / (levels - 1);
        if constexpr (exact_cell<typename design::cell_type>()) {
            const stored_word<> word = array.as_read(output, input);
            const std::int32_t level = ((a == 0 ? word.plus : word.minus) >> (slice * array.format().cell_bits)) & (levels - 1);
            // What a pair leaks alike cancels, exactly.
            const double leak = subtracts_before_converter<typename design::map_type>() ? 0.0 : low / step;
            return Siemens ? cell.conductance(level, levels) : static_cast<double>(level) + leak;
        } else {
            return array.used_conductance(a, output, input, slice) / (Siemens ? 1.0 : step);
        }
    }
}

/// One result of a read through converters that say what each does, put together as kernel/column_rules.hpp has it.
struct judged_result {
    kernel::column_sum sum;
    kernel::column_sum low;
    double saturated = 0.0;

    double driven = 0.0; ///< what the digital side takes away

    void drive(const kernel::read_layout& layout, double weighted) { driven += static_cast<double>(layout.minus_constant) * weighted; }
    /// gain: of what converters say, in the digital part.
    [[nodiscard]] double value(const kernel::column_converters& converters, double gain) const {
        kernel::column_sum all = sum;
        if (gain == 1.0) {
            all.whole -= driven; // exact
            return kernel::column_value(converters, all, low);
        }
        return gain * kernel::column_value(converters, all, low) - driven;
    }
    void add(const kernel::column_converters& converters, const adc_transfer& t, double worth, double words, double weights) {
        kernel::add_column(sum, converters, t, worth, words);
        kernel::add_low(low, t, worth, weights);
    }
};

/// What the weights of a DAC's cycles add up to, and their magnitudes.
struct cycle_weights {
    double sum = 0.0;
    double size = 0.0;

    template <class Dac>
    explicit cycle_weights(const Dac& dac) {
        for (int cycle = 0; cycle < dac.cycles(); ++cycle) {
            sum += dac.weight(cycle);
            size += std::abs(dac.weight(cycle));
        }
    }
};

/// Adds what the digital side knows that stuck cells take from a read, cell by cell; nothing unless the design compensates. driven:
/// numbers on the word lines, or, transposed, on the columns. O(cells + cycles x lines), in double.
template <bool Transposed, class Array, class Dac>
void add_compensation(const Array& array, const Dac& dac, std::span<const float> driven, float unit, std::span<double> result) {
    if constexpr (compensates_stuck<typename Array::design_type::protect_type>()) {
        const code_format& format = array.format();
        const double scale = static_cast<double>(format.lsb) * static_cast<double>(unit);
        std::vector<double> sent(driven.size(), 0.0);
        for (std::size_t d = 0; d < driven.size(); ++d) {
            for (int cycle = 0; cycle < dac.cycles(); ++cycle) {
                sent[d] += dac.weight(cycle) * dac.drive(static_cast<double>(driven[d] / unit), cycle);
            }
        }
        for (index_t o = 0; o < array.outputs(); ++o) {
            for (index_t i = 0; i < array.inputs(); ++i) {
                double lacking = 0.0;
                for (int a = 0; a < (format.pair ? 2 : 1); ++a) {
                    for (int s = 0; s < format.slices; ++s) {
                        lacking += std::ldexp(a == 0 ? 1.0 : -1.0, s * format.cell_bits) * array.missing(a, o, i, s);
                    }
                }
                if constexpr (masks_columns<typename Array::design_type::map_type>()) {
                    lacking *= static_cast<double>(array.factors().at(i / array.tiles().read_rows, o));
                }
                result[static_cast<std::size_t>(Transposed ? i : o)] +=
                    lacking * sent[static_cast<std::size_t>(Transposed ? o : i)] * scale;
            }
        }
    }
}

template <bool Wanted>
[[nodiscard]] kernel::column_converters converters_of(const kernel::read_layout& layout, const converter_bank& bank) {
    if constexpr (Wanted) {
        return {layout, bank.transfers, bank.index};
    } else {
        return {};
    }
}

} // namespace detail

namespace detail {

/// What injected statistics add to one sum.
template <class Array>
[[nodiscard]] double injected_shift(const Array& array, const kernel::read_layout& layout, int plane, index_t output,
                                    const random_source& draws, std::uint64_t& draw) {
    if constexpr (injects_shift<typename Array::design_type::noise_type>()) {
        const auto& noise = injecting_part(array.chip().noise);
        const auto [mean, deviation] = array.shift().at(plane, output, layout);
        return (noise.mean ? static_cast<double>(mean) : 0.0) + noise.scale * static_cast<double>(deviation) * draws.normal(draw++);
    } else {
        return 0.0;
    }
}

/// One crossbar of an array as reads find it, in siemens, or where nothing acts on conductances in steps of one level. Cells that no weight
/// uses are at HRS; with ideal wires they do not matter and are left out.
template <class Array>
class read_crossbar {
    using design_type = typename Array::design_type;
    using noise_type = typename design_type::noise_type;
    using wire_type = typename design_type::wire_type;

public:
    /// Whether conductances are what they are and columns sum them up.
    static constexpr bool still = noise_type::folds && wire_type::folds && follows_ohm<typename design_type::cell_type>();

    read_crossbar(const Array& array, int a, index_t row_tile, index_t col_tile, const reading& which) : array_(array) {
        const tiling& tiles = array.tiles();
        const design_type& chip = array.chip();
        const index_t slices = tiles.slices;
        const index_t used_rows = tiles.rows_in(row_tile);
        const index_t used_cols = tiles.weights_in(col_tile) * slices;
        rows_ = wire_type::folds ? used_rows : tiles.crossbar_rows;
        cols_ = wire_type::folds ? used_cols : tiles.crossbar_cols;
        g_.assign(static_cast<std::size_t>(rows_ * cols_), unused_conductance());
        const cell_sites sites = array.sites();
        for (index_t r = 0; r < used_rows; ++r) {
            for (index_t c = 0; c < used_cols; ++c) {
                const index_t input = row_tile * tiles.rows + r;
                const index_t output = col_tile * tiles.weights_per_row + c / slices;
                const int slice = static_cast<int>(c % slices);
                double& g = g_[static_cast<std::size_t>(r * cols_ + c)];
                g = cell_read<!still>(array, a, output, input, slice);
                if constexpr (holds_states<noise_type>()) {
                    g = held(chip.noise, g, state_of(sites.of(a, output * array.row_stride() + input, slice), array.seed(), which.image,
                                              row_volts(which, row_tile, r), row_volts(which, row_tile, c)));
                }
            }
        }
        used_ = {used_rows, used_cols};
    }

    /// Currents at the feet of the columns for voltages at the used rows, with what cells draw for this read.
    void read(std::span<const double> used_voltage, const random_source& draws, std::uint64_t& draw, std::vector<double>& current) const {
        const design_type& chip = array_.chip();
        std::vector<double> voltage(static_cast<std::size_t>(rows_), 0.0);
        std::copy(used_voltage.begin(), used_voltage.end(), voltage.begin());
        current.resize(static_cast<std::size_t>(cols_));
        const auto law = law_of(chip.cell);
        crossbar_read one{.conductance = {g_.data(), rows_, cols_}, .voltage = voltage, .current = current};
        if constexpr (!draws_per_read<noise_type>()) {
            chip.wire.currents(one, law);
        } else {
            std::vector<double> across(g_.size());
            one.cell_voltage = across;
            chip.wire.currents(one, law);
            std::vector<double> injected(g_.size(), 0.0);
            for (index_t r = 0; r < used_.rows; ++r) {
                for (index_t c = 0; c < used_.cols; ++c) {
                    const auto cell = static_cast<std::size_t>(r * cols_ + c);
                    const double variance = variance_per_siemens(chip.noise) * g_[cell] +
                                            variance_per_ampere(chip.noise) * std::abs(law.current(g_[cell], across[cell])) +
                                            conductance_variance(chip.noise, g_[cell]) * across[cell] * across[cell];
                    injected[cell] = std::sqrt(variance) * draws.normal(draw++);
                }
            }
            one.cell_voltage = {};
            one.injected = injected;
            chip.wire.currents(one, law);
        }
    }

private:
    [[nodiscard]] double unused_conductance() const {
        if constexpr (design_type::map_type::coded) {
            return array_.chip().cell.conductance(0, 1 << array_.format().cell_bits);
        } else {
            return 0.0;
        }
    }
    [[nodiscard]] double row_volts(const reading& which, index_t row_tile, index_t row) const {
        const auto input = static_cast<std::size_t>(row_tile * array_.tiles().rows + row);
        return row < array_.tiles().rows_in(row_tile) && input < which.row_volts.size() ? which.row_volts[input] : 0.0;
    }

    const Array& array_;
    index_t rows_ = 0;
    index_t cols_ = 0;
    std::vector<double> g_;
    struct {
        index_t rows = 0;
        index_t cols = 0;
    } used_;
};

} // namespace detail

/// One read of a whole matrix, cell by cell: the judge of all plans. y[o] = sum over inputs of weight(o, i) x[i], through every
/// policy on the way: DAC cycles, conductances, states of cells, noise of each read, wires, converters, protection, shift and add. x has
/// `inputs` numbers and y `outputs`; `largest` is the largest magnitude in the sample, for DACs that
/// share one full scale in it. passed, if not empty, becomes the share of each output's conversions that was within range, each
/// weighted by what it counts for. Periphery that clips or gates what is stored is ideal: it
/// shows in the levels that are read. O(inputs x outputs x slices x arrays x cycles) and what wires take, in double.
template <class Array>
void read_reference(const Array& array, std::span<const float> x, std::span<double> y, const reading& which, float largest,
                    std::span<float> passed = {}) {
    using design_type = typename Array::design_type;
    using adc_type = typename design_type::adc_type;
    constexpr bool still = detail::read_crossbar<Array>::still;
    constexpr bool by_site = SiteAdc<adc_type> && !adc_type::folds;
    constexpr bool masked = masks_columns<typename design_type::map_type>();
    const design_type& chip = array.chip();
    const tiling& tiles = array.tiles();
    const code_format& format = array.format();
    const index_t slices = tiles.slices;
    const int arrays = format.pair ? 2 : 1;
    constexpr bool subtracted = subtracts_before_converter<typename design_type::map_type>();
    const float unit = input_unit(chip.dac, largest);
    const int levels = design_type::map_type::coded ? 1 << format.cell_bits : 2;
    // Currents are measured in steps of one level times units of drive.
    const double volts = still ? 1.0 : volts_per_unit(chip.dac);
    const double step = still ? 1.0 : volts * (chip.cell.conductance(levels - 1, levels) - chip.cell.conductance(0, levels)) / (levels - 1);
    const double unit_weight = static_cast<double>(format.lsb);

    std::fill(y.begin(), y.end(), 0.0);
    const kernel::read_layout layout = forward_layout(array);
    const kernel::column_converters converters = detail::converters_of<by_site>(layout, forward_bank<by_site>(array));
    const detail::cycle_weights cycle_weights(chip.dac);
    std::vector<detail::judged_result> total(y.size());
    const random_source draws = random_source(array.seed(), purpose::cell_noise, array.place(), static_cast<std::uint32_t>(which.image))
                                    .fork(static_cast<std::uint32_t>(which.position));
    std::uint64_t draw = 0;
    const auto factor = [&](index_t group, index_t output) {
        if constexpr (masked) {
            return static_cast<double>(array.factors().at(group, output));
        } else {
            return 1.0;
        }
    };
    double all_conversions = 0.0;
    for (int plane = 0; by_site && plane < layout.planes(); ++plane) {
        all_conversions += std::abs(layout.worth(plane)) * cycle_weights.size * static_cast<double>(masked ? 1 : layout.lines.groups());
    }
    std::vector<double> within(masked && !passed.empty() ? y.size() : 0, 0.0); // shares by factor, and their sum
    std::vector<double> factors(within.size(), 0.0);
    for (index_t group = 0; group < tiles.groups(); ++group) {
        const index_t rt = tiles.row_tile_of_group(group);
        const index_t first_input = rt * tiles.rows;
        const index_t rows = tiles.rows_in(rt);
        const index_t first_driven = group * tiles.read_rows - first_input;
        for (index_t ct = 0; ct < tiles.col_tiles; ++ct) {
            const index_t first_output = ct * tiles.weights_per_row;
            const index_t weights = tiles.weights_in(ct);
            const index_t cols = weights * slices;
            std::vector<double> v(static_cast<std::size_t>(rows));
            std::vector<detail::read_crossbar<Array>> crossbars;
            for (int a = 0; a < arrays; ++a) {
                crossbars.emplace_back(array, a, rt, ct, which);
            }
            std::vector<double> current[2];
            std::vector<double> words(static_cast<std::size_t>(cols * arrays), 0.0); ///< of each converter, over the cycles
            for (int cycle = 0; cycle < chip.dac.cycles(); ++cycle) {
                const double cycle_weight = chip.dac.weight(cycle);
                double driven = 0.0;
                for (index_t r = first_driven; r < first_driven + tiles.rows_in_group(group); ++r) {
                    const double carried =
                        chip.dac.drive(static_cast<double>(x[static_cast<std::size_t>(first_input + r)] / unit), cycle);
                    v[static_cast<std::size_t>(r)] = carried * volts;
                    driven += carried;
                }
                for (int a = 0; a < arrays; ++a) {
                    crossbars[static_cast<std::size_t>(a)].read(v, draws, draw, current[a]);
                }
                if constexpr (by_site) {
                    for (index_t w = 0; w < weights; ++w) {
                        auto& result = total[static_cast<std::size_t>(first_output + w)];
                        for (int plane = 0; plane < layout.planes(); ++plane) {
                            const auto c = static_cast<std::size_t>(w * slices + layout.slice_of(plane));
                            const double sum = (current[layout.array_of(plane)][c] - (subtracted ? current[1][c] : 0.0)) / step +
                                               detail::injected_shift(array, layout, plane, first_output + w, draws, draw);
                            const adc_transfer& t = converters.at(group, plane, first_output + w);
                            words[static_cast<std::size_t>(w * slices * arrays + plane)] +=
                                cycle_weight * (t.ideal() ? sum : static_cast<double>(t.word(sum)));
                            result.saturated += t.saturates(sum) ? std::abs(cycle_weight * layout.worth(plane)) : 0.0;
                        }
                        result.drive(layout, cycle_weight * driven);
                    }
                } else {
                    const auto digital = [&](double sum) {
                        if constexpr (adc_type::folds) {
                            return sum / step;
                        } else {
                            return chip.adc.convert(sum / step);
                        }
                    };
                    const auto corrected = [&](double sum) { return static_cast<double>(chip.protect.correct(sum, format)); };
                    for (index_t w = 0; w < weights; ++w) {
                        double sum[2] = {};
                        double place_value = 1.0;
                        for (index_t s = 0; s < slices; ++s) {
                            const auto c = static_cast<std::size_t>(w * slices + s);
                            const auto shift = [&](int a) {
                                return step * detail::injected_shift(array, layout, a * static_cast<int>(slices) + static_cast<int>(s),
                                                                     first_output + w, draws, draw);
                            };
                            if constexpr (subtracted) {
                                sum[0] += place_value * digital(current[0][c] - current[1][c] + shift(0));
                            } else {
                                for (int a = 0; a < arrays; ++a) {
                                    sum[a] += place_value * digital(current[a][c] + shift(a));
                                }
                            }
                            place_value *= levels;
                        }
                        double word = corrected(sum[0]);
                        if (arrays == 2 && !subtracted) {
                            word -= corrected(sum[1]);
                        }
                        word *= array.gain(first_output + w);
                        if (arrays == 1) {
                            word -= format.minus_constant * driven;
                        }
                        y[static_cast<std::size_t>(first_output + w)] +=
                            factor(group, first_output + w) * (cycle_weight * word * unit_weight * static_cast<double>(unit));
                    }
                }
            }
            if constexpr (by_site) {
                for (index_t w = 0; w < weights; ++w) {
                    for (int plane = 0; plane < layout.planes(); ++plane) {
                        total[static_cast<std::size_t>(first_output + w)].add(
                            converters, converters.at(group, plane, first_output + w), layout.worth(plane),
                            words[static_cast<std::size_t>(w * slices * arrays + plane)], cycle_weights.sum);
                    }
                }
            }
        }
        if constexpr (by_site && masked) {
            for (std::size_t o = 0; o < y.size(); ++o) {
                const double by = factor(group, static_cast<index_t>(o));
                y[o] += by * total[o].value(converters, array.gain(static_cast<index_t>(o)));
                if (!passed.empty()) {
                    const auto share = static_cast<float>((all_conversions - total[o].saturated) / all_conversions);
                    within[o] += std::abs(by) * static_cast<double>(share);
                    factors[o] += std::abs(by);
                }
                total[o] = {};
            }
        }
    }
    if constexpr (by_site) {
        for (std::size_t o = 0; o < y.size(); ++o) {
            y[o] = (masked ? y[o] : total[o].value(converters, array.gain(static_cast<index_t>(o)))) * unit_weight * static_cast<double>(unit);
            if (!passed.empty()) {
                passed[o] = static_cast<float>(!masked            ? (all_conversions - total[o].saturated) / all_conversions
                                               : factors[o] > 0.0 ? within[o] / factors[o]
                                                                  : 1.0);
            }
        }
    }
    detail::add_compensation<false>(array, chip.dac, x, unit, y);
}

/// The same of a sample that is the column x alone.
template <class Array>
void read_reference(const Array& array, std::span<const float> x, std::span<double> y, const reading& which = {}) {
    read_reference(array, x, y, which, largest_magnitude(x));
}

/// One read in the other direction: errors y drive the columns, rows are sensed. x[i] = sum over outputs of weight(o, i) y[o]. With an
/// arithmetic code, columns of one slice after the other, the sums of each tile, array and bit corrected; with a dataflow of transposed
/// errors as that says, through its converters. x has `inputs` numbers and y `outputs`; `largest` as above, and where columns are masked
/// group_largest that of the errors with the factors of each group of rows. O(inputs x outputs x slices x arrays x cycles), in double.
template <class Array>
void read_reference_transposed(const Array& array, std::span<const float> y, std::span<double> x, float largest,
                               [[maybe_unused]] std::span<const float> group_largest = {}) {
    using design_type = typename Array::design_type;
    constexpr bool masked = masks_columns<typename design_type::map_type>();
    constexpr bool transposes = transposes_errors<typename design_type::dataflow_type>();
    const design_type& chip = array.chip();
    const code_format& format = array.format();
    const auto& dac = [&]() -> const auto& {
        if constexpr (transposes) {
            return error_path(chip.dataflow).dac;
        } else {
            return chip.dac;
        }
    }();
    const kernel::read_layout layout = transposed_layout(array);
    const kernel::column_converters converters = detail::converters_of<transposes>(layout, transposed_bank<transposes>(array));
    const detail::cycle_weights cycle_weights(dac);
    const float whole_unit = input_unit(dac, largest);
    const int planes = layout.planes();
    std::vector<double> sum(static_cast<std::size_t>(planes));
    std::vector<double> words(static_cast<std::size_t>(planes));

    for (index_t i = 0; i < array.inputs(); ++i) {
        detail::judged_result total;
        double corrected = 0.0;
        const index_t rows = i / array.tiles().read_rows;
        float unit = whole_unit;
        if constexpr (masked) {
            unit = input_unit(dac, group_largest[static_cast<std::size_t>(rows)]);
        }
        const double scale = static_cast<double>(format.lsb) * static_cast<double>(unit);
        const auto error = [&](index_t o) {
            if constexpr (masked) {
                return y[static_cast<std::size_t>(o)] * array.factors().at(rows, o);
            } else {
                return y[static_cast<std::size_t>(o)];
            }
        };
        for (index_t group = 0; group < layout.lines.groups(); ++group) {
            const index_t first = group * layout.lines.group;
            const index_t last = std::min(layout.lines.driven, first + layout.lines.group);
            std::fill(words.begin(), words.end(), 0.0);
            for (int cycle = 0; cycle < dac.cycles(); ++cycle) {
                const double weight = dac.weight(cycle);
                double driven = 0.0;
                std::fill(sum.begin(), sum.end(), 0.0);
                for (index_t o = first; o < last; ++o) {
                    const double v = dac.drive(static_cast<double>(error(o) / unit), cycle);
                    driven += v;
                    for (int plane = 0; plane < planes; ++plane) {
                        const int slice = layout.slice_of(plane);
                        double cell = detail::cell_read<false>(array, layout.array_of(plane), o, i, slice);
                        if (layout.subtracted) {
                            cell -= detail::cell_read<false>(array, 1, o, i, slice);
                        }
                        sum[static_cast<std::size_t>(plane)] += v * cell;
                    }
                }
                if constexpr (transposes) {
                    for (int plane = 0; plane < planes; ++plane) {
                        const adc_transfer& t = converters.at(group, plane, i);
                        const double seen = sum[static_cast<std::size_t>(plane)];
                        words[static_cast<std::size_t>(plane)] += weight * (t.ideal() ? seen : static_cast<double>(t.word(seen)));
                    }
                    total.drive(layout, weight * driven);
                } else {
                    double of_array[2] = {}; // through an ADC that folds
                    for (int plane = 0; plane < planes; ++plane) {
                        of_array[layout.array_of(plane)] += std::abs(layout.worth(plane)) * sum[static_cast<std::size_t>(plane)];
                    }
                    double word = chip.protect.correct(of_array[0], format) - layout.minus_constant * driven;
                    if (format.pair && !layout.subtracted) {
                        word -= chip.protect.correct(of_array[1], format);
                    }
                    corrected += weight * word;
                }
            }
            for (int plane = 0; transposes && plane < planes; ++plane) {
                total.add(converters, converters.at(group, plane, i), layout.worth(plane), words[static_cast<std::size_t>(plane)],
                          cycle_weights.sum);
            }
        }
        x[static_cast<std::size_t>(i)] = (transposes ? total.value(converters, 1.0) : corrected) * scale;
    }
    detail::add_compensation<true>(array, dac, y, whole_unit, x);
}

} // namespace rcim::inline RCIM_ABI
