#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/multibit_dac.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/mapping/symmetric.hpp>
#include <rcim/nn/conv2d.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/nn/max_pool.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/nn/relu.hpp>
#include <rcim/noise/chain.hpp>
#include <rcim/noise/columnwise.hpp>
#include <rcim/noise/shot.hpp>
#include <rcim/noise/telegraph.hpp>
#include <rcim/noise/thermal.hpp>
#include <rcim/protect/stuck_compensation.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/digital_master.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/wire/nodal.hpp>

#include <doctest/doctest.h>

using namespace rcim;

namespace everything_tests {

/// Stuck cells that are compensated, wires, noise of every kind and converters of 8 bits, all in the training loop.
const auto chip = design<>{}
                      .with(multilevel_cell<7>{.on_off_ratio = 1e4, .g_on = 333e-6})
                      .with(bit_sliced<7, symmetric<sign_magnitude>>{.fraction_bits = 7})
                      .with(stuck_at{.p_stuck_hrs = 0.0904f, .p_stuck_lrs = 0.0175f})
                      .with(stuck_compensation{})
                      .with(columnwise<chain<thermal, shot, telegraph>>{
                          chain<thermal, shot, telegraph>(thermal{.bandwidth_hz = 1e9}, shot{.bandwidth_hz = 1e9}, telegraph{.dwell_images = 20, .clamp = true})})
                      .with(nodal{})
                      .with(geometry<32, 32>{})
                      .with(multibit_dac<8, unsigned_inputs>{})
                      .with(uniform_adc<12>{})
                      .with(digital_master<sgd>{.inner = {.learning_rate = 0.05f, .momentum = 0.9f}});
using everything = std::remove_const_t<decltype(chip)>;

network net_of() {
    network net({1, 28, 28}, 1);
    net.emplace<conv2d<everything>>(chip, conv2d_options{.in_channels = 1, .out_channels = 4, .kernel = 5, .stride = 2}, 1u, 0u);
    net.emplace<max_pool>(2);
    net.emplace<relu>();
    net.emplace<dense<everything>>(chip, dense_options{.in = net.output_shape().size(), .out = 10}, 1u, 1u);
    return net;
}

TEST_CASE("fit: all effects in one training loop, the same bits for any number of threads") {
    static_assert(plan_of<everything> == plan::analog);
    dataset data = procedural_digits({.train = 480, .test = 48});
    data.mean = {0.0f};
    data.deviation = {1.0f};
    network one = net_of();
    network three = net_of();
    thread_pool pool(3);
#ifdef NDEBUG
    constexpr int epochs = 4;
#else
    constexpr int epochs = 1;
#endif
    const auto record = fit(one, data, {.epochs = epochs, .batch = 48});
    const auto same = fit(three, data, {.epochs = epochs, .batch = 48, .pool = &pool});
    CHECK(record.epochs.back().loss == same.epochs.back().loss);
    CHECK(record.test_accuracy == same.test_accuracy);
#ifdef NDEBUG
    CHECK(record.epochs.back().loss < 0.7 * record.epochs.front().loss);
#endif
}

} // namespace everything_tests
