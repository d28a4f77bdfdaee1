#pragma once

#include <rcim/core/error.hpp>
#include <rcim/kernel/activation.hpp>
#include <rcim/nn/layer.hpp>
#include <rcim/nn/outline.hpp>
#include <rcim/nn/sequence.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace rcim::inline RCIM_ABI {

/// The shortcut without parameters between stages of a residual net for CIFAR-10 (option A of K. He, X. Zhang, S. Ren, J. Sun,
/// "Deep residual learning for image recognition", CVPR 2016): every stride-th row and column, starting with the first, and
/// zeros in the channels that are new, which come last. C x H x W -> channels x ceil(H / stride) x ceil(W / stride).
class subsample final : public layer {
public:
    /// channels and stride >= 1. Throws `error`.
    subsample(index_t channels, index_t stride) : channels_(channels), stride_(stride) {
        if (channels < 1) {
            fail("subsample", "channels", "at least 1", text(channels));
        }
        if (stride < 1) {
            fail("subsample", "stride", "at least 1", text(stride));
        }
    }

    [[nodiscard]] std::string describe() const override {
        return text("subsample{.channels = ", channels_, ", .stride = ", stride_, "}");
    }

    [[nodiscard]] map_shape output_shape(const map_shape& input) const override {
        if (input.channels > channels_) {
            fail("subsample", "channels", text("at most ", channels_), text(input.channels, " in ", to_text(input)));
        }
        return {channels_, (input.height + stride_ - 1) / stride_, (input.width + stride_ - 1) / stride_};
    }

    void forward(const batch_tensor& x, batch_tensor& y, const pass_context& context) override {
        y.reshape(output_shape(x.shape()), x.samples());
        context.pool.run(x.blocks() * channels_, [&](index_t begin, index_t end) {
            for (index_t job = begin; job < end; ++job) {
                const index_t b = job / channels_;
                const index_t c = job % channels_;
                const index_t plane = y.shape().plane() * samples_per_block;
                float* const to = y.block(b) + c * plane;
                if (c >= x.shape().channels) {
                    std::fill_n(to, plane, 0.0f);
                    continue;
                }
                for_each_position(x, y, b, c, [&](index_t in, index_t out) {
                    std::copy_n(x.data() + in, samples_per_block, y.data() + out);
                });
            }
        });
    }

    void backward(const batch_tensor& x, const batch_tensor&, const batch_tensor& dy, batch_tensor* dx,
                  const pass_context& context) override {
        if (!dx) {
            return;
        }
        dx->reshape(x.shape(), x.samples());
        const index_t channels = x.shape().channels;
        context.pool.run(x.blocks() * channels, [&](index_t begin, index_t end) {
            for (index_t job = begin; job < end; ++job) {
                const index_t plane = x.shape().plane() * samples_per_block;
                std::fill_n(dx->data() + job * plane, plane, 0.0f);
                for_each_position(x, dy, job / channels, job % channels, [&](index_t in, index_t out) {
                    std::copy_n(dy.data() + out, samples_per_block, dx->data() + in);
                });
            }
        });
    }

    bool outline(layer_outline& to) override {
        to.kind = subsample_outline{channels_, stride_};
        return true;
    }

private:
    /// visit(offset in x, offset in y) for every position of one channel of y.
    template <class Visit>
    void for_each_position(const batch_tensor& x, const batch_tensor& y, index_t block, index_t channel, Visit&& visit) const {
        const map_shape& out = y.shape();
        const index_t from = block * x.block_stride() + channel * x.shape().plane() * samples_per_block;
        const index_t to = block * y.block_stride() + channel * out.plane() * samples_per_block;
        for (index_t row = 0; row < out.height; ++row) {
            for (index_t col = 0; col < out.width; ++col) {
                visit(from + (row * x.shape().width + col) * stride_ * samples_per_block,
                      to + (row * out.width + col) * samples_per_block);
            }
        }
    }

    index_t channels_;
    index_t stride_;
};

/// y = relu(body(x) + shortcut(x)), after He et al. 2016 (see subsample), or the sum itself, as in nets that rectify before they
/// convolve (K. He, X. Zhang, S. Ren, J. Sun, "Identity mappings in deep residual networks", ECCV 2016). The shortcut is a sequence too: without layers the
/// identity, else a projection (1 x 1 convolution, batch_norm) or a `subsample`. Both sequences give the same shape.
class residual_block final : public layer {
public:
    /// The body has at least one layer; rectified: the sum goes through ReLU. Throws `error`.
    explicit residual_block(sequence body, sequence shortcut = {}, bool rectified = true)
        : body_(std::move(body)), shortcut_(std::move(shortcut)), rectified_(rectified) {
        if (body_.empty()) {
            fail("residual_block", "body", "at least one layer", "none");
        }
    }

