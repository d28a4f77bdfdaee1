#pragma once

/// @file
/// What datasets drawn by a program share: lengths and angles in integers, draws, the loop over images, and checks of options.
///
/// Everything is integer arithmetic on addressed draws (square roots are of exact integers), so that the images are the same
/// bits for every compiler, instruction set and number of threads.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/random.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/data/dataset.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace rcim::inline RCIM_ABI::detail::procedural {

/// Lengths are in 1/1024 pixel, shares in 1/1024, angles in 1/1024 turn.
inline constexpr int one = 1024;

struct point {
    std::int64_t x;
    std::int64_t y;
};

inline std::int64_t fixed(float value) {
    return std::lround(static_cast<double>(value) * one);
}

/// Uniform in [low, high].
inline std::int64_t between(const random_source& random, std::uint64_t index, std::int64_t low, std::int64_t high) {
    return low + random.below(index, static_cast<std::uint32_t>(high - low + 1));
}

/// A bell-shaped number of this standard deviation: the sum of the word's four bytes has variance 4 (256^2 - 1) / 12, standard
/// deviation 147.8.
inline std::int64_t bell(std::uint32_t word, std::int64_t deviation) {
    const std::int64_t sum = std::int64_t{word & 255} + (word >> 8 & 255) + (word >> 16 & 255) + (word >> 24) - 510;
    return sum * deviation / 148;
}

/// The root, rounded down. IEEE square roots are correctly rounded, and the argument is exact below 2^53.
inline std::int64_t root(std::int64_t square) {
    return static_cast<std::int64_t>(std::sqrt(static_cast<double>(square)));
}

inline void check_number(std::string_view where, std::string_view name, double value, float low, float high) {
    if (!(value >= low && value <= high)) {
        fail(where, name, text("a number in [", low, ", ", high, "]"), text(value));
    }
}

/// An image's index is one 32-bit word of its draws' address.
inline void check_counts(std::string_view where, index_t train, index_t test) {
    constexpr index_t most = std::numeric_limits<std::int32_t>::max();
    for (const auto& [name, count] : {std::pair("train", train), std::pair("test", test)}) {
        if (count < 1 || count > most) {
            fail(where, name, text("1 to ", most), text(count));
        }
    }
}

/// A dataset of ten classes whose image i shows class i % 10, drawn by draw(random, class, pixels). The draws of `random` are
/// those of (seed, split, i) alone.
template <class Draw>
[[nodiscard]] dataset drawn(std::string_view name, map_shape shape, index_t train, index_t test, std::uint64_t seed,
                            thread_pool* pool, const Draw& draw) {
    const auto split = [&](std::uint32_t number, index_t count) {
        image_set set{shape, 10, {}, {}};
        const index_t pixels = shape.size();
        set.images.resize(static_cast<std::size_t>(count * pixels));
        set.labels.resize(static_cast<std::size_t>(count));
        const auto body = [&](index_t begin, index_t end) {
            for (index_t i = begin; i < end; ++i) {
                const int label = static_cast<int>(i % 10);
                set.labels[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(label);
                draw(random_source(seed, purpose::procedural_data, static_cast<std::uint32_t>(i), number), label,
                     std::span(set.images.data() + i * pixels, static_cast<std::size_t>(pixels)));
            }
        };
        if (pool != nullptr) {
            pool->run(count, body);
        } else {
            body(0, count);
        }
        return set;
    };
    dataset data{std::string(name), split(0, train), split(1, test), {}, {}};
    normalisation of_train = normalisation_of(data.train);
    data.mean = std::move(of_train.mean);
    data.deviation = std::move(of_train.deviation);
    return data;
}

} // namespace rcim::inline RCIM_ABI::detail::procedural
