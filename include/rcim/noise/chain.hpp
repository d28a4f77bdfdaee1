#pragma once

#include <rcim/core/chain.hpp>
#include <rcim/noise/hooks.hpp>

#include <cstdint>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>

namespace rcim::inline RCIM_ABI {

namespace detail {
// A requires clause takes functions away, not static members: those come from a base.
template <bool Injects>
struct may_inject {};
template <>
struct may_inject<true> {
    static constexpr bool injects = true;
};
} // namespace detail

/// Several noises at once. What is drawn for every read is independent, so variances add. States of cells act one after the other in the
/// order of the list, each with a source and a number of images of its own; cells are asked again whenever one of them may have changed.
/// A hook is there if one of the parts has it.
template <NoiseModel... Models>
struct chain_of_kind<noise_kind, Models...> : detail::may_inject<(noise_requires::injected<Models> || ...)> {
    static_assert((0 + ... + (noise_requires::injected<Models> ? 1 : 0)) <= 1,
                  "rcim: role Noise: chain: one part at most adds the statistics of an array");
    using policy_kind = noise_kind;
    static constexpr bool folds = (Models::folds && ...);
    /// If it is so for every part that draws: the variances become one number.
    static constexpr bool by_columns =
        (draws_per_read<Models>() || ...) && ((!draws_per_read<Models>() || draws_by_columns<Models>()) && ...);

    static constexpr bool needs_row_volts = (rcim::needs_row_volts<Models>() || ...);

    std::tuple<Models...> models;

    constexpr chain_of_kind() = default;
    constexpr chain_of_kind(Models... parts) : models(std::move(parts)...) {}

    [[nodiscard]] constexpr double variance_per_siemens() const
        requires(noise_requires::thermal<Models> || ...)
    {
        return sum([](const auto& model) { return rcim::variance_per_siemens(model); });
    }
    [[nodiscard]] constexpr double variance_per_ampere() const
        requires(noise_requires::shot<Models> || ...)
    {
        return sum([](const auto& model) { return rcim::variance_per_ampere(model); });
    }
    [[nodiscard]] constexpr double conductance_variance(double conductance) const
        requires(noise_requires::conductance<Models> || ...)
    {
        return sum([conductance](const auto& model) { return rcim::conductance_variance(model, conductance); });
    }

    [[nodiscard]] double held(double conductance, const held_cell& cell) const
        requires(noise_requires::held<Models> || ...)
    {
        std::uint32_t part = 0;
        const auto pass = [&](const auto& model) {
            held_cell own = cell;
            own.source = cell.source.fork(part++);
            conductance = rcim::held(model, conductance, own);
        };
        std::apply([&](const Models&... model) { (pass(model), ...); }, models);
        return conductance;
    }
    /// The greatest common divisor of the parts': no state of a part changes within.
    [[nodiscard]] constexpr index_t images_per_state() const
        requires(noise_requires::held<Models> || ...)
    {
        index_t images = 0;
        const auto join = [&]<class M>(const M& model) {
            if constexpr (noise_requires::held<M>) {
                images = std::gcd(images, static_cast<index_t>(model.images_per_state()));
            }
        };
        std::apply([&](const Models&... model) { (join(model), ...); }, models);
        return images;
    }

    void require_levels(double least, double largest) const
        requires(noise_requires::levels<Models> || ...)
    {
        std::apply([&](const Models&... model) { (rcim::require_levels(model, least, largest), ...); }, models);
    }

    void validate() const {
        std::apply([](const Models&... model) { (rcim::validate(model), ...); }, models);
    }

    static std::string name() {
        std::string names;
        ((names += (names.empty() ? "" : ", ") + Models::name()), ...);
        return "chain<" + names + ">";
    }
    static constexpr auto fields() { return std::tuple{field{"models", &chain_of_kind::models}}; }

private:
    template <class Of>
    [[nodiscard]] constexpr double sum(Of&& of) const {
        return std::apply([&](const Models&... model) { return (0.0 + ... + static_cast<double>(of(model))); }, models);
    }
};

} // namespace rcim::inline RCIM_ABI
