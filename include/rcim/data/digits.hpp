#pragma once

/// @file
/// Procedural digits: a dataset that needs no file. Each image draws one of several written forms of its digit as a smooth
/// stroke of a pen, bent, sheared, turned, scaled and shifted at random, on a noisy ground with scraps of other strokes.

#include <rcim/core/config.hpp>
#include <rcim/core/random.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/data/dataset.hpp>
#include <rcim/data/procedural.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>

namespace rcim::inline RCIM_ABI {

/// How many digits, and how hard they are to read. With the defaults, LeNet-5 reads about 98.7 % of the test images after five
/// epochs over the training images.
struct digit_options {
    index_t train = 10000;  ///< images to train on, >= 1
    index_t test = 2000;    ///< images to test on, >= 1
    std::uint64_t seed = 1; ///< of every draw
    float rotation = 15.0f; ///< largest turn, degrees [0, 45]
    float shear = 0.30f;    ///< largest slant, columns per row [0, 1]
    float scale = 0.20f;    ///< largest relative change of height and of width [0, 0.5]
    float shift = 2.25f;    ///< largest translation, pixels [0, 8]
    float wobble = 0.8f;    ///< standard deviation of each control point along each axis, pixels [0, 4]
    float thinnest = 0.9f;  ///< least width of the pen, pixels [0.5, 6]
    float thickest = 3.2f;  ///< largest width of the pen, pixels [thinnest, 6]
    float contrast = 0.6f;  ///< least height of a stroke over the ground, of full scale [0.1, 1]
    float noise = 0.08f;    ///< standard deviation of the ground, of full scale [0, 0.5]
    int clutter = 1;        ///< most scraps of other strokes [0, 16]
};

namespace detail::digits {

using procedural::bell;
using procedural::between;
using procedural::fixed;
using procedural::one;
using procedural::point;

inline constexpr int side = 28;

/// A control point on a grid of 100 columns and 140 rows, y down. `lift` starts a stroke, a `bend` passes smoothly, a `corner`
/// breaks the direction.
enum class pen : std::uint8_t { lift, bend, corner };
struct glyph_point {
    std::int16_t x;
    std::int16_t y;
    pen how = pen::bend;
};

inline constexpr auto L = pen::lift;
inline constexpr auto C = pen::corner;

/// One written form of a digit.
struct glyph {
    int digit;
    std::span<const glyph_point> points;
};

inline constexpr glyph_point zero_round[] = {{52, 4, L}, {22, 22}, {8, 68},  {20, 118}, {50, 136},
                                             {80, 118},  {92, 68}, {78, 22}, {50, 4}};
inline constexpr glyph_point zero_open[] = {{66, 12, L}, {34, 14}, {14, 60}, {20, 112}, {46, 134},
                                            {74, 112},   {82, 62}, {66, 20}, {40, 8}};
inline constexpr glyph_point one_bare[] = {{52, 4, L}, {50, 136, C}};
inline constexpr glyph_point one_flag[] = {{26, 36, L}, {56, 4, C}, {54, 136, C}};
inline constexpr glyph_point one_base[] = {{28, 32, L}, {54, 6, C}, {52, 132, C}, {24, 132, L}, {82, 132, C}};
inline constexpr glyph_point two_plain[] = {{12, 36, L}, {30, 8}, {64, 6}, {84, 34}, {68, 72}, {12, 132, C}, {92, 130, C}};
inline constexpr glyph_point two_loop[] = {{14, 30, L}, {42, 5},   {74, 18},  {74, 56},  {46, 104},
                                           {18, 130},   {12, 112}, {38, 112}, {66, 132}, {94, 120}};
inline constexpr glyph_point three_round[] = {{14, 22, L}, {46, 4},   {80, 24},  {70, 54}, {40, 66, C},
                                              {80, 80},    {86, 112}, {52, 136}, {10, 120}};
inline constexpr glyph_point three_flat[] = {{12, 8, L}, {84, 8, C}, {44, 58, C}, {78, 68}, {90, 100}, {60, 134}, {10, 124}};
inline constexpr glyph_point four_open[] = {{28, 6, L}, {10, 82, C}, {94, 80, C}, {72, 34, L}, {64, 136, C}};
inline constexpr glyph_point four_closed[] = {{70, 136, L}, {70, 5, C}, {8, 92, C}, {96, 92, C}};
inline constexpr glyph_point five_two_strokes[] = {{28, 8, L}, {22, 60, C}, {58, 54},   {86, 84},  {76, 122},
                                                   {42, 136},  {10, 122},   {28, 8, L}, {88, 8, C}};
inline constexpr glyph_point five_one_stroke[] = {{88, 6, L}, {30, 12, C}, {18, 66, C}, {60, 60},
                                                  {84, 92},   {64, 130},   {10, 126}};
inline constexpr glyph_point six_curved[] = {{74, 6, L}, {34, 38}, {12, 90}, {28, 130}, {64, 134},
                                             {86, 106},  {66, 78}, {32, 82}, {14, 104}};
inline constexpr glyph_point six_straight[] = {{60, 4, L}, {24, 70}, {16, 112}, {46, 136},
                                               {80, 120},  {76, 84}, {44, 74},  {20, 96}};
inline constexpr glyph_point seven_plain[] = {{10, 10, L}, {90, 8, C}, {42, 136, C}};
inline constexpr glyph_point seven_barred[] = {{12, 12, L}, {88, 8, C}, {44, 136, C}, {36, 74, L}, {84, 70, C}};
inline constexpr glyph_point seven_curved[] = {{10, 28, L}, {16, 10, C}, {90, 10, C}, {62, 60}, {48, 136}};
inline constexpr glyph_point eight_one_stroke[] = {{78, 22, L}, {48, 4},   {20, 28}, {48, 66}, {84, 104},
                                                   {50, 136},   {16, 106}, {52, 66}, {80, 22}};
inline constexpr glyph_point eight_two_loops[] = {{50, 4, L},  {22, 32},  {50, 62},  {78, 32},  {50, 4},
                                                  {50, 62, L}, {14, 100}, {50, 136}, {86, 100}, {50, 62}};
inline constexpr glyph_point nine_straight[] = {{80, 34, L}, {52, 4}, {18, 28}, {26, 66}, {62, 66}, {82, 30, C}, {74, 136, C}};
inline constexpr glyph_point nine_hooked[] = {{82, 36, L}, {50, 5},  {16, 32},  {34, 68}, {72, 54},
                                              {82, 24, C}, {82, 96}, {56, 136}, {16, 124}};

inline constexpr glyph glyphs[] = {
    {0, zero_round},       {0, zero_open},       {1, one_bare},      {1, one_flag},    {1, one_base},     {2, two_plain},
    {2, two_loop},         {3, three_round},     {3, three_flat},    {4, four_open},   {4, four_closed},  {5, five_two_strokes},
    {5, five_one_stroke},  {6, six_curved},      {6, six_straight},  {7, seven_plain}, {7, seven_barred}, {7, seven_curved},
    {8, eight_one_stroke}, {8, eight_two_loops}, {9, nine_straight}, {9, nine_hooked}};

/// The squared distance of every pixel's centre from the nearest line drawn so far, in (1/1024 pixel)^2.
class distance_field {
public:
    static constexpr std::int64_t far = std::int64_t{1} << 40;

