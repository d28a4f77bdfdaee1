#include <laws/archetypes.hpp>
#include <laws/crossbar_laws.hpp>
#include <rcim/cell/cycle_variation.hpp>
#include <rcim/cell/drifting.hpp>
#include <rcim/cell/measured_errors.hpp>
#include <rcim/cell/pulse_presets.hpp>
#include <rcim/cell/write_verified.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/zeroed_on_use.hpp>

using namespace rcim;
using namespace rcim_test;

namespace crossbar_analog_tests {

// Cells that are not exact, over many stuck cells.

constexpr stuck_at many{.p_stuck_hrs = 0.15f, .p_stuck_lrs = 0.1f};
using cell2 = multilevel_cell<2>;

TEST_CASE("crossbar laws: cells that are not exact, in every encoding") {
    crossbar_laws(design<>{}.with(bit_sliced<8, offset>{}).with(error_of(wan_2022, cell2{.on_off_ratio = 10.0})).with(many));
    crossbar_laws(design<>{}.with(bit_sliced<16, differential>{}).with(nvmexplorer_error(nvmexplorer_means(multilevel_cell<3>{}))).with(many));
    crossbar_laws(design<>{}.with(bit_sliced<12, sign_magnitude, carried>{}).with(pulses_of(reram_array_om, cell2{})).with(many));
    crossbar_laws(design<>{}.with(bit_sliced<16, offset, nearest>{}).with(cycle_variation<ideal_cell>{.sigma = 0.001f}).with(many));
}

TEST_CASE("crossbar laws: cells that are not exact under rules that gate and zero, and in a user's mapping") {
    crossbar_laws(design<>{}.with(bit_sliced<16, differential>{}).with(write_verified<pulsed<cell2>>{.inner = pulses_of(reram_sb, cell2{})}).with(many).with(gated_on_use<sgd>{}));
    crossbar_laws(design<>{}.with(bit_sliced<8, offset>{}).with(drifting<cycle_variation<cell2>>{.mean = 0.1f, .inner = {.sigma = 0.05f}}).with(many).with(zeroed_on_use<sgd>{}));
    crossbar_laws(design<>{}.with(q3_5{}).with(halfway_cell<square_law_cell>{}).with(every_nth_stuck{}).with(square_tile{}).with(rare_writes<sign_sgd>{}));
}

TEST_CASE("crossbar laws: verified writes give back what is programmed") {
    programming_law(design<>{}.with(bit_sliced<8, differential>{}).with(write_verified<programming_error<cell2>>{.budget = 200, .inner = error_of(wan_2022, cell2{})}));
    programming_law(design<>{}.with(bit_sliced<8, offset>{}).with(write_verified<cycle_variation<cell2>>{.budget = 200, .inner = {.sigma = 0.1f}}));
}

} // namespace crossbar_analog_tests
