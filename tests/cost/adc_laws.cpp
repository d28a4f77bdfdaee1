#include <rcim/core/error.hpp>
#include <rcim/cost/adc_laws.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <string>

using namespace rcim;

namespace adc_laws_tests {

/// Energy and area as they are listed; 0: not listed.
struct listed {
    int bits;
    double pj;
    double um2;
};

template <std::size_t Count>
void check_column(const adc_law& law, const std::array<listed, Count>& column, double energy_error, double area_error) {
    for (const listed& row : column) {
        CAPTURE(law.name);
        CAPTURE(row.bits);
        CHECK(std::abs(law.energy_pj(row.bits) / row.pj - 1.0) < energy_error);
        if (row.um2 > 0.0) {
            CHECK(std::abs(law.area_um2(row.bits) / row.um2 - 1.0) < area_error);
        }
    }
}

TEST_CASE("adc_laws: ISAAC's converter scaled as Saberi et al., as listed to 2 or 3 digits: energy to 0.6 %, area to 0.1 %") {
    check_column(saberi_law,
                 std::array<listed, 8>{{{3, 0.590, 262},
                                        {4, 0.79, 361},
                                        {5, 0.99, 477},
                                        {6, 1.20, 627},
                                        {7, 1.42, 845},
                                        {8, 1.67, 1200},
                                        {9, 1.97, 1828},
                                        {10, 2.38, 3002}}},
                 6e-3, 1e-3);
    CHECK(saberi_area_um2(8) == doctest::Approx(1200.0).epsilon(1e-4));
    // 2 mW at 1.2 GS/s
    CHECK(saberi_energy_pj(8) == doctest::Approx(2.0 / 1.2).epsilon(2.5e-3));
    // what column-proportional pruning saves under it: 8 -> 5, 4, 3 bits
    CHECK(saberi_energy_pj(8) / saberi_energy_pj(5) == doctest::Approx(1.69).epsilon(0.004));
    CHECK(saberi_energy_pj(8) / saberi_energy_pj(4) == doctest::Approx(2.11).epsilon(0.004));
    CHECK(saberi_energy_pj(8) / saberi_energy_pj(3) == doctest::Approx(2.83).epsilon(0.004));
    CHECK(saberi_area_um2(8) / saberi_area_um2(5) == doctest::Approx(2.52).epsilon(0.004));
    CHECK(saberi_area_um2(8) / saberi_area_um2(4) == doctest::Approx(3.32).epsilon(0.004));
    CHECK(saberi_area_um2(8) / saberi_area_um2(3) == doctest::Approx(4.58).epsilon(0.004));
}

TEST_CASE("adc_laws: linear, as listed to 0.5 %") {
    check_column(linear_law,
                 std::array<listed, 8>{
                     {{3, 0.625, 0}, {4, 0.833, 0}, {5, 1.04, 0}, {6, 1.25, 0}, {7, 1.46, 0}, {8, 1.667, 0}, {9, 1.88, 0}, {10, 2.08, 0}}},
                 5e-3, 0.0);
    CHECK(128 * linear_conversion_ns(8) == doctest::Approx(100.0));
    CHECK(linear_law.area_um2(6) == saberi_area_um2(6));
    CHECK(std::string(linear_law.area_source).find("isaac_saberi") != std::string::npos);
}

TEST_CASE("adc_laws: MNSIM's listed converters, the next larger one between them") {
    for (const listed_adc& adc : mnsim_adcs) {
        CHECK(mnsim_law.energy_pj(adc.bits) == doctest::Approx((adc.bits + 2) / adc.rate_gs_s * adc.power_mw));
        CHECK(mnsim_law.area_um2(adc.bits) == adc.area_um2);
        CHECK(mnsim_law.energy_pj(adc.bits - 1) == mnsim_law.energy_pj(adc.bits));
        CHECK(mnsim_law.conversion_ns(adc.bits - 1) == mnsim_law.conversion_ns(adc.bits));
    }
    check_column(mnsim_law, std::array<listed, 4>{{{4, 4.2, 500}, {6, 10.08, 580}, {8, 15.625, 1200}, {10, 55.36, 1600}}}, 1e-9, 1e-9);
    CHECK(mnsim_law.area_um2(1) == 500.0);
    CHECK_THROWS_AS(static_cast<void>(mnsim_law.energy_pj(11)), error);
}

TEST_CASE("adc_laws: NeuroSim's successive approximation at 10 kilohm, as listed to 0.6 %") {
    check_column(
        neurosim_law,
        std::array<listed, 7>{{{3, 0.082, 0}, {4, 0.108, 0}, {5, 0.136, 0}, {6, 0.167, 0}, {7, 0.199, 0}, {8, 0.235, 0}, {9, 0.272, 0}}},
        6e-3, 0.0);
    CHECK(neurosim_conversion_ns(8) == 9.0);
    CHECK(neurosim_energy_pj(8, 1e5) < neurosim_energy_pj(8, 1e4));
}

TEST_CASE("adc_laws: Accelergy's regression over Murmann's survey, 32 nm and 1.28 GS/s, as listed: energy to 1 %, area to 0.2 %") {
    check_column(
        murmann_law,
        std::array<listed, 7>{
            {{4, 0.92, 5190}, {5, 0.94, 5211}, {6, 1.07, 5416}, {7, 1.31, 5765}, {8, 1.93, 6469}, {9, 5.5, 8865}, {10, 16.4, 12275}}},
        1e-2, 2e-3);
    CHECK(murmann_energy_pj(3) == murmann_energy_pj(4));
}

TEST_CASE("adc_laws: all of them rise with bits, are finite, and refuse numbers of bits that make no sense") {
    for (const adc_law& law : all_adc_laws()) {
        CAPTURE(law.name);
        CHECK_FALSE(law.source.empty());
        CHECK_FALSE(law.area_source.empty());
        for (int bits = 1; bits < 10; ++bits) {
            CHECK(std::isfinite(law.energy_pj(bits)));
            CHECK(law.energy_pj(bits + 1) >= law.energy_pj(bits));
            CHECK(law.area_um2(bits + 1) >= law.area_um2(bits));
            if (law.name != "mnsim") { // whose converters of more bits have higher rates
                CHECK(law.conversion_ns(bits + 1) >= law.conversion_ns(bits));
            }
        }
        if (law.name != "integrate_and_fire") {
            CHECK_THROWS_AS(static_cast<void>(law.energy_pj(0)), error);
            CHECK_THROWS_AS(static_cast<void>(law.area_um2(25)), error);
            CHECK_THROWS_AS(static_cast<void>(law.conversion_ns(-1)), error);
            CHECK(law.energy_pj(1) > 0.0);
        }
        CHECK((adc_law_named(law.name).energy_pj == law.energy_pj));
    }
    CHECK_THROWS_WITH_AS(
        static_cast<void>(adc_law_named("flash")),
        "adc_law_named: law of ADC costs: expected isaac_saberi, linear, mnsim, neurosim_sar, murmann, integrate_and_fire, found flash",
        error);
}

} // namespace adc_laws_tests
