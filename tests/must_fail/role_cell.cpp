// expect: rcim: role Cell: missing
// expect: `double conductance(int level, int levels) const;`
#include <rcim/design/design.hpp>

#include <string>
#include <tuple>

struct my_cell {
    using policy_kind = rcim::cell_kind;
    static constexpr int bits = 2;
    static constexpr bool folds = true;
#ifdef TWIN
    double conductance(int level, int levels) const { return 1e-4 * level / (levels - 1); }
#endif
    static std::string name() { return "my_cell"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(my_cell{});
