#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/update/concept.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Stochastic gradient descent: v <- momentum v + (g + weight_decay w), increment = -learning_rate v. With momentum 0 nothing
/// is remembered.
struct sgd {
    using policy_kind = update_kind;

    float learning_rate = 0.05f; ///< >= 0
    float momentum = 0.0f;       ///< [0, 1)
    float weight_decay = 0.0f;   ///< >= 0, per unit of weight

    struct velocity {
        aligned_vector<float> values; ///< empty without momentum
        void visit(archive& a) { a.visit("velocity", std::span(values)); }
    };
    [[nodiscard]] velocity state(index_t size) const {
        return {aligned_vector<float>(momentum > 0.0f ? static_cast<std::size_t>(size) : 0, 0.0f)};
    }
    [[nodiscard]] constexpr int words_per_weight() const { return momentum > 0.0f ? 1 : 0; }

    void delta(velocity& v, const update_context& context, const update_spans& s) const {
        const float rate = -learning_rate * context.rate;
        const std::size_t size = s.increment.size();
        const float* const gradient = s.gradient.data();
        const float* const weight = s.weight.data();
        float* const increment = s.increment.data();
        if (momentum > 0.0f) {
            float* const speed = v.values.data();
            for (std::size_t i = 0; i < size; ++i) {
                speed[i] = std::fma(momentum, speed[i], std::fma(weight_decay, weight[i], gradient[i]));
                increment[i] = rate * speed[i];
            }
        } else if (weight_decay > 0.0f) {
            for (std::size_t i = 0; i < size; ++i) {
                increment[i] = rate * std::fma(weight_decay, weight[i], gradient[i]);
            }
        } else {
            for (std::size_t i = 0; i < size; ++i) {
                increment[i] = rate * gradient[i];
            }
        }
    }

    static std::string name() { return "sgd"; }
    static constexpr auto fields() {
        constexpr double infinity = std::numeric_limits<float>::max();
        return std::tuple{field{"learning_rate", &sgd::learning_rate, 0.0, infinity}, field{"momentum", &sgd::momentum, 0.0, 0.999999},
                          field{"weight_decay", &sgd::weight_decay, 0.0, infinity}};
    }
};
static_assert(UpdateRule<sgd>);

} // namespace rcim::inline RCIM_ABI
