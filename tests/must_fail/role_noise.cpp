// expect: rcim: role Noise: missing `double held(double conductance, const held_cell&) const;` or `index_t images_per_state() const;`
#include <rcim/design/design.hpp>

#include <string>
#include <tuple>

struct my_noise {
    using policy_kind = rcim::noise_kind;
    static constexpr bool folds = false;
    double held(double conductance, const rcim::held_cell&) const { return 1.01 * conductance; }
#ifdef TWIN
    rcim::index_t images_per_state() const { return 100; }
#endif
    static std::string name() { return "my_noise"; }
    static constexpr auto fields() { return std::tuple{}; }
};

constexpr auto chip = rcim::design<>{}.with(my_noise{});
