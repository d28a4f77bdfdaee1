#include <rcim/cell/sinh_iv.hpp>
#include <rcim/cell/uneven_levels.hpp>

#include <doctest/doctest.h>
#include <laws/iv_laws.hpp>

#include <cmath>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("iv laws: Ohm's law and hyperbolic sines") {
    iv_laws(ohmic{});
    iv_laws(sinh_law{});
    iv_laws(sinh_law{.v0 = 0.05, .read_voltage = 0.4});
    iv_laws(sinh_law{.v0 = 1e6});
    iv_laws(law_of(sinh_iv<multilevel_cell<2>>{.v0 = 0.1}));
}

TEST_CASE("sinh_iv: levels are chord conductances at the read voltage, of either sign") {
    const sinh_iv<multilevel_cell<2>> cell{.v0 = 0.25, .read_voltage = 0.3, .inner = {.on_off_ratio = 10.0}};
    const sinh_law law = cell.law();
    for (int level = 0; level < 4; ++level) {
        const double g = cell.conductance(level, 4);
        CHECK(g == cell.inner.conductance(level, 4));
        CHECK(law.current(g, 0.3) == doctest::Approx(0.3 * g).epsilon(1e-14));
        CHECK(law.current(g, -0.3) == doctest::Approx(-0.3 * g).epsilon(1e-14));
        CHECK(law.current(g, 0.15) < 0.15 * g);
        CHECK(law.current(g, 0.6) > 0.6 * g);
        CHECK(law.slope(g, 0.0) < g);
    }
}

TEST_CASE("sinh_iv: Guan, Yu, Wong, IEEE EDL 33(10), 2012: at v0 = 0.25 V half the read voltage gives 0.46 of its current") {
    const sinh_law law{};
    CHECK(law.current(1e-4, 0.1) / law.current(1e-4, 0.2) == doctest::Approx(0.5 / std::cosh(0.4)).epsilon(1e-12));
    CHECK(0.5 / std::cosh(0.4) == doctest::Approx(0.4625).epsilon(1e-3));
}

TEST_CASE("sinh_iv: Ohm's law for a large v0, closer by its square") {
    for (const double u : {1e-3, 0.1, 0.2, 0.5}) {
        CHECK(sinh_law{.v0 = 1e6}.current(1e-4, u) == doctest::Approx(1e-4 * u).epsilon(1e-11));
        CHECK(sinh_law{.v0 = 1e6}.slope(1e-4, u) == doctest::Approx(1e-4).epsilon(1e-11));
    }
    // sinh(x) = x (1 + x^2 / 6 + ...)
    const double far = sinh_law{.v0 = 10.0}.current(1.0, 1.0) - 1.0, near = sinh_law{.v0 = 5.0}.current(1.0, 1.0) - 1.0;
    CHECK(near / far == doctest::Approx(4.0).epsilon(0.01));
}

TEST_CASE("sinh_iv: the outermost law of a chain, and what validation refuses") {
    const uneven_levels<sinh_iv<multilevel_cell<2>>> cell{.inner = {.v0 = 0.125}};
    CHECK(law_of(cell).v0 == 0.125);
    CHECK(law_of(sinh_iv<sinh_iv<multilevel_cell<2>>>{.v0 = 0.5}).v0 == 0.5);
    CHECK(law_of(multilevel_cell<2>{}).current(2.0, 3.0) == 6.0);
    CHECK(describe(sinh_iv<multilevel_cell<1>>{}) ==
          "sinh_iv<multilevel_cell<1>>{.v0 = 0.25, .read_voltage = 0.2, .inner = multilevel_cell<1>{.on_off_ratio = inf, .g_on = 0.0001}}");
    CHECK_THROWS_AS(validate(sinh_iv<multilevel_cell<1>>{.v0 = 0.0}), error);
    CHECK_THROWS_WITH_AS(validate(sinh_iv<multilevel_cell<1>>{.v0 = 0.001}),
                         "sinh_iv<multilevel_cell<1>>: read_voltage: expected at most 100 v0 = 0.1 V, found 0.2", error);
}
