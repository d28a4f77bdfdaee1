#include <rcim/core/events.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/crossbar/reference_read.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/design/plan.hpp>
#include <rcim/design/presets/isaac.hpp>
#include <rcim/design/presets/pipelayer.hpp>
#include <rcim/design/presets/prime_like.hpp>
#include <rcim/design/presets/pytorx.hpp>
#include <rcim/nn/map_weights.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/noise/pytorx_noise.hpp>
#include <rcim/train/calibrate.hpp>
#include <rcim/train/evaluate.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/wire/nodal.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace rcim;

namespace presets_tests {

template <class Design>
constexpr plan plan_for(const Design&) {
    return plan_of<Design>;
}
static_assert(plan_for(isaac()) == plan::folded);
static_assert(plan_for(pipelayer()) == plan::folded);
static_assert(plan_for(prime_like()) == plan::coded);
static_assert(plan_for(pytorx()) == plan::coded);
static_assert(plan_for(pytorx().with(nodal{}).with(pytorx_noise{})) == plan::analog);

static_assert(isaac().dac.cycles() == 16 && isaac().map.format(2).slices == 8 && !isaac().map.format(2).pair);
static_assert(pipelayer().dac.cycles() == 16 && pipelayer().map.format(4).slices == 4 && pipelayer().map.format(4).pair);
static_assert(prime_like().dac.cycles() == 2 && prime_like().dac.largest_drive == 7 && prime_like().map.format(4).slices == 2);
static_assert(pytorx().dac.cycles() == 2 && pytorx().map.format(7).slices == 1 && pytorx().map.format(7).range.low == -127);

const dataset& digits() {
    static const dataset data = procedural_digits({.train = 256, .test = 64});
    return data;
}

/// Losses of the epochs of a LeNet-5 that learns on the design, its converters calibrated to its first weights where they can be.
template <class Design>
std::vector<double> losses(const Design& chip, int epochs, event_ledger* events = nullptr) {
    network net = lenet5(chip.with(sgd{.learning_rate = 0.05f, .momentum = 0.9f}), 1);
    calibrate(net, digits().train, pixel_table(digits().mean, digits().deviation));
    std::vector<double> all;
    for (const epoch_record& one : fit(net, digits(), {.epochs = epochs, .batch = 32, .events = events}).epochs) {
        all.push_back(one.loss);
    }
    return all;
}

/// The share of test images that a digital network and the same weights on the design, calibrated, name alike; and before calibration.
template <class Design>
std::pair<double, double> mapped(const Design& chip) {
    static network digital = [] {
        network net = lenet5(design<>{}.with(sgd{.learning_rate = 0.05f, .momentum = 0.9f}), 1);
        fit(net, digits(), {.epochs = 6, .batch = 32});
        return net;
    }();
    network net = lenet5(chip, 1);
    map_weights(digital, net);
    const double apart = evaluate(net, digits()).loss;
    calibrate(net, digits().train, pixel_table(digits().mean, digits().deviation));
    const double own = evaluate(digital, digits()).loss;
    return {evaluate(net, digits()).loss - own, apart - own};
}

TEST_CASE("isaac: LeNet-5 learns; converters are priced at eight bits") {
    event_ledger events;
    const std::vector<double> loss = losses(isaac(), 5, &events);
    CHECK(loss.back() < 0.95 * loss.front());
    REQUIRE(events.layers().size() == 5);
    CHECK(events.layers()[3].footprint.adc_bits == 8); // 120 rows: 360 steps are nine bits, less one
    CHECK(flipped_adc{}.bits_for({.full_scale = {0.0, 384.0}}) == 8);
    CHECK(flipped_adc{}.bits_for({.full_scale = {0.0, 1.0}}) == 1);
}

TEST_CASE("isaac: a flipped column of 128 rows never exceeds eight bits, and gives the same number (Shafiee et al. 2016)") {
    const random_source source(5, purpose::test);
    std::uint64_t draw = 0;
    int largest = 0;
    for (int column = 0; column < 200; ++column) {
        std::vector<int> digit(128), stored(128);
        int sum = 0;
        for (int& d : digit) { // columns of small digits and of large ones
            d = std::min(3, static_cast<int>(source.word(draw++) % 4) + column % 4);
            sum += d;
        }
        const bool flipped = sum > 192;
        std::transform(digit.begin(), digit.end(), stored.begin(), [&](int d) { return flipped ? 3 - d : d; });
        for (int read = 0; read < 20; ++read) {
            int seen = 0, drives = 0, wanted = 0;
            for (std::size_t r = 0; r < digit.size(); ++r) {
                const int on = read == 0 ? 1 : static_cast<int>(source.word(draw++) % 2);
                seen += on * stored[r];
                drives += on;
                wanted += on * digit[r];
            }
            largest = std::max(largest, seen);
            CHECK((flipped ? 3 * drives - seen : seen) == wanted);
        }
    }
    CHECK(largest <= 192);
    CHECK(largest > 150);
}

TEST_CASE("pipelayer: LeNet-5 learns") {
    const std::vector<double> loss = losses(pipelayer(), 5);
    CHECK(loss.back() < 0.95 * loss.front());
}

TEST_CASE("prime_like: LeNet-5 learns through calibrated converters, and mapped weights lose little once they are calibrated") {
    const std::vector<double> loss = losses(prime_like(), 3);
    CHECK(loss.back() < 0.95 * loss.front());
    const auto [calibrated_loss, full_scale_loss] = mapped(prime_like());
    CHECK(calibrated_loss < 0.25);
    CHECK(full_scale_loss > 2.0 * calibrated_loss);
    CHECK(prime_like().cell.conductance(0, 16) == doctest::Approx(1.0 / 20e3));
    CHECK(prime_like().cell.conductance(15, 16) == doctest::Approx(1.0 / 1e3));
}

TEST_CASE("pytorx: LeNet-5 learns, mapped weights lose little, levels and voltages are those of run.sh") {
    const std::vector<double> loss = losses(pytorx(), 3);
    CHECK(loss.back() < 0.95 * loss.front());
    CHECK(mapped(pytorx()).first < 0.1);
    CHECK(pytorx().cell.conductance(0, 128) == doctest::Approx(3.33e-8));
    CHECK(pytorx().cell.conductance(127, 128) == doctest::Approx(3.33e-4));
    CHECK(volts_per_unit(pytorx().dac) == doctest::Approx(3.3 / 255));
    CHECK(pytorx_noise{}.level_step_s ==
          doctest::Approx(3.33e-4 / 128).epsilon(0.002)); // its step is a 128th of the range, levels here a 127th
    CHECK(nodal{}.word_line_ohm == doctest::Approx(1.0 / 0.375).epsilon(0.002));
    CHECK(nodal{}.sense_ohm == doctest::Approx(1.0 / 0.25));
}

TEST_CASE("presets: their numbers are within the ranges of their policies") {
    CHECK_NOTHROW(validate(isaac()));
    CHECK_NOTHROW(validate(pipelayer()));
    CHECK_NOTHROW(validate(prime_like()));
    CHECK_NOTHROW(validate(pytorx()));
}

} // namespace presets_tests
