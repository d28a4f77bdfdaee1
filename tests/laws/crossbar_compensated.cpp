#include <laws/crossbar_laws.hpp>
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/protect/stuck_compensation.hpp>
#include <rcim/update/clipped_on_use.hpp>

using namespace rcim;
using namespace rcim_test;

// Words as they are to be held, of which stuck cells are compensated.

TEST_CASE("crossbar laws: compensated stuck cells") {
    constexpr auto chip = design<>{}.with(stuck_at{.p_stuck_hrs = 0.04f, .p_stuck_lrs = 0.02f}).with(stuck_compensation{});
    crossbar_laws(chip.with(multilevel_cell<2>{}).with(bit_sliced<16, differential>{}));
    crossbar_laws(chip.with(multilevel_cell<1>{}).with(bit_sliced<8, offset, carried>{}));
    crossbar_laws(chip.with(multilevel_cell<2>{}).with(bit_sliced<8, sign_magnitude>{}).with(clipped_on_use<sgd>{.theta = 3.0f}));
}
