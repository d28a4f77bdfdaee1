#include <nn/converted.hpp>

#include <rcim/cell/device_variation.hpp>
#include <rcim/cell/ideal_cell.hpp>
#include <rcim/cell/programming_error.hpp>
#include <rcim/cell/uneven_levels.hpp>
#include <rcim/convert/calibrated.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/update/transposed_errors.hpp>

using namespace rcim;

namespace converted_analog_tests {

using rcim_test::case_count;
using rcim_test::compare_design;

#ifdef NDEBUG
constexpr int cases = 60;
#else
constexpr int cases = 3;
#endif
// A sum on the edge between two words may round to either: floats add up otherwise than doubles.
constexpr double tolerance = 1e-5;

TEST_CASE("converted reads: cells and inputs that are real numbers") {
    case_count count;
    const auto compare = [&](const auto& chip, std::uint64_t seed) { compare_design(chip, seed, cases, tolerance, count); };
    const auto words = []<class Encoding>(Encoding) { return design<>{}.with(bit_sliced<8, Encoding>{.fraction_bits = 7}); };
    const auto in_error = programming_error<multilevel_cell<2>>{.sigma = {0.02f, 0.05f, 0.08f, 0.05f}};
    const auto given = uniform_adc<7, given_range>{.range = {.low = -30.0, .high = 30.0}};
    compare(words(offset{}).with(in_error).with(bit_serial_dac<8>{}).with(uniform_adc<6>{}).with(sgd{}), 501);
    compare(words(differential{}).with(device_variation<multilevel_cell<4>>{.sigma = 0.1f}).with(multibit_dac<6, two_passes>{}).with(uniform_adc<8>{}).with(
                clipped_on_use<sgd>{.theta = 0.3f}),
            502);
    compare(words(sign_magnitude{}).with(uneven_levels<multilevel_cell<2>>{.position = {0.0f, 0.8f, 2.2f, 3.0f}}).with(given).with(sgd{}), 503);
    compare(words(offset{}).with(multilevel_cell<2>{.on_off_ratio = 21.7}).with(uniform_adc<>{.bits = 8}), 504);
    compare(words(differential{}).with(in_error).with(bit_serial_dac<4>{}).with(uniform_adc<6, unit_lsb>{}).with(transposed_errors<>{}), 505);
    compare(words(sign_magnitude{}).with(in_error).with(bit_serial_dac<8>{}).with(uniform_adc<6>{}).with(transposed_errors<>{}), 506);
    // Words in one cell of 16 bits.
    compare(design<>{}.with(bit_sliced<16, differential>{}).with(bit_serial_dac<8>{}).with(uniform_adc<10>{}), 800);
    MESSAGE(count.cases << " cases of " << count.designs << " designs, " << count.wrong << " with a sum on the edge");
    CHECK(count.designs == 7);
    CHECK(count.wrong <= count.cases / 8);
}

TEST_CASE("converted reads: cells at HRS leak into whole sums too") {
    case_count count;
    const auto leaky = design<>{}.with(multilevel_cell<2>{.on_off_ratio = 17.3}).with(bit_serial_dac<8>{}); // no sums on edges
    compare_design(leaky.with(bit_sliced<8, offset>{}).with(uniform_adc<8>{}), 900, cases, tolerance, count);
    compare_design(leaky.with(bit_sliced<8, differential>{}).with(uniform_adc<6>{}), 910, cases, tolerance, count);
    compare_design(leaky.with(bit_sliced<8, sign_magnitude>{}).with(uniform_adc<6>{}), 920, cases, 0.0, count);
    CHECK(count.wrong <= count.cases / 8);
}

} // namespace converted_analog_tests
