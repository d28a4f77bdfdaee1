#include <rcim/cell/device_variation.hpp>
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/programming_error.hpp>
#include <rcim/cell/uneven_levels.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/noise/telegraph.hpp>
#include <rcim/protect/stuck_compensation.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/update/transposed_errors.hpp>
#include <rcim/wire/nodal.hpp>

#include <nn/converted.hpp>

using namespace rcim;

namespace converted_compensated_tests {

using rcim_test::case_count;
using rcim_test::compare_design;

#ifdef NDEBUG
constexpr int cases = 60;
#else
constexpr int cases = 3;
#endif
// What is added is a product of its own in float, and may be several times the result.
constexpr double tolerance = 1e-5;

template <class Cell, int Bits, class Encoding>
auto compensated(const Cell& cell, const bit_sliced<Bits, Encoding>& map) {
    return design<>{}.with(cell).with(map).with(stuck_compensation{});
}

TEST_CASE("stuck_compensation: coded reads are compensated as reads cell by cell are") {
    case_count count;
    const auto compare = [&](const auto& chip, std::uint64_t seed) { compare_design(chip, seed, cases, tolerance, count); };
    compare(compensated(multilevel_cell<2>{}, bit_sliced<8, offset>{.fraction_bits = 7})
                .with(bit_serial_dac<8>{})
                .with(uniform_adc<4, unit_lsb>{})
                .with(sgd{}),
            1101);
    compare_design<true>(compensated(multilevel_cell<4>{}, bit_sliced<16, differential>{})
                             .with(streamed_dac<7, 2, two_passes>{})
                             .with(uniform_adc<6>{})
                             .with(clipped_on_use<sgd>{.theta = 0.3f}),
                         1102, cases, tolerance, count);
    compare(compensated(multilevel_cell<1>{}, bit_sliced<4, sign_magnitude>{.fraction_bits = 3})
                .with(multibit_dac<6>{})
                .with(uniform_adc<5>{})
                .with(transposed_errors<bit_serial_dac<6>, uniform_adc<5>>{}),
            1103);
    compare(compensated(multilevel_cell<2>{}, bit_sliced<8, differential>{.fraction_bits = 7})
                .with(bit_serial_dac<8>{})
                .with(uniform_adc<5>{})
                .with(gated_on_use<sgd>{.theta = 0.1f}),
            1104);
    MESSAGE(count.cases << " cases of " << count.designs << " designs");
    CHECK(count.designs == 4);
    CHECK(count.wrong == 0);
}

TEST_CASE("stuck_compensation: analog reads are compensated as reads cell by cell are") {
    case_count count;
    const auto compare = [&](const auto& chip, std::uint64_t seed) { compare_design(chip, seed, cases, tolerance, count); };
    compare(compensated(programming_error<multilevel_cell<2>>{.sigma = {0.02f, 0.05f, 0.08f, 0.05f}}, bit_sliced<8, offset>{.fraction_bits = 7})
                .with(bit_serial_dac<8>{})
                .with(uniform_adc<6>{})
                .with(transposed_errors<>{}),
            1501);
    compare(compensated(device_variation<multilevel_cell<4>>{.sigma = 0.1f}, bit_sliced<8, differential>{.fraction_bits = 7})
                .with(multibit_dac<6, two_passes>{})
                .with(uniform_adc<8>{})
                .with(clipped_on_use<sgd>{.theta = 0.3f}),
            1502);
    compare(compensated(uneven_levels<multilevel_cell<2>>{.position = {0.0f, 0.8f, 2.2f, 3.0f}}, bit_sliced<8, sign_magnitude>{.fraction_bits = 7})
                .with(uniform_adc<7, given_range>{.range = {.low = -30.0, .high = 30.0}})
                .with(sgd{}),
            1503);
    compare(compensated(multilevel_cell<2>{.on_off_ratio = 21.7}, bit_sliced<8, offset>{.fraction_bits = 7}).with(uniform_adc<>{.bits = 8}), 1504);
    MESSAGE(count.cases << " cases of " << count.designs << " designs, " << count.wrong << " with a sum on the edge");
    CHECK(count.designs == 4);
    CHECK(count.wrong <= count.cases / 8);
}

TEST_CASE("stuck_compensation: noise and wires act on the faulty cells, and what is added knows nothing of them") {
    case_count count;
    const auto chip = design<>{}.with(multilevel_cell<2>{.on_off_ratio = 50.0, .g_on = 333e-6}).with(stuck_compensation{});
    const telegraph traps{.dwell_images = 3, .clamp = true};
    compare_design(chip.with(bit_sliced<8, differential>{.fraction_bits = 7}).with(traps).with(bit_serial_dac<6>{}), 1800,
                   cases, 2e-5, count);
    compare_design(chip.with(bit_sliced<8, offset>{.fraction_bits = 7}).with(nodal{}).with(multibit_dac<8, unsigned_inputs>{}),
                   1900, cases, 2e-5, count);
    MESSAGE(count.cases << " cases of " << count.designs << " designs");
    CHECK(count.designs == 2);
    CHECK(count.wrong == 0);
}

} // namespace converted_compensated_tests
