#pragma once

/// @file
/// Addressed randomness: every draw is a pure function of a seed and an address. Nothing is streamed, so neither the number of
/// threads nor the order of evaluation changes a bit.
///
/// The generator is Philox4x32-10: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as
/// 1, 2, 3", SC 2011. The known answers of its authors are in the tests.

#include <rcim/core/config.hpp>

#include <array>
#include <cmath>
#include <cstdint>

namespace rcim::inline RCIM_ABI {

using philox_counter = std::array<std::uint32_t, 4>;
using philox_key = std::array<std::uint32_t, 2>;

/// A product of 64 bits in two words.
template <class Word>
struct philox_product_of {
    Word high, low;
};
[[nodiscard]] constexpr philox_product_of<std::uint32_t> philox_product(std::uint32_t factor, std::uint32_t x) noexcept {
    const std::uint64_t product = std::uint64_t{factor} * x;
    return {static_cast<std::uint32_t>(product >> 32), static_cast<std::uint32_t>(product)};
}
[[nodiscard]] constexpr std::uint32_t philox_mix(std::uint32_t a, std::uint32_t b, std::uint32_t key) noexcept {
    return a ^ b ^ key;
}

/// A counter on its way. Words are of one counter, or of many (kernel/draws.hpp has their philox_product and philox_mix): then those that
/// all of them share may stay one number.
template <class W0, class W1, class W2, class W3>
struct philox_state {
    W0 w0;
    W1 w1;
    W2 w2;
    W3 w3;
};
template <class W0, class W1, class W2, class W3>
philox_state(W0, W1, W2, W3) -> philox_state<W0, W1, W2, W3>;

template <class W0, class W1, class W2, class W3>
[[nodiscard]] constexpr auto philox_round(const philox_state<W0, W1, W2, W3>& s, philox_key key) noexcept {
    const auto even = philox_product(0xD2511F53u, s.w0);
    const auto odd = philox_product(0xCD9E8D57u, s.w2);
    return philox_state{philox_mix(odd.high, s.w1, key[0]), odd.low, philox_mix(even.high, s.w3, key[1]), even.low};
}
/// The key of a round.
[[nodiscard]] constexpr philox_key philox_round_key(philox_key key, int round) noexcept {
    const auto n = static_cast<std::uint32_t>(round);
    return {key[0] + n * 0x9E3779B9u, key[1] + n * 0xBB67AE85u};
}

/// Ten rounds of Philox4x32. About 40 multiplications; no state.
[[nodiscard]] constexpr philox_counter philox4x32(philox_counter counter, philox_key key) noexcept {
    philox_state s{counter[0], counter[1], counter[2], counter[3]};
    for (int round = 0; round < 10; ++round) {
        s = philox_round(s, philox_round_key(key, round));
    }
    return {s.w0, s.w1, s.w2, s.w3};
}

/// What a draw is for. Two purposes never share a draw.
enum class purpose : std::uint32_t {
    weight_initialisation = 1,
    fault_map,
    write_rounding,
    cell_noise,
    shuffle,
    dropout,
    procedural_data,
    test,
    cell_device,
    cell_drift,
    cell_programming,
    cell_write,
    converter,
    column_noise,
    cell_state,
    row_sampling,
    activation_rounding,
    mask_learning,
};

/// The standard normal number whose place among all is that of the word among the words: one normal from one draw of 32 bits.
/// Magnitudes up to 6.2; error below 3e-6 of the number. M. Giles, "Approximating the erfinv function", GPU Computing Gems Jade
/// Edition, 2011, single precision. About ten multiply-adds and a logarithm.
[[nodiscard]] inline float normal_of(std::uint32_t word) noexcept {
    // x = +-(2 magnitude + 1) / 2^32, so never 0 or 1; 1 - |x| is taken from integers, where floats would cancel.
    const bool negative = (word >> 31) != 0;
    const std::uint32_t magnitude = negative ? ~word : word;
    const float x = (static_cast<float>(magnitude) + 0.5f) * 0x1p-31f;
    const float rest = (static_cast<float>(0x7FFFFFFFu - magnitude) + 0.5f) * 0x1p-31f;
    float w = -std::log(rest * (1.0f + x));
    float p;
    if (w < 5.0f) {
        w -= 2.5f;
        p = 2.81022636e-08f;
        for (const float c : {3.43273939e-07f, -3.5233877e-06f, -4.39150654e-06f, 0.00021858087f, -0.00125372503f, -0.00417768164f,
                              0.246640727f, 1.50140941f}) {
            p = std::fma(p, w, c);
        }
    } else {
        w = std::sqrt(w) - 3.0f;
        p = -0.000200214257f;
        for (const float c : {0.000100950558f, 0.00134934322f, -0.00367342844f, 0.00573950773f, -0.0076224613f, 0.00943887047f,
                              1.00167406f, 2.83297682f}) {
            p = std::fma(p, w, c);
        }
    }
    const float size = 1.41421356f * (p * x);
    return negative ? -size : size;
}

/// The generator of one seed and one purpose. Two words name the place (layer, tile, sample: the caller's choice), the third is
/// the index of the draw and the fourth the step in time.
class random_source {
public:
    constexpr random_source(std::uint64_t seed, purpose what, std::uint32_t place = 0, std::uint32_t step = 0) noexcept
        : key_{static_cast<std::uint32_t>(seed) + 0x9E3779B9u * static_cast<std::uint32_t>(what), static_cast<std::uint32_t>(seed >> 32)},
          place_(place), step_(step) {}

