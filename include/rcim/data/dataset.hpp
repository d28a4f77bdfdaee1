#pragma once

#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Images of one shape, each with a class.
struct image_set {
    map_shape shape{};
    int classes = 0;
    std::vector<std::uint8_t> images; ///< [image][channel][row][column], 0 to 255
    std::vector<std::uint8_t> labels; ///< one per image, below `classes`

    [[nodiscard]] index_t size() const noexcept { return static_cast<index_t>(labels.size()); }
    /// The pixels of one image: shape.size() numbers.
    [[nodiscard]] std::span<const std::uint8_t> image(index_t i) const noexcept {
        return {images.data() + i * shape.size(), static_cast<std::size_t>(shape.size())};
    }
};

/// Mean and standard deviation of pixel / 255 in each channel. A network sees (pixel / 255 - mean) / deviation.
struct normalisation {
    std::vector<float> mean;
    std::vector<float> deviation;
};

/// What a network is trained on and judged by.
struct dataset {
    std::string name;
    image_set train;
    image_set test;
    std::vector<float> mean;      ///< per channel, of pixel / 255
    std::vector<float> deviation; ///< per channel, of pixel / 255
};

/// Throws `error` unless there is at least one image, the sizes of images and labels agree and all labels are below `classes`
/// (1 to 256). `where` starts the text. O(labels).
inline void check(const image_set& set, std::string_view where = "image_set") {
    if (set.shape.channels < 1 || set.shape.height < 1 || set.shape.width < 1) {
        fail(where, "shape", "positive extents", to_text(set.shape));
    }
    if (set.classes < 1 || set.classes > 256) {
        fail(where, "classes", "1 to 256", text(set.classes));
    }
    if (set.labels.empty()) {
        fail(where, "labels", "at least one", "none");
    }
    // A quotient, as the product could overflow.
    const auto pixels = static_cast<std::size_t>(set.shape.size());
    if (set.images.size() % pixels != 0 || set.images.size() / pixels != set.labels.size()) {
        fail(where, "images", text(set.labels.size(), " images of ", to_text(set.shape), ", one per label"),
             text(set.images.size(), " bytes"));
    }
    for (std::size_t i = 0; i < set.labels.size(); ++i) {
        if (set.labels[i] >= set.classes) {
            fail(where, text("label ", i), text("0 to ", set.classes - 1), text(int{set.labels[i]}));
        }
    }
}

/// Throws `error` unless both sets are sound and alike in shape and classes, and each channel has a finite mean and a positive
/// deviation.
inline void check(const dataset& data) {
    check(data.train, data.name + " train");
    check(data.test, data.name + " test");
    if (data.test.shape != data.train.shape) {
        fail(data.name + " test", "shape", text(to_text(data.train.shape), " as in train"), to_text(data.test.shape));
    }
    if (data.test.classes != data.train.classes) {
        fail(data.name + " test", "classes", text(data.train.classes, " as in train"), text(data.test.classes));
    }
    const auto channels = static_cast<std::size_t>(data.train.shape.channels);
    if (data.mean.size() != channels) {
        fail(data.name, "mean", text("one number per channel: ", channels), text(data.mean.size()));
    }
    if (data.deviation.size() != channels) {
        fail(data.name, "deviation", text("one number per channel: ", channels), text(data.deviation.size()));
    }
    for (std::size_t c = 0; c < channels; ++c) {
        if (!std::isfinite(data.mean[c])) {
            fail(data.name, text("mean of channel ", c), "a finite number", text(data.mean[c]));
        }
        if (!(data.deviation[c] > 0.0f) || !std::isfinite(data.deviation[c])) {
            fail(data.name, text("deviation of channel ", c), "a positive number", text(data.deviation[c]));
        }
    }
}

/// Mean and population standard deviation of every channel, from exact integer sums: the same on every machine. A constant
/// channel gets deviation 1, so that it normalises to zero. O(pixels).
[[nodiscard]] inline normalisation normalisation_of(const image_set& set) {
    check(set, "normalisation_of");
    normalisation result;
    const index_t plane = set.shape.plane();
    for (index_t c = 0; c < set.shape.channels; ++c) {
        std::uint64_t sum = 0;
        std::uint64_t squares = 0;
        for (index_t i = 0; i < set.size(); ++i) {
            for (const std::uint32_t pixel :
                 set.image(i).subspan(static_cast<std::size_t>(c * plane), static_cast<std::size_t>(plane))) {
                sum += pixel;
                squares += pixel * pixel;
            }
        }
        const double count = static_cast<double>(set.size() * plane);
        const double mean = static_cast<double>(sum) / count;
        // An explicit fma, so that no compiler chooses whether to round the square.
        const double variance = std::fma(-mean, mean, static_cast<double>(squares) / count);
        result.mean.push_back(static_cast<float>(mean / 255.0));
        // The variance of pixels that differ is at least about 1 / count; below is rounding.
        result.deviation.push_back(variance * count > 0.25 ? static_cast<float>(std::sqrt(variance) / 255.0) : 1.0f);
    }
    return result;
}

/// The images with these indices, in this order; an index may occur twice. Throws `error` on an index outside the set.
[[nodiscard]] inline image_set subset(const image_set& set, std::span<const index_t> indices) {
    image_set result{set.shape, set.classes, {}, {}};
    result.images.reserve(indices.size() * static_cast<std::size_t>(set.shape.size()));
    result.labels.reserve(indices.size());
    for (const index_t i : indices) {
        if (i < 0 || i >= set.size()) {
            fail("subset", "index", text("0 to ", set.size() - 1), text(i));
        }
        const auto pixels = set.image(i);
        result.images.insert(result.images.end(), pixels.begin(), pixels.end());
        result.labels.push_back(set.labels[static_cast<std::size_t>(i)]);
    }
    return result;
}

/// The first images of a set. Throws `error` unless 1 <= count <= set.size().
[[nodiscard]] inline image_set first(const image_set& set, index_t count) {
    if (count < 1 || count > set.size()) {
        fail("first", "count", text("1 to ", set.size()), text(count));
    }
    return {set.shape,
            set.classes,
            {set.images.begin(), set.images.begin() + count * set.shape.size()},
            {set.labels.begin(), set.labels.begin() + count}};
}

/// The first images of both sets, under the normalisation of the whole.
[[nodiscard]] inline dataset first(const dataset& data, index_t train, index_t test) {
    return {data.name, first(data.train, train), first(data.test, test), data.mean, data.deviation};
}

} // namespace rcim::inline RCIM_ABI