    distance_field() { squared_.fill(far); }

    /// Draws a line; pixels further than `reach` are left alone.
    void line(point a, point b, std::int64_t reach) {
        const auto first = [&](std::int64_t u, std::int64_t v) {
            return std::max<std::int64_t>((std::min(u, v) - reach) / one, 0);
        };
        const auto last = [&](std::int64_t u, std::int64_t v) {
            return std::min<std::int64_t>((std::max(u, v) + reach) / one, side - 1);
        };
        const std::int64_t dx = b.x - a.x;
        const std::int64_t dy = b.y - a.y;
        const std::int64_t length = dx * dx + dy * dy;
        for (std::int64_t row = first(a.y, b.y); row <= last(a.y, b.y); ++row) {
            for (std::int64_t column = first(a.x, b.x); column <= last(a.x, b.x); ++column) {
                const std::int64_t px = column * one + one / 2 - a.x;
                const std::int64_t py = row * one + one / 2 - a.y;
                const std::int64_t along = px * dx + py * dy;
                std::int64_t squared = 0;
                if (along <= 0) {
                    squared = px * px + py * py;
                } else if (along >= length) {
                    squared = (px - dx) * (px - dx) + (py - dy) * (py - dy);
                } else {
                    const std::int64_t across = px * dy - py * dx;
                    squared = across * across / length;
                }
                std::int64_t& nearest = squared_[static_cast<std::size_t>(row * side + column)];
                nearest = std::min(nearest, squared);
            }
        }
    }

