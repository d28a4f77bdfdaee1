#pragma once

/// @file
/// Drawing in colour on 32 x 32 pixels, in the integers of procedural.hpp.

#include <rcim/core/config.hpp>
#include <rcim/core/random.hpp>
#include <rcim/data/procedural.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI::detail::procedural {

/// The sine of an angle in 1/1024 turn, in 1/1024: the odd polynomial of fifth degree that is exact at 0 and at a quarter turn.
/// Off by at most 2 / 1024.
constexpr std::int64_t sine(std::int64_t angle) {
    std::int64_t quarter = ((angle + 256) & 1023) - 256;
    quarter = 4 * (quarter > 256 ? 512 - quarter : quarter);
    const std::int64_t square = quarter * quarter / one;
    return quarter * (3217 - square * (1314 - square * 145 / one) / one) / (2 * one);
}
constexpr std::int64_t cosine(std::int64_t angle) {
    return sine(angle + 256);
}

/// Red, green and blue, 0 to 255.
using colour = std::array<std::int64_t, 3>;

inline colour any_colour(const random_source& random, std::uint64_t index) {
    return {random.below(index, 256), random.below(index + 1, 256), random.below(index + 2, 256)};
}
/// A colour of which every channel differs by at least `contrast` (1/1024 of full scale, at most half of it).
inline colour colour_apart(const random_source& random, std::uint64_t index, const colour& from, std::int64_t contrast) {
    const std::int64_t least = 256 * contrast / one;
    colour result{};
    for (std::size_t c = 0; c < 3; ++c) {
        result[c] = (from[c] + between(random, index + c, least, 256 - least)) % 256;
    }
    return result;
}

/// Random words on a square grid, which repeats after 16 in each direction.
class lattice {
public:
    explicit lattice(const random_source& random) {
        for (std::size_t n = 0; n < 64; ++n) {
            const philox_counter words = random.block(n);
            std::copy(words.begin(), words.end(), words_.begin() + static_cast<std::ptrdiff_t>(4 * n));
        }
    }

    [[nodiscard]] std::uint32_t word(std::int64_t x, std::int64_t y) const {
        return words_[static_cast<std::size_t>((y & 15) * 16 + (x & 15))];
    }

    /// Value noise, 0 to 1023: smooth between the grid's points, which lie at multiples of 1024.
    [[nodiscard]] std::int64_t smooth(std::int64_t u, std::int64_t v) const {
        const auto eased = [](std::int64_t t) { return t * t * (3 * one - 2 * t) / (one * one); };
        const std::int64_t x = u >> 10;
        const std::int64_t y = v >> 10;
        const std::int64_t right = eased(u & 1023);
        const std::int64_t down = eased(v & 1023);
        const auto row = [&](std::int64_t at) {
            return std::int64_t{word(x, at) >> 22} * (one - right) + std::int64_t{word(x + 1, at) >> 22} * right;
        };
        return (row(y) * (one - down) + row(y + 1) * down) / (one * one);
    }

private:
    std::array<std::uint32_t, 256> words_{};
};

/// The image while it is drawn: levels in 1/1024.
class canvas {
public:
    static constexpr std::int64_t side = 32;
    static constexpr std::size_t pixels = side * side;

    void set(std::size_t pixel, const colour& paint) { mix(pixel, paint, one); }

    /// Lays a share (in 1/1024) of this colour over a pixel.
    void mix(std::size_t pixel, const colour& paint, std::int64_t share) {
        for (std::size_t c = 0; c < 3; ++c) {
            std::int64_t& level = levels_[pixel][c];
            level += (paint[c] * one - level) * share / one;
        }
    }

    /// Fills a closed outline by the even-odd rule, anti-aliased: exactly along a row, by four lines across it. Parts beyond
    /// the edge are cut off.
    void fill(std::span<const point> outline, const colour& paint) {
        constexpr std::int64_t lines = 4;
        std::array<std::int64_t, pixels> cover{};
        std::vector<std::int64_t> crossings;
        for (std::int64_t line = 0; line < lines * side; ++line) {
            const std::int64_t y = line * one / lines + one / (2 * lines);
            crossings.clear();
            for (std::size_t k = 0; k < outline.size(); ++k) {
                // Always downwards, so that an edge that is there twice cancels out.
                point a = outline[k];
                point b = outline[(k + 1) % outline.size()];
                if (a.y > b.y) {
                    std::swap(a, b);
                }
                if (a.y <= y && y < b.y) {
                    crossings.push_back(std::clamp<std::int64_t>(a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y), 0, side * one));
                }
            }
            std::sort(crossings.begin(), crossings.end());
            for (std::size_t k = 0; k + 1 < crossings.size(); k += 2) {
                for (std::int64_t x = crossings[k] / one; x * one < crossings[k + 1]; ++x) {
                    cover[static_cast<std::size_t>(line / lines * side + x)] +=
                        std::min(crossings[k + 1], (x + 1) * one) - std::max(crossings[k], x * one);
                }
            }
        }
        for (std::size_t p = 0; p < pixels; ++p) {
            if (cover[p] != 0) {
                mix(p, paint, cover[p] / lines);
            }
        }
    }

    /// Writes the planes of red, green and blue: lit from one side, by at most `light` from the middle to an edge, and with
    /// noise of this standard deviation (both in 1/1024).
    void store(const random_source& random, std::int64_t light, std::int64_t noise, std::span<std::uint8_t> bytes) const {
        const std::int64_t from = random.below(0, 1024);
        const std::int64_t slope = between(random, 1, 0, light);
        for (std::size_t p = 0; p < pixels; ++p) {
            const auto column = static_cast<std::int64_t>(p) % side;
            const auto row = static_cast<std::int64_t>(p) / side;
            const std::int64_t along = ((2 * column + 1 - side) * cosine(from) + (2 * row + 1 - side) * sine(from)) / side;
            const std::int64_t lit = one + along * slope / one;
            const philox_counter words = random.block(p + 1);
            for (std::size_t c = 0; c < 3; ++c) {
                const std::int64_t level = (levels_[p][c] * lit / one + bell(words[c], noise * 255)) / one;
                bytes[c * pixels + p] = static_cast<std::uint8_t>(std::clamp<std::int64_t>(level, 0, 255));
            }
        }
    }

private:
    std::array<colour, pixels> levels_{};
};

} // namespace rcim::inline RCIM_ABI::detail::procedural
