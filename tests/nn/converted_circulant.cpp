#include <rcim/cell/programming_error.hpp>
#include <rcim/mapping/block_circulant.hpp>
#include <rcim/mapping/column_masked.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/protect/stuck_compensation.hpp>

#include <nn/converted.hpp>

namespace converted_circulant_tests {

using namespace rcim;

template <index_t K, class Encoding, int Bits>
constexpr auto circulant(index_t copies) {
    return design<>{}
        .with(multilevel_cell<2>{})
        .with(block_circulant<K, bit_sliced<Bits, Encoding>>{.map = {.fraction_bits = Bits - 1}, .copies = copies});
}

TEST_CASE("circulant layers through converters: every rotation is a read of the stored matrix, as the cells are") {
    rcim_test::case_count count;
#ifdef NDEBUG
    constexpr int cases = 120;
#else
    constexpr int cases = 6;
#endif
    // What rotations give to one error is added in float.
    rcim_test::compare_design(circulant<4, offset, 8>(1).with(bit_serial_dac<8>{}).with(uniform_adc<>{.bits = 5}).with(sgd{}),
                              1, cases, 0.0, count);
    rcim_test::compare_design<true>(
        circulant<2, differential, 8>(1).with(streamed_dac<7, 2, two_passes>{}).with(uniform_adc<6>{}).with(sgd{}), 2, cases,
        0.0, count);
    rcim_test::compare_design(circulant<8, differential, 8>(2)
                                  .with(bit_serial_dac<6, two_passes>{})
                                  .with(uniform_adc<7>{.symmetric = false})
                                  .with(transposed_errors<>{}),
                              3, cases, 1e-6, count);
    rcim_test::compare_design<true>(
        circulant<4, offset, 8>(4)
            .with(streamed_dac<9, 3>{})
            .with(uniform_adc<9>{})
            .with(transposed_errors<streamed_dac<6, 2, two_passes>, uniform_adc<6, unit_lsb>>{.separate_arrays = true}),
        4, cases / 2, 1e-6, count);
    rcim_test::compare_design(circulant<16, offset, 6>(4)
                                  .with(multibit_dac<5, unsigned_inputs>{})
                                  .with(uniform_adc<8>{.gain_sigma = 0.02f, .offset_sigma = 0.4f}),
                              5, cases, 0.0, count);
    // Factors act on stored columns and rows.
    using masked = column_masked<block_circulant<4, bit_sliced<8, differential>>, shifting<2>>;
    rcim_test::compare_design(design<>{}
                                  .with(multilevel_cell<2>{})
                                  .with(masked{.map = {.map = {.fraction_bits = 7}, .copies = 2}})
                                  .with(bit_serial_dac<6>{})
                                  .with(uniform_adc<7>{.symmetric = false})
                                  .with(transposed_errors<>{}),
                              6, cases, 1e-6, count);
    // What stuck cells take is added with the matrix of the layer, cell by cell with the stored one: in another order.
    rcim_test::compare_design(circulant<4, differential, 8>(2)
                                  .with(stuck_compensation{})
                                  .with(bit_serial_dac<6>{})
                                  .with(uniform_adc<7>{.symmetric = false})
                                  .with(sgd{}),
                              7, cases, 1e-6, count);
    CHECK(count.designs == 7);
    CHECK(count.wrong == 0);
    MESSAGE(count.cases << " cases of " << count.designs << " designs");
}

TEST_CASE("circulant layers through converters: cells that are real numbers") {
    rcim_test::case_count count;
#ifdef NDEBUG
    constexpr int cases = 60;
#else
    constexpr int cases = 3;
#endif
    // A sum on the edge between two words may round to either: floats add up otherwise than doubles.
    rcim_test::compare_design(
        design<>{}
            .with(programming_error<multilevel_cell<2>>{.sigma = {0.02f, 0.05f, 0.08f, 0.05f}})
            .with(block_circulant<4, bit_sliced<8, differential>>{.map = {.fraction_bits = 7}, .copies = 2})
            .with(bit_serial_dac<8>{})
            .with(uniform_adc<6>{})
            .with(sgd{}),
        11, cases, 1e-5, count);
    MESSAGE(count.cases << " cases of " << count.designs << " designs, " << count.wrong << " with a sum on the edge");
    CHECK(count.wrong <= count.cases / 8);
}

} // namespace converted_circulant_tests
