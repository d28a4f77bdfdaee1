#pragma once

#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/data/dataset.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// What a network sees of a pixel, (pixel / 255 - mean) / deviation, as one table of 256 numbers per channel: each is rounded once,
/// so that no instruction set changes a bit of it.
class pixel_table {
public:
    /// One mean and one positive deviation per channel.
    pixel_table(std::span<const float> mean, std::span<const float> deviation) : table_(mean.size()) {
        if (mean.size() != deviation.size()) {
            fail("pixel_table", "deviation", text("one number per channel: ", mean.size()), text(deviation.size()));
        }
        for (std::size_t c = 0; c < mean.size(); ++c) {
            if (!std::isfinite(mean[c])) {
                fail("pixel_table", text("mean of channel ", c), "a finite number", text(mean[c]));
            }
            if (!(deviation[c] > 0.0f) || !std::isfinite(deviation[c])) {
                fail("pixel_table", text("deviation of channel ", c), "a positive number", text(deviation[c]));
            }
            for (std::size_t pixel = 0; pixel < 256; ++pixel) {
                table_[c][pixel] = static_cast<float>((static_cast<double>(pixel) / 255.0 - static_cast<double>(mean[c])) /
                                                      static_cast<double>(deviation[c]));
            }
        }
    }

    [[nodiscard]] index_t channels() const noexcept { return static_cast<index_t>(table_.size()); }
    [[nodiscard]] const std::array<float, 256>& channel(index_t c) const noexcept { return table_[static_cast<std::size_t>(c)]; }

private:
    std::vector<std::array<float, 256>> table_;
};

/// Fills x with the images of these indices, in this order, and labels with their classes; an index may occur twice. Lanes beyond
/// the last sample are zero. Throws `error` on an index outside the set or a table for another number of channels. About half a
/// nanosecond per pixel and thread.
inline void load_batch(const image_set& set, std::span<const index_t> indices, const pixel_table& table, batch_tensor& x,
                       std::vector<int>& labels, thread_pool& pool) {
    if (table.channels() != set.shape.channels) {
        fail("load_batch", "channels of the table", text(set.shape.channels, ", as the images have"), text(table.channels()));
    }
    const auto samples = static_cast<index_t>(indices.size());
    labels.resize(indices.size());
    for (std::size_t i = 0; i < indices.size(); ++i) {
        if (indices[i] < 0 || indices[i] >= set.size()) {
            fail("load_batch", "index", text("0 to ", set.size() - 1), text(indices[i]));
        }
        labels[i] = set.labels[static_cast<std::size_t>(indices[i])];
    }
    x.reshape(set.shape, samples);
    const index_t plane = set.shape.plane();
    pool.run(x.blocks(), [&](index_t begin, index_t end) {
        for (index_t b = begin; b < end; ++b) {
            const index_t count = x.samples_in_block(b);
            std::array<const std::uint8_t*, samples_per_block> pixels;
            for (index_t lane = 0; lane < samples_per_block; ++lane) {
                const index_t sample = b * samples_per_block + std::min(lane, count - 1);
                pixels[static_cast<std::size_t>(lane)] = set.image(indices[static_cast<std::size_t>(sample)]).data();
            }
            float* to = x.block(b);
            for (index_t c = 0; c < set.shape.channels; ++c) {
                const float* const value = table.channel(c).data();
                for (index_t p = c * plane; p < (c + 1) * plane; ++p, to += samples_per_block) {
                    for (std::size_t lane = 0; lane < samples_per_block; ++lane) {
                        to[lane] = value[pixels[lane][p]];
                    }
                }
            }
            if (count < samples_per_block) {
                to = x.block(b);
                for (index_t p = 0; p < set.shape.size(); ++p, to += samples_per_block) {
                    std::fill(to + count, to + samples_per_block, 0.0f);
                }
            }
        }
    });
}

} // namespace rcim::inline RCIM_ABI
