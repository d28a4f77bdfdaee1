#pragma once

#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/kernel/pooling.hpp>
#include <rcim/nn/layer_options.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace rcim::inline RCIM_ABI {

/// The window of a pooling layer. Rows and columns left over at the bottom and right are dropped, so that the output is
/// floor((H + top + bottom - height) / stride) + 1 high and likewise wide.
class pool_window {
public:
    /// Extents and stride from 1 to 4096, padding from 0 to less than the window. Throws `error`, which begins with the name of the layer.
    pool_window(std::string layer, const pool_options& options) : layer_(std::move(layer)), o_(options) {
        o_.width = o_.width == 0 ? o_.height : o_.width;
        o_.stride = o_.stride == 0 ? o_.height : o_.stride;
        for (const index_t side : {o_.height, o_.width}) {
            if (side < 1 || side > 4096) {
                fail(layer_, "kernel", "1 to 4096", text(side));
            }
        }
        if (o_.stride < 1 || o_.stride > 4096) {
            fail(layer_, "stride", "1 to 4096, or 0 for the kernel's", text(o_.stride));
        }
        if (std::min({o_.top, o_.left, o_.bottom, o_.right}) < 0 || std::max(o_.top, o_.bottom) >= o_.height ||
            std::max(o_.left, o_.right) >= o_.width) {
            fail(layer_, "padding", text("0 to less than the kernel, ", o_.height, " x ", o_.width), padding());
        }
    }

    [[nodiscard]] const pool_options& options() const { return o_; }

    [[nodiscard]] std::string describe() const {
        std::string result = text(layer_, "{.kernel = ", o_.height);
        if (o_.width != o_.height) {
            result += text(" x ", o_.width);
        }
        result += text(", .stride = ", o_.stride);
        if ((o_.top | o_.left | o_.bottom | o_.right) != 0) {
            result += text(", .padding = {", padding(), "}", o_.count_padding ? ", .count_padding = true" : "");
        }
        return result + "}";
    }

    /// Throws `error` if a window does not fit.
    [[nodiscard]] kernel::pool_windows over(const map_shape& input) const {
        const kernel::pool_windows w{input.height, input.width, o_.height, o_.width, o_.stride,
                                     o_.top,       o_.left,     o_.bottom, o_.right, o_.count_padding};
        // As padding is less than the window, every window then has a position of the map.
        if (input.height + o_.top + o_.bottom < o_.height || input.width + o_.left + o_.right < o_.width) {
            fail(layer_, "input", text("at least ", o_.height, " x ", o_.width, " positions"), to_text(input));
        }
        return w;
    }

private:
    [[nodiscard]] std::string padding() const { return text(o_.top, ", ", o_.left, ", ", o_.bottom, ", ", o_.right); }

    std::string layer_;
    pool_options o_;
};

namespace detail {

/// Calls body(offset in x, offset in y) for every channel of every block, for tensors of equal channels and samples.
template <class Body>
void for_each_plane(const batch_tensor& x, const batch_tensor& y, thread_pool& pool, Body&& body) {
    const index_t from = x.shape().plane() * samples_per_block;
    const index_t to = y.shape().plane() * samples_per_block;
    pool.run(x.blocks() * x.shape().channels, [&](index_t begin, index_t end) {
        for (index_t p = begin; p < end; ++p) {
            body(p * from, p * to);
        }
    });
}

} // namespace detail

} // namespace rcim::inline RCIM_ABI
