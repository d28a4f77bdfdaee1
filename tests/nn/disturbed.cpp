#include <nn/converted.hpp>

#include <rcim/cell/sinh_iv.hpp>
#include <rcim/convert/multibit_dac.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/noise/chain.hpp>
#include <rcim/noise/columnwise.hpp>
#include <rcim/noise/injected.hpp>
#include <rcim/noise/lumped.hpp>
#include <rcim/noise/pytorx_noise.hpp>
#include <rcim/noise/shot.hpp>
#include <rcim/noise/telegraph.hpp>
#include <rcim/noise/thermal.hpp>
#include <rcim/wire/first_order.hpp>
#include <rcim/wire/nodal.hpp>

#include <algorithm>
#include <cmath>

using namespace rcim;
using namespace rcim_test;

namespace disturbed_tests {

#ifdef NDEBUG
constexpr int cases = 24;
#else
constexpr int cases = 2;
#endif

/// 8-bit weights on leaking cells of Bits bits.
template <class Encoding, int Bits>
constexpr auto chip_of = design<>{}
                             .with(multilevel_cell<Bits>{.on_off_ratio = 50.0, .g_on = 333e-6})
                             .with(bit_sliced<8, Encoding>{.fraction_bits = 7});

/// The same with factors for blocks of 3 rows, three of which share a crossbar.
template <class Encoding, int Bits>
constexpr auto masked_of = design<>{}
                               .with(multilevel_cell<Bits>{.on_off_ratio = 50.0, .g_on = 333e-6})
                               .with(column_masked<bit_sliced<8, Encoding>, shifting<2>>{.map = {.fraction_bits = 7}, .rows = 3});

template <class Chip>
void compare(const Chip& chip, std::uint64_t seed, case_count& count) {
    compare_design(chip, seed, cases, 2e-5, count);
    compare_design<true>(chip, seed + 1, cases / 4 + 1, 2e-5, count);
}

/// One reading of every image by both plans: mean and standard deviation of each output over the images, all with the same inputs.
struct moments {
    std::vector<double> mean, deviation;
    std::vector<double> covariance; ///< of the first output and each
};
moments moments_of(layer& one, const batch_tensor& x, index_t outputs, thread_pool& pool) {
    batch_tensor y;
    one.forward(x, y, {.pool = pool, .training = false});
    moments m;
    const auto samples = static_cast<double>(x.samples());
    for (index_t o = 0; o < outputs; ++o) {
        double sum = 0.0;
        for (index_t n = 0; n < x.samples(); ++n) {
            sum += static_cast<double>(y.at(n, o));
        }
        m.mean.push_back(sum / samples);
    }
    for (index_t o = 0; o < outputs; ++o) {
        double square = 0.0;
        double product = 0.0;
        for (index_t n = 0; n < x.samples(); ++n) {
            const double off = static_cast<double>(y.at(n, o)) - m.mean[static_cast<std::size_t>(o)];
            square += off * off;
            product += off * (static_cast<double>(y.at(n, 0)) - m.mean[0]);
        }
        m.deviation.push_back(std::sqrt(square / samples));
        m.covariance.push_back(product / samples);
    }
    return m;
}

/// Noise drawn at the feet of columns against noise drawn for every cell: over many images each mean lies within 5 of its standard errors of the
/// judge's, and each deviation within 5 of its own (1/sqrt(2 n) of it), of two estimates.
template <class Chip>
void same_moments(const Chip& chip, double wires_tolerance = 0.0) {
    constexpr index_t inputs = 23;
    constexpr index_t outputs = 6;
    const auto made = chip.with(geometry<dynamic, dynamic>{.rows = 9, .cols = 32});
    using design = std::remove_const_t<decltype(made)>;
    static_assert(plan_of<design> == plan::analog);
    const random_source draw(3, purpose::test);
    std::vector<float> w(static_cast<std::size_t>(inputs * outputs));
    for (std::size_t i = 0; i < w.size(); ++i) {
        w[i] = 2.0f * draw.uniform(i) - 1.0f;
    }
    dense<design> fast(made, {.in = inputs, .out = outputs, .bias = false}, 5, 0);
    dense<design, plan::reference> judge(made, {.in = inputs, .out = outputs, .bias = false}, 5, 0);
    fast.program({w.data(), outputs, inputs});
    judge.program({w.data(), outputs, inputs});
#ifdef NDEBUG
    constexpr index_t images = 3000;
#else
    constexpr index_t images = 200;
#endif
    batch_tensor x({inputs, 1, 1}, images);
    for (index_t n = 0; n < images; ++n) {
        for (index_t i = 0; i < inputs; ++i) {
            x.at(n, i) = draw.uniform(static_cast<std::uint64_t>(1000 + i)) - (std::is_same_v<typename design::dac_type, ideal_dac> ? 0.4f : 0.0f);
        }
    }
    thread_pool pool(2);
    const moments a = moments_of(fast, x, outputs, pool);
    const moments b = moments_of(judge, x, outputs, pool);
    INFO(describe(made));
    for (std::size_t o = 0; o < outputs; ++o) {
        INFO("output ", o, ": mean ", a.mean[o], " against ", b.mean[o], ", deviation ", a.deviation[o], " against ", b.deviation[o]);
        CHECK(b.deviation[o] > 0.0);
        CHECK(std::abs(a.mean[o] - b.mean[o]) <= 5.0 * b.deviation[o] * std::sqrt(2.0 / static_cast<double>(images)) + 1e-6);
        CHECK(std::abs(a.deviation[o] / b.deviation[o] - 1.0) <= 5.0 / std::sqrt(static_cast<double>(images)) + wires_tolerance);
        if (o > 0 && wires_tolerance == 0.0) {
            CHECK(std::abs(a.covariance[o]) <= 5.0 * a.deviation[0] * a.deviation[o] / std::sqrt(static_cast<double>(images)));
            CHECK(std::abs(b.covariance[o]) <= 5.0 * b.deviation[0] * b.deviation[o] / std::sqrt(static_cast<double>(images)));
        }
    }
}

const auto noisy = chain<thermal, shot, lumped>(thermal{.bandwidth_hz = 1e11}, shot{.bandwidth_hz = 1e11}, lumped{.relative = 0.03, .absolute_s = 1e-6});

TEST_CASE("disturbed: reads through wires, by transfer matrices and node by node") {
    case_count count;
    const nodal wires{.word_line_ohm = 11.0, .bit_line_ohm = 7.0, .driver_ohm = 50.0, .sense_ohm = 20.0};
    compare(chip_of<differential, 2>.with(wires).with(bit_serial_dac<6>{}), 1, count);
    compare(chip_of<offset, 4>.with(wires).with(multibit_dac<8, unsigned_inputs>{}), 2, count);
    compare(chip_of<sign_magnitude, 4>.with(nodal{.drive = drive_side::right, .sense = sense_side::top}), 3, count);
    compare(chip_of<differential, 4>.with(first_order{}).with(multibit_dac<5, two_passes>{}), 4, count);
    MESSAGE(count.cases << " cases of " << count.designs << " designs");
    CHECK(count.wrong == 0);
}

TEST_CASE("disturbed: states of cells, with and without wires") {
    case_count count;
    // States end within batches.
    const telegraph traps{.dwell_images = 3, .clamp = true};
    compare(chip_of<differential, 2>.with(traps).with(bit_serial_dac<6>{}), 11, count);
    compare(chip_of<offset, 4>.with(traps).with(nodal{}).with(multibit_dac<8, unsigned_inputs>{}), 12, count);
    compare(chip_of<sign_magnitude, 4>.with(pytorx_noise{.bandwidth_hz = 1e9, .clamp = true, .images_per_forward = 5}).with(bit_serial_dac<5>{}), 13, count);
    compare(chip_of<differential, 4>.with(pytorx_noise{.as_published = true, .images_per_forward = 7}).with(nodal{}), 14, count);
    MESSAGE(count.cases << " cases of " << count.designs << " designs");
    CHECK(count.wrong == 0);
}

TEST_CASE("disturbed: noise at the feet of columns has the moments of noise in every cell") {
    same_moments(chip_of<differential, 4>.with(noisy).with(multibit_dac<6, unsigned_inputs>{}));
    same_moments(chip_of<sign_magnitude, 4>.with(noisy).with(multibit_dac<6, unsigned_inputs>{}));
    same_moments(chip_of<offset, 2>.with(noisy).with(bit_serial_dac<5, unsigned_inputs>{}));
    same_moments(chip_of<sign_magnitude, 2>.with(thermal{.bandwidth_hz = 1e11}).with(bit_serial_dac<5>{}));
    same_moments(chip_of<differential, 2>.with(shot{.bandwidth_hz = 1e11}).with(bit_serial_dac<5>{}));
    same_moments(chip_of<differential, 4>.with(noisy)); // inputs as they are, of either sign
}

TEST_CASE("disturbed: noise through wires, column by column") {
    // Correlations between columns are left out, and cell voltages are those of rows that are driven alike.
    const auto by_columns = columnwise<std::remove_const_t<decltype(noisy)>>{noisy};
    const nodal wires{.word_line_ohm = 5.0, .bit_line_ohm = 5.0, .driver_ohm = 5.0, .sense_ohm = 5.0};
    same_moments(chip_of<differential, 4>.with(by_columns).with(wires).with(multibit_dac<6, unsigned_inputs>{}), 0.05);
    same_moments(chip_of<sign_magnitude, 4>.with(columnwise<thermal>{{.bandwidth_hz = 1e11}}).with(wires).with(multibit_dac<6, unsigned_inputs>{}), 0.05);
}

TEST_CASE("disturbed: cells beyond Ohm's law, read by read") {
    const auto of = [](double v0, auto wire) {
        const multilevel_cell<4> core{.on_off_ratio = 50.0, .g_on = 333e-6};
        const auto chip = design<>{}
                              .with(sinh_iv<multilevel_cell<4>>{.v0 = v0, .inner = core})
                              .with(bit_sliced<8, differential>{.fraction_bits = 7})
                              .with(geometry<16, 16>{})
                              .with(multibit_dac<6, unsigned_inputs>{})
                              .with(wire);
        using design = std::remove_const_t<decltype(chip)>;
        static_assert(plan_of<design> == plan::reference);
        dense<design> layer(chip, {.in = 20, .out = 3, .bias = false}, 4, 0);
        thread_pool pool(1);
        batch_tensor x({20, 1, 1}, 1), y;
        for (index_t i = 0; i < 20; ++i) {
            x.at(0, i) = static_cast<float>(i % 7) / 7.0f;
        }
        layer.forward(x, y, {.pool = pool});
        return std::vector<float>{y.at(0, 0), y.at(0, 1), y.at(0, 2)};
    };
    const nodal wires{.word_line_ohm = 20.0, .bit_line_ohm = 20.0};
    const auto linear = of(1e4, ideal_wires{}), bent = of(0.1, ideal_wires{});
    const auto linear_in_wires = of(1e4, wires), bent_in_wires = of(0.1, wires);
    for (std::size_t o = 0; o < 3; ++o) {
        // Below the read voltage a cell that bends carries less than its chord.
        CHECK(std::abs(bent[o]) != std::abs(linear[o]));
        CHECK(linear_in_wires[o] != linear[o]);
        CHECK(bent_in_wires[o] != linear_in_wires[o]);
    }
    // As v0 grows cells become ohmic, and the iterative solution the transfer matrix.
    const auto ohmic_chip = design<>{}
                                .with(multilevel_cell<4>{.on_off_ratio = 50.0, .g_on = 333e-6})
                                .with(bit_sliced<8, differential>{.fraction_bits = 7})
                                .with(geometry<16, 16>{})
                                .with(multibit_dac<6, unsigned_inputs>{})
                                .with(wires);
    using design = std::remove_const_t<decltype(ohmic_chip)>;
    dense<design> layer(ohmic_chip, {.in = 20, .out = 3, .bias = false}, 4, 0);
    thread_pool pool(1);
    batch_tensor x({20, 1, 1}, 1), y;
    for (index_t i = 0; i < 20; ++i) {
        x.at(0, i) = static_cast<float>(i % 7) / 7.0f;
    }
    layer.forward(x, y, {.pool = pool});
    for (index_t o = 0; o < 3; ++o) {
        CHECK(linear_in_wires[static_cast<std::size_t>(o)] == doctest::Approx(y.at(0, o)).epsilon(1e-4));
    }
}

TEST_CASE("disturbed: masked columns read block by block, through wires, in states and with noise") {
    case_count count;
    const nodal wires{.word_line_ohm = 11.0, .bit_line_ohm = 7.0, .driver_ohm = 50.0, .sense_ohm = 20.0};
    compare(masked_of<offset, 4>.with(wires).with(multibit_dac<8, unsigned_inputs>{}), 21, count);
    compare(masked_of<differential, 2>.with(telegraph{.dwell_images = 3, .clamp = true}).with(bit_serial_dac<6>{}), 22, count);
    MESSAGE(count.cases << " cases of " << count.designs << " designs");
    CHECK(count.wrong == 0);
    // Rows that idle are noisy, too.
    same_moments(masked_of<differential, 4>.with(noisy).with(multibit_dac<6, unsigned_inputs>{}));
    same_moments(masked_of<offset, 2>.with(noisy).with(bit_serial_dac<5, unsigned_inputs>{}));
    same_moments(masked_of<sign_magnitude, 4>.with(thermal{.bandwidth_hz = 1e11}).with(bit_serial_dac<5>{}));
}

TEST_CASE("disturbed: plans") {
    const auto chip = chip_of<differential, 2>.with(bit_serial_dac<6>{});
    const auto plan_for = []<class Design>(const Design&) { return plan_of<Design>; };
    CHECK(plan_for(chip) == plan::folded);
    CHECK(plan_for(chip.with(telegraph{})) == plan::analog);
    CHECK(plan_for(chip.with(nodal{})) == plan::analog);
    CHECK(plan_for(chip.with(nodal{}).with(telegraph{})) == plan::analog);
    CHECK(plan_for(chip.with(nodal{}).with(thermal{})) == plan::reference);
    CHECK(plan_for(chip.with(nodal{}).with(columnwise<thermal>{})) == plan::analog);
    CHECK(plan_for(chip.with(injected{})) == plan::analog);
}

} // namespace disturbed_tests
