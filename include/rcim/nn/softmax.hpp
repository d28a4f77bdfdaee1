#pragma once

#include <rcim/nn/layer.hpp>
#include <rcim/nn/outline.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace rcim::inline RCIM_ABI {

/// y_i = exp(x_i) / sum over all features j of exp(x_j), or its logarithm: probabilities as the last stage of a network in use. Training
/// takes the numbers before it: `fit` and `evaluate` have a softmax of their own (softmax_cross_entropy).
class softmax final : public layer {
public:
    explicit softmax(bool logarithm = false) : logarithm_(logarithm) {}

    [[nodiscard]] std::string describe() const override { return logarithm_ ? "log_softmax" : "softmax"; }
    [[nodiscard]] map_shape output_shape(const map_shape& input) const override { return input; }

    void forward(const batch_tensor& x, batch_tensor& y, const pass_context& context) override {
        y.reshape(x.shape(), x.samples());
        const index_t features = x.shape().size();
        context.pool.run(x.blocks(), [&](index_t begin, index_t end) {
            for (index_t b = begin; b < end; ++b) {
                for_each_lane([&](index_t lane) {
                    const float* const from = x.block(b) + lane;
                    float* const to = y.block(b) + lane;
                    float largest = from[0];
                    for (index_t f = 1; f < features; ++f) {
                        largest = std::max(largest, from[f * samples_per_block]);
                    }
                    float sum = 0.0f;
                    for (index_t f = 0; f < features; ++f) {
                        sum += std::exp(from[f * samples_per_block] - largest);
                    }
                    for (index_t f = 0; f < features; ++f) {
                        const float above = from[f * samples_per_block] - largest;
                        to[f * samples_per_block] = logarithm_ ? above - std::log(sum) : std::exp(above) / sum;
                    }
                });
            }
        });
    }

    /// dx = y (dy - sum of dy y), or dy - exp(y) sum of dy.
    void backward(const batch_tensor& x, const batch_tensor& y, const batch_tensor& dy, batch_tensor* dx,
                  const pass_context& context) override {
        if (!dx) {
            return;
        }
        dx->reshape(x.shape(), x.samples());
        const index_t features = x.shape().size();
        context.pool.run(x.blocks(), [&](index_t begin, index_t end) {
            for (index_t b = begin; b < end; ++b) {
                for_each_lane([&](index_t lane) {
                    const float* const value = y.block(b) + lane;
                    const float* const gradient = dy.block(b) + lane;
                    float sum = 0.0f;
                    for (index_t f = 0; f < features * samples_per_block; f += samples_per_block) {
                        sum += logarithm_ ? gradient[f] : gradient[f] * value[f];
                    }
                    for (index_t f = 0; f < features * samples_per_block; f += samples_per_block) {
                        (dx->block(b) + lane)[f] =
                            logarithm_ ? gradient[f] - std::exp(value[f]) * sum : value[f] * (gradient[f] - sum);
                    }
                });
            }
        });
    }

    bool outline(layer_outline& to) override {
        to.kind = softmax_outline{logarithm_};
        return true;
    }

private:
    template <class Visit>
    static void for_each_lane(Visit&& visit) {
        for (index_t lane = 0; lane < samples_per_block; ++lane) {
            visit(lane);
        }
    }

    bool logarithm_;
};

} // namespace rcim::inline RCIM_ABI