    /// How much of a pixel is inked by a pen of this width, 0 to 256: the edge is one pixel wide.
    [[nodiscard]] int ink(std::size_t pixel, std::int64_t width) const {
        const std::int64_t edge = width / 2 + one / 2;
        if (squared_[pixel] >= edge * edge) {
            return 0;
        }
        return static_cast<int>(std::min<std::int64_t>((edge - procedural::root(squared_[pixel])) / 4, 256));
    }

private:
    std::array<std::int64_t, side * side> squared_;
};

/// The options in the renderer's integers, and the renderer.
class renderer {
public:
    explicit renderer(const digit_options& options)
        : turn_(fixed(options.rotation * 0.017453293f)), shear_(fixed(options.shear)),
          scale_(fixed(options.scale)), shift_(fixed(options.shift)), wobble_(fixed(options.wobble)),
          thinnest_(fixed(options.thinnest)), thickest_(fixed(options.thickest)), contrast_(fixed(options.contrast)),
          noise_(fixed(options.noise)), clutter_(options.clutter) {}

    /// Draws the image of this digit that `random` is of.
    void draw(const random_source& random, int digit, std::span<std::uint8_t> pixels) const {
        const random_source scraps = random.fork(0);
        const random_source ground = random.fork(1);
        distance_field main;
        const std::int64_t width = between(random, 0, thinnest_, thickest_);
        draw_glyph(main, pick(random, digit), placing(random), random, width / 2 + one);

        // A scrap is a short line, thin and pale, that would not make another digit of this one.
        distance_field other;
        const auto count = clutter_ == 0 ? 0u : scraps.below(0, static_cast<std::uint32_t>(clutter_) + 1);
        const std::int64_t other_width = between(scraps, 1, one, 2 * one);
        for (std::uint32_t n = 0; n < count; ++n) {
            const point from{between(scraps, 8 + 4 * n, 0, side * one), between(scraps, 9 + 4 * n, 0, side * one)};
            const point step{between(scraps, 10 + 4 * n, -6 * one, 6 * one), between(scraps, 11 + 4 * n, -6 * one, 6 * one)};
            other.line(from, {from.x + step.x, from.y + step.y}, 2 * one);
        }

        const std::int64_t height = between(random, 1, contrast_, one);
        const std::int64_t other_height = height * between(scraps, 2, one / 4, one * 3 / 4) / one;
        philox_counter words{};
        for (std::size_t p = 0; p < pixels.size(); ++p) {
            if (p % 4 == 0) {
                words = ground.block(p / 4);
            }
            const std::int64_t ink = std::max(height * main.ink(p, width), other_height * other.ink(p, other_width));
            const std::int64_t level = ink * 255 / (256 * one) + bell(words[p % 4], noise_ * 255) / one;
            pixels[p] = static_cast<std::uint8_t>(std::clamp<std::int64_t>(level, 0, 255));
        }
    }

private:
    /// The affine map of a glyph: rows of a matrix in 1/1024, applied about the glyph's middle, and where the middle goes.
    struct placement {
        std::int64_t xx, xy, yx, yy;
        point middle;
    };

    static std::span<const glyph_point> pick(const random_source& random, int digit) {
        const auto is_form = [&](const glyph& form) { return form.digit == digit; };
        const auto first = std::find_if(std::begin(glyphs), std::end(glyphs), is_form);
        const auto count = std::count_if(std::begin(glyphs), std::end(glyphs), is_form);
        return first[between(random, 2, 0, count - 1)].points;
    }

    [[nodiscard]] placement placing(const random_source& random) const {
        const std::int64_t angle = between(random, 4, -turn_, turn_);
        const std::int64_t slant = between(random, 5, -shear_, shear_);
        const std::int64_t wide = one + between(random, 6, -scale_, scale_);
        const std::int64_t high = one + between(random, 7, -scale_, scale_);
        // Taylor: at 45 degrees the next terms are below 1 / 1024 of a radius of ten pixels.
        const std::int64_t square = angle * angle / one;
        const std::int64_t cosine = one - square / 2 + square * square / (24 * one);
        const std::int64_t sine = angle - angle * square / (6 * one) + angle * square / one * square / (120 * one);
        const std::int64_t middle = side * one / 2;
        // Turn * slant * scale.
        return {cosine * wide / one,
                (cosine * slant / one - sine) * high / one,
                sine * wide / one,
                (sine * slant / one + cosine) * high / one,
                {middle + between(random, 8, -shift_, shift_), middle + between(random, 9, -shift_, shift_)}};
    }

