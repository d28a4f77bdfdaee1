#pragma once

#include <rcim/nn/layer.hpp>
#include <rcim/nn/outline.hpp>
#include <rcim/nn/pool_window.hpp>

#include <string>

namespace rcim::inline RCIM_ABI {

/// The maximum of each window (see pool_window), channel by channel. Of equal maxima the first in row-major order gets the
/// gradient. NaN wins over every number. Keeps one float for each output of the last forward pass.
class max_pool final : public layer {
public:
    /// Windows of side x side; stride 0 means stride = side. Throws `error`.
    explicit max_pool(index_t side, index_t stride = 0) : max_pool(pool_options{.height = side, .stride = stride}) {}
    /// Any window, over a map with padding, which is never the maximum. Throws `error`.
    explicit max_pool(const pool_options& window) : window_("max_pool", window) {}

    [[nodiscard]] std::string describe() const override { return window_.describe(); }

    [[nodiscard]] map_shape output_shape(const map_shape& input) const override {
        const auto windows = window_.over(input);
        return {input.channels, windows.out_height(), windows.out_width()};
    }

    void forward(const batch_tensor& x, batch_tensor& y, const pass_context& context) override {
        const auto windows = window_.over(x.shape());
        y.reshape(output_shape(x.shape()), x.samples());
        place_.reshape(y.shape(), x.samples());
        detail::for_each_plane(x, y, context.pool, [&](index_t in, index_t out) {
            kernel::max_pool(windows, x.data() + in, y.data() + out, place_.data() + out);
        });
    }

    void backward(const batch_tensor& x, const batch_tensor&, const batch_tensor& dy, batch_tensor* dx,
                  const pass_context& context) override {
        if (!dx) {
            return;
        }
        const auto windows = window_.over(x.shape());
        dx->reshape(x.shape(), x.samples());
        detail::for_each_plane(x, dy, context.pool, [&](index_t in, index_t out) {
            kernel::max_pool_gradient(windows, place_.data() + out, dy.data() + out, dx->data() + in);
        });
    }

    bool outline(layer_outline& to) override {
        to.kind = max_pool_outline{window_.options()};
        return true;
    }

private:
    pool_window window_;
    batch_tensor place_; ///< of the maximum in each window of the last forward pass
};

} // namespace rcim::inline RCIM_ABI
