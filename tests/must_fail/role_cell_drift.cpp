// expect: rcim: role Cell: missing `float drift_exponent(const cell_draws&) const;`
#include <rcim/cell/write.hpp>
#include <rcim/cell/write_verified.hpp>
#include <rcim/design/design.hpp>

#include <string>
#include <tuple>

struct my_cell {
    using policy_kind = rcim::cell_kind;
    static constexpr int bits = 2;
    static constexpr bool folds = true;
    double conductance(int level, int levels) const { return 1e-4 * level / (levels - 1); }
    float drift_exponent(const rcim::cell_draws&) const { return 0.1f; }
    float at(float position, double elapsed, float, const rcim::level_ladder&) const { return elapsed > 1.0 ? 0.5f * position : position; }
#ifdef TWIN
    double seconds_per_step = 0.0;
#endif
    static std::string name() { return "my_cell"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(rcim::write_verified<my_cell>{});
