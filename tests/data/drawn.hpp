#pragma once

#include <rcim/core/thread_pool.hpp>
#include <rcim/data/dataset.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "scratch.hpp"

inline std::uint64_t fnv1a(const bytes& data) {
    std::uint64_t hash = 14695981039346656037u;
    for (const std::uint8_t byte : data) {
        hash = (hash ^ byte) * 1099511628211u;
    }
    return hash;
}

/// How many test images lie nearest to the mean training image of their own class.
inline int nearest_mean_hits(const rcim::dataset& data) {
    const auto pixels = static_cast<std::size_t>(data.train.shape.size());
    const double share = 10.0 / static_cast<double>(data.train.size());
    std::vector<double> mean(10 * pixels);
    for (rcim::index_t i = 0; i < data.train.size(); ++i) {
        for (std::size_t p = 0; p < pixels; ++p) {
            mean[data.train.labels[static_cast<std::size_t>(i)] * pixels + p] += data.train.image(i)[p] * share;
        }
    }
    int hits = 0;
    for (rcim::index_t i = 0; i < data.test.size(); ++i) {
        double least = std::numeric_limits<double>::max();
        std::size_t best = 0;
        for (std::size_t label = 0; label < 10; ++label) {
            double distance = 0;
            for (std::size_t p = 0; p < pixels; ++p) {
                const double difference = mean[label * pixels + p] - data.test.image(i)[p];
                distance += difference * difference;
            }
            if (distance < least) {
                least = distance;
                best = label;
            }
        }
        hits += best == data.test.labels[static_cast<std::size_t>(i)];
    }
    return hits;
}

/// What holds for every drawn dataset of colour images: draw(options, pool) makes one.
template <class Options, class Draw>
void drawn_laws(const Draw& draw) {
    rcim::thread_pool* const alone = nullptr;
    const rcim::dataset data = draw(Options{.train = 100, .test = 60}, alone);
    CHECK(error_of([&] { check(data); }) == "no error");
    CHECK(data.train.shape == rcim::map_shape{3, 32, 32});
    CHECK(data.train.classes == 10);
    CHECK(data.train.size() == 100);
    CHECK(data.test.size() == 60);
    std::array<int, 10> count{};
    for (const std::uint8_t label : data.train.labels) {
        ++count[label];
    }
    CHECK(count == std::array<int, 10>{10, 10, 10, 10, 10, 10, 10, 10, 10, 10});
    CHECK(data.mean == normalisation_of(data.train).mean);
    CHECK(data.deviation == normalisation_of(data.train).deviation);

    // An image depends on its options, its set and its index alone.
    CHECK(draw(Options{.train = 37, .test = 1}, alone).train.images == first(data.train, 37).images);
    CHECK(first(data.train, 60).images != data.test.images);
    CHECK(draw(Options{.train = 100, .test = 1, .seed = 2}, alone).train.images != data.train.images);
    for (const int threads : {2, 3}) {
        rcim::thread_pool pool(threads);
        const rcim::dataset again = draw(Options{.train = 100, .test = 60}, &pool);
        CHECK(again.train.images == data.train.images);
        CHECK(again.test.images == data.test.images);
        CHECK(again.train.labels == data.train.labels);
        CHECK(again.mean == data.mean);
    }
}

/// With the same draws for everything else, each two classes differ by a fifth of the range in this share of the levels:
/// draw(label, pixels).
template <class Draw>
void classes_differ(double share, const Draw& draw) {
    std::vector<bytes> images;
    for (int label = 0; label < 10; ++label) {
        images.emplace_back(3 * 32 * 32);
        draw(label, images.back());
    }
    for (std::size_t a = 0; a < 10; ++a) {
        for (std::size_t b = 0; b < a; ++b) {
            CAPTURE(a);
            CAPTURE(b);
            int differ = 0;
            for (std::size_t p = 0; p < images[a].size(); ++p) {
                differ += images[a][p] > images[b][p] + 51 || images[b][p] > images[a][p] + 51;
            }
            CHECK(differ > share * 3 * 32 * 32);
        }
    }
}
