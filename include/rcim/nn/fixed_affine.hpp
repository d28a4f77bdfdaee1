#pragma once

#include <rcim/compat/simd.hpp>
#include <rcim/nn/layer.hpp>
#include <rcim/nn/outline.hpp>

#include <string>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// y = x scale + shift with constants that do not learn: what a model does to its inputs or between layers, such as subtracting a mean.
/// One number for all, one per channel or one per feature (channel, row, column). Digital.
class fixed_affine final : public layer {
public:
    /// Throws `error` where one of them is empty.
    fixed_affine(std::vector<float> scale, std::vector<float> shift) : scale_(std::move(scale)), shift_(std::move(shift)) {
        if (scale_.empty() || shift_.empty()) {
            fail("fixed_affine", "constants", "at least one scale and one shift", text(scale_.size(), " and ", shift_.size()));
        }
    }

    [[nodiscard]] std::string describe() const override {
        return text("fixed_affine{", scale_.size(), " of scale, ", shift_.size(), " of shift}");
    }

    [[nodiscard]] map_shape output_shape(const map_shape& input) const override {
        for (const std::size_t count : {scale_.size(), shift_.size()}) {
            const auto n = static_cast<index_t>(count);
            if (n != 1 && n != input.channels && n != input.size()) {
                fail("fixed_affine", "constants", text("1, ", input.channels, " (channels) or ", input.size(), " (features)"),
                     text(n, " for ", to_text(input)));
            }
        }
        return input;
    }

    void forward(const batch_tensor& x, batch_tensor& y, const pass_context& context) override {
        y.reshape(output_shape(x.shape()), x.samples());
        for_each_feature(x.shape(), x.blocks(), context.pool, [&](index_t at, float scale, float shift) {
            lanes result = lanes::broadcast(shift);
            result.add_product(lanes::load(x.data() + at), lanes::broadcast(scale));
            result.store(y.data() + at);
        });
    }

    void backward(const batch_tensor& x, const batch_tensor&, const batch_tensor& dy, batch_tensor* dx,
                  const pass_context& context) override {
        if (!dx) {
            return;
        }
        dx->reshape(x.shape(), x.samples());
        for_each_feature(x.shape(), x.blocks(), context.pool, [&](index_t at, float scale, float) {
            (lanes::load(dy.data() + at) * lanes::broadcast(scale)).store(dx->data() + at);
        });
    }

    bool outline(layer_outline& to) override {
        to.kind = fixed_affine_outline{scale_, shift_};
        return true;
    }

private:
    template <class Visit>
    void for_each_feature(const map_shape& shape, index_t blocks, thread_pool& pool, Visit&& visit) const {
        const auto of = [&](const std::vector<float>& values, index_t feature) {
            const auto n = static_cast<index_t>(values.size());
            return values[static_cast<std::size_t>(n == 1 ? 0 : n == shape.channels ? feature / shape.plane() : feature)];
        };
        pool.run(blocks * shape.size(), [&](index_t begin, index_t end) {
            for (index_t job = begin; job < end; ++job) {
                const index_t feature = job % shape.size();
                visit(job * samples_per_block, of(scale_, feature), of(shift_, feature));
            }
        });
    }

    std::vector<float> scale_;
    std::vector<float> shift_;
};

} // namespace rcim::inline RCIM_ABI