    void draw_glyph(distance_field& field, std::span<const glyph_point> points, const placement& place,
                    const random_source& random, std::int64_t reach) const {
        // 140 rows of the grid are 19 pixels.
        constexpr std::int64_t unit = 19 * one / 140;
        std::array<point, 16> at{};
        for (std::size_t k = 0; k < points.size(); ++k) {
            const std::uint64_t index = 64 + 2 * k;
            const std::int64_t x = (points[k].x - 50) * unit + wobbled(random, index);
            const std::int64_t y = (points[k].y - 70) * unit + wobbled(random, index + 1);
            at[k] = {place.middle.x + (place.xx * x + place.xy * y) / one,
                     place.middle.y + (place.yx * x + place.yy * y) / one};
        }
        for (std::size_t k = 1; k < points.size(); ++k) {
            if (points[k].how == pen::lift) {
                continue;
            }
            // A Catmull-Rom span from k - 1 to k, whose outer neighbours count only across a bend.
            const bool bends_before = points[k - 1].how == pen::bend;
            const bool bends_after = points[k].how == pen::bend && k + 1 < points.size() && points[k + 1].how != pen::lift;
            const point& p0 = at[bends_before ? k - 2 : k - 1];
            const point& p1 = at[k - 1];
            const point& p2 = at[k];
            const point& p3 = at[bends_after ? k + 1 : k];
            if (!bends_before && !bends_after) {
                field.line(p1, p2, reach);
                continue;
            }
            point from = p1;
            for (std::int64_t u = 1; u <= 4; ++u) {
                const auto spline = [u](std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d) {
                    return (128 * b + 16 * u * (c - a) + 4 * u * u * (2 * a - 5 * b + 4 * c - d) +
                            u * u * u * (3 * b - a - 3 * c + d)) /
                           128;
                };
                const point to{spline(p0.x, p1.x, p2.x, p3.x), spline(p0.y, p1.y, p2.y, p3.y)};
                field.line(from, to, reach);
                from = to;
            }
        }
    }

    /// A bell-shaped number of standard deviation `wobble`.
    [[nodiscard]] std::int64_t wobbled(const random_source& random, std::uint64_t index) const {
        return bell(random.word(index), wobble_);
    }

    std::int64_t turn_, shear_, scale_, shift_, wobble_, thinnest_, thickest_, contrast_, noise_;
    int clutter_;
};

} // namespace detail::digits

/// Throws `error` naming the first option that is out of its range.
inline void check(const digit_options& options) {
    constexpr auto where = "procedural_digits";
    detail::procedural::check_counts(where, options.train, options.test);
    const auto within = [&](std::string_view name, double value, float low, float high) {
        detail::procedural::check_number(where, name, value, low, high);
    };
    within("rotation", options.rotation, 0.0f, 45.0f);
    within("shear", options.shear, 0.0f, 1.0f);
    within("scale", options.scale, 0.0f, 0.5f);
    within("shift", options.shift, 0.0f, 8.0f);
    within("wobble", options.wobble, 0.0f, 4.0f);
    within("thinnest", options.thinnest, 0.5f, 6.0f);
    within("thickest", options.thickest, options.thinnest, 6.0f);
    within("contrast", options.contrast, 0.1f, 1.0f);
    within("noise", options.noise, 0.0f, 0.5f);
    within("clutter", options.clutter, 0.0f, 16.0f);
}

/// Draws the dataset "digits": 1 x 28 x 28, ten classes, bright strokes on dark ground, image i of each set showing digit i %
/// 10. Image i is a function of (options, set, i) alone: more images do not change the first ones. Throws `error` on an option
/// out of range. About 20 us per image; a pool divides that.
[[nodiscard]] inline dataset procedural_digits(const digit_options& options = {}, thread_pool* pool = nullptr) {
    check(options);
    const detail::digits::renderer render(options);
    return detail::procedural::drawn("digits", {1, detail::digits::side, detail::digits::side}, options.train, options.test,
                                     options.seed, pool,
                                     [&](const random_source& random, int digit, std::span<std::uint8_t> pixels) {
                                         render.draw(random, digit, pixels);
                                     });
}

} // namespace rcim::inline RCIM_ABI
