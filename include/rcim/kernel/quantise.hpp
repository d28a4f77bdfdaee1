#pragma once

/// @file
/// Batches as a DAC of integers sends them.

#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/thread_pool.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <mutex>

namespace rcim::inline RCIM_ABI::kernel {

/// Where integers go: [block][channel][row][column][16], with `padding` zeros around each map; null: nowhere.
struct integer_maps {
    std::int16_t* data = nullptr;
    index_t padding = 0;

    [[nodiscard]] constexpr map_shape shape(const map_shape& inner) const {
        return {inner.channels, inner.height + 2 * padding, inner.width + 2 * padding};
    }
};

/// The whole number from low to high next to x, ties to even; of NaN any.
[[nodiscard]] inline float nearest_whole(float x, float low, float high) {
    // Beyond 2^23 there is nothing to round, and adding and taking away this rounds to even.
    constexpr float rounding = 0x1.8p23f;
    const float above = x > low ? x : low;
    const float within = above < high ? above : high;
    return (within + rounding) - rounding;
}
[[nodiscard]] inline std::int16_t whole_number(float x, std::int32_t low, std::int32_t high) {
    return static_cast<std::int16_t>(static_cast<std::int32_t>(nearest_whole(x, static_cast<float>(low), static_cast<float>(high))));
}

/// Rounds each sample of a batch to integers from low to high in units of unit_of(largest magnitude in the sample). rounded: integer x
/// unit, like x, or null; unit: of each lane, [block][16]. A sample with a number that is not finite has the unit NaN and only integers of
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
            float* const to = rounded ? rounded + block * shape.size() * lane : nullptr;
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
                        number[l] = nearest_whole(from[first + i * lane + l] * per_unit[l], bottom, top);
                        number[l] = per_unit[l] == 0.0f ? 0.0f : number[l];
                    }
                    if (to) {
                        for (index_t l = 0; l < lane; ++l) {
                            to[first + i * lane + l] = number[l] * units[l];
                        }
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

/// The largest magnitude of a sample, NaN if one of its numbers is not finite. from: of its lane, the first number.
[[nodiscard]] inline float largest_of_sample(const float* from, index_t features, thread_pool& pool) {
    std::mutex mutex;
    float largest = 0.0f;
    float strange = 0.0f;
    pool.run(features, [&](index_t begin, index_t end) {
        float own = 0.0f;
        float odd = 0.0f;
        for (index_t f = begin; f < end; ++f) {
            const float magnitude = std::abs(from[f * samples_per_block]);
            own = std::max(own, magnitude);
            odd += 0.0f * magnitude;
        }
        const std::lock_guard lock(mutex);
        largest = std::max(largest, own);
        strange += odd;
    });
    return largest + strange;
}

/// The maps of one sample by themselves, [channel][row][column] with `padding` zeros around each: to[...] = number(x).
template <class Number, class Convert>
void lay_out_sample(const float* from, const map_shape& shape, index_t padding, Number* to, thread_pool& pool, Convert&& number) {
    const map_shape padded = integer_maps{nullptr, padding}.shape(shape);
    std::fill_n(to, padded.size(), Number{});
    pool.run(shape.channels * shape.height, [&](index_t begin, index_t end) {
        for (index_t line = begin; line < end; ++line) {
            const index_t row = line / shape.height * padded.height + line % shape.height + padding;
            for (index_t i = 0; i < shape.width; ++i) {
                to[row * padded.width + padding + i] = number(from[(line * shape.width + i) * samples_per_block]);
            }
        }
    });
}

} // namespace rcim::inline RCIM_ABI::kernel
