// expect: rcim: role Geometry: missing
// expect: `index_t col_count() const;`
#include <rcim/design/design.hpp>

#include <string>
#include <tuple>

struct my_geometry {
    using policy_kind = rcim::geometry_kind;
    rcim::index_t row_count() const { return 64; }
#ifdef TWIN
    rcim::index_t col_count() const { return 64; }
#endif
    static std::string name() { return "my_geometry"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(my_geometry{});
