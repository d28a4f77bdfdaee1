#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/update/concept.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// Adam: D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015, Algorithm 1. With d = g + weight_decay w
/// and t the number of steps of this state, this one included:
/// m <- beta1 m + (1 - beta1) d, v <- beta2 v + (1 - beta2) d^2,
/// increment = -learning_rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon).
///
/// Decay is an L2 term of the gradient, which the root divides along with it; it is not the decoupled decay of AdamW. A weight
/// moves by about `learning_rate` at most, whatever the scale of its gradients (section 2.1). Squares are floats: where d exceeds
/// about 1e19 they may overflow, and from then on the weight stays as it is.
struct adam {
    using policy_kind = update_kind;

    float learning_rate = 1e-3f; ///< >= 0
    float beta1 = 0.9f;          ///< [0, 1), share of the mean of gradients that stays
    float beta2 = 0.999f;        ///< [0, 1), share of the mean of squares that stays
    float epsilon = 1e-8f;     ///< >= 1e-20, in units of the gradient: where floats lose its square, this alone bounds the step
    float weight_decay = 0.0f; ///< >= 0, per unit of weight

    struct moments {
        aligned_vector<float> first;
        aligned_vector<float> second;
        double ones_first = 0.0; ///< the same mean of ones: 1 - beta1^t without a power, which rounds alike everywhere
        double ones_second = 0.0;
        void visit(archive& a) {
            a.visit("first", std::span(first));
            a.visit("second", std::span(second));
            a.visit("ones_first", ones_first);
            a.visit("ones_second", ones_second);
        }
    };
    [[nodiscard]] moments state(index_t size) const {
        const aligned_vector<float> zeros(static_cast<std::size_t>(size), 0.0f);
        return {zeros, zeros};
    }
    [[nodiscard]] constexpr int words_per_weight() const { return 2; }

    void delta(moments& of, const update_context& context, const update_spans& s) const {
        of.ones_first = mean(beta1, of.ones_first);
        of.ones_second = mean(beta2, of.ones_second);
        const auto rate = static_cast<float>(-static_cast<double>(learning_rate * context.rate) / of.ones_first);
        const auto scale = static_cast<float>(1.0 / std::sqrt(of.ones_second));
        const float share1 = 1.0f - beta1;
        const float share2 = 1.0f - beta2;
        for (std::size_t at = 0; at < s.increment.size(); at += block) {
            const std::size_t size = std::min(block, s.increment.size() - at);
            const float* const gradient = s.gradient.data() + at;
            const float* const weight = s.weight.data() + at;
            float* const first = of.first.data() + at;
            float* const second = of.second.data() + at;
            float* const increment = s.increment.data() + at;
            for (std::size_t i = 0; i < size; ++i) {
                const float d = std::fma(weight_decay, weight[i], gradient[i]);
                first[i] = std::fma(beta1, first[i], share1 * d);
                second[i] = std::fma(beta2, second[i], share2 * d * d);
            }
            // Roots alone: std::sqrt may set errno, which keeps compilers from vectors in a loop that holds it.
            float root[block];
            for (std::size_t i = 0; i < size; ++i) {
                root[i] = std::sqrt(second[i]);
            }
            for (std::size_t i = 0; i < size; ++i) {
                increment[i] = rate * first[i] / std::fma(root[i], scale, epsilon);
            }
        }
    }

    static std::string name() { return "adam"; }
    static constexpr auto fields() {
        constexpr double infinity = std::numeric_limits<float>::max();
        return std::tuple{field{"learning_rate", &adam::learning_rate, 0.0, infinity},
                          field{"beta1", &adam::beta1, 0.0, 0.999999}, field{"beta2", &adam::beta2, 0.0, 0.999999},
                          field{"epsilon", &adam::epsilon, static_cast<double>(1e-20f), infinity},
                          field{"weight_decay", &adam::weight_decay, 0.0, infinity}};
    }

private:
    static constexpr std::size_t block = 64;

    [[nodiscard]] static double mean(float beta, double ones) {
        const auto share = static_cast<double>(beta);
        return std::fma(share, ones, 1.0 - share);
    }
};
static_assert(UpdateRule<adam>);

} // namespace rcim::inline RCIM_ABI
