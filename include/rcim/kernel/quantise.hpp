#pragma once

/// @file
/// Batches as a DAC of integers sends them.

#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/thread_pool.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace rcim::inline RCIM_ABI::kernel {

/// Where integers go: [block][channel][row][column][16], with `padding` zeros around each map; null: nowhere.
struct integer_maps {
    std::int16_t* data = nullptr;
    index_t padding = 0;

    [[nodiscard]] constexpr map_shape shape(const map_shape& inner) const {
        return {inner.channels, inner.height + 2 * padding, inner.width + 2 * padding};
    }
};

/// Rounds each sample of a batch to integers from low to high in units of unit_of(largest magnitude in the sample). rounded: integer x
/// unit, like x; unit: of each lane, [block][16]. A sample with a number that is not finite has the unit NaN and only integers of
/// zero. Lanes beyond the last sample become zero.
template <class UnitOf>
void quantise(const float* x, const map_shape& shape, index_t samples, std::int32_t low, std::int32_t high, UnitOf&& unit_of,
              float* rounded, float* unit, const integer_maps& integers, thread_pool& pool) {
    constexpr index_t lane = samples_per_block;
    const index_t blocks = (samples + lane - 1) / lane;
    const auto bottom = static_cast<float>(low);
    const auto top = static_cast<float>(high);
    const map_shape padded = integers.shape(shape);
    pool.run(blocks, [&](index_t begin, index_t end) {
        for (index_t block = begin; block < end; ++block) {
            const float* const from = x + block * shape.size() * lane;
            float* const to = rounded + block * shape.size() * lane;
            float* const units = unit + block * lane;
            float largest[lane] = {};
            float strange[lane] = {}; // 0 x a number: NaN where that is not finite
            for (index_t f = 0; f < shape.size(); ++f) {
                for (index_t l = 0; l < lane; ++l) {
                    const float magnitude = std::abs(from[f * lane + l]);
                    largest[l] = magnitude > largest[l] ? magnitude : largest[l];
                    strange[l] += 0.0f * magnitude;
                }
            }
            float per_unit[lane];
            for (index_t l = 0; l < lane; ++l) {
                const bool exists = block * lane + l < samples;
                units[l] = exists ? unit_of(largest[l] + strange[l]) : 1.0f;
                per_unit[l] = exists && units[l] == units[l] ? 1.0f / units[l] : 0.0f;
            }
            if (integers.data) {
                std::fill_n(integers.data + block * padded.size() * lane, padded.size() * lane, std::int16_t{0});
            }
            for (index_t line = 0; line < shape.channels * shape.height; ++line) {
                const index_t first = line * shape.width * lane;
                std::int16_t* const whole =
                    integers.data ? integers.data + block * padded.size() * lane +
                                        ((line / shape.height * padded.height + line % shape.height + integers.padding) * padded.width +
                                         integers.padding) * lane
                                  : nullptr;
                for (index_t i = 0; i < shape.width; ++i) {
                    float number[lane];
                    for (index_t l = 0; l < lane; ++l) {
                        // Beyond 2^23 there is nothing to round, and adding and taking away this rounds to even.
                        constexpr float rounding = 0x1.8p23f;
                        const float scaled = from[first + i * lane + l] * per_unit[l];
                        const float above = scaled > bottom ? scaled : bottom;
                        const float within = above < top ? above : top;
                        number[l] = (within + rounding) - rounding;
                        number[l] = per_unit[l] == 0.0f ? 0.0f : number[l];
                        to[first + i * lane + l] = number[l] * units[l];
                    }
                    if (whole) {
                        for (index_t l = 0; l < lane; ++l) {
                            whole[i * lane + l] = static_cast<std::int16_t>(static_cast<std::int32_t>(number[l]));
                        }
                    }
                }
            }
        }
    });
}

} // namespace rcim::inline RCIM_ABI::kernel
