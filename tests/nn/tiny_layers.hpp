#pragma once

/// @file
/// A layer with weights for the tests of those that hold layers.

#include <rcim/core/error.hpp>
#include <rcim/core/random.hpp>
#include <rcim/nn/layer.hpp>

#include <cmath>
#include <span>
#include <string>
#include <vector>

namespace rcim_test {

/// y[o] = sum over c of w[o][c] x[c], at every stride-th position: a 1 x 1 convolution, slow and plain.
class tiny_projection final : public rcim::layer {
public:
    tiny_projection(rcim::index_t in, rcim::index_t out, rcim::index_t stride, std::uint32_t place, bool learning = true)
        : in_(in), out_(out), stride_(stride), learning_(learning), weight_(static_cast<std::size_t>(in * out)),
          gradient_(weight_.size()) {
        const rcim::random_source source(1, rcim::purpose::test, place);
        for (std::size_t i = 0; i < weight_.size(); ++i) {
            weight_[i] = 2.0f * source.uniform(i) - 1.0f;
        }
    }

    [[nodiscard]] std::string describe() const override { return rcim::text("tiny_projection ", in_, " to ", out_); }
    [[nodiscard]] rcim::map_shape output_shape(const rcim::map_shape& input) const override {
        if (input.channels != in_) {
            rcim::fail("tiny_projection", "channels", rcim::text(in_), rcim::text(input.channels));
        }
        return {out_, (input.height + stride_ - 1) / stride_, (input.width + stride_ - 1) / stride_};
    }

    void forward(const rcim::batch_tensor& x, rcim::batch_tensor& y, const rcim::pass_context&) override {
        y.reshape(output_shape(x.shape()), x.samples());
        std::fill_n(y.data(), y.blocks() * y.block_stride(), 0.0f);
        for_each(x, y, [&](std::size_t w, rcim::index_t n, rcim::index_t from, rcim::index_t to) {
            y.at(n, to) = std::fma(weight_[w], x.at(n, from), y.at(n, to));
        });
    }

    void backward(const rcim::batch_tensor& x, const rcim::batch_tensor&, const rcim::batch_tensor& dy, rcim::batch_tensor* dx,
                  const rcim::pass_context&) override {
        ++backward_calls;
        gradient_.assign(gradient_.size(), 0.0f);
        if (dx) {
            dx->reshape(x.shape(), x.samples());
            std::fill_n(dx->data(), dx->blocks() * dx->block_stride(), 0.0f);
        }
        for_each(x, dy, [&](std::size_t w, rcim::index_t n, rcim::index_t from, rcim::index_t to) {
            gradient_[w] = std::fma(dy.at(n, to), x.at(n, from), gradient_[w]);
            if (dx) {
                dx->at(n, from) = std::fma(weight_[w], dy.at(n, to), dx->at(n, from));
            }
        });
    }

    void update(const rcim::update_step& step) override {
        for (std::size_t i = 0; i < weight_.size(); ++i) {
            weight_[i] = std::fma(-0.01f * step.rate, gradient_[i], weight_[i]);
        }
        ++step.report.increments;
    }
    [[nodiscard]] bool learns() const override { return learning_; }
    [[nodiscard]] float max_abs_weight() const override {
        float result = 0.0f;
        for (const float w : weight_) {
            result = std::max(result, std::abs(w));
        }
        return result;
    }
    void visit(rcim::archive& a) override { a.visit("weight", std::span(weight_), {out_, in_}); }

    [[nodiscard]] std::span<float> weight() { return weight_; }
    [[nodiscard]] std::span<const float> weight_gradient() const { return gradient_; }
    int backward_calls = 0;

private:
    template <class Visit>
    void for_each(const rcim::batch_tensor& x, const rcim::batch_tensor& y, Visit&& visit) const {
        const rcim::map_shape& out = y.shape();
        for (rcim::index_t n = 0; n < x.samples(); ++n) {
            for (rcim::index_t o = 0; o < out_; ++o) {
                for (rcim::index_t c = 0; c < in_; ++c) {
                    for (rcim::index_t row = 0; row < out.height; ++row) {
                        for (rcim::index_t col = 0; col < out.width; ++col) {
                            visit(static_cast<std::size_t>(o * in_ + c), n,
                                  (c * x.shape().height + row * stride_) * x.shape().width + col * stride_,
                                  (o * out.height + row) * out.width + col);
                        }
                    }
                }
            }
        }
    }

    rcim::index_t in_;
    rcim::index_t out_;
    rcim::index_t stride_;
    bool learning_;
    std::vector<float> weight_;
    std::vector<float> gradient_;
};

} // namespace rcim_test
