#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/calibrated.hpp>
#include <rcim/convert/ideal_adc.hpp>
#include <rcim/convert/multibit_dac.hpp>
#include <rcim/convert/streamed_dac.hpp>
#include <rcim/convert/table_adc.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/kernel/quantise.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

using namespace rcim;

namespace transfer_tests {

constexpr adc_site above{.full_scale = {0.0, 384.0}};
constexpr adc_site both{.full_scale = {-384.0, 384.0}};

template <class A>
concept transfers_as_temporary = requires { A{}.transfer(above); };

struct expected_range {
    double low, high;
    std::int32_t levels;
    double step;
};
void check(const adc_transfer& one, const expected_range& expected) {
    CHECK(one.low == expected.low);
    CHECK(one.high == expected.high);
    CHECK(one.levels == expected.levels);
    CHECK(one.step == expected.step);
    CHECK(one.gain == 1.0);
    CHECK(one.offset == 0.0);
}

TEST_CASE("uniform_adc: where levels lie") {
    check(uniform_adc<>{.bits = 6}.transfer(above), {0.0, 384.0, 64, 384.0 / 63.0});
    check(uniform_adc<6>{}.transfer(both), {-384.0, 384.0, 63, 768.0 / 62.0});
    check(uniform_adc<6>{.symmetric = false}.transfer(both), {-384.0, 384.0, 64, 768.0 / 63.0});
    check(uniform_adc<6>{.symmetric = false}.transfer(above), {0.0, 384.0, 64, 384.0 / 63.0});
    check(uniform_adc<6>{}.transfer({.full_scale = {-10.0, 62.0}}), {-62.0, 62.0, 63, 2.0});
    check(uniform_adc<8, unit_lsb>{}.transfer(above), {0.0, 255.0, 256, 1.0});
    check(uniform_adc<8, unit_lsb>{}.transfer(both), {-127.0, 127.0, 255, 1.0});
    check(uniform_adc<8, unit_lsb>{.symmetric = false}.transfer(both), {-128.0, 127.0, 256, 1.0});
    check(uniform_adc<4, given_range>{.range = {.low = 5.0, .high = 20.0}}.transfer(above), {5.0, 20.0, 16, 1.0});
    check(uniform_adc<4, given_range>{.range = {.low = -7.0, .high = 7.0}}.transfer(both), {-7.0, 7.0, 15, 1.0});
    const sum_range found{-3.0, 14.0};
    adc_site calibrated_site = both;
    check(uniform_adc<4, calibrated>{}.transfer(both), {-384.0, 384.0, 15, 768.0 / 14.0});
    calibrated_site.fitted = &found;
    check(uniform_adc<4, calibrated>{}.transfer(calibrated_site), {-14.0, 14.0, 15, 2.0});
    check(uniform_adc<4, calibrated>{.symmetric = false}.transfer(calibrated_site), {-3.0, 14.0, 16, 17.0 / 15.0});
    CHECK(ideal_adc{}.transfer(both).ideal());
}

TEST_CASE("uniform_adc: ties to even, zero kept, beyond the ends cut") {
    const adc_transfer one = uniform_adc<3, given_range>{.range = {.low = 0.0, .high = 14.0}}.transfer(above);
    for (const auto& [sum, word] : {std::pair{1.0, 0}, {3.0, 2}, {5.0, 2}, {7.0, 4}, {6.9, 3}, {-1e300, 0}, {1e300, 7}}) {
        CHECK(one.word(sum) == word);
    }
    CHECK(one.word(std::numeric_limits<double>::quiet_NaN()) == 0); // as the vectors have it
    CHECK(one.saturates(std::numeric_limits<double>::quiet_NaN()));
    CHECK(one.saturates(14.5));
    CHECK_FALSE(one.saturates(14.0));
    CHECK(uniform_adc<5>{}.transfer(both).word(0.0) == 15);
    CHECK(std::abs(uniform_adc<5>{}.transfer(both).convert(0.0)) < 1e-12); // low + step x word, once rounded or twice
    CHECK(std::abs(uniform_adc<5>{.symmetric = false}.transfer(both).convert(0.0)) > 12.0);
}

TEST_CASE("uniform_adc: members out of range") {
    CHECK_THROWS_WITH_AS(validate(uniform_adc<>{.bits = 15}), doctest::Contains("bits: expected a number in [2, 14], found 15"), error);
    CHECK_THROWS_WITH_AS(validate(uniform_adc<6>{.bits = 7}), doctest::Contains("bits: expected 6, as the type says, found 7"), error);
    CHECK_THROWS_WITH_AS(validate(uniform_adc<6, given_range>{.range = {.low = 2.0, .high = 2.0}}),
                         "given_range: high: expected more than low, 2, found 2", error);
    CHECK_THROWS_AS(validate(uniform_adc<6, calibrated>{.range = {.share = 1.1}}), error);
    CHECK_THROWS_AS(validate(uniform_adc<>{.gain_sigma = 0.2f}), error);
    CHECK_THROWS_AS(validate(uniform_adc<>{.offset_sigma = std::nanf("")}), error);
}

TEST_CASE("converters in logs") {
    CHECK(describe(uniform_adc<>{.bits = 6}) == "uniform_adc<dynamic, full_scale_range>{.bits = 6, .range = full_scale_range{}, "
                                                ".symmetric = true, .gain_sigma = 0, .offset_sigma = 0}");
    CHECK(uniform_adc<6, unit_lsb>::name() == "uniform_adc<6, unit_lsb>");
    CHECK(describe(calibrated{.grain = calibration_grain::slice}) == "calibrated{.rule = percentile, .share = 0.999, .grain = slice}");
    CHECK(describe(table_adc{{-1.0, 0.0, 4.0}}) == "table_adc{.levels = 3 from -1 to 4}");
    CHECK(describe(bit_serial_dac<>{}) == "bit_serial_dac<16>{.full_scale = 0, .read_voltage = 0.2}");
    CHECK(bit_serial_dac<8, two_passes>::name() == "bit_serial_dac<8, two_passes>");
    CHECK(streamed_dac<8, 2, unsigned_inputs>::name() == "streamed_dac<8, 2, unsigned_inputs>");
    CHECK(multibit_dac<9, two_passes>::name() == "multibit_dac<9, two_passes>");
    CHECK(multibit_dac<8>::name() == "multibit_dac<8>");
}

TEST_CASE("table_adc: the nearest of its levels, as words in fixed point") {
    const std::vector<double> levels{-6.5, -2.0, 0.0, 1.0, 3.5, 100.25};
    const table_adc adc(levels);
    const adc_transfer one = adc.transfer(above);
    for (double sum = -10.0; sum <= 120.0; sum += 0.171) {
        double nearest = levels[0];
        for (const double level : levels) {
            nearest = std::abs(level - sum) <= std::abs(nearest - sum) ? level : nearest;
        }
        CHECK(one.convert(sum) == nearest);
    }
    CHECK(one.convert(0.5) == 1.0); // a tie goes up
    const table_adc copy = adc;
    CHECK(copy.transfer(both).words.data() == one.words.data());

    // No power of two meets thirds: half a step of fixed point is lost.
    const std::vector<double> thirds{0.0, 1.0 / 3.0, 2.0 / 3.0, 5.0};
    const table_adc of_thirds(thirds);
    const adc_transfer near = of_thirds.transfer(above);
    CHECK(near.step <= 5.0 / 16383.0);
    for (const double level : thirds) {
        CHECK(std::abs(near.convert(level) - level) <= 0.5 * near.step);
    }
    const table_adc widest({0.0, 16384.0});
    CHECK(widest.transfer(above).words.back() == 16384);
    CHECK(widest.transfer(above).step == 1.0);
    static_assert(!transfers_as_temporary<table_adc>); // nothing would hold the table
}

TEST_CASE("table_adc: levels that are none") {
    CHECK_THROWS_WITH_AS(table_adc(std::vector<double>{1.0}), "table_adc: levels: expected 2 to 2^14 of them, found 1", error);
    CHECK_THROWS_WITH_AS(table_adc(std::vector<double>{1.0, 3.0, 3.0}), doctest::Contains("level 2: expected a finite"), error);
    CHECK_THROWS_AS(table_adc(std::vector<double>{1.0, std::numeric_limits<double>::infinity()}), error);
    const table_adc none;
    CHECK_THROWS_AS(validate(none), error);
    CHECK_THROWS_AS(static_cast<void>(none.transfer(above)), error);
}

TEST_CASE("DACs: cycles of the three signs") {
    CHECK(bit_serial_dac<4>{}.cycle(3) == drive_cycle{.shift = 3, .mask = 1, .part = 0, .weight = -8});
    CHECK(streamed_dac<6, 2>{}.cycles() == 4); // 5 bits of magnitude and the sign
    CHECK(streamed_dac<6, 2>{}.cycle(2) == drive_cycle{.shift = 4, .mask = 1, .part = 0, .weight = 16});
    CHECK(streamed_dac<6, 2>{}.cycle(3) == drive_cycle{.shift = 5, .mask = 1, .part = 0, .weight = -32});
    CHECK(streamed_dac<6, 3, two_passes>{}.cycle(1) == drive_cycle{.shift = 3, .mask = 3, .part = 1, .weight = 8});
    CHECK(streamed_dac<6, 3, two_passes>{}.cycle(3) == drive_cycle{.shift = 3, .mask = 3, .part = -1, .weight = -8});
    CHECK(multibit_dac<8, unsigned_inputs>{}.cycle(0) == drive_cycle{.shift = 0, .mask = 255, .part = 0, .weight = 1});
    CHECK(multibit_dac<9>{}.cycles() == 2);
    CHECK(multibit_dac<9>{}.largest_drive == 255);
}

TEST_CASE("DACs: a full scale of each sample or of all") {
    CHECK(bit_serial_dac<8>{}.unit(0.7f) == 0x1p-7f);
    CHECK(bit_serial_dac<8, unsigned_inputs>{}.unit(0.7f) == 0x1p-8f);
    CHECK(bit_serial_dac<8>{.full_scale = 4.0f}.unit(0.7f) == 0x1p-5f);
    CHECK(bit_serial_dac<8>{.full_scale = 4.0f}.unit(1e20f) == 0x1p-5f);
    CHECK_NOTHROW(validate(bit_serial_dac<8>{.full_scale = 0.25f}));
    CHECK_THROWS_WITH_AS(validate(bit_serial_dac<8>{.full_scale = 3.0f}), doctest::Contains("0 or a power of two"), error);
    CHECK_THROWS_AS(validate(bit_serial_dac<8>{.full_scale = 0x1p-70f}), error);
    CHECK_THROWS_AS(validate(bit_serial_dac<8>{.full_scale = -1.0f}), error);
}

TEST_CASE("quantise: rounds as a DAC's cycles add up, whatever the range of its numbers") {
    const auto compare = [](const auto& dac) {
        const map_shape shape{3, 5, 7};
        const index_t samples = 19;
        batch_tensor x(shape, samples), rounded(shape, samples);
        for (index_t n = 0; n < samples; ++n) {
            for (index_t f = 0; f < shape.size(); ++f) {
                x.at(n, f) = static_cast<float>(std::sin(static_cast<double>(f * 7 + n)) * static_cast<double>(n + 1));
            }
        }
        std::vector<float> unit(32);
        thread_pool pool(1);
        using dac_type = std::remove_cvref_t<decltype(dac)>;
        std::vector<std::int16_t> whole(static_cast<std::size_t>(2 * shape.size() * 16));
        kernel::quantise(x.data(), shape, samples, dac_type::low, dac_type::high, [&](float largest) { return dac.unit(largest); },
                         rounded.data(), unit.data(), {whole.data(), 0}, pool);
        int broken = 0;
        for (index_t n = 0; n < samples; ++n) {
            const float u = unit[static_cast<std::size_t>(n)];
            for (index_t f = 0; f < shape.size(); ++f) {
                double sum = 0.0;
                for (int c = 0; c < dac.cycles(); ++c) {
                    sum += dac.weight(c) * dac.drive(static_cast<double>(x.at(n, f) / u), c);
                }
                const auto number = static_cast<double>(whole[static_cast<std::size_t>((n / 16 * shape.size() + f) * 16 + n % 16)]);
                broken += number == sum && rounded.at(n, f) == static_cast<float>(sum) * u ? 0 : 1;
            }
        }
        CHECK(broken == 0);
    };
    compare(bit_serial_dac<16>{});
    compare(bit_serial_dac<8, two_passes>{});
    compare(bit_serial_dac<15, unsigned_inputs>{});
    compare(multibit_dac<8, unsigned_inputs>{});
    compare(multibit_dac<5>{.full_scale = 2.0f});
}

} // namespace transfer_tests
