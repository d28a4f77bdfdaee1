#include <rcim/noise/injected.hpp>
#include <rcim/noise/lumped.hpp>
#include <rcim/noise/shot.hpp>
#include <rcim/noise/thermal.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>

using namespace rcim;

TEST_CASE("thermal: the voltage noise of a resistor, 0.128 nV per root hertz and ohm at 300 K") {
    // Open-circuit voltage of 1 ohm in 1 Hz: sqrt(4 k T R f); the current is that over R.
    const double amperes = std::sqrt(thermal{.bandwidth_hz = 1.0}.variance_per_siemens() * 1.0);
    CHECK(amperes == doctest::Approx(0.1287e-9).epsilon(1e-4));
    // 10 kohm, 10 MHz, 300 K: 4 nA.
    CHECK(std::sqrt(thermal{}.variance_per_siemens() * 1e-4) == doctest::Approx(4.0704e-9).epsilon(1e-4));
    CHECK(thermal{.temperature_k = 600.0}.variance_per_siemens() == doctest::Approx(2.0 * thermal{}.variance_per_siemens()).epsilon(1e-15));
    CHECK(thermal{.bandwidth_hz = 1e9}.variance_per_siemens() == doctest::Approx(100.0 * thermal{}.variance_per_siemens()).epsilon(1e-15));
}

TEST_CASE("shot: 17.9 pA in 1 Hz of 1 mA") {
    CHECK(std::sqrt(shot{.bandwidth_hz = 1.0}.variance_per_ampere() * 1e-3) == doctest::Approx(17.90e-12).epsilon(1e-3));
    CHECK(shot{}.variance_per_ampere() == doctest::Approx(3.204353268e-12).epsilon(1e-12));
}

TEST_CASE("shot and thermal noise of a cell are equal at twice the thermal voltage, 51.7 mV at 300 K") {
    const double volts = thermal{}.variance_per_siemens() / shot{}.variance_per_ampere();
    CHECK(volts == doctest::Approx(0.0517).epsilon(1e-3));
}

TEST_CASE("lumped: two independent parts") {
    const lumped noise{.relative = 0.03, .absolute_s = 4e-7};
    CHECK(noise.conductance_variance(0.0) == doctest::Approx(16e-14));
    CHECK(std::sqrt(noise.conductance_variance(1e-5)) == doctest::Approx(5e-7));
    CHECK_THROWS_AS(validate(lumped{.relative = -0.1}), error);
}

TEST_CASE("injected: as one writes it; statistics are the array's") {
    CHECK(describe(injected{}) == "injected{.grain = layer, .scale = 1, .mean = true}");
    CHECK(describe(injected{.grain = shift_grain::column, .scale = 0.5, .mean = false}) ==
          "injected{.grain = column, .scale = 0.5, .mean = false}");
    CHECK_THROWS_AS(validate(injected{.scale = -1.0}), error);
}
