#pragma once

#include <rcim/core/chain.hpp>
#include <rcim/fault/concept.hpp>

#include <array>
#include <limits>
#include <string>
#include <tuple>
#include <utility>

namespace rcim::inline RCIM_ABI {

/// Several fault models on one chip. A cell is stuck as the model says whose fault arrives first, and of those the first in the
/// list; it wears out where the first of them wears it out. Each draws from a source of its own.
template <FaultModel... Models>
struct chain_of_kind<fault_kind, Models...> {
    using policy_kind = fault_kind;
    static constexpr bool none = (Models::none && ...);

    std::tuple<Models...> models;

    constexpr chain_of_kind() = default;
    constexpr chain_of_kind(Models... parts) : models(std::move(parts)...) {}

    [[nodiscard]] constexpr int stuck_level(const random_source& source, const cell_site& site, int levels) const {
        return first_fault(source, site, levels).level;
    }
    [[nodiscard]] constexpr int arrival_epoch(const random_source& source, const cell_site& site, int levels) const
        requires(fault_requires::arrives<Models> || ...)
    {
        return first_fault(source, site, levels).epoch;
    }

    [[nodiscard]] worn_cell wear(const random_source& source, const cell_site& site, int levels) const
        requires(fault_requires::wears<Models> || ...)
    {
        worn_cell first{std::numeric_limits<double>::infinity(), 0};
        each(source, [&]<class M>(const M& model, const random_source& own) {
            if constexpr (fault_requires::wears<M>) {
                const worn_cell cell = model.wear(own, site, levels);
                first = cell.endurance < first.endurance ? cell : first;
            }
        });
        return first;
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
    struct fault {
        int level = healthy;
        int epoch = std::numeric_limits<int>::max();
    };

    template <class Visit>
    constexpr void each(const random_source& source, Visit&& visit) const {
        std::uint32_t part = 0;
        std::apply([&](const Models&... model) { (visit(model, source.fork(part++)), ...); }, models);
    }

    [[nodiscard]] constexpr fault first_fault(const random_source& source, const cell_site& site, int levels) const {
        fault first;
        each(source, [&](const auto& model, const random_source& own) {
            if (first.epoch == 0) {
                return; // nothing arrives earlier
            }
            const int level = model.stuck_level(own, site, levels);
            if (level != healthy) {
                const int epoch = rcim::arrival_epoch(model, own, site, levels);
                first = epoch < first.epoch ? fault{level, epoch} : first;
            }
        });
        return first;
    }
};

} // namespace rcim::inline RCIM_ABI
