#pragma once

#include <rcim/nn/layer.hpp>
#include <rcim/nn/outline.hpp>
#include <rcim/nn/pool_window.hpp>

#include <string>

namespace rcim::inline RCIM_ABI {

/// What average_pool and global_average_pool share: the mean over windows that `windows` gives for a map.
class mean_over_windows : public layer {
public:
    [[nodiscard]] map_shape output_shape(const map_shape& input) const final {
        const auto w = windows(input);
        return {input.channels, w.out_height(), w.out_width()};
    }

    void forward(const batch_tensor& x, batch_tensor& y, const pass_context& context) final {
        const auto w = windows(x.shape());
        y.reshape(output_shape(x.shape()), x.samples());
        detail::for_each_plane(x, y, context.pool,
                               [&](index_t in, index_t out) { kernel::average_pool(w, x.data() + in, y.data() + out); });
    }

    void backward(const batch_tensor& x, const batch_tensor&, const batch_tensor& dy, batch_tensor* dx,
                  const pass_context& context) final {
        if (!dx) {
            return;
        }
        const auto w = windows(x.shape());
        dx->reshape(x.shape(), x.samples());
        detail::for_each_plane(x, dy, context.pool, [&](index_t in, index_t out) {
            kernel::average_pool_gradient(w, dy.data() + out, dx->data() + in);
        });
    }

private:
    [[nodiscard]] virtual kernel::pool_windows windows(const map_shape& input) const = 0;
};

/// The mean of each window (see pool_window), channel by channel.
class average_pool final : public mean_over_windows {
public:
    /// Windows of side x side; stride 0 means stride = side. Throws `error`.
    explicit average_pool(index_t side, index_t stride = 0) : average_pool(pool_options{.height = side, .stride = stride}) {}
    /// Any window, over a map with padding: the mean is that of the positions inside the map, or of all with zeros outside. Throws `error`.
    explicit average_pool(const pool_options& window) : window_("average_pool", window) {}

    [[nodiscard]] std::string describe() const override { return window_.describe(); }

    bool outline(layer_outline& to) override {
        to.kind = average_pool_outline{window_.options()};
        return true;
    }

private:
    [[nodiscard]] kernel::pool_windows windows(const map_shape& input) const override { return window_.over(input); }

    pool_window window_;
};

/// The mean of each channel over all positions: C x H x W -> C x 1 x 1.
class global_average_pool final : public mean_over_windows {
public:
    [[nodiscard]] std::string describe() const override { return "global_average_pool"; }

    bool outline(layer_outline& to) override {
        to.kind = global_average_pool_outline{};
        return true;
    }

private:
    [[nodiscard]] kernel::pool_windows windows(const map_shape& input) const override {
        return {.height = input.height, .width = input.width, .window_height = input.height, .window_width = input.width};
    }
};

} // namespace rcim::inline RCIM_ABI
