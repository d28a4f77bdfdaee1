#include <rcim/core/error.hpp>
#include <rcim/cost/gpu_model.hpp>
#include <rcim/cost/price.hpp>

#include <doctest/doctest.h>

#include "ledgers.hpp"

using namespace rcim;
using namespace rcim_test;

TEST_CASE("gpu_model: both roofs by hand") {
    const gpu_model gpu{
        .peak_tflops = 2.0, .utilisation = 0.5, .power_w = 100.0, .bandwidth_gb_s = 1.0, .bytes_per_word = 2.0, .passes = 3.0};
    const gpu_cost cost = train_on_gpu(one_layer(), gpu);
    CHECK(cost.compute_seconds == near(6.0 * 100 * 16 * 200 * 4 / 1e12));
    CHECK(cost.memory_seconds == near(3.0 * 2.0 * (1000 * 4 + 1600 * 2) / 1e9));
    CHECK(cost.seconds == cost.memory_seconds);
    CHECK(cost.joules == near(100.0 * cost.seconds));
    gpu_model wide = gpu;
    wide.bandwidth_gb_s = 1e6;
    const gpu_cost bound_by_arithmetic = train_on_gpu(one_layer(), wide);
    CHECK(bound_by_arithmetic.seconds == cost.compute_seconds);
}

TEST_CASE("gpu_model: ratios to a chip") {
    const cost_report chip = price(one_layer(), round_table());
    const gpu_cost gpu{.seconds = 3.0 * chip.seconds, .joules = 5.0 * chip.joules()};
    CHECK(speed_over_gpu(chip, gpu) == doctest::Approx(3.0));
    CHECK(energy_over_gpu(chip, gpu) == doctest::Approx(5.0));
    // What the published ratios say of the accelerator without elision: 3.9 and 21.8 times a GPU.
    CHECK(published::elision_energy_over_gpu / published::elision_energy_over_reram == doctest::Approx(3.87).epsilon(0.001));
    CHECK(published::elision_speed_over_gpu / published::elision_speed_over_reram == doctest::Approx(21.8).epsilon(0.001));
}

TEST_CASE("gpu_model: what it refuses") {
    CHECK_THROWS_AS(static_cast<void>(train_on_gpu(event_ledger{})), error);
    CHECK_THROWS_AS(static_cast<void>(train_on_gpu(one_layer(), {.utilisation = 0.0})), error);
    CHECK_THROWS_AS(static_cast<void>(train_on_gpu(one_layer(), {.bandwidth_gb_s = -1.0})), error);
    event_ledger empty;
    empty.images = 1;
    CHECK_THROWS_AS(static_cast<void>(train_on_gpu(empty)), error);
}
