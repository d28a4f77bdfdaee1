#include <rcim/data/as_rgb.hpp>
#include <rcim/data/digits.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>

#include "scratch.hpp"

using namespace rcim;

namespace as_rgb_tests {

bytes thrice(const bytes& plane) {
    return plane + plane + plane;
}

TEST_CASE("four pixels are enlarged to sixteen by the weights of their centres") {
    // Along a line of two, the centres of four lie at -1/4, 1/4, 3/4 and 5/4: weights 0, 1/4, 3/4, 1 of the second.
    const image_set set{{1, 2, 2}, 3, {0, 100, 40, 200}, {2}};
    const image_set result = as_rgb(set, 4);
    CHECK(result.shape == map_shape{3, 4, 4});
    CHECK(result.classes == 3);
    CHECK(result.labels == bytes{2});
    // Row 1: 3/4 (0, 25, 75, 100) + 1/4 (40, 80, 160, 200), halves up.
    CHECK(result.images == thrice({0, 25, 75, 100, 10, 39, 96, 125, 30, 66, 139, 175, 40, 80, 160, 200}));
}

TEST_CASE("a constant stays constant, a gradient stays a gradient, and each axis is by itself") {
    const image_set constant{{1, 7, 5}, 1, bytes(35, 77), {0}};
    CHECK(as_rgb(constant).images == bytes(3 * 32 * 32, 77));

    image_set slope{{1, 28, 14}, 1, {}, {0}};
    for (index_t p = 0; p < 28 * 14; ++p) {
        slope.images.push_back(static_cast<std::uint8_t>(p / 14 * 9));
    }
    const image_set result = as_rgb(slope);
    const auto image = result.image(0);
    for (std::size_t row = 0; row < 32; ++row) {
        const auto line = image.subspan(row * 32, 32);
        CHECK(std::all_of(line.begin(), line.end(), [&](std::uint8_t pixel) { return pixel == line.front(); }));
        CHECK((row == 0 || line.front() >= image[(row - 1) * 32]));
    }
    CHECK(image[0] == 0);
    CHECK(image[31 * 32] == 27 * 9);
}

TEST_CASE("three channels stay as they are, and are resized one by one") {
    const image_set colours{{3, 1, 2}, 2, {0, 100, 20, 20, 200, 0}, {1, 0}};
    const image_set two{colours.shape, 2, colours.images + colours.images, colours.labels};
    CHECK(as_rgb(image_set{{3, 2, 2}, 1, bytes(12, 5), {0}}, 2).images == bytes(12, 5));
    const bytes larger{0,  50, 100, 0,  50,  100, 0, 50,  100, 20, 20,  20,  20, 20,
                       20, 20, 20,  20, 200, 100, 0, 200, 100, 0,  200, 100, 0};
    CHECK(as_rgb(two, 3).images == larger + larger);
    // To half: between two centres, their mean.
    CHECK(as_rgb(two, 1).images == bytes{50, 20, 100, 50, 20, 100});
}

TEST_CASE("mean and deviation are kept with the extents, and of the resized training images otherwise") {
    const dataset grey{"grey", {{1, 1, 1}, 2, {3, 9}, {0, 1}}, {{1, 1, 1}, 2, {4}, {1}}, {0.25f}, {0.5f}};
    const dataset kept = as_rgb(grey, 1);
    CHECK(kept.name == "grey");
    CHECK(kept.train.images == bytes{3, 3, 3, 9, 9, 9});
    CHECK(kept.test.images == bytes{4, 4, 4});
    CHECK(kept.mean == std::vector<float>{0.25f, 0.25f, 0.25f});
    CHECK(kept.deviation == std::vector<float>{0.5f, 0.5f, 0.5f});

    const dataset rgb{"rgb", {{3, 1, 1}, 1, {1, 2, 3}, {0}}, {{3, 1, 1}, 1, {1, 2, 3}, {0}}, {0.1f, 0.2f, 0.3f}, {1, 2, 3}};
    CHECK(as_rgb(rgb, 1).mean == rgb.mean);
    CHECK(as_rgb(rgb, 1).deviation == rgb.deviation);

    const dataset digits = as_rgb(procedural_digits({.train = 20, .test = 10}));
    CHECK(error_of([&] { check(digits); }) == "no error");
    CHECK(digits.train.shape == map_shape{3, 32, 32});
    CHECK(digits.mean == normalisation_of(digits.train).mean);
    CHECK(digits.deviation == normalisation_of(digits.train).deviation);
    CHECK(digits.mean[0] == digits.mean[2]);
}

TEST_CASE("what cannot be made RGB has its words") {
    const image_set sound{{1, 1, 1}, 1, {0}, {0}};
    CHECK(error_of([&] { (void)as_rgb(sound, 0); }) == "as_rgb: extent: expected 1 to 4096, found 0");
    CHECK(error_of([&] { (void)as_rgb(sound, 4097); }) == "as_rgb: extent: expected 1 to 4096, found 4097");
    CHECK(error_of([] { (void)as_rgb(image_set{{2, 1, 1}, 1, {0, 0}, {0}}); }) == "as_rgb: channels: expected 1 or 3, found 2");
    CHECK(error_of([] {
              (void)as_rgb(image_set{{1, 2, 2}, 1, {0}, {0}});
          }) == "as_rgb: images: expected 1 images of 1 x 2 x 2, one per label, found 1 bytes");
    const dataset unlike{"odd", sound, {{3, 1, 1}, 1, {0, 0, 0}, {0}}, {0}, {1}};
    CHECK(error_of([&] { (void)as_rgb(unlike); }) == "odd test: shape: expected 1 x 1 x 1 as in train, found 3 x 1 x 1");
}

} // namespace as_rgb_tests
