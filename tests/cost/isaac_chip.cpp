#include <rcim/cost/isaac.hpp>
#include <rcim/cost/isaac_chip.hpp>

#include <doctest/doctest.h>

using namespace rcim;

TEST_CASE("isaac_chip: published totals of ISAAC-CE (Shafiee et al. 2016)") {
    CHECK(power_mw(isaac_ima) == doctest::Approx(24.08).epsilon(1e-6));
    CHECK(area_mm2(isaac_ima) == doctest::Approx(0.01312).scale(0.0).epsilon(1e-6));
    CHECK(12 * power_mw(isaac_ima) == doctest::Approx(289.0).epsilon(0.0005));
    CHECK(power_mw(isaac_tile) == doctest::Approx(330.0).epsilon(0.001));
    CHECK(area_mm2(isaac_tile) == doctest::Approx(0.372).scale(0.0).epsilon(0.001));
    CHECK(power_mw(isaac_chip) * 1e-3 == doctest::Approx(65.8).epsilon(0.0005));
    CHECK(area_mm2(isaac_chip) == doctest::Approx(85.4).epsilon(0.0005));
}

TEST_CASE("isaac_chip: what converters take of a tile, and so what can be saved on them") {
    CHECK(isaac_adc_power_share == doctest::Approx(0.582).epsilon(0.001));
    CHECK(isaac_adc_area_share == doctest::Approx(0.309).epsilon(0.002));
    CHECK(isaac_adc_power_cap == doctest::Approx(2.39).epsilon(0.001));
    CHECK(isaac_adc_area_cap == doctest::Approx(1.45).epsilon(0.002));
}

TEST_CASE("isaac_chip: operations per second and mm2, published as 479 GOP/s/mm2, to 1 %") {
    CHECK(isaac_gop_s_mm2 == doctest::Approx(479.0).epsilon(0.01));
    CHECK(isaac_gop_s_mm2 == doctest::Approx(483.4).epsilon(0.0005));
}

TEST_CASE("isaac_costs: a tile whose crossbars all read for 100 ns takes what the table of the chip says") {
    const cost_table isaac = isaac_costs();
    // 96 crossbars: power of arrays, converters, drivers and sample and hold over a cycle. Accelergy's energies are of cycles at 1.2 GS/s.
    const auto of = [&](std::size_t part) { return 12 * isaac_ima[part].count * isaac_ima[part].power_mw * 100.0; };
    CHECK(96 * 128 * isaac.line_read_pj == doctest::Approx(of(3)));
    CHECK(96 * 128 * isaac.sample_hold_pj == doctest::Approx(of(2)));
    CHECK(96 * 128 * isaac.adc.energy_pj(8) * 1.2 / 1.28 == doctest::Approx(of(0)).epsilon(0.003));
    CHECK(96 * 128 * isaac.dac_pj * 1.2 / 1.28 == doctest::Approx(of(1)).epsilon(0.002));
    // and all of its area, with 1 converter per crossbar and 64 KB
    const double um2 = 96 * (isaac.crossbar_um2 + 128 * (isaac.dac_um2 + isaac.sample_hold_um2) + isaac.adc.area_um2(8) +
                             isaac.shift_add_um2 + isaac.other_um2_per_crossbar) +
                       32768 * isaac.buffer_word_um2;
    CHECK(um2 * 1e-6 == doctest::Approx(area_mm2(isaac_tile)).epsilon(1e-4));
    CHECK(96 * isaac.static_mw_per_crossbar == doctest::Approx(12 * (1.24 + 0.23) + 2.65));
    CHECK(isaac.read_ns(128, 8) == doctest::Approx(100.0));
}
