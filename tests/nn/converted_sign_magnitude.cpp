#include <nn/converted.hpp>

#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/update/transposed_errors.hpp>

using namespace rcim;
using rcim_test::case_count;
using rcim_test::compare_design;

namespace {

#ifdef NDEBUG
constexpr int cases = 170;
#else
constexpr int cases = 3;
#endif

/// One encoding and cell with each kind of converter, behind different inputs.
template <int WeightBits, class Cell>
void every_converter(const Cell& cell, std::uint64_t seed, double tolerance, case_count& count) {
    const auto chip = design<>{}.with(cell).with(bit_sliced<WeightBits, sign_magnitude>{.fraction_bits = WeightBits - 1});
    compare_design(chip.with(bit_serial_dac<8>{}).with(uniform_adc<>{.bits = 5}).with(sgd{}), seed + 1, cases, tolerance, count);
    compare_design(chip.with(bit_serial_dac<4, unsigned_inputs>{}).with(uniform_adc<4, unit_lsb>{}).with(sgd{}), seed + 2, cases, tolerance,
                   count);
    compare_design(chip.with(streamed_dac<7, 2, two_passes>{}).with(uniform_adc<6, given_range>{.range = {.low = -20.0, .high = 37.0}}).with(sgd{}),
                   seed + 3, cases, tolerance, count);
    compare_design(chip.with(multibit_dac<5, unsigned_inputs>{}).with(uniform_adc<8>{.gain_sigma = 0.02f, .offset_sigma = 0.4f}), seed + 4, cases,
                   tolerance, count);
    compare_design(chip.with(bit_serial_dac<16>{}).with(uniform_adc<>{.bits = 3}).with(clipped_on_use<sgd>{.theta = 0.3f}), seed + 5, cases,
                   tolerance, count);
    compare_design(chip.with(bit_serial_dac<6, two_passes>{}).with(uniform_adc<7>{.symmetric = false}).with(transposed_errors<>{}), seed + 6, cases,
                   1e-6, count);
    compare_design(chip.with(streamed_dac<9, 3>{}).with(uniform_adc<9>{}).with(
                       transposed_errors<streamed_dac<6, 2, two_passes>, uniform_adc<6, unit_lsb>>{.separate_arrays = true}),
                   seed + 7, cases, 1e-6, count);
}

} // namespace

TEST_CASE("converted reads: sign_magnitude codes are read as the cells are, bit by bit") {
    case_count count;
    every_converter<4>(multilevel_cell<1>{}, 10, 0.0, count);
    every_converter<8>(multilevel_cell<2>{}, 20, 0.0, count);
    every_converter<16>(multilevel_cell<4>{}, 30, 0.0, count);
    MESSAGE(count.cases << " cases of " << count.designs << " designs");
    CHECK(count.designs == 21);
    CHECK(count.wrong == 0);
}
