#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/update/concept.hpp>
#include <rcim/update/sgd.hpp>

#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// A digital copy of the weights beside the array: increments add up in it, exactly, and every write takes the cells as far
/// towards it as they go. One float per weight, which the hardware has to keep.
template <class Inner = sgd>
struct digital_master {
    using policy_kind = update_kind;
    static constexpr bool reads_stored = true;

    Inner inner{};

    struct master {
        aligned_vector<float> weights;
        void programmed(std::span<const float> values) { weights.assign(values.begin(), values.end()); }
        void visit(archive& a) { a.visit("weights", std::span(weights)); }
    };
    [[nodiscard]] master state(index_t size) const { return {aligned_vector<float>(static_cast<std::size_t>(size), 0.0f)}; }
    [[nodiscard]] constexpr int words_per_weight() const { return 1; }

    void delta(master& copy, const update_context&, const update_spans& s) const {
        for (std::size_t i = 0; i < s.increment.size(); ++i) {
            copy.weights[i] += s.increment[i];
            s.increment[i] = copy.weights[i] - s.stored[i];
        }
    }

    static std::string name() { return "digital_master<" + Inner::name() + ">"; }
    static constexpr auto fields() { return std::tuple{field{"inner", &digital_master::inner}}; }
};
static_assert(UpdateRule<digital_master<sgd>>);

} // namespace rcim::inline RCIM_ABI
