#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/mapping/largest_per_column.hpp>
#include <rcim/mapping/projection.hpp>
#include <rcim/update/concept.hpp>
#include <rcim/update/sgd.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Weights are drawn towards what pruning would leave of them, so that little is lost when they are pruned at last: the alternating direction
/// method of multipliers (S. Boyd et al. 2011) for min f(W) subject to W in S, S being what the projection gives. Each step adds
/// -pull (W - Z + U) to the increment of the inner rule; every so many steps Z = projection(W + U) and then U += W - Z, and the pull grows.
///
/// With plain gradient descent pull = learning rate x rho of the penalty rho / 2 |W - Z + U|^2; as here it stands beside the inner rule, what that makes of
/// gradients (momentum, moments) does not touch it. TinyADC (G. Yuan et al., DATE 2021) trains by ADMM; the schedule is a reconstruction. Program
/// the result onto a design with `pruned` weights, and train on.
template <WeightProjection Projection = largest_per_column<>, class Inner = sgd>
struct admm {
    static_assert(sizeof(check_projection<Projection>) > 0);
    using policy_kind = update_kind;

    Projection keep{};
    float pull = 1e-3f;         ///< share of the distance that a step goes at first, [0, 1]; 0 changes nothing
    float growth = 1.3f;        ///< of the pull from round to round, >= 1
    float largest_pull = 0.02f; ///< [0, 1]
    int every = 100;            ///< steps of a round, >= 1
    Inner inner{};

    struct split {
        aligned_vector<float> target;     ///< Z
        aligned_vector<float> multiplier; ///< U
        std::vector<std::uint8_t> kept;   ///< room to work in
        std::uint32_t steps = 0;

        void programmed(std::span<const float>) {
            steps = 0;
            std::fill(multiplier.begin(), multiplier.end(), 0.0f);
        }
        void visit(archive& a) {
            a.visit("target", std::span(target));
            a.visit("multiplier", std::span(multiplier));
            a.visit("steps", steps);
        }
    };
    [[nodiscard]] split state(index_t size) const {
        const auto n = static_cast<std::size_t>(size);
        return {aligned_vector<float>(n, 0.0f), aligned_vector<float>(n, 0.0f), std::vector<std::uint8_t>(n, 0), 0};
    }
    [[nodiscard]] constexpr int words_per_weight() const { return 2; }

    /// O(weights), and in the first step of a round what the projection takes.
    void delta(split& own, const update_context& context, const update_spans& s) const {
        const auto round = static_cast<int>(own.steps / static_cast<std::uint32_t>(every));
        if (own.steps++ % static_cast<std::uint32_t>(every) == 0) {
            next_round(own, s, round > 0);
        }
        const float share = context.rate * std::min(largest_pull, pull * std::pow(growth, static_cast<float>(round)));
        for (std::size_t i = 0; i < s.increment.size(); ++i) {
            s.increment[i] = std::fma(-share, s.weight[i] - own.target[i] + own.multiplier[i], s.increment[i]);
        }
    }

    void validate() const {
        if (pull > largest_pull) {
            fail(name(), "pull", text("at most largest_pull, ", largest_pull), text(pull));
        }
    }

    static std::string name() { return "admm<" + Projection::name() + ", " + Inner::name() + ">"; }
    static constexpr auto fields() {
        return std::tuple{field{"keep", &admm::keep},
                          field{"pull", &admm::pull, 0.0, 1.0},
                          field{"growth", &admm::growth, 1.0, 1e6},
                          field{"largest_pull", &admm::largest_pull, 0.0, 1.0},
                          field{"every", &admm::every, 1.0, 1e9},
                          field{"inner", &admm::inner}};
    }

private:
    /// Z = projection(W + U); U += W - Z, after a round.
    void next_round(split& own, const update_spans& s, bool after) const {
        const line_layout& lines = s.lines;
        for (std::size_t i = 0; i < s.weight.size(); ++i) {
            own.target[i] = s.weight[i] + own.multiplier[i];
        }
        const auto size = static_cast<std::size_t>(lines.inputs * lines.outputs);
        std::fill_n(own.kept.begin(), size, 1);
        keep.keep(
            {{own.target.data(), lines.outputs, lines.inputs, lines.stride}, std::min(lines.inputs_per_crossbar, lines.inputs)},
            std::span(own.kept).first(size));
        for (index_t o = 0; o < lines.outputs; ++o) {
            for (index_t i = 0; i < lines.inputs; ++i) {
                const auto at = static_cast<std::size_t>(o * lines.stride + i);
                if (after) {
                    own.multiplier[at] = own.target[at]; // W + U, Z to follow
                }
                own.target[at] = own.kept[static_cast<std::size_t>(o * lines.inputs + i)] != 0 ? own.target[at] : 0.0f;
                own.multiplier[at] -= after ? own.target[at] : 0.0f;
            }
        }
    }
};
static_assert(UpdateRule<admm<>>);

} // namespace rcim::inline RCIM_ABI
