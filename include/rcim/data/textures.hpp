#pragma once

/// @file
/// Procedural textures: a dataset of coloured patterns that needs no file. A class is how the pattern is made; its colours,
/// period, turn, place, softness, bends and light are drawn at random, so that neither the mean of the pixels nor their colour
/// tells it.

#include <rcim/core/config.hpp>
#include <rcim/core/random.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/data/canvas.hpp>
#include <rcim/data/dataset.hpp>
#include <rcim/data/procedural.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace rcim::inline RCIM_ABI {

/// How many textures, and how hard they are to tell apart. With the defaults, LeNet-5 (ten epochs) names about 78 % of the test
/// images, ResNet-20 (four epochs) 93 %, and a single dense layer guesses.
struct texture_options {
    index_t train = 10000;  ///< images to train on, >= 1
    index_t test = 2000;    ///< images to test on, >= 1
    std::uint64_t seed = 1; ///< of every draw
    float finest = 5.0f;    ///< least period, pixels [3, 32]
    float coarsest = 11.0f; ///< largest period, pixels [finest, 32]
    float warp = 0.35f;     ///< largest bend, periods [0, 1]
    float contrast = 0.15f; ///< least difference of the two colours in every channel, of full scale [0.05, 0.5]
    float light = 0.4f;     ///< largest slope of the light, relative change from middle to edge [0, 0.6]
    float noise = 0.12f;    ///< standard deviation, of full scale [0, 0.5]
};

namespace detail::textures {

using procedural::between;
using procedural::fixed;
using procedural::one;
using procedural::root;
using procedural::sine;

/// The classes, in the order of their labels.
enum class kind { stripes, waves, checkers, bricks, dots, cells, rings, rays, clouds, streaks };

/// The pattern of one image: how much of the second colour, 0 to 1024, is where.
class pattern {
public:
    pattern(const texture_options& options, const random_source& random, kind what)
        : kind_(what), grid_(random.fork(0)), bends_(random.fork(1)),
          period_(between(random, 0, fixed(options.finest), fixed(options.coarsest))),
          ratio_(between(random, 1, one * 3 / 4, one * 4 / 3)), turn_(random.below(2, one)), u_(random.below(3, 16 * one)),
          v_(random.below(4, 16 * one)), warp_(between(random, 5, 0, fixed(options.warp))),
          sharp_(between(random, 6, one, 4 * one)),
          shape_(random.below(7, one)), middle_{between(random, 8, -8 * one, 8 * one), between(random, 9, -8 * one, 8 * one)} {}

    /// At a point seen from the middle of the image, in 1/1024 pixel.
    [[nodiscard]] std::int64_t at(std::int64_t x, std::int64_t y) const {
        if (kind_ == kind::rings || kind_ == kind::rays) {
            x -= middle_.x;
            y -= middle_.y;
        }
        std::int64_t u = (x * procedural::cosine(turn_) + y * sine(turn_)) / period_;
        std::int64_t v = (y * procedural::cosine(turn_) - x * sine(turn_)) / period_ * ratio_ / one;
        u += (bends_.smooth(u / 2 + u_, v / 2) - one / 2) * warp_ * 2 / one;
        v += (bends_.smooth(u / 2 + u_, v / 2 + 8 * one) - one / 2) * warp_ * 2 / one;
        // Softness is drawn: from a sine to a square wave.
        return std::clamp<std::int64_t>(one / 2 + wave(u, v) * sharp_ / (2 * one), 0, one);
    }

private:
    /// The pattern of the class, -1024 to 1024, about as often above zero as below. Lengths are in 1/1024 period.
    [[nodiscard]] std::int64_t wave(std::int64_t u, std::int64_t v) const {
        switch (kind_) {
        case kind::stripes:
            return sine(u + u_);
        case kind::waves:
            return sine(u + u_ + (256 + shape_ / 4) * sine((v + v_) * 3 / 8) / one);
        case kind::checkers:
            return 2 * sine((u + u_) / 2) * sine((v + v_) / 2) / one;
        case kind::bricks:
            return brick(u + u_, v + v_);
        case kind::dots:
            return 3 * (320 - nearest(u + u_, v + v_, one / 4)[0]);
        case kind::cells: {
            const auto distance = nearest(u * 3 / 4 + u_, v * 3 / 4 + v_, one);
            return 4 * (distance[1] - distance[0]) - one;
        }
        case kind::rings:
            return sine(root(u * u + v * v) + u_);
        case kind::rays:
            return ray(u, v);
        case kind::clouds:
            return 2 * (2 * grid_.smooth(u + u_, v + v_) + grid_.smooth(2 * u, 2 * v) - 3 * one / 2);
        case kind::streaks:
            break;
        }
        return 3 * (2 * grid_.smooth(2 * u + u_, v / 4 + v_) - one);
    }

    /// A wall in running bond: bricks of two to one, and thin joints.
    [[nodiscard]] static std::int64_t brick(std::int64_t u, std::int64_t v) {
        const std::int64_t course = v >> 10;
        const std::int64_t down = v & 1023;
        const std::int64_t along = (u / 2 + (course & 1) * one / 2) & 1023;
        return 6 * std::min(std::min(down, one - down) - 128, 2 * std::min(along, one - along) - 128);
    }

