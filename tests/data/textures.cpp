#include <rcim/data/textures.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <span>

#include "drawn.hpp"
#include "scratch.hpp"

using namespace rcim;

TEST_CASE("the textures obey the laws of drawn datasets") {
    drawn_laws<texture_options>(
        [](const texture_options& options, thread_pool* pool) { return procedural_textures(options, pool); });
    CHECK(procedural_textures({.train = 1, .test = 1}).name == "textures");
}

TEST_CASE("the textures are the same bits for every compiler and instruction set") {
    const dataset data = procedural_textures({.train = 100, .test = 50});
    CHECK(fnv1a(data.train.images) == 0xfd95149eeebe1cbu);
    CHECK(fnv1a(data.test.images) == 0x3ec2741a0f2f2ddcu);
}

TEST_CASE("a texture's class is its pattern, which neither colour nor mean image tells") {
    const texture_options plain{.warp = 0, .contrast = 0.5f, .light = 0, .noise = 0};
    for (std::uint32_t i = 0; i < 5; ++i) {
        classes_differ(0.2, [&](int label, std::span<std::uint8_t> pixels) {
            detail::textures::draw(plain, random_source(3, purpose::test, i), label, pixels);
        });
    }
    CHECK(nearest_mean_hits(procedural_textures({.train = 1000, .test = 500})) < 100);
}

TEST_CASE("the widest texture options draw without a fault, and options out of range have their words") {
    texture_options wild{.train = 50, .test = 1, .finest = 3, .coarsest = 32, .warp = 1, .contrast = 0.05f, .light = 0.6f};
    wild.noise = 0.5f;
    CHECK(procedural_textures(wild).train.size() == 50);

    const auto error_on = [](texture_options options) { return error_of([&] { (void)procedural_textures(options); }); };
    CHECK(error_on({.train = 0}) == "procedural_textures: train: expected 1 to 2147483647, found 0");
    CHECK(error_on({.test = -1}) == "procedural_textures: test: expected 1 to 2147483647, found -1");
    CHECK(error_on({.finest = 2}) == "procedural_textures: finest: expected a number in [3, 32], found 2");
    CHECK(error_on({.finest = 6, .coarsest = 5}) == "procedural_textures: coarsest: expected a number in [6, 32], found 5");
    CHECK(error_on({.warp = std::nanf("")}) == "procedural_textures: warp: expected a number in [0, 1], found nan");
    CHECK(error_on({.contrast = 0}) == "procedural_textures: contrast: expected a number in [0.05, 0.5], found 0");
    CHECK(error_on({.light = 1}) == "procedural_textures: light: expected a number in [0, 0.6], found 1");
    CHECK(error_on({.noise = -1}) == "procedural_textures: noise: expected a number in [0, 0.5], found -1");
}
