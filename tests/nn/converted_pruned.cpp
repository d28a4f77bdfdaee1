#include <rcim/convert/lossless.hpp>
#include <rcim/convert/lossless_adc.hpp>
#include <rcim/fault/no_faults.hpp>
#include <rcim/mapping/column_masked.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/pruned.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/mapping/symmetric.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/train/fit.hpp>

#include <nn/converted.hpp>

#include <cmath>

using namespace rcim;

namespace converted_pruned_tests {

template <index_t Nonzeros, class Encoding>
constexpr auto pruned_chip() {
    return design<>{}
        .with(multilevel_cell<2>{})
        .with(column_pruned<Nonzeros, bit_sliced<8, Encoding>>{.map = {.fraction_bits = 7}});
}

constexpr index_t inputs = 300;
constexpr index_t outputs = 9;

std::vector<float> weights(std::uint64_t seed, bool worst) {
    const random_source draw(seed, purpose::test);
    std::vector<float> w(static_cast<std::size_t>(inputs * outputs));
    for (std::size_t i = 0; i < w.size(); ++i) {
        w[i] = worst ? (static_cast<index_t>(i) / inputs % 2 == 0 ? 1.0f : -1.0f) : 2.0f * draw.uniform(i) - 1.0f;
    }
    return w;
}

/// What a layer makes of inputs of one or of random ones.
template <class Design>
std::vector<float> read(const Design& chip, std::uint64_t seed, bool worst) {
    dense layer(chip, dense_options{.in = inputs, .out = outputs}, 3, 0);
    layer.program({weights(seed, worst).data(), outputs, inputs});
    batch_tensor x({inputs, 1, 1}, 20);
    const random_source draw(seed, purpose::test, 1);
    for (index_t s = 0; s < x.samples(); ++s) {
        for (index_t i = 0; i < inputs; ++i) {
            x.at(s, i) = worst ? 255.0f / 256.0f : draw.uniform(static_cast<std::uint64_t>(s * inputs + i)) * 255.0f / 256.0f;
        }
    }
    batch_tensor y;
    thread_pool pool(1);
    layer.forward(x, y, {pool});
    std::vector<float> all;
    for (index_t s = 0; s < y.samples(); ++s) {
        for (index_t o = 0; o < outputs; ++o) {
            all.push_back(y.at(s, o));
        }
    }
    return all;
}

TEST_CASE("pruned columns: the fast plans read what the cells say, with and without stuck ones") {
    rcim_test::case_count count;
#ifdef NDEBUG
    constexpr int cases = 120;
#else
    constexpr int cases = 6;
#endif
    const auto compare = [&](const auto& chip, std::uint64_t seed, double tolerance) {
        rcim_test::compare_design(chip, seed, cases, tolerance, count);
    };
    compare(pruned_chip<2, differential>().with(bit_serial_dac<8>{}).with(uniform_adc<3, unit_lsb>{}).with(sgd{}), 1, 0.0);
    compare(pruned_chip<4, sign_magnitude>().with(bit_serial_dac<4, unsigned_inputs>{}).with(uniform_adc<4>{}).with(sgd{}), 2,
            0.0);
    compare(pruned_chip<3, symmetric<differential>>().with(streamed_dac<6, 2>{}).with(uniform_adc<7, unit_lsb>{}).with(sgd{}),
            3, 0.0);
    compare(design<>{}
                .with(multilevel_cell<2>{})
                .with(column_masked<column_pruned<2, bit_sliced<8, differential>>, shifting<2>>{
                    .map = {.map = {.fraction_bits = 7}}})
                .with(bit_serial_dac<8>{})
                .with(uniform_adc<3, unit_lsb>{})
                .with(transposed_errors<>{}),
            5, 1e-6);
    CHECK(count.designs == 4);
    CHECK(count.wrong == 0);
    MESSAGE(count.cases << " cases of " << count.designs << " designs");
}

TEST_CASE("pruned columns: as many bits as they need lose nothing, in the worst case, and one bit less does") {
    const auto check = [](auto nonzeros, auto encoding) {
        constexpr index_t kept = decltype(nonzeros)::value;
        using e = decltype(encoding);
        constexpr int bits = e::analog_subtraction ? lossless_bits_signed(kept, 2, 1) : lossless_bits(kept, 2, 1);
        const auto chip = pruned_chip<kept, e>().with(geometry<128, 64>{}).with(bit_serial_dac<8, unsigned_inputs>{});
        for (const bool worst : {false, true}) {
            const auto ideal = read(chip, 5, worst);
            CHECK(read(chip.with(uniform_adc<bits, unit_lsb>{}), 5, worst) == ideal);
            if (worst) {
                CHECK(read(chip.with(uniform_adc<bits - 1, unit_lsb>{}), 5, worst) != ideal);
            }
        }
        // Without pruning so many bits are too few.
        const auto dense_chip = design<>{}
                                    .with(multilevel_cell<2>{})
                                    .with(bit_sliced<8, e>{.fraction_bits = 7})
                                    .with(geometry<128, 64>{})
                                    .with(bit_serial_dac<8, unsigned_inputs>{});
        CHECK(read(dense_chip.with(uniform_adc<bits, unit_lsb>{}), 5, true) != read(dense_chip, 5, true));
    };
    check(std::integral_constant<index_t, 16>{}, differential{});
    check(std::integral_constant<index_t, 4>{}, sign_magnitude{});
    check(std::integral_constant<index_t, 2>{}, symmetric<differential>{});
}

TEST_CASE("pruned columns: what stuck cells overfill is counted, cut, and met by a bit more") {
    constexpr auto chip = pruned_chip<4, differential>()
                              .with(stuck_at{.p_stuck_hrs = 0.02f, .p_stuck_lrs = 0.01f})
                              .with(geometry<128, 64>{})
                              .with(bit_serial_dac<8, unsigned_inputs>{});
    constexpr int bits = lossless_bits(4, 2, 1);
    const auto columns_of = [](const auto& of) {
        network net({inputs, 1, 1}, 3);
        net.emplace<dense<std::remove_cvref_t<decltype(of)>>>(of, dense_options{.in = inputs, .out = outputs}, 3u, 0u);
        net.each([](layer& one) { one.program({weights(5, true).data(), outputs, inputs}); });
        return net.columns();
    };
    const column_census without_faults = columns_of(chip.without<fault_kind>());
    CHECK(without_faults.columns == static_cast<std::uint64_t>(3 * outputs * 4 * 2));
    CHECK(without_faults.overfull == 0);
    CHECK(without_faults.empty > 0); // the slices of an array that holds no sign
    const column_census faulty = columns_of(chip);
    CHECK(faulty.overfull > 5);
    CHECK(faulty.overfull < faulty.columns);
    const auto ideal = read(chip, 5, true);
    CHECK(read(chip.with(uniform_adc<bits, unit_lsb>{}), 5, true) != ideal);
    CHECK(read(chip.with(uniform_adc<bits + 1, unit_lsb>{}), 5, true) == ideal);
    CHECK(read(chip.with(lossless_adc{}), 5, true) == ideal); // of whole columns, since cells can be stuck

    // The event counts say how many bits that takes.
    const auto bits_of = [](const auto& of) {
        dense layer(of, dense_options{.in = inputs, .out = outputs}, 3, 0);
        layer_footprint footprint;
        describe_footprint(layer.array(), 1, 1, footprint);
        return footprint.adc_bits;
    };
    CHECK(bits_of(chip.with(lossless_adc{})) == 9);
    CHECK(bits_of(chip.without<fault_kind>().with(lossless_adc{})) == bits);
    CHECK(bits_of(chip) == bits);
}

} // namespace converted_pruned_tests
