// expect: rcim: role Map: missing
// expect: `code_format format(int cell_bits) const;`
#include <rcim/design/design.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/rounding.hpp>

#include <string>
#include <tuple>

struct my_map {
    using policy_kind = rcim::map_kind;
    static constexpr bool coded = true;
    static constexpr int weight_bits = 4;
    using encoding = rcim::differential;
    using rounding = rcim::nearest;
#ifdef TWIN
    rcim::code_format format(int) const {
        return {.lsb = 0.125f, .cell_bits = 4, .slices = 1, .pair = true, .range = encoding::range(weight_bits)};
    }
#endif
    static std::string name() { return "my_map"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(my_map{});
