// expect: rcim: role Protect: a protection that compensates stuck cells leaves sums alone
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/protect/stuck_compensation.hpp>

/// Compensates stuck cells, and changes sums too.
struct half_sums : rcim::stuck_compensation {
#ifdef TWIN
    static constexpr bool folds = true;
#else
    static constexpr bool folds = false;
#endif
    static std::string name() { return "half_sums"; }
};

constexpr auto chip = rcim::design<>{}
    .with(rcim::multilevel_cell<2>{})
    .with(rcim::bit_sliced<16, rcim::differential>{})
    .with(half_sums{});

rcim::dense layer(chip, {.in = 8, .out = 4}, 1, 0);