    /// Four independent 32-bit words at (place, block, step).
    [[nodiscard]] constexpr philox_counter block(std::uint64_t block) const noexcept {
        return philox4x32({static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32), place_, step_}, key_);
    }

    /// The 32-bit word with this index: word index % 4 of block index / 4.
    [[nodiscard]] constexpr std::uint32_t word(std::uint64_t index) const noexcept { return block(index / 4)[index % 4]; }

    /// Uniform in [0, 1) with 24 bits.
    [[nodiscard]] constexpr float uniform(std::uint64_t index) const noexcept {
        return static_cast<float>(word(index) >> 8) * 0x1p-24f;
    }

    /// Uniform integer in [0, bound); bound >= 1. Bias below bound / 2^32.
    [[nodiscard]] constexpr std::uint32_t below(std::uint64_t index, std::uint32_t bound) const noexcept {
        return static_cast<std::uint32_t>((std::uint64_t{word(index)} * bound) >> 32);
    }

    /// Standard normal by the Box-Muller transform; uses one block of its own for each index.
    [[nodiscard]] double normal(std::uint64_t index) const noexcept {
        const philox_counter words = block(index);
        const double radius = (static_cast<double>(words[0]) + 1.0) * 0x1p-32;
        const double angle = static_cast<double>(words[1]) * 0x1p-32;
        return std::sqrt(-2.0 * std::log(radius)) * std::cos(6.283185307179586 * angle);
    }

    /// Uniform in (0, 1) with 52 bits; uses the block of its own that `normal` uses.
    [[nodiscard]] constexpr double uniform_open(std::uint64_t index) const noexcept {
        const philox_counter words = block(index);
        const std::uint64_t bits = (std::uint64_t{words[0]} << 32 | words[1]) >> 12;
        return (static_cast<double>(bits) + 0.5) * 0x1p-52;
    }

    /// Poisson with a mean up to 700, by inversion; O(mean).
    [[nodiscard]] int poisson(std::uint64_t index, double mean) const noexcept {
        double left = uniform_open(index);
        double share = std::exp(-mean);
        int count = 0;
        while (left > share && share > 0.0) {
            left -= share;
            share *= mean / ++count;
        }
        return count;
    }

    /// Gamma with scale one. G. Marsaglia, W. W. Tsang, "A simple method for generating gamma variables", ACM TOMS 26(3), 2000; a
    /// shape below one by their power of a uniform draw. Attempts, of which nearly all succeed, are forks.
    [[nodiscard]] double gamma(std::uint64_t index, double shape) const noexcept {
        const double d = (shape < 1.0 ? shape + 1.0 : shape) - 1.0 / 3.0;
        const double c = 1.0 / std::sqrt(9.0 * d);
        for (std::uint32_t attempt = 0;; ++attempt) {
            const random_source own = fork(attempt);
            const double x = own.fork(0).normal(index);
            const double v = (1.0 + c * x) * (1.0 + c * x) * (1.0 + c * x);
            if (v > 0.0 && std::log(own.fork(1).uniform_open(index)) < 0.5 * x * x + d - d * v + d * std::log(v)) {
                return d * v * (shape < 1.0 ? std::pow(own.fork(2).uniform_open(index), 1.0 / shape) : 1.0);
            }
        }
    }

    /// An independent source at the same address: for the n-th part of a composed model. Parts of parts fork again.
    [[nodiscard]] constexpr random_source fork(std::uint32_t n) const noexcept {
        random_source child = *this;
        child.key_[1] += fork_step_ * (n + 1);
        child.fork_step_ *= 0x85EBCA6Bu;
        return child;
    }

    [[nodiscard]] constexpr philox_key key() const noexcept { return key_; }
    [[nodiscard]] constexpr std::uint32_t place() const noexcept { return place_; }
    [[nodiscard]] constexpr std::uint32_t step() const noexcept { return step_; }

private:
    philox_key key_;
    std::uint32_t place_;
    std::uint32_t step_;
    std::uint32_t fork_step_ = 0xBB67AE85u;
};

} // namespace rcim::inline RCIM_ABI
