#pragma once

#include <rcim/kernel/activation.hpp>
#include <rcim/nn/layer.hpp>
#include <rcim/nn/outline.hpp>

#include <string>

namespace rcim::inline RCIM_ABI {

/// y = max(0, x), element by element. NaN stays NaN, so that a broken pass is seen at its end; no gradient passes where y is
/// NaN. After a max_pool the result is the same as before it and the map is smaller.
class relu final : public layer {
public:
    [[nodiscard]] std::string describe() const override { return "relu"; }
    [[nodiscard]] map_shape output_shape(const map_shape& input) const override { return input; }

    void forward(const batch_tensor& x, batch_tensor& y, const pass_context& context) override {
        y.reshape(x.shape(), x.samples());
        context.pool.run(x.blocks() * x.shape().size(), [&](index_t begin, index_t end) {
            const index_t at = begin * samples_per_block;
            kernel::relu(x.data() + at, y.data() + at, end - begin);
        });
    }

    void backward(const batch_tensor&, const batch_tensor& y, const batch_tensor& dy, batch_tensor* dx,
                  const pass_context& context) override {
        if (!dx) {
            return;
        }
        dx->reshape(y.shape(), y.samples());
        context.pool.run(y.blocks() * y.shape().size(), [&](index_t begin, index_t end) {
            const index_t at = begin * samples_per_block;
            kernel::relu_gradient(y.data() + at, dy.data() + at, dx->data() + at, end - begin);
        });
    }

    bool outline(layer_outline& to) override {
        to.kind = relu_outline{};
        return true;
    }
};

} // namespace rcim::inline RCIM_ABI