    /// The sine of 5 to 9 times the angle at which a point is seen: a power of a complex number of length one.
    [[nodiscard]] std::int64_t ray(std::int64_t u, std::int64_t v) const {
        const std::int64_t length = root(u * u + v * v) + 1;
        constexpr std::int64_t unit = std::int64_t{1} << 20;
        const std::int64_t re = u * unit / length;
        const std::int64_t im = v * unit / length;
        std::int64_t power_re = unit;
        std::int64_t power_im = 0;
        for (std::int64_t n = 0; n < 5 + shape_ * 5 / one; ++n) {
            const std::int64_t next = (power_re * re - power_im * im) / unit;
            power_im = (power_re * im + power_im * re) / unit;
            power_re = next;
        }
        return power_im * one / unit;
    }

    /// The distances to the nearest and the second nearest of points that lie one in each square of the grid, strewn over this
    /// share of it. S. Worley, "A cellular texture basis function", SIGGRAPH 1996.
    [[nodiscard]] std::array<std::int64_t, 2> nearest(std::int64_t u, std::int64_t v, std::int64_t strewn) const {
        std::array<std::int64_t, 2> least{64 * one * one, 64 * one * one};
        for (std::int64_t y = (v >> 10) - 1; y <= (v >> 10) + 1; ++y) {
            for (std::int64_t x = (u >> 10) - 1; x <= (u >> 10) + 1; ++x) {
                const std::uint32_t word = grid_.word(x, y);
                const std::int64_t du = x * one + one / 2 + (std::int64_t{word & 1023} - 512) * strewn / one - u;
                const std::int64_t dv = y * one + one / 2 + (std::int64_t{word >> 10 & 1023} - 512) * strewn / one - v;
                const std::int64_t squared = du * du + dv * dv;
                least[1] = std::min(least[1], std::max(squared, least[0]));
                least[0] = std::min(least[0], squared);
            }
        }
        return {root(least[0]), root(least[1])};
    }

    kind kind_;
    procedural::lattice grid_;
    procedural::lattice bends_;
    std::int64_t period_;
    std::int64_t ratio_; ///< of the period to that across it
    std::int64_t turn_;
    std::int64_t u_, v_; ///< where in the pattern the middle lies
    std::int64_t warp_;
    std::int64_t sharp_;       ///< slope of the edges
    std::int64_t shape_;       ///< the height of waves, the number of rays
    procedural::point middle_; ///< of rings and rays
};

inline void draw(const texture_options& options, const random_source& random, int label, std::span<std::uint8_t> pixels) {
    const pattern texture(options, random.fork(0), static_cast<kind>(label));
    const random_source colours = random.fork(1);
    const procedural::colour ground = procedural::any_colour(colours, 0);
    const procedural::colour figure = procedural::colour_apart(colours, 3, ground, fixed(options.contrast));
    procedural::canvas image;
    constexpr std::int64_t side = procedural::canvas::side;
    for (std::size_t p = 0; p < procedural::canvas::pixels; ++p) {
        const std::int64_t x = (static_cast<std::int64_t>(p) % side - side / 2) * one;
        const std::int64_t y = (static_cast<std::int64_t>(p) / side - side / 2) * one;
        std::int64_t share = 0;
        for (const std::int64_t across : {one / 4, 3 * one / 4}) {
            for (const std::int64_t down : {one / 4, 3 * one / 4}) {
                share += texture.at(x + across, y + down);
            }
        }
        image.set(p, ground);
        image.mix(p, figure, share / 4);
    }
    image.store(random.fork(2), fixed(options.light), fixed(options.noise), pixels);
}

} // namespace detail::textures

/// Throws `error` naming the first option that is out of its range.
inline void check(const texture_options& options) {
    constexpr auto where = "procedural_textures";
    detail::procedural::check_counts(where, options.train, options.test);
    const auto within = [&](std::string_view name, double value, float low, float high) {
        detail::procedural::check_number(where, name, value, low, high);
    };
    within("finest", options.finest, 3.0f, 32.0f);
    within("coarsest", options.coarsest, options.finest, 32.0f);
    within("warp", options.warp, 0.0f, 1.0f);
    within("contrast", options.contrast, 0.05f, 0.5f);
    within("light", options.light, 0.0f, 0.6f);
    within("noise", options.noise, 0.0f, 0.5f);
}

/// Draws the dataset "textures": 3 x 32 x 32, ten classes (stripes, waves, checkers, bricks, dots, cells, rings, rays, clouds,
/// streaks), image i of each set showing class i % 10. Image i is a function of (options, set, i) alone: more images do not
/// change the first ones. Throws `error` on an option out of range. About 300 us per image; a pool divides that.
[[nodiscard]] inline dataset procedural_textures(const texture_options& options = {}, thread_pool* pool = nullptr) {
    check(options);
    return detail::procedural::drawn("textures", {3, 32, 32}, options.train, options.test, options.seed, pool,
                                     [&](const random_source& random, int label, std::span<std::uint8_t> pixels) {
                                         detail::textures::draw(options, random.fork(2), label, pixels);
                                     });
}

} // namespace rcim::inline RCIM_ABI
