#include <rcim/data/shapes.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <span>

#include "drawn.hpp"
#include "scratch.hpp"

using namespace rcim;

TEST_CASE("the shapes obey the laws of drawn datasets") {
    drawn_laws<shape_options>([](const shape_options& options, thread_pool* pool) { return procedural_shapes(options, pool); });
    CHECK(procedural_shapes({.train = 1, .test = 1}).name == "shapes");
}

TEST_CASE("the shapes are the same bits for every compiler and instruction set") {
    const dataset data = procedural_shapes({.train = 100, .test = 50});
    CHECK(fnv1a(data.train.images) == 0xbb2a37ef304ccf01u);
    CHECK(fnv1a(data.test.images) == 0xc9dee5b13f0db128u);
}

TEST_CASE("every outline lies in its circle") {
    for (int label = 0; label < 10; ++label) {
        CAPTURE(label);
        for (const auto& p : detail::shapes::outline(static_cast<detail::shapes::kind>(label))) {
            // The arms of the cross have corners.
            CHECK(std::hypot(static_cast<double>(p.x), static_cast<double>(p.y)) < 1050);
        }
    }
}

TEST_CASE("a shape's class is its outline, which neither colour nor mean image tells") {
    shape_options plain{.smallest = 13, .largest = 13, .contrast = 0.5f, .mottle = 0, .clutter = 0, .occlusion = 0};
    plain.light = plain.noise = 0;
    for (std::uint32_t i = 0; i < 5; ++i) {
        classes_differ(0.03, [&](int label, std::span<std::uint8_t> pixels) {
            detail::shapes::draw(plain, random_source(3, purpose::test, i), label, pixels);
        });
    }
    CHECK(nearest_mean_hits(procedural_shapes({.train = 1000, .test = 500})) < 100);
}

TEST_CASE("the widest shape options draw without a fault, and options out of range have their words") {
    const shape_options wild{.train = 50,
                             .test = 1,
                             .smallest = 3,
                             .largest = 16,
                             .rotation = 180,
                             .stretch = 0.3f,
                             .contrast = 0.05f,
                             .mottle = 0.5f,
                             .clutter = 64,
                             .occlusion = 1,
                             .light = 0.6f,
                             .noise = 0.5f};
    CHECK(procedural_shapes(wild).train.size() == 50);

    const auto error_on = [](shape_options options) { return error_of([&] { (void)procedural_shapes(options); }); };
    CHECK(error_on({.train = 0}) == "procedural_shapes: train: expected 1 to 2147483647, found 0");
    CHECK(error_on({.test = -1}) == "procedural_shapes: test: expected 1 to 2147483647, found -1");
    CHECK(error_on({.smallest = 2}) == "procedural_shapes: smallest: expected a number in [3, 16], found 2");
    CHECK(error_on({.smallest = 9, .largest = 8}) == "procedural_shapes: largest: expected a number in [9, 16], found 8");
    CHECK(error_on({.rotation = 181}) == "procedural_shapes: rotation: expected a number in [0, 180], found 181");
    CHECK(error_on({.stretch = std::nanf("")}) == "procedural_shapes: stretch: expected a number in [0, 0.3], found nan");
    CHECK(error_on({.contrast = 0}) == "procedural_shapes: contrast: expected a number in [0.05, 0.5], found 0");
    CHECK(error_on({.mottle = 1}) == "procedural_shapes: mottle: expected a number in [0, 0.5], found 1");
    CHECK(error_on({.clutter = 65}) == "procedural_shapes: clutter: expected a number in [0, 64], found 65");
    CHECK(error_on({.occlusion = -1}) == "procedural_shapes: occlusion: expected a number in [0, 1], found -1");
    CHECK(error_on({.light = 1}) == "procedural_shapes: light: expected a number in [0, 0.6], found 1");
    CHECK(error_on({.noise = 1}) == "procedural_shapes: noise: expected a number in [0, 0.5], found 1");
}
