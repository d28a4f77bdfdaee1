#pragma once

#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/error.hpp>
#include <rcim/kernel/convolution.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Where the lines of a convolution's crossbars find their numbers in one block of samples, counted in numbers. A forward read of
/// position p drives input i with the number at window()[p] + tap()[i] of the padded maps, and senses output o, which lies at channel()[o] + plane()[p] of
/// the results; a transposed read does the opposite.
class read_lines {
public:
    [[nodiscard]] const kernel::convolution_shape& shape() const { return shape_; }
    [[nodiscard]] const std::vector<std::int32_t>& window() const { return window_; }
    [[nodiscard]] const std::vector<std::int32_t>& tap() const { return tap_; }
    [[nodiscard]] const std::vector<std::int32_t>& plane() const { return plane_; }
    [[nodiscard]] const std::vector<std::int32_t>& channel() const { return channel_; }

    /// Throws `error` if a block has 2^31 numbers or more.
    void locate(const kernel::convolution_shape& shape) {
        if (shape == shape_ && !window_.empty()) {
            return;
        }
        constexpr index_t lane = samples_per_block;
        shape_ = shape;
        const map_shape out = shape.out();
        const index_t height = shape.in.height + 2 * shape.padding;
        const index_t width = shape.in.width + 2 * shape.padding;
        if (std::max(shape.in.channels * height * width, out.size()) * lane > 0x7fffffff) {
            fail("read_lines", "size", "fewer than 2^31 numbers in one block of samples", to_text(shape.in));
        }
        const auto fill = [](std::vector<std::int32_t>& list, index_t count, auto&& at) {
            list.clear();
            for (index_t n = 0; n < count; ++n) {
                list.push_back(static_cast<std::int32_t>(at(n) * lane));
            }
        };
        fill(window_, out.plane(), [&](index_t p) { return (p / out.width * width + p % out.width) * shape.stride; });
        fill(plane_, out.plane(), [](index_t p) { return p; });
        fill(tap_, shape.inputs(), [&](index_t i) {
            return (i / shape.taps() * height + i % shape.taps() / shape.kernel_width) * width + i % shape.kernel_width;
        });
        fill(channel_, out.channels, [&](index_t o) { return o * out.plane(); });
    }

private:
    kernel::convolution_shape shape_;
    std::vector<std::int32_t> window_;
    std::vector<std::int32_t> tap_;
    std::vector<std::int32_t> plane_;
    std::vector<std::int32_t> channel_;
};

} // namespace rcim::inline RCIM_ABI
