#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/chain.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/clipped_on_write.hpp>
#include <rcim/update/digital_master.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/update/zeroed_on_use.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace rcim;

namespace validate_tests {

constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();

template <class P>
std::string complaint(const P& policy) {
    std::string alone = "none", within = "none";
    try {
        validate(policy);
    } catch (const error& e) {
        alone = e.what();
    }
    try {
        validate(design<>{}.with(policy));
    } catch (const error& e) {
        within = e.what();
    }
    CHECK(within == alone);
    return alone;
}

TEST_CASE("validate: nothing to complain of") {
    CHECK_NOTHROW(validate(design<>{}));
    CHECK(complaint(stuck_at{.p_stuck_hrs = 0.0f, .p_stuck_lrs = 1.0f}) == "none");
    CHECK(complaint(stuck_at{.p_stuck_hrs = 0.4f, .p_stuck_lrs = 0.6f}) == "none");
    CHECK(complaint(clipped_on_use<sgd>{.theta = infinity}) == "none");
    CHECK(complaint(clipped_on_use<sgd>{.theta = 0.0f}) == "none");
    CHECK(complaint(multilevel_cell<2>{.on_off_ratio = 1.001}) == "none");
    CHECK(complaint(geometry<128, 64>{}) == "none");
    CHECK(complaint(geometry<dynamic, 64>{.rows = 7}) == "none");
}

TEST_CASE("validate: stuck_at") {
    CHECK(complaint(stuck_at{.p_stuck_hrs = 1.5f}) == "stuck_at: p_stuck_hrs: expected a number in [0, 1], found 1.5");
    CHECK(complaint(stuck_at{.p_stuck_lrs = -0.25f}) == "stuck_at: p_stuck_lrs: expected a number in [0, 1], found -0.25");
    CHECK(complaint(stuck_at{.p_stuck_hrs = not_a_number}) == "stuck_at: p_stuck_hrs: expected a number in [0, 1], found nan");
    CHECK(complaint(stuck_at{.p_stuck_hrs = 0.75f, .p_stuck_lrs = 0.5f}) ==
          "stuck_at: p_stuck_hrs + p_stuck_lrs: expected a probability in [0, 1], found 1.25");
    CHECK(complaint(chain<stuck_at, stuck_at>{stuck_at{}, stuck_at{.p_stuck_lrs = 2.0f}}) ==
          "stuck_at: p_stuck_lrs: expected a number in [0, 1], found 2");
}

TEST_CASE("validate: cells") {
    CHECK(complaint(multilevel_cell<2>{.on_off_ratio = 1.0}) == "multilevel_cell<2>: on_off_ratio: expected a number above 1, found 1");
    CHECK(complaint(multilevel_cell<3>{.on_off_ratio = 0.5}) == "multilevel_cell<3>: on_off_ratio: expected a number in [1, inf], found 0.5");
    CHECK(complaint(multilevel_cell<3>{.on_off_ratio = static_cast<double>(not_a_number)}) ==
          "multilevel_cell<3>: on_off_ratio: expected a number in [1, inf], found nan");
    CHECK(complaint(multilevel_cell<1>{.g_on = 0.0}) == "multilevel_cell<1>: g_on: expected a number in [1e-15, 1], found 0");
}

TEST_CASE("validate: update rules, also inside of others") {
    CHECK(complaint(sgd{.learning_rate = -0.1f}) == "sgd: learning_rate: expected a number in [0, 3.40282e+38], found -0.1");
    CHECK(complaint(sgd{.learning_rate = infinity}) == "sgd: learning_rate: expected a number in [0, 3.40282e+38], found inf");
    CHECK(complaint(sgd{.momentum = 1.0f}) == "sgd: momentum: expected a number in [0, 0.999999], found 1");
    CHECK(complaint(sgd{.weight_decay = not_a_number}) == "sgd: weight_decay: expected a number in [0, 3.40282e+38], found nan");
    CHECK(complaint(clipped_on_use<sgd>{.theta = -0.25f}) == "clipped_on_use<sgd>: theta: expected a number in [0, inf], found -0.25");
    CHECK(complaint(clipped_on_use<sgd>{.theta = not_a_number}) == "clipped_on_use<sgd>: theta: expected a number in [0, inf], found nan");
    CHECK(complaint(clipped_on_write<sgd>{.theta = -1.0f}) == "clipped_on_write<sgd>: theta: expected a number in [0, inf], found -1");
    CHECK(complaint(zeroed_on_use<sgd>{.theta = -1.0f}) == "zeroed_on_use<sgd>: theta: expected a number in [0, inf], found -1");
    CHECK(complaint(gated_on_use<sgd>{.theta = -1.0f}) == "gated_on_use<sgd>: theta: expected a number in [0, inf], found -1");
    CHECK(complaint(clipped_on_use<digital_master<sgd>>{.inner = {.inner = {.momentum = -1.0f}}}) ==
          "sgd: momentum: expected a number in [0, 0.999999], found -1");
}

TEST_CASE("validate: mappings and geometries") {
    CHECK(complaint(bit_sliced<16, differential>{.scale = 0.0f}) ==
          "bit_sliced<16, differential, stochastic>: scale: expected a number in [1e-30, 1e+30], found 0");
    CHECK(complaint(bit_sliced<16, differential>{.fraction_bits = 64, .scale = 1e-18f}) == "none"); // 2^-124
    CHECK(complaint(bit_sliced<16, differential>{.fraction_bits = 64, .scale = 1e-30f}) ==
          "bit_sliced<16, differential, stochastic>: scale x 2^-fraction_bits: expected a unit of 2^-126 to 2^100, found 0");
    CHECK(complaint(bit_sliced<16, differential>{.fraction_bits = -64, .scale = 1e29f}) ==
          "bit_sliced<16, differential, stochastic>: scale x 2^-fraction_bits: expected a unit of 2^-126 to 2^100, found inf");
    CHECK(complaint(bit_sliced<16, differential>{.fraction_bits = 65}) ==
          "bit_sliced<16, differential, stochastic>: fraction_bits: expected a number in [-64, 64], found 65");
    CHECK(complaint(geometry<128, 64>{.rows = 64}) == "geometry: extents: expected 128 x 64, as the type says, found 64 x 64");
    CHECK(complaint(geometry<128, dynamic>{.rows = 64, .cols = 9}) ==
          "geometry: extents: expected 128 x 9, as the type says, found 64 x 9");
    CHECK(complaint(geometry<dynamic, dynamic>{}) == "geometry<dynamic, dynamic>: rows: expected a number in [1, 1e+09], found -1");
    CHECK(complaint(geometry<dynamic, 8>{.rows = 0}) == "geometry<dynamic, 8>: rows: expected a number in [1, 1e+09], found 0");
}

TEST_CASE("a crossbar is not made on an impossible chip") {
    const auto coded = design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<16, differential>{});
    const auto make = [](const auto& chip) { crossbar_array<std::remove_cvref_t<decltype(chip)>> array(chip, 10, 10, 1, 0); };
    CHECK_NOTHROW(make(coded));
    CHECK_THROWS_WITH_AS(make(coded.with(stuck_at{.p_stuck_hrs = 0.75f, .p_stuck_lrs = 0.5f})),
                         "stuck_at: p_stuck_hrs + p_stuck_lrs: expected a probability in [0, 1], found 1.25", error);
    CHECK_THROWS_WITH_AS(make(coded.with(clipped_on_use<sgd>{.theta = -1.0f})),
                         "clipped_on_use<sgd>: theta: expected a number in [0, inf], found -1", error);
    CHECK_THROWS_WITH_AS(make(coded.with(geometry<128, 7>{})),
                         "geometry: columns: expected at least the 8 slices of one weight, found 7", error);
    CHECK_THROWS_WITH_AS(make(coded.with(geometry<dynamic, dynamic>{.rows = 0, .cols = 0})),
                         "geometry<dynamic, dynamic>: rows: expected a number in [1, 1e+09], found 0", error);
    CHECK_THROWS_WITH_AS(make(design<>{}.with(bit_sliced<8, differential>{.fraction_bits = 2000000000})),
                         "bit_sliced<8, differential, stochastic>: fraction_bits: expected a number in [-64, 64], found 2e+09", error);
}

TEST_CASE("a crossbar is not programmed with what is no matrix of numbers") {
    const auto coded = design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<16, differential>{});
    crossbar_array<std::remove_cvref_t<decltype(coded)>> array(coded, 3, 2, 1, 0);
    float w[6] = {0.1f, 0.2f, 0.3f, 0.4f, not_a_number, 0.6f};
    CHECK_THROWS_WITH_AS(array.program({w, 2, 3}), "crossbar_array::program: weight (1, 1): expected a finite number, found nan", error);
    w[4] = -infinity;
    CHECK_THROWS_WITH_AS(array.program({w, 2, 3}), "crossbar_array::program: weight (1, 1): expected a finite number, found -inf", error);
    CHECK_THROWS_WITH_AS(array.program({w, 3, 2}), "crossbar_array::program: matrix: expected 2 x 3, found 3 x 2", error);
    // Nothing was written.
    CHECK(array.max_abs_weight() == 0.0f);
    w[4] = 0.5f;
    array.program({w, 2, 3});
    CHECK(array.max_abs_weight() == doctest::Approx(0.6).epsilon(1e-3));
}

} // namespace validate_tests
