#include <rcim/data/canvas.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "scratch.hpp"

using namespace rcim;
using namespace rcim::detail::procedural;

namespace canvas_tests {

/// The red plane of black on which this outline is filled with red 255.
bytes filled(std::span<const point> outline) {
    canvas image;
    image.fill(outline, {255, 0, 0});
    bytes levels(3 * canvas::pixels);
    image.store(random_source(1, purpose::test), 0, 0, levels);
    levels.resize(canvas::pixels);
    return levels;
}

TEST_CASE("the sine in integers is the sine within 2 / 1024, for any number of turns") {
    for (std::int64_t angle = -3000; angle <= 3000; ++angle) {
        CAPTURE(angle);
        const double turn = 6.283185307179586 * static_cast<double>(angle) / 1024;
        CHECK(std::abs(static_cast<double>(sine(angle)) - 1024 * std::sin(turn)) <= 2.0);
        CHECK(std::abs(static_cast<double>(cosine(angle)) - 1024 * std::cos(turn)) <= 2.0);
    }
    CHECK(sine(0) == 0);
    CHECK(sine(256) == 1024);
    CHECK(sine(768) == -1024);
}

TEST_CASE("filling covers a pixel by the share of the outline in it") {
    // Columns 2 to 4 and a half, rows 1 to 2 and a quarter.
    const std::array<point, 4> box{{{2048, 1024}, {4608, 1024}, {4608, 2304}, {2048, 2304}}};
    const bytes levels = filled(box);
    const auto at = [&](std::size_t row, std::size_t column) { return int{levels[row * 32 + column]}; };
    CHECK(at(1, 1) == 0);
    CHECK(at(1, 2) == 255);
    CHECK(at(1, 3) == 255);
    CHECK(at(1, 4) == 127);
    CHECK(at(1, 5) == 0);
    CHECK(at(2, 2) == 63);
    CHECK(at(3, 2) == 0);
    CHECK(at(0, 2) == 0);
}

TEST_CASE("an edge that is there twice cancels out, and what lies beyond the canvas is cut off") {
    // A square with a square hole, joined by a slanted way there and back.
    const std::vector<point> frame{{4096, 4096}, {20480, 4096}, {20480, 20480}, {4096, 20480}, {4096, 4096},
                                   {8192, 9216}, {8192, 16384}, {16384, 16384}, {16384, 9216}, {8192, 9216}};
    const bytes levels = filled(frame);
    CHECK(std::accumulate(levels.begin(), levels.end(), 0) == 255 * (16 * 16 - 8 * 7));

    const std::array<point, 4> all{{{-90000, -90000}, {90000, -90000}, {90000, 90000}, {-90000, 90000}}};
    CHECK(filled(all) == bytes(canvas::pixels, 255));
    const std::array<point, 3> outside{{{40000, 0}, {50000, 0}, {50000, 30000}}};
    CHECK(filled(outside) == bytes(canvas::pixels, 0));
}

TEST_CASE("a colour apart is apart in every channel") {
    for (std::uint32_t i = 0; i < 200; ++i) {
        const random_source random(1, purpose::test, i);
        const colour from = any_colour(random, 0);
        const colour to = colour_apart(random, 3, from, 256);
        for (std::size_t c = 0; c < 3; ++c) {
            CHECK(std::abs(from[c] - to[c]) >= 64);
            CHECK(to[c] >= 0);
            CHECK(to[c] <= 255);
        }
    }
}

TEST_CASE("value noise passes through the grid's words, without steps, and repeats after sixteen") {
    const lattice grid(random_source(1, purpose::test));
    for (std::int64_t n = -20; n < 20; ++n) {
        CHECK(grid.smooth(n * one, 3 * one) == grid.word(n, 3) >> 22);
        CHECK(grid.smooth(n * one + 300, 700) == grid.smooth((n + 16) * one + 300, 700 - 16 * one));
    }
    for (std::int64_t u = -4 * one; u < 4 * one; ++u) {
        CHECK(std::abs(grid.smooth(u + 1, 500) - grid.smooth(u, 500)) <= 3);
    }
}

} // namespace canvas_tests
