// expect: rcim: role Cell: missing `iv_law law() const;`
// expect: `double slope(double conductance, double volts) const;`
#include <rcim/design/design.hpp>

#include <string>
#include <tuple>

struct cubic_law {
    double current(double g, double u) const { return g * (u + u * u * u); }
#ifdef TWIN
    double slope(double g, double u) const { return g * (1.0 + 3.0 * u * u); }
#endif
};

struct my_cell {
    using policy_kind = rcim::cell_kind;
    static constexpr int bits = 2;
    static constexpr bool folds = true;
    double conductance(int level, int levels) const { return 1e-4 * level / (levels - 1); }
    cubic_law law() const { return {}; }
    static std::string name() { return "my_cell"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(my_cell{});
