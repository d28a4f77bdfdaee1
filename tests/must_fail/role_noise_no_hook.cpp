// expect: rcim: role Noise: missing
// expect: `double variance_per_siemens() const;`
// expect: `double held(double conductance, const held_cell&) const;` with `index_t images_per_state() const;`
#include <rcim/design/design.hpp>

#include <string>
#include <tuple>

struct my_noise {
    using policy_kind = rcim::noise_kind;
    static constexpr bool folds = false;
#ifdef TWIN
    double variance_per_siemens() const { return 1e-13; }
#endif
    static std::string name() { return "my_noise"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(my_noise{});
