// expect: rcim: role Cell: missing `written_cell program(const cell_write&, const cell_draws&) const;`
#include <rcim/cell/write.hpp>
#include <rcim/design/design.hpp>

#include <string>
#include <tuple>

struct my_cell {
    using policy_kind = rcim::cell_kind;
    static constexpr int bits = 2;
    static constexpr bool folds = true;
    double conductance(int level, int levels) const { return 1e-4 * level / (levels - 1); }
#ifdef TWIN
    rcim::written_cell program(const rcim::cell_write& write, const rcim::cell_draws&) const { return {write.goal(), 1}; }
#else
    rcim::written_cell program(const rcim::cell_write& write) const { return {write.goal(), 1}; }
#endif
    static std::string name() { return "my_cell"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(my_cell{});
