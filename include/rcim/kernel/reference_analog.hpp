#pragma once

/// @file
/// The scalar reference of analog_reads.hpp: one result of one sample at one position, conversion by conversion.

#include <rcim/convert/drive_cycle.hpp>
#include <rcim/convert/transfer.hpp>
#include <rcim/core/random.hpp>
#include <rcim/kernel/column_noise.hpp>
#include <rcim/kernel/converter_number.hpp>
#include <rcim/kernel/float_transfer.hpp>
#include <rcim/kernel/read_layout.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

namespace rcim::inline RCIM_ABI::kernel::reference {

/// What an analog read answers.
struct analog_result {
    double y = 0.0;
    float passed = 1.0f; ///< share of conversions within their range, by |worth x weight of the cycle|
};

/// The word of a sum; of an ideal converter the sum.
[[nodiscard]] inline float word_of(const adc_transfer& t, const float_transfer& f, float sum) {
    if (f.kind == transfer_kind::ideal) {
        return sum;
    }
    const float cut = f.cut(f.seen(sum));
    if (f.kind == transfer_kind::nearest) {
        return float_transfer::nearest(cut);
    }
    const auto reached = std::count_if(t.thresholds.begin(), t.thresholds.end(), [&](float threshold) { return threshold <= cut; });
    return static_cast<float>(t.words[static_cast<std::size_t>(reached)]);
}

/// The noise of a read, and whose draws it takes.
struct noise_of_read {
    noise_terms terms;
    noise_planes planes;
    random_source draws{0, purpose::column_noise};
    draw_address at;
    int sample = 0;
    bool real = false; ///< lines carry real numbers
};

/// cells[array x slices + slice][result x result_step + d x driven_step]; drive(d, cycle) -> float, what line d carries; cycle.weight
/// of real inputs is 1. O(planes x cycles x driven).
template <class Drive>
[[nodiscard]] analog_result analog_read(const read_layout& layout, std::span<const drive_cycle> cycles, std::span<const float* const> cells,
                                        std::span<const adc_transfer> converters, converter_index index, index_t result, Drive&& drive,
                                        const noise_of_read& noise = {}) {
    const sum_layout& lines = layout.lines;
    const bool ideal = converters.front().ideal();
    const bool equal_steps = ideal || std::all_of(converters.begin(), converters.end(), [&](const adc_transfer& t) {
        return t.step == converters.front().step && t.low == converters.front().low;
    });
    const bool bits = noise_takes_bits(cycles, noise.real);
    const noise_blocks blocks(layout, cycles.size());
    // The sum with its noise.
    const auto disturbed = [&](float sum, index_t g, int p, int c) {
        const noise_terms& terms = noise.terms;
        const auto at = static_cast<std::size_t>((g * layout.planes() + p) * lines.results + result);
        float variance = terms.constant ? noise.planes.constant[at] : 0.0f;
        float linear = 0.0f;
        float square = 0.0f;
        for (index_t d = g * lines.group; d < std::min(lines.driven, (g + 1) * lines.group); ++d) {
            const index_t cell = result * lines.result_step + d * lines.driven_step;
            const float x = drive(d, c);
            float of_size = terms.linear ? sensed_noise(layout, noise.planes.linear, p)(cell) : 0.0f;
            if (terms.square && bits) {
                of_size += sensed_noise(layout, noise.planes.square, p)(cell);
            } else if (terms.square) {
                square = std::fma(sensed_noise(layout, noise.planes.square, p)(cell), x * x, square);
            }
            linear = std::fma(of_size, std::abs(x), linear);
        }
        variance += linear;
        variance += square;
        variance = terms.per_sum > 0.0f ? std::fma(terms.per_sum, std::abs(sum), variance) : variance;
        const float moved = terms.mean ? sum + noise.planes.mean[at] : sum;
        if (!terms.draws()) {
            return moved;
        }
        return std::fma(std::sqrt(variance), blocks.normal(noise.draws, noise.at, noise.sample, g, p, c, result), moved);
    };
    const auto leak = static_cast<float>(layout.subtracted ? 0.0 : layout.leak);
    double sum_of_weights = 0.0;
    for (const drive_cycle& c : cycles) {
        sum_of_weights += c.weight;
    }
    double total = 0.0;
    double constant = 0.0;
    double all_drives = 0.0;
    float shares = 0.0f;
    float saturated = 0.0f;
    for (index_t g = 0; g < lines.groups(); ++g) {
        const index_t begin = g * lines.group;
        const index_t end = std::min(lines.driven, begin + lines.group);
        const auto sum_of_drives = [&](int cycle) {
            float sum = 0.0f;
            for (index_t d = begin; d < end; ++d) {
                sum += drive(d, cycle);
            }
            return sum;
        };
        for (int c = 0; c < static_cast<int>(cycles.size()); ++c) {
            const auto weight = static_cast<double>(cycles[static_cast<std::size_t>(c)].weight);
            all_drives = std::fma(static_cast<double>(sum_of_drives(c)), weight, all_drives);
        }
        for (int p = 0; p < layout.planes(); ++p) {
            const adc_transfer& t = converters[converter_number(index, layout, g, p, result)];
            const float_transfer f(t);
            double words = 0.0;
            float sums = 0.0f; // of an ideal converter
            for (int c = 0; c < static_cast<int>(cycles.size()); ++c) {
                const auto weight = static_cast<double>(cycles[static_cast<std::size_t>(c)].weight);
                float sum = 0.0f;
                for (index_t d = begin; d < end; ++d) {
                    const index_t at = result * lines.result_step + d * lines.driven_step;
                    const float cell = sensed_cells(layout, cells, p)(at);
                    sum = std::fma(cell, drive(d, c), sum);
                }
                if (leak != 0.0f) {
                    sum = std::fma(leak, sum_of_drives(c), sum);
                }
                sum = disturbed(sum, g, p, c);
                const auto share = static_cast<float>(std::abs(layout.worth(p) * weight));
                shares += share;
                saturated += f.saturates(f.seen(sum)) ? share : 0.0f;
                if (ideal) {
                    sums = std::fma(sum, static_cast<float>(weight), sums);
                } else {
                    words += weight * static_cast<double>(word_of(t, f, sum));
                }
            }
            const double worth = layout.worth(p);
            total = std::fma(ideal ? static_cast<double>(sums) : words, ideal || equal_steps ? worth : worth * t.step, total);
            constant += ideal ? 0.0 : worth * (t.low * sum_of_weights);
        }
    }
    analog_result r;
    r.y = std::fma(total, ideal || !equal_steps ? 1.0 : converters.front().step, constant);
    r.y = std::fma(all_drives, -static_cast<double>(layout.minus_constant), r.y);
    r.passed = shares > 0.0f ? 1.0f - saturated / shares : 1.0f;
    return r;
}

} // namespace rcim::inline RCIM_ABI::kernel::reference
