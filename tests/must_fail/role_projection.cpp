// expect: rcim: role Projection: missing `index_t most_in(index_t rows) const;`
#include <rcim/mapping/in_turn.hpp>
#include <rcim/mapping/largest_of_layer.hpp>

struct first_ones {
    using policy_kind = rcim::projection_kind;
    void keep(const rcim::pruning_view&, std::span<std::uint8_t>) const {}
#ifdef TWIN
    [[nodiscard]] rcim::index_t most_in(rcim::index_t rows) const { return rows; }
#endif
    static std::string name() { return "first_ones"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr rcim::in_turn<first_ones, rcim::largest_of_layer> both{};
