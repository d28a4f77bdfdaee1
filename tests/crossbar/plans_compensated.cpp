#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/programming_error.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/crossbar/crossbar_tensor.hpp>
#include <rcim/crossbar/reference_read.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/protect/stuck_compensation.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/digital_master.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/update/zeroed_on_use.hpp>

#include <crossbar/both_plans.hpp>
#include <doctest/doctest.h>

#include <cmath>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("stuck_compensation: both plans hold and write the same words") {
    const auto chip = design<>{}.with(stuck_compensation{});
    compare_plans_of(chip.with(multilevel_cell<2>{}).with(bit_sliced<16, offset>{}).with(sgd{.learning_rate = 1.0f}), 1);
    compare_plans_of(chip.with(multilevel_cell<1>{})
                         .with(bit_sliced<8, differential, carried>{})
                         .with(clipped_on_use<sgd>{.theta = 0.4f, .inner = {.learning_rate = 1.0f}}),
                     4, true);
    compare_plans_of(chip.with(multilevel_cell<4>{.on_off_ratio = 20.0})
                         .with(bit_sliced<12, sign_magnitude>{})
                         .with(zeroed_on_use<sgd>{.theta = 0.3f, .inner = {.learning_rate = 1.0f}}),
                     7);
    compare_plans_of(chip.with(multilevel_cell<2>{})
                         .with(bit_sliced<10, differential>{})
                         .with(gated_on_use<sgd>{.theta = 0.3f, .inner = {.learning_rate = 1.0f}}),
                     10);
    compare_plans_of(chip.with(programming_error<multilevel_cell<2>>{.sigma = {0.05f, 0.1f, 0.1f, 0.05f}})
                         .with(bit_sliced<8, differential>{})
                         .with(sgd{.learning_rate = 1.0f}),
                     13);
}

TEST_CASE("stuck_compensation: a folded read is that of the reference, cell by cell") {
    const auto check = [](const auto& chip) {
        INFO(describe(chip));
        using design_type = std::remove_cvref_t<decltype(chip)>;
        static_assert(plan_of<design_type> == plan::folded);
        crossbar_array<design_type> array(chip, 21, 5, 3, 1);
        std::vector<float> w, x;
        const random_source draw(9, purpose::test);
        for (std::uint64_t i = 0; i < 105; ++i) {
            w.push_back(2.0f * draw.uniform(i) - 1.0f);
        }
        for (std::uint64_t i = 0; i < 21; ++i) {
            x.push_back(2.0f * draw.uniform(200 + i) - 1.0f);
        }
        array.program({w.data(), 5, 21});
        std::vector<double> y(5);
        read_reference(array, x, y);
        for (index_t o = 0; o < 5; ++o) {
            double sum = 0.0;
            for (index_t i = 0; i < 21; ++i) {
                sum += static_cast<double>(array.weights()(o, i)) * static_cast<double>(x[static_cast<std::size_t>(i)]);
            }
            CHECK(y[static_cast<std::size_t>(o)] == doctest::Approx(sum).epsilon(1e-6));
        }
    };
    const auto chip = design<>{}.with(stuck_at{0.1f, 0.1f}).with(stuck_compensation{}).with(geometry<8, 33>{});
    check(chip.with(multilevel_cell<2>{}).with(bit_sliced<16, differential>{}));
    check(chip.with(multilevel_cell<2>{.on_off_ratio = 10.0}).with(bit_sliced<16, offset>{}));
    check(chip.with(multilevel_cell<1>{}).with(bit_sliced<8, sign_magnitude>{}).with(clipped_on_use<sgd>{.theta = 0.5f}));
    check(chip.with(programming_error<multilevel_cell<2>>{.sigma = {0.05f, 0.1f, 0.1f, 0.05f}}).with(bit_sliced<8, offset>{}));
}

TEST_CASE("stuck_compensation: a crossbar_tensor on a faulty chip multiplies as one without faults") {
    const auto check = [](const auto& chip, float tolerance) {
        INFO(describe(chip));
        const random_source draw(9, purpose::test);
        xt::xtensor<float, 2> values = xt::zeros<float>({6, 37});
        xt::xtensor<float, 2> x = xt::zeros<float>({37, 20});
        for (std::size_t i = 0; i < values.size(); ++i) {
            values.data()[i] = 1.8f * draw.uniform(i) - 0.9f;
        }
        for (std::size_t i = 0; i < x.size(); ++i) {
            x.data()[i] = std::nearbyint(200.0f * draw.uniform(1000 + i) - 100.0f);
        }
        crossbar_tensor sound(chip, {6, 37}, 7);
        crossbar_tensor compensated(chip.with(stuck_at{0.1f, 0.05f}).with(stuck_compensation{}), {6, 37}, 7);
        crossbar_tensor faulty(chip.with(stuck_at{0.1f, 0.05f}), {6, 37}, 7);
        sound = values;
        compensated = values;
        faulty = values;
        const xt::xtensor<float, 2> expected = dot(sound, x);
        const xt::xtensor<float, 2> y = dot(compensated, x);
        const xt::xtensor<float, 2> without = dot(faulty, x);
        float worst = 0.0f, uncorrected = 0.0f;
        for (std::size_t i = 0; i < y.size(); ++i) {
            worst = std::max(worst, std::abs(y.data()[i] - expected.data()[i]));
            uncorrected = std::max(uncorrected, std::abs(without.data()[i] - expected.data()[i]));
        }
        CHECK(worst <= tolerance);
        CHECK(uncorrected > 10.0f);
        CHECK(compensated.codes() == faulty.codes());
        CHECK(compensated.conductances() == faulty.conductances());
    };
    const auto chip =
        design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<8, differential>{.fraction_bits = 7}).with(geometry<10, 33>{});
    check(chip.with(bit_serial_dac<8>{}).with(uniform_adc<14, unit_lsb>{}), 0.0f); // coded
    check(chip.with(bit_serial_dac<8>{}), 0.0f);                                   // cell by cell
    check(chip, 0.0f);                                                             // folded
    check(chip.with(uniform_adc<14, given_range>{.range = {.low = -3000.0, .high = 3000.0}}),
          4.0f * 85.0f * 2.0f * 0.37f * 0x1p-7f); // analog
}
