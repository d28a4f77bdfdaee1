#include <laws/archetypes.hpp>
#include <laws/convert_laws.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/calibrated.hpp>
#include <rcim/convert/flipped_adc.hpp>
#include <rcim/convert/ideal_adc.hpp>
#include <rcim/convert/ideal_dac.hpp>
#include <rcim/convert/lossless_adc.hpp>
#include <rcim/convert/multibit_dac.hpp>
#include <rcim/convert/streamed_dac.hpp>
#include <rcim/convert/table_adc.hpp>
#include <rcim/convert/uniform_adc.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("dac laws: ideal_dac") { dac_laws(ideal_dac{}); }
TEST_CASE("dac laws: bit_serial_dac") {
    dac_laws(bit_serial_dac<>{});
    dac_laws(bit_serial_dac<2>{});
    dac_laws(bit_serial_dac<7>{});
    dac_laws(bit_serial_dac<7>{.full_scale = 4.0f});
    dac_laws(bit_serial_dac<16, two_passes>{});
    dac_laws(bit_serial_dac<2, two_passes>{});
    dac_laws(bit_serial_dac<15, unsigned_inputs>{});
    dac_laws(bit_serial_dac<1, unsigned_inputs>{});
}
TEST_CASE("dac laws: streamed_dac") {
    dac_laws(streamed_dac<16, 8>{});
    dac_laws(streamed_dac<8, 2>{});
    dac_laws(streamed_dac<9, 4, two_passes>{});
    dac_laws(streamed_dac<9, 3, two_passes>{.full_scale = 0.25f});
    dac_laws(streamed_dac<8, 3, unsigned_inputs>{});
}
TEST_CASE("dac laws: multibit_dac") {
    dac_laws(multibit_dac<8, unsigned_inputs>{});
    dac_laws(multibit_dac<9, two_passes>{});
    dac_laws(multibit_dac<9>{});
    dac_laws(multibit_dac<3>{});
}
TEST_CASE("dac laws: a converter of the user's") { dac_laws(two_cycle_dac{}); }

TEST_CASE("adc laws: ideal_adc") { CHECK(adc_laws(ideal_adc{}) == 0); }
TEST_CASE("adc laws: uniform_adc") {
    CHECK(adc_laws(uniform_adc<>{}) > 7000);
    adc_laws(uniform_adc<2>{});
    adc_laws(uniform_adc<14>{.symmetric = false});
    adc_laws(uniform_adc<dynamic, unit_lsb>{.bits = 7});
    adc_laws(uniform_adc<6, unit_lsb>{.symmetric = false});
    adc_laws(uniform_adc<6, given_range>{.range = {.low = -12.5, .high = 100.0}});
}
TEST_CASE("adc laws: uniform_adc with errors of gain and offset") {
    adc_laws(uniform_adc<>{.gain_sigma = 0.05f});
    adc_laws(uniform_adc<5>{.gain_sigma = 0.1f, .offset_sigma = 2.0f});
    adc_laws(uniform_adc<dynamic, unit_lsb>{.bits = 9, .offset_sigma = 0.5f});
}
TEST_CASE("adc laws: uniform_adc over a calibrated range") {
    adc_laws(uniform_adc<dynamic, calibrated>{.bits = 6});
    for (const auto grain : {calibration_grain::layer, calibration_grain::slice, calibration_grain::column}) {
        adc_laws(uniform_adc<6, calibrated>{.range = {.rule = calibration_rule::least_error, .grain = grain}, .symmetric = false});
    }
}
TEST_CASE("adc laws: table_adc") {
    adc_laws(table_adc{{0.0, 1.0, 2.0, 5.0, 11.0, 40.0, 90.0, 384.0}});
    adc_laws(table_adc{{-7.3, 0.1}});
    adc_laws(table_adc{{-1.0 / 3.0, 0.0, 1.0 / 7.0, 100.0}});
}
TEST_CASE("adc laws: lossless_adc") { CHECK(adc_laws(lossless_adc{}) > 4000); }
TEST_CASE("adc laws: converters of the user's") {
    CHECK(adc_laws(eight_level_adc{}) > 7000);
    CHECK(adc_laws(slice_wise_adc{}) > 7000);
}
TEST_CASE("adc laws: flipped_adc") { CHECK(adc_laws(flipped_adc{}) > 4000); }
