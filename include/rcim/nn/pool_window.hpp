#pragma once

#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/kernel/pooling.hpp>

#include <string>
#include <utility>

namespace rcim::inline RCIM_ABI {

/// The square window of a pooling layer. Windows lie inside the map; rows and columns left over at the bottom and right are
/// dropped, so that the output is floor((H - side) / stride) + 1 high and likewise wide.
class pool_window {
public:
    /// side and stride from 1 to 4096; stride 0 means stride = side. Throws `error`, which begins with the name of the layer.
    pool_window(std::string layer, index_t side, index_t stride)
        : layer_(std::move(layer)), side_(side), stride_(stride == 0 ? side : stride) {
        if (side_ < 1 || side_ > 4096) {
            fail(layer_, "kernel", "1 to 4096", text(side_));
        }
        if (stride_ < 1 || stride_ > 4096) {
            fail(layer_, "stride", "1 to 4096, or 0 for the kernel's", text(stride_));
        }
    }

    [[nodiscard]] std::string describe() const { return text(layer_, "{.kernel = ", side_, ", .stride = ", stride_, "}"); }

    /// Throws `error` if the window does not fit.
    [[nodiscard]] kernel::pool_windows over(const map_shape& input) const {
        if (side_ > input.height || side_ > input.width) {
            fail(layer_, "input", text("at least ", side_, " x ", side_, " positions"), to_text(input));
        }
        return {input.height, input.width, side_, side_, stride_};
    }

private:
    std::string layer_;
    index_t side_;
    index_t stride_;
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
