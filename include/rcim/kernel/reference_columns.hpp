#pragma once

/// @file
/// Reads of columns, conversion by conversion: what every kernel of `column_reads` has to equal.

#include <rcim/core/batch_tensor.hpp>
#include <rcim/kernel/column_rules.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace rcim::inline RCIM_ABI::kernel {

/// y and passed: [position][result][16 samples]; passed may be null. O(positions x results x lines x planes x cycles).
inline void reference_columns(const read_layout& layout, std::span<const drive_cycle> cycles,
                              const column_converters& converters, const std::int32_t* plus, const std::int32_t* minus,
                              const read_positions<std::int16_t>& at, double* y, float* passed) {
    constexpr std::size_t lanes = samples_per_block;
    using of_lanes = std::array<std::int32_t, lanes>;
    const sum_layout& lines = layout.lines;
    const double weights = sum_of_weights(cycles);
    const double conversions = weight_of_conversions(layout, cycles);
    std::vector<of_lanes> drives(static_cast<std::size_t>(lines.driven));
    std::vector<of_lanes> total(static_cast<std::size_t>(lines.groups()));
    std::vector<std::array<double, lanes>> words(static_cast<std::size_t>(lines.groups() * layout.planes() * lines.results));
    std::vector<std::array<double, lanes>> saturated(static_cast<std::size_t>(lines.results));
    for (std::size_t position = 0; position < at.window.size(); ++position) {
        std::array<double, lanes> digital{};
        std::fill(words.begin(), words.end(), std::array<double, lanes>{});
        std::fill(saturated.begin(), saturated.end(), std::array<double, lanes>{});
        for (const drive_cycle& cycle : cycles) {
            std::fill(total.begin(), total.end(), of_lanes{});
            for (index_t d = 0; d < lines.driven; ++d) {
                const std::int16_t* const x = at.x + at.window[position] + at.line[d];
                for (std::size_t l = 0; l < lanes; ++l) {
                    const std::int32_t drive = cycle.drive(x[l]);
                    drives[static_cast<std::size_t>(d)][l] = drive;
                    total[static_cast<std::size_t>(d / lines.group)][l] += drive;
                }
            }
            for (const of_lanes& t : total) {
                for (std::size_t l = 0; l < lanes; ++l) {
                    digital[l] -= static_cast<double>(layout.minus_constant) * static_cast<double>(cycle.weight) *
                                  static_cast<double>(t[l]);
                }
            }
            std::size_t n = 0;
            for (index_t g = 0; g < lines.groups(); ++g) {
                for (int p = 0; p < layout.planes(); ++p) {
                    const double count = std::abs(static_cast<double>(cycle.weight) * layout.worth(p));
                    const std::int32_t* const array = layout.array_of(p) == 1 ? minus : plus;
                    for (index_t r = 0; r < lines.results; ++r, ++n) {
                        of_lanes sum{};
                        for (index_t d = g * lines.group; d < std::min(lines.driven, (g + 1) * lines.group); ++d) {
                            const index_t word = r * lines.result_step + d * lines.driven_step;
                            std::int32_t level = level_of(layout, array[word], layout.slice_of(p));
                            level -= layout.subtracted ? level_of(layout, minus[word], layout.slice_of(p)) : 0;
                            for (std::size_t l = 0; l < lanes; ++l) {
                                sum[l] += level * drives[static_cast<std::size_t>(d)][l];
                            }
                        }
                        const adc_transfer& t = converters.at(g, p, r);
                        const double leak = layout.subtracted ? 0.0 : layout.leak;
                        for (std::size_t l = 0; l < lanes; ++l) {
                            const double seen =
                                static_cast<double>(sum[l]) + leak * static_cast<double>(total[static_cast<std::size_t>(g)][l]);
                            words[n][l] +=
                                static_cast<double>(cycle.weight) * (t.ideal() ? seen : static_cast<double>(t.word(seen)));
                            saturated[static_cast<std::size_t>(r)][l] += t.saturates(seen) ? count : 0.0;
                        }
                    }
                }
            }
        }
        for (index_t r = 0; r < lines.results; ++r) {
            const index_t out = (static_cast<index_t>(position) * lines.results + r) * samples_per_block;
            for (std::size_t l = 0; l < lanes; ++l) {
                column_sum sum{.whole = digital[l]};
                column_sum low;
                for (index_t g = 0; g < lines.groups(); ++g) {
                    for (int p = 0; p < layout.planes(); ++p) {
                        const adc_transfer& t = converters.at(g, p, r);
                        add_column(sum, converters, t, layout.worth(p),
                                   words[static_cast<std::size_t>((g * layout.planes() + p) * lines.results + r)][l]);
                        add_low(low, t, layout.worth(p), weights);
                    }
                }
                y[out + static_cast<index_t>(l)] = column_value(converters, sum, low);
                if (passed != nullptr) {
                    passed[out + static_cast<index_t>(l)] =
                        static_cast<float>((conversions - saturated[static_cast<std::size_t>(r)][l]) / conversions);
                }
            }
        }
    }
}

} // namespace rcim::inline RCIM_ABI::kernel
