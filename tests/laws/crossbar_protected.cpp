#include <laws/crossbar_laws.hpp>
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/protect/an_code.hpp>
#include <rcim/update/clipped_on_use.hpp>

using namespace rcim;
using namespace rcim_test;

// Words of an arithmetic code.

TEST_CASE("crossbar laws: words of an arithmetic code") {
    constexpr auto coded = design<>{}.with(bit_serial_dac<>{}).with(stuck_at{.p_stuck_hrs = 0.04f, .p_stuck_lrs = 0.02f});
    crossbar_laws(coded.with(multilevel_cell<2>{}).with(bit_sliced<16, differential>{}).with(an_code<119>{}));
    crossbar_laws(coded.with(multilevel_cell<1>{}).with(bit_sliced<8, offset, carried>{}).with(an_code<29>{}));
    crossbar_laws(coded.with(multilevel_cell<2>{}).with(bit_sliced<8, sign_magnitude>{}).with(an_code<69>{}).with(clipped_on_use<sgd>{.theta = 3.0f}));
}
