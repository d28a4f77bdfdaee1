#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/streamed_dac.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/chain.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/clipped_on_write.hpp>
#include <rcim/update/digital_master.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/zeroed_on_use.hpp>

#include <doctest/doctest.h>

using namespace rcim;

TEST_CASE("describe: policies as one writes them") {
    CHECK(describe(ideal_cell{}) == "ideal_cell{}");
    CHECK(describe(multilevel_cell<2>{}) == "multilevel_cell<2>{.on_off_ratio = inf, .g_on = 0.0001}");
    CHECK(describe(no_faults{}) == "no_faults{}");
    CHECK(describe(stuck_at{.p_stuck_hrs = 0.0904f, .p_stuck_lrs = 0.0175f}) == "stuck_at{.p_stuck_hrs = 0.0904, .p_stuck_lrs = 0.0175}");
    CHECK(describe(chain<stuck_at, no_faults>{stuck_at{.p_stuck_hrs = 0.5f}, no_faults{}}) ==
          "chain<stuck_at, no_faults>{.models = {stuck_at{.p_stuck_hrs = 0.5, .p_stuck_lrs = 0}, no_faults{}}}");
    CHECK(describe(no_noise{}) == "no_noise{}");
    CHECK(describe(ideal_wires{}) == "ideal_wires{}");
    CHECK(describe(ideal_dac{}) == "ideal_dac{.read_voltage = 0.2}");
    CHECK(describe(bit_serial_dac<8>{.read_voltage = 0.3}) == "bit_serial_dac<8>{.full_scale = 0, .read_voltage = 0.3}");
    CHECK(describe(streamed_dac<8, 2>{}) == "streamed_dac<8, 2>{.full_scale = 0, .read_voltage = 0.2}");
    CHECK(describe(ideal_adc{}) == "ideal_adc{}");
    CHECK(describe(direct{}) == "direct{}");
    CHECK(describe(bit_sliced<16, differential>{}) == "bit_sliced<16, differential, stochastic>{.fraction_bits = 12, .scale = 1, .fitted = false}");
    CHECK(describe(bit_sliced<8, sign_magnitude, carried>{.scale = 0.5f}) ==
          "bit_sliced<8, sign_magnitude, carried>{.fraction_bits = 4, .scale = 0.5, .fitted = false}");
    CHECK(describe(no_protection{}) == "no_protection{}");
    CHECK(describe(unbounded{}) == "unbounded{}");
    CHECK(describe(geometry<128, dynamic>{.cols = 64}) == "geometry<128, dynamic>{.rows = 128, .cols = 64}");
    CHECK(describe(digital_gradients{}) == "digital_gradients{}");
    CHECK(describe(frozen{}) == "frozen{}");
    CHECK(describe(sgd{}) == "sgd{.learning_rate = 0.05, .momentum = 0, .weight_decay = 0}");
    CHECK(describe(clipped_on_use<sgd>{}) ==
          "clipped_on_use<sgd>{.theta = 0, .inner = sgd{.learning_rate = 0.05, .momentum = 0, .weight_decay = 0}}");
    CHECK(describe(gated_on_use<frozen>{.theta = 1.0f}) == "gated_on_use<frozen>{.theta = 1, .inner = frozen{}}");
    CHECK(describe(zeroed_on_use<digital_master<frozen>>{}) ==
          "zeroed_on_use<digital_master<frozen>>{.theta = 0, .inner = digital_master<frozen>{.inner = frozen{}}}");
    CHECK(describe(clipped_on_write<frozen>{}) == "clipped_on_write<frozen>{.theta = 0, .inner = frozen{}}");
}

TEST_CASE("describe: a design names what is not null, in the order of its axes") {
    CHECK(describe(design<>{}) == "design<>{}");
    CHECK(describe(design<>{}.with(stuck_at{}).with(multilevel_cell<2>{.on_off_ratio = 100.0}).with(bit_sliced<16, offset>{})) ==
          "design<>{}.with(multilevel_cell<2>{.on_off_ratio = 100, .g_on = 0.0001})"
          ".with(stuck_at{.p_stuck_hrs = 0, .p_stuck_lrs = 0})"
          ".with(bit_sliced<16, offset, stochastic>{.fraction_bits = 12, .scale = 1, .fitted = false})");
}
