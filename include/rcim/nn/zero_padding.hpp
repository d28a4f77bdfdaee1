#pragma once

#include <rcim/nn/layer.hpp>
#include <rcim/nn/outline.hpp>

#include <algorithm>
#include <string>

namespace rcim::inline RCIM_ABI {

/// Zeros around every map, and channels of zeros after the last: for padding that is not the same on all sides, which a convolution
/// does not know, and for shortcuts that gain channels. C x H x W -> (C + channels) x (top + H + bottom) x (left + W + right).
class zero_padding final : public layer {
public:
    /// Sides from 0 to 2^20. Throws `error`.
    explicit zero_padding(const zero_padding_options& sides) : sides_(sides) {
        for (const index_t side : {sides.top, sides.left, sides.bottom, sides.right, sides.channels}) {
            if (side < 0 || side > (1 << 20)) {
                fail("zero_padding", "side", "0 to 2^20", text(side));
            }
        }
    }

    [[nodiscard]] std::string describe() const override {
        return text("zero_padding{.top = ", sides_.top, ", .left = ", sides_.left, ", .bottom = ", sides_.bottom,
                    ", .right = ", sides_.right, ", .channels = ", sides_.channels, "}");
    }

    [[nodiscard]] map_shape output_shape(const map_shape& input) const override {
        return {input.channels + sides_.channels, sides_.top + input.height + sides_.bottom,
                sides_.left + input.width + sides_.right};
    }

    void forward(const batch_tensor& x, batch_tensor& y, const pass_context& context) override {
        y.reshape(output_shape(x.shape()), x.samples());
        const index_t plane = y.shape().plane() * samples_per_block;
        context.pool.run(y.blocks() * y.shape().channels, [&](index_t begin, index_t end) {
            for (index_t job = begin; job < end; ++job) {
                std::fill_n(y.data() + job * plane, plane, 0.0f);
                for_each_row(x, y, job, [&](index_t in, index_t out, index_t count) {
                    std::copy_n(x.data() + in, count, y.data() + out);
                });
            }
        });
    }

    void backward(const batch_tensor& x, const batch_tensor& y, const batch_tensor& dy, batch_tensor* dx,
                  const pass_context& context) override {
        if (!dx) {
            return;
        }
        dx->reshape(x.shape(), x.samples());
        context.pool.run(y.blocks() * y.shape().channels, [&](index_t begin, index_t end) {
            for (index_t job = begin; job < end; ++job) {
                for_each_row(x, y, job, [&](index_t in, index_t out, index_t count) {
                    std::copy_n(dy.data() + out, count, dx->data() + in);
                });
            }
        });
    }

    bool outline(layer_outline& to) override {
        to.kind = zero_padding_outline{sides_};
        return true;
    }

private:
    /// visit(offset in x, offset in y, floats) for the rows of x in the job-th plane of y.
    template <class Visit>
    void for_each_row(const batch_tensor& x, const batch_tensor& y, index_t job, Visit&& visit) const {
        const map_shape& in = x.shape();
        const map_shape& out = y.shape();
        const index_t channel = job % out.channels;
        if (channel >= in.channels) {
            return;
        }
        const index_t from = (job / out.channels * in.channels + channel) * in.plane();
        for (index_t row = 0; row < in.height; ++row) {
            visit((from + row * in.width) * samples_per_block,
                  (job * out.plane() + (sides_.top + row) * out.width + sides_.left) * samples_per_block,
                  in.width * samples_per_block);
        }
    }

    zero_padding_options sides_;
};

} // namespace rcim::inline RCIM_ABI
