#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/lossless.hpp>
#include <rcim/convert/lossless_adc.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/design/design.hpp>
#include <rcim/design/plan.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/nn/dense.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace rcim;

TEST_CASE("lossless_bits: against the logarithm, and one bit less loses something") {
    for (index_t lines = 1; lines <= 600; ++lines) {
        for (int cell_bits = 1; cell_bits <= 4; ++cell_bits) {
            for (int dac_bits = 1; dac_bits <= 4; ++dac_bits) {
                const auto largest = static_cast<double>(lines * ((1 << cell_bits) - 1) * ((1 << dac_bits) - 1));
                const int bits = lossless_bits(lines, cell_bits, dac_bits);
                CHECK(std::ldexp(1.0, bits) >= largest + 1.0);
                CHECK(std::ldexp(1.0, bits - 1) < largest + 1.0);
                const int pair_bits = lossless_bits_signed(lines, cell_bits, dac_bits);
                CHECK(std::ldexp(1.0, pair_bits) >= 2.0 * largest + 1.0);
                CHECK(std::ldexp(1.0, pair_bits - 1) < 2.0 * largest + 1.0);
            }
        }
    }
    const auto largest = static_cast<std::int32_t>(largest_sum(128, 2, 1));
    const adc_site above{.full_scale = {0.0, 384.0}};
    CHECK(uniform_adc<dynamic, unit_lsb>{.bits = lossless_bits(128, 2, 1)}.transfer(above).keeps(0, largest));
    CHECK_FALSE(uniform_adc<dynamic, unit_lsb>{.bits = lossless_bits(128, 2, 1) - 1}.transfer(above).keeps(0, largest));
    const adc_site both{.full_scale = {-384.0, 384.0}};
    CHECK(uniform_adc<dynamic, unit_lsb>{.bits = lossless_bits_signed(128, 2, 1)}.transfer(both).keeps(-largest, largest));
    CHECK_FALSE(uniform_adc<dynamic, unit_lsb>{.bits = lossless_bits_signed(128, 2, 1) - 1}.transfer(both).keeps(-largest, largest));
}

TEST_CASE("lossless_bits: ISAAC's rule (Shafiee et al. 2016), log2 R + v + w - 1 where v or w is 1, else log2 R + v + w") {
    for (int log_rows = 3; log_rows <= 10; ++log_rows) {
        for (int v = 1; v <= 4; ++v) {
            for (int w = 1; w <= 4; ++w) {
                const int rule = log_rows + v + w - (v == 1 || w == 1 ? 1 : 0);
                CHECK(lossless_bits(index_t{1} << log_rows, w, v) == rule);
            }
        }
    }
}

TEST_CASE("lossless_adc: as many bits as full scale takes, ideal beyond 2^14 levels") {
    CHECK(lossless_adc{}.bits_for({.full_scale = {0.0, 384.0}}) == 9);
    CHECK(lossless_adc{}.bits_for({.full_scale = {-384.0, 384.0}}) == 10);
    CHECK(lossless_adc{}.bits_for({.full_scale = {0.0, 255.0}}) == 8);
    CHECK(lossless_adc{}.bits_for({.full_scale = {0.0, 256.0}}) == 9);
    CHECK(lossless_adc{}.bits_for({.full_scale = {0.0, 16384.0}}) == 15);
    const adc_transfer one = lossless_adc{}.transfer({.full_scale = {-384.0, 384.0}});
    CHECK(one.levels == 769);
    CHECK(one.step == 1.0);
    CHECK(one.convert(3.4) == 3.0);
    CHECK(lossless_adc{}.transfer({.full_scale = {0.0, 16383.0}}).levels == 16384);
    CHECK(lossless_adc{}.transfer({.full_scale = {0.0, 16384.0}}).ideal());
}

TEST_CASE("lossless_adc: folds, and refuses cells whose leakage makes sums that are not whole") {
    constexpr auto ideal = design<>{}.with(multilevel_cell<2>{}).with(bit_serial_dac<8>{}).with(lossless_adc{});
    using chip_type = std::remove_const_t<decltype(ideal.with(bit_sliced<8, offset>{}))>;
    static_assert(plan_of<chip_type> == plan::folded);
    CHECK_NOTHROW(dense(ideal.with(bit_sliced<8, offset>{}), {.in = 4, .out = 3}, 1, 0));
    constexpr auto leaking = design<>{}.with(multilevel_cell<2>{.on_off_ratio = 10.0}).with(bit_serial_dac<8>{}).with(lossless_adc{});
    CHECK_THROWS_WITH_AS(dense(leaking.with(bit_sliced<8, offset>{}), {.in = 4, .out = 3}, 1, 0), doctest::Contains("lossless_adc: cell"),
                         error);
    // A pair that is subtracted before the converter does not show it.
    static_assert(sign_magnitude::analog_subtraction);
    CHECK_NOTHROW(dense(leaking.with(bit_sliced<8, sign_magnitude>{}), {.in = 4, .out = 3}, 1, 0));
}
