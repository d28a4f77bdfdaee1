#pragma once

#include <rcim/core/chain.hpp>
#include <rcim/fault/concept.hpp>

#include <string>
#include <tuple>
#include <utility>

namespace rcim::inline RCIM_ABI {

/// Several fault models on one chip: a cell is stuck where the first of them says so. Each draws from a source of its own.
template <FaultModel... Models>
struct chain_of_kind<fault_kind, Models...> {
    using policy_kind = fault_kind;
    static constexpr bool none = (Models::none && ...);

    std::tuple<Models...> models;

    constexpr chain_of_kind() = default;
    constexpr chain_of_kind(Models... parts) : models(std::move(parts)...) {}

    [[nodiscard]] constexpr int stuck_level(const random_source& source, const cell_site& site, int levels) const {
        int level = healthy;
        std::uint32_t part = 0;
        std::apply(
            [&](const Models&... model) {
                // The first that sticks ends the search.
                static_cast<void>((((level = model.stuck_level(source.fork(part++), site, levels)) != healthy) || ...));
            },
            models);
        return level;
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
};

} // namespace rcim::inline RCIM_ABI
