#include <rcim/train/load_batch.hpp>

#include "toy.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

using namespace rcim;

TEST_CASE("load_batch: every pixel is normalised, lanes beyond the last sample are zero") {
    image_set set{{2, 3, 5}, 4, {}, {}};
    const random_source source(9, purpose::test);
    for (index_t i = 0; i < 40; ++i) {
        set.labels.push_back(static_cast<std::uint8_t>(i % 4));
        for (index_t p = 0; p < set.shape.size(); ++p) {
            set.images.push_back(static_cast<std::uint8_t>(source.below(static_cast<std::uint64_t>(i * 30 + p), 256)));
        }
    }
    const std::vector<float> mean{0.25f, 0.5f}, deviation{0.5f, 0.125f};
    const pixel_table table(mean, deviation);
    batch_tensor x({2, 3, 5}, 40);
    std::vector<int> labels;
    thread_pool pool(2);
    for (const index_t count : {0, 1, 15, 16, 17, 33}) {
        std::fill(x.data(), x.data() + 3 * x.block_stride(), 7.0f);
        std::vector<index_t> indices;
        for (index_t i = 0; i < count; ++i) {
            indices.push_back((i * 7 + 3) % 40);
        }
        load_batch(set, indices, table, x, labels, pool);
        REQUIRE(x.samples() == count);
        REQUIRE(x.shape() == set.shape);
        REQUIRE(static_cast<index_t>(labels.size()) == count);
        for (index_t s = 0; s < x.blocks() * samples_per_block; ++s) {
            for (index_t f = 0; f < 30; ++f) {
                if (s >= count) {
                    REQUIRE(x.at(s, f) == 0.0f);
                    continue;
                }
                const auto image = indices[static_cast<std::size_t>(s)];
                const auto c = static_cast<std::size_t>(f / 15);
                const double pixel = set.image(image)[static_cast<std::size_t>(f)];
                const double wanted = (pixel / 255.0 - static_cast<double>(mean[c])) / static_cast<double>(deviation[c]);
                REQUIRE(x.at(s, f) == static_cast<float>(wanted));
                REQUIRE(labels[static_cast<std::size_t>(s)] == image % 4);
            }
        }
    }
}

TEST_CASE("load_batch: errors") {
    const image_set set = toy::images(10, 1);
    const std::array mean{0.0f}, deviation{1.0f};
    batch_tensor x;
    std::vector<int> labels;
    thread_pool pool(1);
    const std::array<index_t, 2> bad{3, 10};
    CHECK_THROWS_WITH_AS(load_batch(set, bad, pixel_table(mean, deviation), x, labels, pool),
                         "load_batch: index: expected 0 to 9, found 10", error);
    const std::array two{0.0f, 0.0f}, ones{1.0f, 1.0f};
    const std::array<index_t, 1> good{3};
    CHECK_THROWS_WITH_AS(load_batch(set, good, pixel_table(two, ones), x, labels, pool),
                         "load_batch: channels of the table: expected 1, as the images have, found 2", error);
    CHECK_THROWS_WITH_AS(pixel_table(mean, ones), "pixel_table: deviation: expected one number per channel: 1, found 2", error);
    CHECK_THROWS_WITH_AS(pixel_table(two, two), "pixel_table: deviation of channel 0: expected a positive number, found 0", error);
    const std::array nan{std::nanf("")};
    CHECK_THROWS_WITH_AS(pixel_table(nan, deviation), "pixel_table: mean of channel 0: expected a finite number, found nan", error);
}
