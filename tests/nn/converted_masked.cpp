#include <rcim/cell/programming_error.hpp>
#include <rcim/mapping/column_masked.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/symmetric.hpp>

#include <nn/converted.hpp>

namespace converted_masked_tests {

using namespace rcim;

template <class Encoding, class Factor, int Bits>
constexpr auto masked(float on_off_ratio) {
    return design<>{}
        .with(multilevel_cell<2>{.on_off_ratio = on_off_ratio})
        .with(column_masked<bit_sliced<Bits, Encoding>, Factor>{.map = {.fraction_bits = Bits - 1}});
}

TEST_CASE("masked columns: every group of rows is read, converted and multiplied by itself, as the cells are") {
    rcim_test::case_count count;
#ifdef NDEBUG
    constexpr int cases = 120;
#else
    constexpr int cases = 6;
#endif
    constexpr float infinite = std::numeric_limits<float>::infinity();
    const auto compare = [&](const auto& chip, std::uint64_t seed, double tolerance) {
        rcim_test::compare_design(chip, seed, cases, tolerance, count);
    };
    compare(masked<offset, gating, 8>(infinite).with(bit_serial_dac<8>{}).with(uniform_adc<>{.bits = 5}).with(sgd{}), 1, 0.0);
    compare(masked<differential, shifting<2>, 8>(infinite)
                .with(bit_serial_dac<4, unsigned_inputs>{})
                .with(uniform_adc<4, unit_lsb>{})
                .with(sgd{}),
            2, 0.0);
    compare(masked<symmetric<differential>, scaling, 8>(infinite).with(bit_serial_dac<5>{}).with(uniform_adc<6>{}).with(sgd{}),
            3, 0.0);
    compare(masked<offset, shifting<3>, 6>(infinite)
                .with(multibit_dac<5, unsigned_inputs>{})
                .with(uniform_adc<8>{.gain_sigma = 0.02f, .offset_sigma = 0.4f})
                .with(sgd{}),
            4, 0.0);
    rcim_test::compare_design<true>(
        masked<differential, gating, 8>(infinite).with(streamed_dac<7, 2, two_passes>{}).with(uniform_adc<6>{}).with(sgd{}), 5,
        cases, 0.0, count);
    // Errors back through the columns: what positions give to one error of a convolution is added in another order.
    compare(masked<differential, shifting<2>, 8>(infinite)
                .with(bit_serial_dac<6, two_passes>{})
                .with(uniform_adc<7>{.symmetric = false})
                .with(transposed_errors<>{}),
            6, 1e-6);
    rcim_test::compare_design<true>(
        masked<offset, gating, 8>(infinite)
            .with(streamed_dac<9, 3>{})
            .with(uniform_adc<9>{})
            .with(transposed_errors<streamed_dac<6, 2, two_passes>, uniform_adc<6, unit_lsb>>{.separate_arrays = true}),
        7, cases / 4, 1e-6, count);
    compare(
        masked<differential, gating, 8>(infinite)
            .with(bit_serial_dac<8>{})
            .with(uniform_adc<8>{})
            .with(transposed_errors<streamed_dac<8, 1>, uniform_adc<8>>{.adc = {.gain_sigma = 0.02f, .offset_sigma = 0.4f}}),
        8, 1e-6);
    CHECK(count.designs == 8);
    CHECK(count.wrong == 0);
    MESSAGE(count.cases << " cases of " << count.designs << " designs");
}

TEST_CASE("masked columns: cells and inputs that are real numbers") {
    rcim_test::case_count count;
#ifdef NDEBUG
    constexpr int cases = 60;
#else
    constexpr int cases = 3;
#endif
    // A sum on the edge between two words may round to either: floats add up otherwise than doubles.
    const auto compare = [&](const auto& chip, std::uint64_t seed) {
        rcim_test::compare_design(chip, seed, cases, 1e-5, count);
    };
    using cell = programming_error<multilevel_cell<2>>;
    const auto real = design<>{}
                          .with(cell{.sigma = {0.02f, 0.05f, 0.08f, 0.05f}})
                          .with(column_masked<bit_sliced<8, differential>, shifting<2>>{.map = {.fraction_bits = 7}});
    compare(real.with(bit_serial_dac<8>{}).with(uniform_adc<6>{}).with(sgd{}), 11);
    compare(masked<offset, gating, 8>(21.7f).with(uniform_adc<>{.bits = 8}), 12);
    compare(masked<offset, scaling, 8>(17.3f).with(bit_serial_dac<8>{}).with(uniform_adc<8>{}), 13);
    MESSAGE(count.cases << " cases of " << count.designs << " designs, " << count.wrong << " with a sum on the edge");
    CHECK(count.designs == 3);
    CHECK(count.wrong <= count.cases / 8);
}

} // namespace converted_masked_tests
