#pragma once

#include <rcim/nn/layer.hpp>
#include <rcim/nn/outline.hpp>

#include <algorithm>
#include <string>

namespace rcim::inline RCIM_ABI {

/// The same features in row-major order under another shape, such as a vector. A dense layer takes maps as they are.
class reshape final : public layer {
public:
    explicit reshape(const map_shape& shape) : shape_(shape) {
        if (shape.channels < 1 || shape.height < 1 || shape.width < 1) {
            fail("reshape", "shape", "positive extents", to_text(shape));
        }
    }

    [[nodiscard]] std::string describe() const override { return text("reshape{", to_text(shape_), "}"); }

    [[nodiscard]] map_shape output_shape(const map_shape& input) const override {
        if (input.size() != shape_.size()) {
            fail("reshape", "input", text(shape_.size(), " features"), text(input.size(), " (", to_text(input), ")"));
        }
        return shape_;
    }

    void forward(const batch_tensor& x, batch_tensor& y, const pass_context& context) override {
        y.reshape(output_shape(x.shape()), x.samples());
        copy(x, y, context.pool);
    }

    void backward(const batch_tensor& x, const batch_tensor&, const batch_tensor& dy, batch_tensor* dx,
                  const pass_context& context) override {
        if (dx) {
            dx->reshape(x.shape(), x.samples());
            copy(dy, *dx, context.pool);
        }
    }

    bool outline(layer_outline& to) override {
        to.kind = reshape_outline{shape_};
        return true;
    }

private:
    static void copy(const batch_tensor& from, batch_tensor& to, thread_pool& pool) {
        pool.run(from.blocks(), [&](index_t begin, index_t end) {
            std::copy(from.block(begin), from.block(begin) + (end - begin) * from.block_stride(), to.block(begin));
        });
    }

    map_shape shape_;
};

} // namespace rcim::inline RCIM_ABI
