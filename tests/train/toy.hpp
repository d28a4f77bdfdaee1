#pragma once

#include <rcim/core/random.hpp>
#include <rcim/data/dataset.hpp>
#include <rcim/nn/network.hpp>

#include <cmath>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace toy {

using rcim::index_t;

/// A dense digital layer in plain loops: what `fit` needs of a layer and no more.
class linear : public rcim::layer {
public:
    linear(index_t inputs, index_t outputs, float rate = 0.1f)
        : inputs_(inputs), outputs_(outputs), rate_(rate), weight_(static_cast<std::size_t>(inputs * outputs)), gradient_(weight_) {
        const rcim::random_source source(3, rcim::purpose::test);
        for (std::size_t i = 0; i < weight_.size(); ++i) {
            weight_[i] = 0.1f * (source.uniform(i) - 0.5f);
        }
    }

    [[nodiscard]] std::string describe() const override { return "linear"; }
    [[nodiscard]] rcim::map_shape output_shape(const rcim::map_shape&) const override { return {outputs_, 1, 1}; }

    void forward(const rcim::batch_tensor& x, rcim::batch_tensor& y, const rcim::pass_context& context) override {
        y.reshape({outputs_, 1, 1}, x.samples());
        for (index_t s = 0; s < x.samples(); ++s) {
            for (index_t o = 0; o < outputs_; ++o) {
                float sum = 0.0f;
                for (index_t i = 0; i < inputs_; ++i) {
                    sum += weight(o, i) * x.at(s, i);
                }
                y.at(s, o) = context.training && context.step == breaks_at ? std::numeric_limits<float>::quiet_NaN() : sum;
            }
        }
    }

    void backward(const rcim::batch_tensor& x, const rcim::batch_tensor&, const rcim::batch_tensor& dy, rcim::batch_tensor*,
                  const rcim::pass_context&) override {
        for (index_t o = 0; o < outputs_; ++o) {
            for (index_t i = 0; i < inputs_; ++i) {
                float sum = 0.0f;
                for (index_t s = 0; s < x.samples(); ++s) {
                    sum += dy.at(s, o) * x.at(s, i);
                }
                gradient_[static_cast<std::size_t>(o * inputs_ + i)] = sum;
            }
        }
    }

    void update(const rcim::update_step& step) override {
        steps.push_back(step.step);
        for (std::size_t i = 0; i < weight_.size(); ++i) {
            weight_[i] -= rate_ * step.rate * gradient_[i];
            step.report.gradient_square += static_cast<double>(gradient_[i]) * static_cast<double>(gradient_[i]);
        }
        step.report.increments += 4;
        step.report.lost += 1;
    }

    void visit(rcim::archive& a) override { a.visit("weight", std::span(weight_)); }
    [[nodiscard]] bool learns() const override { return learning; }
    [[nodiscard]] float max_abs_weight() const override {
        float largest = 0.0f;
        for (const float w : weight_) {
            largest = std::max(largest, std::abs(w));
        }
        return largest;
    }
    [[nodiscard]] const std::vector<float>& weights() const { return weight_; }

    bool learning = true;
    std::uint32_t breaks_at = ~0u;   ///< the training step whose outputs are NaN
    std::vector<std::uint32_t> steps; ///< of all updates

private:
    [[nodiscard]] float weight(index_t o, index_t i) const { return weight_[static_cast<std::size_t>(o * inputs_ + i)]; }

    index_t inputs_, outputs_;
    float rate_;
    std::vector<float> weight_, gradient_;
};

/// Images of 1 x 4 x 4 in three classes that differ in which rows are bright.
inline rcim::image_set images(index_t count, std::uint64_t seed) {
    rcim::image_set set{{1, 4, 4}, 3, {}, {}};
    const rcim::random_source source(seed, rcim::purpose::test, 1);
    for (index_t i = 0; i < count; ++i) {
        const int label = static_cast<int>(i % 3);
        set.labels.push_back(static_cast<std::uint8_t>(label));
        for (int p = 0; p < 16; ++p) {
            const auto noise = source.below(static_cast<std::uint64_t>(i * 16 + p), 150);
            set.images.push_back(static_cast<std::uint8_t>(noise + (p / 4 == label ? 80u : 0u)));
        }
    }
    return set;
}

inline rcim::dataset data(index_t train = 100, index_t test = 50) {
    return {"toy", images(train, 1), images(test, 2), {0.35f}, {0.2f}};
}

struct net {
    rcim::network network{{1, 4, 4}, 5};
    linear& layer = network.emplace<linear>(16, 3);
};

} // namespace toy
