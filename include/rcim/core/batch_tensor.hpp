#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

namespace rcim::inline RCIM_ABI {

/// Samples that lie side by side in memory: the width of one AVX-512 register of floats, on every instruction set, so that sums
/// over a batch are taken in the same order everywhere.
inline constexpr index_t samples_per_block = 16;

/// Sums over a batch are taken in this many shards: block b of a batch belongs to shard b % 8, and the shards are joined by a
/// fixed tree. Threads and machines only choose who computes a shard.
inline constexpr index_t batch_shards = 8;

/// Shape of one sample: channels x height x width. A vector of n features is {n, 1, 1}.
struct map_shape {
    index_t channels = 1;
    index_t height = 1;
    index_t width = 1;

    [[nodiscard]] constexpr index_t plane() const noexcept { return height * width; }
    [[nodiscard]] constexpr index_t size() const noexcept { return channels * height * width; }
    friend constexpr bool operator==(const map_shape&, const map_shape&) = default;
};

[[nodiscard]] inline std::string to_text(const map_shape& shape) {
    return text(shape.channels, " x ", shape.height, " x ", shape.width);
}

/// A batch of feature maps, stored as [block of 16 samples][channel][row][column][sample in block], so that every kernel works
/// on 16 samples at once whatever the shape of the map. Lanes beyond the last sample hold finite numbers without meaning.
class batch_tensor {
public:
    batch_tensor() = default;
    batch_tensor(map_shape shape, index_t samples) { reshape(shape, samples); }

    /// Sets the shape; storage only grows and holds no promised values, except that the first growth zeroes it.
    void reshape(map_shape shape, index_t samples) {
        if (shape.channels < 1 || shape.height < 1 || shape.width < 1 || samples < 0) {
            fail("batch_tensor", "shape", "positive extents", text(to_text(shape), ", ", samples, " samples"));
        }
        shape_ = shape;
        samples_ = samples;
        const auto needed = static_cast<std::size_t>(blocks() * block_stride());
        if (data_.size() < needed) {
            data_.resize(needed);
        }
    }

    [[nodiscard]] const map_shape& shape() const noexcept { return shape_; }
    [[nodiscard]] index_t samples() const noexcept { return samples_; }
    [[nodiscard]] index_t blocks() const noexcept { return (samples_ + samples_per_block - 1) / samples_per_block; }
    /// Floats from one block to the next.
    [[nodiscard]] index_t block_stride() const noexcept { return shape_.size() * samples_per_block; }
    /// Samples of block b that exist: 16 but for the last block.
    [[nodiscard]] index_t samples_in_block(index_t b) const noexcept {
        return std::min(samples_per_block, samples_ - b * samples_per_block);
    }

    [[nodiscard]] float* data() noexcept { return data_.data(); }
    [[nodiscard]] const float* data() const noexcept { return data_.data(); }
    [[nodiscard]] float* block(index_t b) noexcept { return data_.data() + b * block_stride(); }
    [[nodiscard]] const float* block(index_t b) const noexcept { return data_.data() + b * block_stride(); }

    /// One number: feature counts channel, row, column in row-major order.
    [[nodiscard]] float& at(index_t sample, index_t feature) noexcept { return data_[offset(sample, feature)]; }
    [[nodiscard]] float at(index_t sample, index_t feature) const noexcept { return data_[offset(sample, feature)]; }

private:
    [[nodiscard]] std::size_t offset(index_t sample, index_t feature) const noexcept {
        return static_cast<std::size_t>((sample / samples_per_block) * block_stride() + feature * samples_per_block +
                                        sample % samples_per_block);
    }

    map_shape shape_{};
    index_t samples_ = 0;
    aligned_vector<float> data_;
};

} // namespace rcim::inline RCIM_ABI
