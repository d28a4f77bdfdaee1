#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/nn/layer.hpp>
#include <rcim/update/concept.hpp>

namespace rcim::inline RCIM_ABI {

/// Parameters that live in digital memory, exactly: biases and batch-norm parameters. They learn by the innermost rule of the
/// design of their layer.
template <class Rule>
class digital_parameter {
public:
    digital_parameter(const Rule& rule, index_t size, float value)
        : rule_(rule), state_(rule, size), value_(static_cast<std::size_t>(size), value), gradient_(value_.size(), 0.0f),
          increment_(value_.size(), 0.0f) {}

    [[nodiscard]] std::span<float> value() { return value_; }
    [[nodiscard]] std::span<const float> value() const { return value_; }
    [[nodiscard]] std::span<float> gradient() { return gradient_; }
    [[nodiscard]] double gradient_square() const {
        double sum = 0.0;
        for (const float g : gradient_) {
            sum += static_cast<double>(g) * static_cast<double>(g);
        }
        return sum;
    }

    void update(const update_step& step) {
        state_.delta(rule_, {step.rate, step.step}, {gradient_, value_, value_, increment_, line_layout::one_each(value_.size())});
        for (std::size_t i = 0; i < value_.size(); ++i) {
            value_[i] += increment_[i];
        }
    }

    void visit(archive& a) {
        a.visit("value", std::span(value_));
        state_.visit(a);
    }

private:
    Rule rule_;
    rule_state<Rule> state_;
    aligned_vector<float> value_;
    aligned_vector<float> gradient_;
    aligned_vector<float> increment_;
};

} // namespace rcim::inline RCIM_ABI
