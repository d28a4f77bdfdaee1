#pragma once

/// @file
/// Images of any dataset in the shape of CIFAR-10's, so that one network can be taken from task to task.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/data/dataset.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

namespace detail {

/// Where the centre of a pixel of a resized line lies between two pixels of the line of before, in 1/(2 extent) pixel.
struct resize_tap {
    index_t before;
    index_t after;
    index_t share; ///< of `after`, 0 to 2 extent - 1
};

inline std::vector<resize_tap> resize_taps(index_t from, index_t extent) {
    std::vector<resize_tap> taps;
    for (index_t i = 0; i < extent; ++i) {
        // (i + 1/2) from / extent - 1/2, kept within the centres of the first and the last pixel.
        const index_t centre = std::clamp<index_t>((2 * i + 1) * from - extent, 0, 2 * extent * (from - 1));
        const index_t before = centre / (2 * extent);
        taps.push_back({before, std::min(before + 1, from - 1), centre % (2 * extent)});
    }
    return taps;
}

inline void resize_plane(std::span<const std::uint8_t> from, index_t width, std::span<const resize_tap> rows,
                         std::span<const resize_tap> columns, std::vector<std::uint8_t>& to) {
    const auto whole = 2 * static_cast<index_t>(rows.size());
    const auto along = [&](index_t row, const resize_tap& x) {
        const auto pixel = [&](index_t column) { return index_t{from[static_cast<std::size_t>(row * width + column)]}; };
        return pixel(x.before) * (whole - x.share) + pixel(x.after) * x.share;
    };
    for (const resize_tap& y : rows) {
        for (const resize_tap& x : columns) {
            const index_t sum = along(y.before, x) * (whole - y.share) + along(y.after, x) * y.share;
            to.push_back(static_cast<std::uint8_t>((sum + whole * whole / 2) / (whole * whole)));
        }
    }
}

} // namespace detail

/// The images as 3 x extent x extent: a grey image becomes three equal channels, an image of three stays in colour. Images of
/// other extents are resized, each axis by itself: bilinear between pixel centres (pixel i of a line of n has its centre at
/// i + 1/2 of n), pixels beyond the edge equal those of the edge, rounded to the nearest level. Arithmetic is exact, and pixels
/// between whose centres none falls are not looked at: this is for enlarging, or reducing to no less than half. Throws `error`
/// unless the set is sound, has 1 or 3 channels and `extent` is 1 to 4096. O(pixels).
[[nodiscard]] inline image_set as_rgb(const image_set& set, index_t extent = 32) {
    check(set, "as_rgb");
    if (set.shape.channels != 1 && set.shape.channels != 3) {
        fail("as_rgb", "channels", "1 or 3", text(set.shape.channels));
    }
    if (extent < 1 || extent > 4096) {
        fail("as_rgb", "extent", "1 to 4096", text(extent));
    }
    image_set result{{3, extent, extent}, set.classes, {}, set.labels};
    if (set.shape == result.shape) {
        result.images = set.images;
        return result;
    }
    result.images.reserve(set.labels.size() * static_cast<std::size_t>(result.shape.size()));
    const auto rows = detail::resize_taps(set.shape.height, extent);
    const auto columns = detail::resize_taps(set.shape.width, extent);
    const auto plane = static_cast<std::size_t>(set.shape.plane());
    for (index_t i = 0; i < set.size(); ++i) {
        for (std::size_t c = 0; c < 3; ++c) {
            const std::size_t channel = set.shape.channels == 1 ? 0 : c;
            detail::resize_plane(set.image(i).subspan(channel * plane, plane), set.shape.width, rows, columns, result.images);
        }
    }
    return result;
}

/// Both sets as_rgb, under the same name. Images that keep their extents keep their mean and deviation, once for each channel;
/// for others they are those of the resized training images, so make a part with `first` after this, not before. Throws
/// `error` also where the dataset is unsound.
[[nodiscard]] inline dataset as_rgb(const dataset& data, index_t extent = 32) {
    check(data);
    dataset result{data.name, as_rgb(data.train, extent), as_rgb(data.test, extent), data.mean, data.deviation};
    if (data.train.shape.height != extent || data.train.shape.width != extent) {
        normalisation of_train = normalisation_of(result.train);
        result.mean = std::move(of_train.mean);
        result.deviation = std::move(of_train.deviation);
    }
    if (result.mean.size() == 1) {
        result.mean.assign(3, data.mean.front());
        result.deviation.assign(3, data.deviation.front());
    }
    return result;
}

} // namespace rcim::inline RCIM_ABI