    [[nodiscard]] std::string describe() const override {
        return text("residual_block{.body = {", body_.describe(), "}, .shortcut = {", shortcut_.describe(), rectified_ ? "}}" : "}, .rectified = false}");
    }

    [[nodiscard]] map_shape output_shape(const map_shape& input) const override {
        const map_shape result = branch_shape("body", body_, input);
        const map_shape other = branch_shape("shortcut", shortcut_, input);
        if (other != result) {
            fail("residual_block", "output of the shortcut", text(to_text(result), " as of the body"), to_text(other));
        }
        return result;
    }

    void forward(const batch_tensor& x, batch_tensor& y, const pass_context& context) override {
        y.reshape(output_shape(x.shape()), x.samples());
        const batch_tensor& a = body_.forward(x, context);
        const batch_tensor& b = shortcut_.forward(x, context);
        context.pool.run(y.blocks() * y.shape().size(), [&](index_t begin, index_t end) {
            const index_t at = begin * samples_per_block;
            if (rectified_) {
                kernel::add_relu(a.data() + at, b.data() + at, y.data() + at, end - begin);
            } else {
                std::copy_n(a.data() + at, (end - begin) * samples_per_block, y.data() + at);
                kernel::add(b.data() + at, y.data() + at, end - begin);
            }
        });
    }

    void backward(const batch_tensor& x, const batch_tensor& y, const batch_tensor& dy, batch_tensor* dx,
                  const pass_context& context) override {
        if (rectified_) {
            sum_gradient_.reshape(y.shape(), y.samples());
            context.pool.run(y.blocks() * y.shape().size(), [&](index_t begin, index_t end) {
                const index_t at = begin * samples_per_block;
                kernel::relu_gradient(y.data() + at, dy.data() + at, sum_gradient_.data() + at, end - begin);
            });
        }
        const batch_tensor& of_sum = rectified_ ? sum_gradient_ : dy;
        body_.backward(x, of_sum, dx, context);
        if (!shortcut_.empty()) {
            shortcut_.backward(x, of_sum, dx ? &shortcut_gradient_ : nullptr, context);
        }
        if (dx) {
            const batch_tensor& other = shortcut_.empty() ? of_sum : shortcut_gradient_;
            context.pool.run(x.blocks() * x.shape().size(), [&](index_t begin, index_t end) {
                const index_t at = begin * samples_per_block;
                kernel::add(other.data() + at, dx->data() + at, end - begin);
            });
        }
    }

    [[nodiscard]] double gradient_square(thread_pool& pool) override { return body_.gradient_square(pool) + shortcut_.gradient_square(pool); }
    void update(const update_step& step) override {
        body_.update(step);
        shortcut_.update(step);
    }

    void each(const std::function<void(layer&)>& visit) override {
        body_.each(visit);
        shortcut_.each(visit);
    }
    void begin_epoch(int epoch) override {
        body_.begin_epoch(epoch);
        shortcut_.begin_epoch(epoch);
    }
    void age(double seconds) override {
        body_.age(seconds);
        shortcut_.age(seconds);
    }
    void count_cells(cell_census& count) const override {
        body_.count_cells(count);
        shortcut_.count_cells(count);
    }
    void count_compensation(const map_shape& input, compensation_count& count) const override {
        body_.count_compensation(input, count);
        shortcut_.count_compensation(input, count);
    }
    void take_sums(kernel::sum_counts& count) override {
        body_.take_sums(count);
        shortcut_.take_sums(count);
    }
    void show_faults(fault_map& map) const override {
        body_.show_faults(map);
        shortcut_.show_faults(map);
    }

    [[nodiscard]] bool learns() const override { return body_.learns() || shortcut_.learns(); }
    [[nodiscard]] float max_abs_weight() const override { return std::max(body_.max_abs_weight(), shortcut_.max_abs_weight()); }

    void visit(archive& a) override {
        {
            const archive::scope scope(a, "body");
            body_.visit(a);
        }
        const archive::scope scope(a, "shortcut");
        shortcut_.visit(a);
    }

    /// False where one of its layers has no outline.
    bool outline(layer_outline& to) override {
        residual_outline block{.rectified = rectified_};
        if (!body_.outline(block.body) || !shortcut_.outline(block.shortcut)) {
            return false;
        }
        to.kind = std::move(block);
        return true;
    }

    [[nodiscard]] sequence& body() { return body_; }
    [[nodiscard]] sequence& shortcut() { return shortcut_; }

private:
    static map_shape branch_shape(std::string_view name, const sequence& branch, const map_shape& input) {
        try {
            return branch.output_shape(input);
        } catch (const error& e) {
            throw error(text("residual_block: ", name, ": ", e.what()));
        }
    }

    sequence body_;
    sequence shortcut_;
    bool rectified_;
    batch_tensor sum_gradient_;      ///< by body(x) + shortcut(x)
    batch_tensor shortcut_gradient_; ///< by x through the shortcut
};

} // namespace rcim::inline RCIM_ABI
