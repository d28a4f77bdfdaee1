// expect: rcim: role Noise: missing
// expect: `double read(double conductance, const random_source&, std::uint64_t draw) const;`
#include <rcim/design/design.hpp>

#include <string>
#include <tuple>

struct my_noise {
    using policy_kind = rcim::noise_kind;
    static constexpr bool folds = false;
#ifdef TWIN
    double read(double conductance, const rcim::random_source&, std::uint64_t) const { return 1.01 * conductance; }
#endif
    static std::string name() { return "my_noise"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(my_noise{});
