#pragma once

#include <rcim/mapping/projection.hpp>

#include <algorithm>
#include <string>
#include <tuple>

namespace rcim::inline RCIM_ABI {

/// One projection, then another of what it has kept: whole columns first and the largest of each that is left, as TinyADC combines them.
template <class First, class Then>
struct in_turn {
    static_assert(sizeof(check_projection<First>) > 0 && sizeof(check_projection<Then>) > 0);
    using policy_kind = projection_kind;

    First first{};
    Then then{};

    [[nodiscard]] constexpr index_t most_in(index_t rows) const { return std::min(first.most_in(rows), then.most_in(rows)); }

    void keep(const pruning_view& view, std::span<std::uint8_t> kept) const {
        first.keep(view, kept);
        then.keep(view, kept);
    }

    static std::string name() { return "in_turn<" + First::name() + ", " + Then::name() + ">"; }
    static constexpr auto fields() { return std::tuple{field{"first", &in_turn::first}, field{"then", &in_turn::then}}; }
};

} // namespace rcim::inline RCIM_ABI
