#include <rcim/core/thread_pool.hpp>
#include <rcim/data/digits.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "drawn.hpp"
#include "scratch.hpp"

using namespace rcim;

TEST_CASE("the digits are sound, balanced and as many as asked for") {
    const dataset data = procedural_digits({.train = 200, .test = 50});
    CHECK(error_of([&] { check(data); }) == "no error");
    CHECK(data.name == "digits");
    CHECK(data.train.shape == map_shape{1, 28, 28});
    CHECK(data.train.size() == 200);
    CHECK(data.test.size() == 50);
    std::array<int, 10> count{};
    for (const std::uint8_t label : data.train.labels) {
        ++count[label];
    }
    CHECK(count == std::array<int, 10>{20, 20, 20, 20, 20, 20, 20, 20, 20, 20});
}

TEST_CASE("the digits are the same bits for every compiler and instruction set") {
    const dataset data = procedural_digits({.train = 300, .test = 100});
    CHECK(fnv1a(data.train.images) == 0x3b8c759da75bb843u);
    CHECK(fnv1a(data.test.images) == 0xc3bcac48dbad4588u);
}

TEST_CASE("an image depends on its options, its set and its index alone") {
    const dataset data = procedural_digits({.train = 100, .test = 100});
    CHECK(procedural_digits({.train = 37, .test = 1}).train.images == first(data.train, 37).images);
    CHECK(data.train.images != data.test.images);
    CHECK(procedural_digits({.train = 100, .test = 1, .seed = 2}).train.images != data.train.images);
    for (const int threads : {2, 3}) {
        thread_pool pool(threads);
        const dataset again = procedural_digits({.train = 100, .test = 100}, &pool);
        CHECK(again.train.images == data.train.images);
        CHECK(again.test.images == data.test.images);
        CHECK(again.train.labels == data.train.labels);
        CHECK(again.mean == data.mean);
    }
}

TEST_CASE("without jitter, ground and scraps a digit has as many pictures as it has forms") {
    digit_options still{.train = 200, .test = 1, .rotation = 0, .shear = 0, .scale = 0, .shift = 0, .wobble = 0};
    still.thinnest = still.thickest = 2.0f;
    still.contrast = 1.0f;
    still.noise = 0.0f;
    still.clutter = 0;
    const dataset data = procedural_digits(still);
    const std::array<std::size_t, 10> forms{2, 3, 2, 2, 2, 2, 2, 3, 2, 2};
    for (index_t digit = 0; digit < 10; ++digit) {
        std::vector<bytes> pictures;
        for (index_t i = digit; i < 200; i += 10) {
            const auto image = data.train.image(i);
            const bytes picture(image.begin(), image.end());
            if (std::find(pictures.begin(), pictures.end(), picture) == pictures.end()) {
                pictures.push_back(picture);
            }
        }
        CHECK(pictures.size() == forms[static_cast<std::size_t>(digit)]);
    }
}

TEST_CASE("the nearest class mean is a poor reader, but reads") {
    const dataset data = procedural_digits({.train = 1000, .test = 500});
    const int right = nearest_mean_hits(data);
    CHECK(right > 200);
    CHECK(right < 400);
}

TEST_CASE("the widest options draw without a fault, and options out of range have their words") {
    const digit_options wild{.train = 300,
                             .test = 1,
                             .rotation = 45,
                             .shear = 1,
                             .scale = 0.5f,
                             .shift = 8,
                             .wobble = 4,
                             .thinnest = 6,
                             .thickest = 6,
                             .contrast = 0.1f,
                             .noise = 0.5f,
                             .clutter = 16};
    CHECK(procedural_digits(wild).train.size() == 300);

    const auto error_on = [](digit_options options) { return error_of([&] { (void)procedural_digits(options); }); };
    CHECK(error_on({.train = 0}) == "procedural_digits: train: expected 1 to 2147483647, found 0");
    CHECK(error_on({.test = -1}) == "procedural_digits: test: expected 1 to 2147483647, found -1");
    CHECK(error_on({.rotation = 46}) == "procedural_digits: rotation: expected a number in [0, 45], found 46");
    CHECK(error_on({.shear = -1}) == "procedural_digits: shear: expected a number in [0, 1], found -1");
    CHECK(error_on({.wobble = std::nanf("")}) == "procedural_digits: wobble: expected a number in [0, 4], found nan");
    CHECK(error_on({.thinnest = 3, .thickest = 2}) == "procedural_digits: thickest: expected a number in [3, 6], found 2");
    CHECK(error_on({.contrast = 0}) == "procedural_digits: contrast: expected a number in [0.1, 1], found 0");
    CHECK(error_on({.noise = 1}) == "procedural_digits: noise: expected a number in [0, 0.5], found 1");
    CHECK(error_on({.clutter = 17}) == "procedural_digits: clutter: expected a number in [0, 16], found 17");
}
