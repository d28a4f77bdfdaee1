// expect: rcim: roles Protect and Noise: an arithmetic code needs reads without noise
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/protect/an_code.hpp>

#include <string>
#include <tuple>

struct some_noise {
    using policy_kind = rcim::noise_kind;
    static constexpr bool folds = false;
    double variance_per_siemens() const { return 0.0; }
    static std::string name() { return "some_noise"; }
    static constexpr auto fields() { return std::tuple{}; }
};

#ifdef TWIN
constexpr auto chip = rcim::design<>{}
    .with(rcim::multilevel_cell<2>{})
    .with(rcim::bit_sliced<16, rcim::differential>{})
    .with(rcim::bit_serial_dac<>{})
    .with(rcim::an_code<>{});
#else
constexpr auto chip = rcim::design<>{}
    .with(rcim::multilevel_cell<2>{})
    .with(rcim::bit_sliced<16, rcim::differential>{})
    .with(rcim::bit_serial_dac<>{})
    .with(some_noise{})
    .with(rcim::an_code<>{});
#endif

rcim::dense layer(chip, {.in = 8, .out = 4}, 1, 0);
