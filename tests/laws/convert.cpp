#include <laws/archetypes.hpp>
#include <laws/convert_laws.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/ideal_adc.hpp>
#include <rcim/convert/ideal_dac.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("dac laws: ideal_dac") { dac_laws(ideal_dac{}); }
TEST_CASE("dac laws: bit_serial_dac") {
    dac_laws(bit_serial_dac<>{});
    dac_laws(bit_serial_dac<2>{});
    dac_laws(bit_serial_dac<7>{});
}
TEST_CASE("dac laws: a converter of the user's") { dac_laws(two_cycle_dac{}); }

TEST_CASE("adc laws: ideal_adc") { CHECK(adc_laws(ideal_adc{}) == 0); }
TEST_CASE("adc laws: a converter of the user's") { CHECK(adc_laws(eight_level_adc{}) > 7000); }
