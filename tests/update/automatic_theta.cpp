#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/clipped_on_write.hpp>
#include <rcim/update/digital_master.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/zeroed_on_use.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace rcim;

TEST_CASE("theta_for: 2.5 / sqrt(inputs), or the largest weight if that is more") {
    std::vector<float> w(200, 0.01f);
    CHECK(theta_for({w.data(), 2, 100}) == 0.25f);
    CHECK(theta_for({w.data(), 8, 25}) == 0.5f);
    w[199] = -0.75f;
    CHECK(theta_for({w.data(), 2, 100}) == 0.75f);
    CHECK(theta_for({w.data(), 0, 0}) == 2.5f);
}

TEST_CASE("automatic thresholds are fitted through a chain of rules, given ones are kept, and fitting again changes nothing") {
    const std::vector<float> w(100, 0.01f);
    const matrix_view<const float> weights(w.data(), 1, 100);
    const auto fitted = fitted_rule(clipped_on_use<digital_master<gated_on_use<sgd>>>{}, weights);
    CHECK(fitted.theta == 0.25f);
    CHECK(fitted.inner.inner.theta == 0.25f);
    CHECK(fitted_rule(fitted, weights).theta == 0.25f);
    CHECK(fitted_rule(clipped_on_write<sgd>{.theta = 0.1f}, weights).theta == 0.1f);
    CHECK(fitted_rule(zeroed_on_use<clipped_on_write<sgd>>{.theta = 0.1f}, weights).inner.theta == 0.25f);
}

TEST_CASE("an array chooses its threshold anew whenever it is programmed") {
    constexpr auto chip = design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<16, differential>{}).with(clipped_on_use<sgd>{});
    crossbar_array<std::remove_const_t<decltype(chip)>> array(chip, 100, 1, 1, 0);
    CHECK(array.chip().update.theta == 0.25f);
    std::vector<float> w(100, 0.0f);
    w[3] = 1.5f;
    array.program({w.data(), 1, 100});
    CHECK(array.chip().update.theta == 1.5f);
    CHECK(array.weights()(0, 3) == 1.5f);
    w[3] = 0.1f;
    array.program({w.data(), 1, 100});
    CHECK(array.chip().update.theta == 0.25f);
}
