#include <rcim/data/dataset.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "scratch.hpp"

using namespace rcim;

namespace dataset_tests {

image_set small() {
    return {{2, 1, 2}, 3, {0, 255, 10, 10, 255, 0, 10, 10}, {2, 0}};
}
dataset small_data() {
    return {"small", small(), small(), {0.5f, 0.0f}, {1.0f, 1.0f}};
}

/// The error of a sound dataset after a change.
template <class Change>
std::string error_after(Change&& change) {
    dataset data = small_data();
    change(data);
    return error_of([&] { check(data); });
}

TEST_CASE("a sound dataset passes, and each flaw has its words") {
    CHECK(error_after([](dataset&) {}) == "no error");
    CHECK(error_after([](dataset& d) { d.train.labels = {}; }) == "small train: labels: expected at least one, found none");
    CHECK(error_after([](dataset& d) { d.test.labels.pop_back(); }) ==
          "small test: images: expected 1 images of 2 x 1 x 2, one per label, found 8 bytes");
    CHECK(error_after([](dataset& d) { d.test.images.pop_back(); }) ==
          "small test: images: expected 2 images of 2 x 1 x 2, one per label, found 7 bytes");
    CHECK(error_after([](dataset& d) { d.train.labels[1] = 3; }) == "small train: label 1: expected 0 to 2, found 3");
    CHECK(error_after([](dataset& d) { d.train.classes = 0; }) == "small train: classes: expected 1 to 256, found 0");
    CHECK(error_after([](dataset& d) { d.train.shape.width = 0; }) ==
          "small train: shape: expected positive extents, found 2 x 1 x 0");
    CHECK(error_after([](dataset& d) {
              d.test.shape = {1, 1, 4};
          }) == "small test: shape: expected 2 x 1 x 2 as in train, found 1 x 1 x 4");
    CHECK(error_after([](dataset& d) { d.test.classes = 4; }) == "small test: classes: expected 3 as in train, found 4");
    CHECK(error_after([](dataset& d) { d.mean = {0.0f}; }) == "small: mean: expected one number per channel: 2, found 1");
    CHECK(error_after([](dataset& d) { d.deviation = {}; }) == "small: deviation: expected one number per channel: 2, found 0");
    CHECK(error_after([](dataset& d) { d.mean[1] = std::numeric_limits<float>::infinity(); }) ==
          "small: mean of channel 1: expected a finite number, found inf");
    CHECK(error_after([](dataset& d) { d.deviation[0] = 0.0f; }) ==
          "small: deviation of channel 0: expected a positive number, found 0");
    CHECK(error_after([](dataset& d) { d.deviation[1] = std::nanf(""); }) ==
          "small: deviation of channel 1: expected a positive number, found nan");
}

TEST_CASE("normalisation is of each channel, and of a constant channel too") {
    const normalisation n = normalisation_of(small());
    CHECK(n.mean == std::vector<float>{0.5f, 10.0f / 255.0f});
    CHECK(n.deviation == std::vector<float>{0.5f, 1.0f});
    CHECK(error_of([] { (void)normalisation_of(image_set{}); }) == "normalisation_of: classes: expected 1 to 256, found 0");

    // One bright pixel in many still counts.
    image_set sparse{{1, 100, 1000}, 1, bytes(100000), {0}};
    sparse.images[5] = 1;
    CHECK(normalisation_of(sparse).deviation[0] == doctest::Approx(std::sqrt(1e-5) / 255.0));
}

TEST_CASE("parts of a set") {
    const image_set set = small();
    const std::vector<index_t> order{1, 0, 1};
    const image_set part = subset(set, order);
    CHECK(part.labels == bytes{0, 2, 0});
    CHECK(part.images == bytes{255, 0, 10, 10, 0, 255, 10, 10, 255, 0, 10, 10});
    CHECK(error_of([&] { check(part); }) == "no error");
    CHECK(first(set, 1).labels == bytes{2});
    CHECK(first(set, 1).images == bytes{0, 255, 10, 10});
    CHECK(first(small_data(), 1, 2).test.size() == 2);
    CHECK(first(small_data(), 1, 2).mean == small_data().mean);
    CHECK(error_of([&] { (void)first(set, 3); }) == "first: count: expected 1 to 2, found 3");
    CHECK(error_of([&] { (void)first(set, 0); }) == "first: count: expected 1 to 2, found 0");
    const std::vector<index_t> outside{2};
    CHECK(error_of([&] { (void)subset(set, outside); }) == "subset: index: expected 0 to 1, found 2");
}

} // namespace dataset_tests
