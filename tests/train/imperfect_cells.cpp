#include <rcim/cell/cycle_variation.hpp>
#include <rcim/cell/device_variation.hpp>
#include <rcim/cell/drifting.hpp>
#include <rcim/cell/measured_errors.hpp>
#include <rcim/cell/pulse_presets.hpp>
#include <rcim/cell/write_verified.hpp>
#include <rcim/core/archive.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/nn/relu.hpp>
#include <rcim/train/evaluate.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/sgd.hpp>

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace rcim;

namespace imperfect_cells_tests {

// One hidden layer on weights of six bits over three cells of two, on digits that are easy to read.

using cell2 = multilevel_cell<2>;
constexpr cell2 leaky{.on_off_ratio = 10.0};

const dataset& digits() {
    static const dataset data = procedural_digits({.train = 1500, .test = 500, .clutter = 0});
    return data;
}

/// All state, by name.
struct snapshot : archive {
    std::map<std::string, std::string> arrays;

protected:
    void on_array(const array& a) override { arrays[a.name] = std::string(static_cast<const char*>(a.data), a.bytes); }
};

template <class Cell>
network made(const Cell& cell, std::uint64_t seed = 7) {
    const auto chip = design<>{}.with(cell).with(bit_sliced<6, differential>{.fraction_bits = 7}).with(sgd{.learning_rate = 0.05f});
    using design_type = std::remove_const_t<decltype(chip)>;
    network net(digits().train.shape, seed);
    net.emplace<dense<design_type>>(chip, dense_options{.in = 784, .out = 24}, seed, 0u);
    net.emplace<relu>();
    net.emplace<dense<design_type>>(chip, dense_options{.in = 24, .out = 10}, seed, 1u);
    return net;
}

template <class Cell>
training_record trained(const Cell& cell) {
    network net = made(cell);
    training_record record = fit(net, digits(), {.epochs = 4, .batch = 32});
    return record;
}

TEST_CASE("fit: cells that are not exact learn, each model alone and all together") {
    const double exact = trained(leaky).test_accuracy;
    CHECK(exact > 0.75);
    const training_record erring = trained(nvmexplorer_error(leaky));
    CHECK(erring.test_accuracy > exact - 0.1);
    CHECK(erring.epochs[0].cell_writes > 0);
    CHECK(erring.epochs[0].pulses == erring.epochs[0].cell_writes);
    CHECK(trained(nvmexplorer_error(nvmexplorer_means(leaky))).test_accuracy > exact - 0.15);
    CHECK(trained(device_variation<cell2>{.sigma = 0.1f, .inner = leaky}).test_accuracy > exact - 0.15);
    CHECK(trained(cycle_variation<cell2>{.sigma = 0.02f, .relative = 0.02f, .inner = leaky}).test_accuracy > exact - 0.15);
    const training_record pulses = trained(pulsed<cell2>{.rate_up = 0.01f, .rate_down = 0.015f, .noise = 0.004f, .rate_variation = 0.1f, .inner = leaky});
    CHECK(pulses.test_accuracy > exact - 0.2);
    CHECK(pulses.epochs[0].pulses > 5 * pulses.epochs[0].cell_writes);
    CHECK(trained(write_verified<pulsed<cell2>>{.tolerance = 0.15f, .budget = 100, .inner = pulses_of(reram_array_om, leaky)}).test_accuracy > 0.3);
    CHECK(trained(drifting<cell2>{.mean = 0.005f, .spread = 0.002f, .seconds_per_step = 1.0, .inner = leaky}).test_accuracy > exact - 0.15);
    const auto all = drifting<write_verified<programming_error<device_variation<cycle_variation<pulsed<cell2>>>>>>{
        .mean = 0.002f,
        .spread = 0.001f,
        .seconds_per_step = 1.0,
        .inner = {.tolerance = 0.1f,
                  .budget = 200,
                  .inner = {.sigma = {0.02f, 0.05f, 0.05f, 0.02f},
                            .inner = {.sigma = 0.02f,
                                      .inner = {.sigma = 0.005f,
                                                .inner = {.rate_up = 0.01f, .rate_down = 0.015f, .noise = 0.004f, .rate_variation = 0.1f, .inner = leaky}}}}}};
    CHECK(trained(all).test_accuracy > exact - 0.2);
}

TEST_CASE("fit: cells that are not exact end in the same bits with any number of threads, and go on where they ended") {
    const drifting<write_verified<cycle_variation<cell2>>> cell{
        .mean = 0.01f, .spread = 0.01f, .seconds_per_step = 2.0, .inner = {.tolerance = 0.1f, .inner = {.sigma = 0.03f, .inner = leaky}}};
    snapshot first;
    for (const int threads : {1, 2, 3}) {
        network net = made(cell), parts = made(cell);
        thread_pool pool(threads);
        fit(net, digits(), {.epochs = 2, .batch = 64, .pool = &pool, .evaluate = false, .max_steps_per_epoch = 5});
        fit(parts, digits(), {.epochs = 1, .batch = 64, .pool = &pool, .max_steps_per_epoch = 5});
        fit(parts, digits(), {.epochs = 2, .batch = 64, .pool = &pool, .evaluate = false, .max_steps_per_epoch = 5, .first_epoch = 1});
        snapshot whole, halves;
        net.visit(whole);
        parts.visit(halves);
        CHECK(!whole.arrays.empty());
        CHECK(whole.arrays == halves.arrays);
        first.arrays = threads == 1 ? whole.arrays : first.arrays;
        CHECK(whole.arrays == first.arrays);
    }
}

TEST_CASE("network: age lets a trained chip drift") {
    network net = made(drifting<cell2>{.mean = 0.05f, .spread = 0.02f, .inner = leaky});
    const double fresh = fit(net, digits(), {.epochs = 3, .batch = 32}).test_accuracy;
    net.age(1.0); // t0
    CHECK(evaluate(net, digits()).accuracy == fresh);
    net.age(1e8);
    CHECK(evaluate(net, digits()).accuracy < fresh);
    CHECK_THROWS_AS(net.age(-1.0), error);
}

} // namespace imperfect_cells_tests
