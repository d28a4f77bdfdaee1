// expect: rcim: roles Cell and Map: more than 24 bits with padding; codes would not fit a float
#include <rcim/crossbar/array.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>

#include <string>
#include <tuple>

// A cell of many levels: 20 bits of weight take two of 13 bits.
struct fine_cell {
#ifdef TWIN
    static constexpr int bits = 12;
#else
    static constexpr int bits = 13;
#endif
    using policy_kind = rcim::cell_kind;
    static constexpr bool folds = true;
    constexpr double conductance(int level, int levels) const { return 1e-4 * level / (levels - 1); }
    static std::string name() { return "fine_cell"; }
    static constexpr auto fields() { return std::tuple{}; }
};

using chip = decltype(rcim::design<>{}.with(fine_cell{}).with(rcim::bit_sliced<20, rcim::differential>{}));

rcim::crossbar_array<chip, rcim::plan::folded> array(chip{}, 8, 4, 1, 0);
