#pragma once

/// @file
/// Procedural shapes: a dataset of objects in clutter that needs no file. Each image shows one shape of any colour, size, place
/// and turn, slightly deformed, on a mottled ground among lines and shards, one of which may lie across it.

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
#include <vector>

namespace rcim::inline RCIM_ABI {

/// How many shapes, and how hard they are to recognise. With the defaults, LeNet-5 (ten epochs) names about 80 % of the test
/// images, ResNet-20 (four epochs) 92 %, and a single dense layer guesses.
struct shape_options {
    index_t train = 10000;  ///< images to train on, >= 1
    index_t test = 2000;    ///< images to test on, >= 1
    std::uint64_t seed = 1; ///< of every draw
    float smallest = 9.0f;  ///< least radius, pixels [3, 16]
    float largest = 13.0f;  ///< largest radius, pixels [smallest, 16]
    float rotation = 45.0f; ///< largest turn, degrees [0, 180]
    float stretch = 0.12f;  ///< largest relative change of height and of width, slant and taper [0, 0.3]
    float contrast = 0.35f; ///< least difference from the ground's mean in every channel, of full scale [0.05, 0.5]
    float mottle = 0.15f;   ///< largest change of the ground's colour to each side, of full scale [0, 0.5]
    int clutter = 5;        ///< most lines and shards behind the shape [0, 64]
    float occlusion = 0.4f; ///< probability that a bar lies across the shape [0, 1]
    float light = 0.3f;     ///< largest slope of the light, relative change from middle to edge [0, 0.6]
    float noise = 0.06f;    ///< standard deviation, of full scale [0, 0.5]
};

namespace detail::shapes {

using procedural::between;
using procedural::colour;
using procedural::fixed;
using procedural::one;
using procedural::point;

/// The classes, in the order of their labels.
enum class kind { disc, ellipse, ring, crescent, triangle, square, pentagon, star, cross, arrow };

/// At this angle (1/1024 turn) on the circle of this radius.
inline point on_circle(std::int64_t angle, std::int64_t radius) {
    return {radius * procedural::cosine(angle) / one, radius * procedural::sine(angle) / one};
}

/// The closed outline of a shape within the circle of radius 1024 about the origin.
inline std::vector<point> outline(kind what) {
    std::vector<point> points;
    // `steps` + 1 points from one angle to another.
    const auto arc = [&](point middle, std::int64_t radius, std::int64_t from, std::int64_t to, std::int64_t steps) {
        for (std::int64_t k = 0; k <= steps; ++k) {
            const point p = on_circle(from + (to - from) * k / steps, radius);
            points.push_back({middle.x + p.x, middle.y + p.y});
        }
    };
    switch (what) {
    case kind::disc:
        arc({0, 0}, 950, 0, 1024, 32);
        break;
    case kind::ellipse:
        arc({0, 0}, 1024, 0, 1024, 32);
        for (point& p : points) {
            p.y = p.y * 9 / 16;
        }
        break;
    case kind::ring:
        // The way from the outer circle to the inner one and back cancels out.
        arc({0, 0}, 1000, 0, 1024, 32);
        arc({0, 0}, 540, 1024, 0, 32);
        break;
    case kind::crescent:
        // Two circles that meet at 0.6, +-0.8.
        arc({0, 0}, 1024, 151, 873, 24);
        arc({614, 0}, 819, 768, 256, 16);
        break;
    case kind::triangle:
        arc({0, 0}, 1024, 0, 683, 2);
        break;
    case kind::square:
        arc({0, 0}, 1024, 0, 768, 3);
        break;
    case kind::pentagon:
        arc({0, 0}, 1024, 0, 819, 4);
        break;
    case kind::star:
        for (std::int64_t k = 0; k < 10; ++k) {
            points.push_back(on_circle(k * 1024 / 10, k % 2 == 0 ? 1024 : 420));
        }
        break;
    case kind::cross:
        points = {{-300, -1000}, {300, -1000}, {300, -300}, {1000, -300}, {1000, 300},   {300, 300},
                  {300, 1000},   {-300, 1000}, {-300, 300}, {-1000, 300}, {-1000, -300}, {-300, -300}};
        break;
    case kind::arrow:
        points = {{1024, 0}, {150, 800}, {150, 280}, {-950, 280}, {-950, -280}, {150, -280}, {150, -800}};
        break;
    }
    return points;
}

/// Turned, scaled, stretched, slanted and tapered at random, and moved to `middle`.
inline void place(std::vector<point>& points, const random_source& random, std::int64_t radius, std::int64_t rotation,
                  std::int64_t stretch, point middle) {
    const std::int64_t turn = between(random, 0, -rotation, rotation);
    const std::int64_t facing = random.below(1, one);
    std::array<std::int64_t, 4> change{};
    for (std::size_t k = 0; k < change.size(); ++k) {
        change[k] = between(random, 2 + k, -stretch, stretch);
    }
    const auto turned = [](point p, std::int64_t angle) -> point {
        const std::int64_t c = procedural::cosine(angle);
        const std::int64_t s = procedural::sine(angle);
        return {(c * p.x - s * p.y) / one, (s * p.x + c * p.y) / one};
    };
    for (point& p : points) {
        // Along axes of any direction, not those of the shape.
        p = turned(p, facing);
        const std::int64_t taper = one + change[3] * p.y / one;
        p = {(p.x * (one + change[0]) + p.y * change[2]) / one * taper / one, p.y * (one + change[1]) / one};
        p = turned(p, turn - facing);
        p = {middle.x + p.x * radius / one, middle.y + p.y * radius / one};
    }
}

/// A line of this length and width about `middle`, in any direction.
inline std::array<point, 4> bar(point middle, std::int64_t angle, std::int64_t length, std::int64_t width) {
    const point along = on_circle(angle, length / 2);
    const point across = on_circle(angle + 256, width / 2);
    return {{{middle.x + along.x + across.x, middle.y + along.y + across.y},
             {middle.x + along.x - across.x, middle.y + along.y - across.y},
             {middle.x - along.x - across.x, middle.y - along.y - across.y},
             {middle.x - along.x + across.x, middle.y - along.y + across.y}}};
}

inline void draw(const shape_options& options, const random_source& random, int label, std::span<std::uint8_t> pixels) {
    constexpr std::int64_t side = procedural::canvas::side;
    const random_source colours = random.fork(0);
    const random_source ground = random.fork(1);
    const random_source scraps = random.fork(2);
    const colour base = procedural::any_colour(colours, 0);
    const colour paint = procedural::colour_apart(colours, 3, base, fixed(options.contrast));
    procedural::canvas image;

    const procedural::lattice noise(ground.fork(0));
    const std::int64_t period = between(ground, 0, 3 * one, 12 * one);
    const std::int64_t mottle = fixed(options.mottle) * 255;
    for (std::size_t p = 0; p < procedural::canvas::pixels; ++p) {
        const std::int64_t u = static_cast<std::int64_t>(p) % side * one * one / period;
        const std::int64_t v = static_cast<std::int64_t>(p) / side * one * one / period;
        const std::int64_t change = (noise.smooth(u, v) - one / 2) * mottle / (one * one / 2);
        image.set(p, {std::clamp<std::int64_t>(base[0] + change, 0, 255), std::clamp<std::int64_t>(base[1] + change, 0, 255),
                      std::clamp<std::int64_t>(base[2] + change, 0, 255)});
    }

    const auto anywhere = [&](std::uint64_t index) -> point {
        return {between(scraps, index, 0, side * one), between(scraps, index + 1, 0, side * one)};
    };
    const std::uint32_t count = scraps.below(0, static_cast<std::uint32_t>(options.clutter) + 1);
    for (std::uint32_t n = 0; n < count; ++n) {
        const std::uint64_t k = 16 * (n + 1);
        const point middle = anywhere(k);
        const colour scrap = procedural::any_colour(scraps, k + 2);
        if (scraps.below(k + 5, 2) == 0) {
            image.fill(bar(middle, scraps.below(k + 6, one), between(scraps, k + 7, 4 * one, 20 * one),
                           between(scraps, k + 8, one / 2, 3 * one / 2)),
                       scrap);
        } else {
            std::array<point, 4> shard{};
            for (std::size_t corner = 0; corner < 4; ++corner) {
                const auto angle = static_cast<std::int64_t>(256 * corner + scraps.below(k + 6 + corner, 256));
                const point p = on_circle(angle, between(scraps, k + 10 + corner, one, 4 * one));
                shard[corner] = {middle.x + p.x, middle.y + p.y};
            }
            image.fill(shard, scrap);
        }
    }

    const random_source placing = random.fork(3);
    const std::int64_t radius = between(placing, 0, fixed(options.smallest), fixed(options.largest));
    const std::int64_t room = std::max<std::int64_t>(side * one / 2 - radius, 0);
    const point middle{side * one / 2 + between(placing, 1, -room, room), side * one / 2 + between(placing, 2, -room, room)};
    std::vector<point> points = outline(static_cast<kind>(label));
    place(points, placing.fork(0), radius, fixed(options.rotation / 360.0f), fixed(options.stretch), middle);
    image.fill(points, paint);

    if (between(placing, 3, 0, one - 1) < fixed(options.occlusion)) {
        const std::int64_t off = radius / 2;
        image.fill(bar({middle.x + between(placing, 4, -off, off), middle.y + between(placing, 5, -off, off)},
                       placing.below(6, one), 3 * radius, between(placing, 7, one, 4 * one)),
                   procedural::any_colour(colours, 6));
    }
    image.store(random.fork(4), fixed(options.light), fixed(options.noise), pixels);
}

} // namespace detail::shapes

/// Throws `error` naming the first option that is out of its range.
inline void check(const shape_options& options) {
    constexpr auto where = "procedural_shapes";
    detail::procedural::check_counts(where, options.train, options.test);
    const auto within = [&](std::string_view name, double value, float low, float high) {
        detail::procedural::check_number(where, name, value, low, high);
    };
    within("smallest", options.smallest, 3.0f, 16.0f);
    within("largest", options.largest, options.smallest, 16.0f);
    within("rotation", options.rotation, 0.0f, 180.0f);
    within("stretch", options.stretch, 0.0f, 0.3f);
    within("contrast", options.contrast, 0.05f, 0.5f);
    within("mottle", options.mottle, 0.0f, 0.5f);
    within("clutter", options.clutter, 0.0f, 64.0f);
    within("occlusion", options.occlusion, 0.0f, 1.0f);
    within("light", options.light, 0.0f, 0.6f);
    within("noise", options.noise, 0.0f, 0.5f);
}

/// Draws the dataset "shapes": 3 x 32 x 32, ten classes (disc, ellipse, ring, crescent, triangle, square, pentagon, star,
/// cross, arrow), image i of each set showing class i % 10. Image i is a function of (options, set, i) alone: more images do
/// not change the first ones. Throws `error` on an option out of range. About 100 us per image; a pool divides that.
[[nodiscard]] inline dataset procedural_shapes(const shape_options& options = {}, thread_pool* pool = nullptr) {
    check(options);
    return detail::procedural::drawn("shapes", {3, 32, 32}, options.train, options.test, options.seed, pool,
                                     [&](const random_source& random, int label, std::span<std::uint8_t> pixels) {
                                         detail::shapes::draw(options, random.fork(3), label, pixels);
                                     });
}

} // namespace rcim::inline RCIM_ABI
