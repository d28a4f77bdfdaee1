#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/programming_error.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/nn/conv2d.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/protect/stuck_compensation.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/update/transposed_errors.hpp>

#include <doctest/doctest.h>
#include <nn/layer_checks.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <type_traits>
#include <vector>

using namespace rcim;
using namespace rcim_test;

namespace compensation_tests {

constexpr stuck_at many{.p_stuck_hrs = 0.09f, .p_stuck_lrs = 0.05f};
using fine_adc = uniform_adc<14, unit_lsb>; // whole sums of small tiles pass as they are

/// Whole numbers in [-100, 100], so that nothing on the way of a read is rounded.
batch_tensor whole_batch(map_shape shape, index_t samples, std::uint64_t seed) {
    batch_tensor x = random_batch(shape, samples, seed);
    for (index_t n = 0; n < x.blocks() * samples_per_block; ++n) {
        for (index_t f = 0; f < shape.size(); ++f) {
            x.at(n, f) = n < samples ? std::nearbyint(100.0f * x.at(n, f)) : 0.0f;
        }
    }
    return x;
}

template <class Layer>
batch_tensor read(Layer& layer, const batch_tensor& x, int threads = 2) {
    thread_pool pool(threads);
    batch_tensor y;
    layer.forward(x, y, {pool, false, 1, 0});
    return y;
}

double worst(const batch_tensor& a, const batch_tensor& b) {
    double largest = a.shape() == b.shape() ? 0.0 : 1e300;
    for (index_t n = 0; n < a.samples(); ++n) {
        for (index_t f = 0; f < a.shape().size(); ++f) {
            largest = std::max(largest, std::abs(static_cast<double>(a.at(n, f)) - static_cast<double>(b.at(n, f))));
        }
    }
    return largest;
}

/// A chip with many faults, compensated and not, reads as one without, and as it would read on its own.
template <plan Plan, class Layer, class Healthy, class Faulty>
void check_fault_free(Layer& compensated, Healthy& intact, Faulty& faulty, map_shape shape) {
    static_assert(Plan == plan::coded || Plan == plan::analog || Plan == plan::folded);
    const batch_tensor x = whole_batch(shape, 19, 4);
    const batch_tensor expected = read(intact, x);
    CHECK(worst(read(compensated, x), expected) == 0.0);
    CHECK(worst(read(faulty, x), expected) > 0.0);
    // Cells hold what they do without compensation.
    bool same = true;
    for (index_t o = 0; o < faulty.array().outputs(); ++o) {
        for (index_t i = 0; i < faulty.array().inputs(); ++i) {
            same = same && compensated.array().stored(o, i) == faulty.array().stored(o, i) &&
                   compensated.array().as_read(o, i) == faulty.array().as_read(o, i) &&
                   compensated.array().used(o, i) == intact.array().used(o, i) &&
                   compensated.array().weights()(o, i) == intact.array().weights()(o, i);
            for (int a = 0; a < (faulty.array().format().pair ? 2 : 1); ++a) {
                same = same && compensated.array().keep(a, o, i) == faulty.array().keep(a, o, i) &&
                       compensated.array().stuck_level(a, o, i) == faulty.array().stuck_level(a, o, i);
                for (int s = 0; s < faulty.array().format().slices; ++s) {
                    same = same && compensated.array().conductance(a, o, i, s) == faulty.array().conductance(a, o, i, s) &&
                           compensated.array().used_conductance(a, o, i, s) == faulty.array().used_conductance(a, o, i, s);
                }
            }
        }
    }
    CHECK(same);
    cell_census own, others;
    compensated.count_cells(own);
    faulty.count_cells(others);
    CHECK(own.stuck == others.stuck);
    CHECK(own.cells == others.cells);
    CHECK(own.stuck > 0);
    fault_map map, expected_map;
    compensated.show_faults(map);
    faulty.show_faults(expected_map);
    CHECK(std::equal(map.crossbars().begin(), map.crossbars().end(), expected_map.crossbars().begin(),
                     expected_map.crossbars().end(), [](const auto& one, const auto& other) {
                         return one.first == other.first && one.second.levels == other.second.levels;
                     }));
}

template <plan Plan, class Chip>
void check_design(const Chip& chip) {
    INFO(describe(chip));
    const auto faulty_chip = chip.with(many);
    const auto compensated_chip = faulty_chip.with(stuck_compensation{});
    using design_type = std::remove_const_t<decltype(compensated_chip)>;
    static_assert(plan_of<design_type> == Plan);
    {
        const dense_options options{.in = 37, .out = 6, .bias = false};
        dense compensated(compensated_chip, options, 5, 2);
        dense intact(chip, options, 5, 2);
        dense faulty(faulty_chip, options, 5, 2);
        check_fault_free<Plan>(compensated, intact, faulty, {37, 1, 1});
    }
    const conv2d_options options{.in_channels = 2, .out_channels = 5, .kernel = 3, .stride = 2, .padding = 1, .bias = false};
    conv2d compensated(compensated_chip, options, 5, 2);
    conv2d intact(chip, options, 5, 2);
    conv2d faulty(faulty_chip, options, 5, 2);
    check_fault_free<Plan>(compensated, intact, faulty, {2, 6, 5});
}

template <class Encoding>
void check_encoding() {
    // Tiles of 10 rows and a few weights: several in both directions, partly filled.
    const auto chip = design<>{}.with(geometry<10, 33>{}).with(bit_serial_dac<8>{});
    check_design<plan::coded>(
        chip.with(fine_adc{}).with(multilevel_cell<1>{}).with(bit_sliced<4, Encoding>{.fraction_bits = 3}));
    check_design<plan::coded>(
        chip.with(fine_adc{}).with(multilevel_cell<2>{}).with(bit_sliced<8, Encoding>{.fraction_bits = 7}));
    check_design<plan::coded>(
        chip.with(fine_adc{}).with(multilevel_cell<4>{}).with(bit_sliced<8, Encoding>{.fraction_bits = 7}));
    check_design<plan::folded>(chip.with(multilevel_cell<2>{}).with(bit_sliced<8, Encoding>{.fraction_bits = 7}));
}

constexpr auto chip_8 = design<>{}
                            .with(multilevel_cell<2>{})
                            .with(bit_sliced<8, differential>{.fraction_bits = 7})
                            .with(geometry<10, 33>{})
                            .with(bit_serial_dac<8>{});

TEST_CASE("stuck_compensation: with a fine ADC a faulty chip reads as one without faults, bit by bit") {
    check_encoding<offset>();
    check_encoding<differential>();
    check_encoding<sign_magnitude>();
}

TEST_CASE("stuck_compensation: leakage of cells at HRS cancels in what is added") {
    const auto chip = design<>{}
                          .with(multilevel_cell<2>{.on_off_ratio = 13.0})
                          .with(bit_sliced<8, offset>{.fraction_bits = 7})
                          .with(geometry<10, 33>{});
    const auto check = [](const auto& healthy_chip, double tolerance) {
        const dense_options options{.in = 37, .out = 6, .bias = false};
        dense intact(healthy_chip, options, 5, 2);
        dense compensated(healthy_chip.with(many).with(stuck_compensation{}), options, 5, 2);
        const batch_tensor x = whole_batch({37, 1, 1}, 5, 1);
        CHECK(worst(read(compensated, x), read(intact, x)) <= tolerance);
    };
    // Sums of up to 37 x 100 x 2; full scale of 14 bits.
    check(chip, 1e-3);
    check(chip.with(bit_serial_dac<8>{}).with(uniform_adc<14>{}), 37.0 * 100.0 * 2.0 * 0x1p-8);
}

TEST_CASE("stuck_compensation: what remains is what the converter makes of the faulty current") {
    const auto check = [](const auto& adc) {
        INFO(describe(adc));
        const dense_options options{.in = 37, .out = 6, .bias = false};
        const auto faulty = chip_8.with(many);
        dense exact(chip_8.with(fine_adc{}), options, 5, 2);
        dense compensated(faulty.with(adc).with(stuck_compensation{}), options, 5, 2);
        dense coarse(faulty.with(adc), options, 5, 2);
        dense fine(faulty.with(fine_adc{}), options, 5, 2);
        const batch_tensor x = whole_batch({37, 1, 1}, 33, 7);
        const batch_tensor y = read(compensated, x), ideal = read(exact, x), lossy = read(coarse, x), sums = read(fine, x);
        double different = 0.0, residual = 0.0;
        for (index_t n = 0; n < 33; ++n) {
            for (index_t o = 0; o < 6; ++o) {
                const auto lost = static_cast<double>(lossy.at(n, o)) - static_cast<double>(sums.at(n, o));
                const auto left = static_cast<double>(y.at(n, o)) - static_cast<double>(ideal.at(n, o));
                different = std::max(different, std::abs(lost - left));
                residual = std::max(residual, std::abs(left));
            }
        }
        CHECK(different <= 1e-4); // one code is 2^-7
        CHECK(residual >= 0x1p-7);
    };
    check(uniform_adc<3, unit_lsb>{});                                                     // clips
    check(uniform_adc<6, given_range>{.range = {.low = -31.0 * 4.0, .high = 31.0 * 4.0}}); // rounds
}

TEST_CASE("stuck_compensation: a stuck cell of an inexact kind is compensated from the level that was written") {
    const auto intact = design<>{}
                             .with(programming_error<multilevel_cell<2>>{.sigma = {0.05f, 0.1f, 0.1f, 0.05f}})
                             .with(bit_sliced<8, differential>{.fraction_bits = 7})
                             .with(geometry<10, 33>{})
                             .with(uniform_adc<14, given_range>{.range = {.low = -64.0, .high = 64.0}})
                             .with(sgd{.learning_rate = 0.02f});
    const auto chip = intact.with(many).with(stuck_compensation{});
    using design_type = std::remove_const_t<decltype(chip)>;
    static_assert(plan_of<design_type> == plan::analog);
    dense layer(chip, {.in = 37, .out = 6, .bias = false}, 5, 2);
    const auto& array = layer.array();
    thread_pool pool(2);
    for (std::uint32_t step = 0; step < 3; ++step) {
        const batch_tensor x = random_batch({37, 1, 1}, 20, step);
        const batch_tensor y = read(layer, x);
        double largest = 0.0;
        for (index_t n = 0; n < 20; ++n) {
            for (index_t o = 0; o < 6; ++o) {
                double sum = 0.0;
                for (index_t i = 0; i < 37; ++i) {
                    sum += static_cast<double>(array.weights()(o, i)) * static_cast<double>(x.at(n, i));
                }
                largest = std::max(largest, std::abs(sum - static_cast<double>(y.at(n, o))));
            }
        }
        // Half a step of the converter for each of 4 tiles, 4 slices and 2 arrays.
        CHECK(largest <= 4.0 * 85.0 * 2.0 * 0.5 * (128.0 / 16382.0) * 0x1p-7);
        int stuck = 0, broken = 0;
        bool moved = false;
        for (index_t o = 0; o < 6; ++o) {
            for (index_t i = 0; i < 37; ++i) {
                for (int a = 0; a < 2; ++a) {
                    for (int s = 0; s < 4; ++s) {
                        const double missing = array.missing(a, o, i, s);
                        if ((array.keep(a, o, i) >> (2 * s) & 1u) == 0) {
                            // The word to be held and the level of the cell are whole.
                            const stored_word<> used = array.used(o, i);
                            const int digit = (a == 0 ? used.plus : used.minus) >> (2 * s) & 3;
                            broken += missing == digit - static_cast<int>(array.stuck_level(a, o, i) >> (2 * s) & 3u) ? 0 : 1;
                            moved = moved || missing != 0.0;
                            ++stuck;
                        } else {
                            broken += missing == 0.0 ? 0 : 1;
                        }
                    }
                }
            }
        }
        CHECK(stuck > 100);
        CHECK(moved);
        CHECK(broken == 0);
        batch_tensor dx, out;
        layer.forward(x, out, {pool, true, 1, step});
        layer.backward(x, out, random_gradient(out.shape(), 20, step), &dx, {pool, true, 1, step});
        update_report report;
        layer.update({pool, 1, step, 1.0f, report});
        CHECK(report.changed_words > 0);
    }
}

TEST_CASE("stuck_compensation: training on a faulty chip gives the weights of the chip without faults") {
    const auto check = [](const auto& healthy_chip) {
        INFO(describe(healthy_chip));
        const auto compensated_chip = healthy_chip.with(many).with(stuck_compensation{});
        const conv2d_options options{.in_channels = 2, .out_channels = 5, .kernel = 3};
        conv2d intact(healthy_chip, options, 5, 2);
        conv2d compensated(compensated_chip, options, 5, 2);
        static_assert(plan_of<std::remove_const_t<decltype(compensated_chip)>> == plan::folded);
        CHECK(trace_of(intact, {2, 6, 5}, 17, 2).size() > 0);
        CHECK(trace_of(compensated, {2, 6, 5}, 17, 3).size() > 0);
        bool same = true, moved = false;
        for (index_t o = 0; o < 5; ++o) {
            for (index_t i = 0; i < 18; ++i) {
                same = same && intact.array().weights()(o, i) == compensated.array().weights()(o, i) &&
                       intact.array().stored(o, i) == compensated.array().used(o, i);
                moved = moved || !(compensated.array().stored(o, i) == compensated.array().used(o, i));
            }
        }
        CHECK(same);
        CHECK(moved);
    };
    const auto chip = design<>{}.with(multilevel_cell<2>{});
    check(chip.with(bit_sliced<16, offset>{}).with(sgd{.learning_rate = 0.05f, .momentum = 0.9f}));
    check(
        chip.with(bit_sliced<16, differential>{}).with(clipped_on_use<sgd>{.theta = 0.5f, .inner = {.learning_rate = 0.05f}}));
    check(chip.with(bit_sliced<8, sign_magnitude, carried>{}).with(bit_serial_dac<8>{}).with(sgd{.learning_rate = 0.05f}));
    check(chip.with(bit_sliced<16, differential>{}).with(gated_on_use<sgd>{.theta = 0.4f, .inner = {.learning_rate = 0.05f}}));
}

TEST_CASE("stuck_compensation: cells in slices that are off neither act nor are compensated") {
    const auto chip = design<>{}
                          .with(multilevel_cell<2>{})
                          .with(bit_sliced<8, differential>{.fraction_bits = 7})
                          .with(bit_serial_dac<8>{})
                          .with(fine_adc{})
                          .with(geometry<10, 33>{})
                          .with(gated_on_use<sgd>{.theta = 0.1f}); // two slices of four
    const dense_options options{.in = 37, .out = 6, .bias = false};
    dense intact(chip, options, 5, 2);
    dense compensated(chip.with(many).with(stuck_compensation{}), options, 5, 2);
    const batch_tensor x = whole_batch({37, 1, 1}, 20, 3);
    CHECK(worst(read(compensated, x), read(intact, x)) == 0.0);
    const compensation_count count = compensated.array().compensation_cells();
    cell_census census;
    compensated.count_cells(census);
    std::uint64_t in_use = 0;
    for (index_t o = 0; o < 6; ++o) {
        for (index_t i = 0; i < 37; ++i) {
            for (int a = 0; a < 2; ++a) {
                for (int s = 0; s < 2; ++s) {
                    in_use += (compensated.array().keep(a, o, i) >> (2 * s) & 1u) == 0 ? 1u : 0u;
                }
            }
        }
    }
    CHECK(count.stuck == in_use);
    CHECK(count.stuck < census.stuck);
}

TEST_CASE("stuck_compensation: errors that go back through the crossbars are compensated too") {
    const auto check = [](const auto& chip) {
        const dense_options options{.in = 37, .out = 6, .bias = false};
        dense intact(chip, options, 5, 2);
        dense compensated(chip.with(many).with(stuck_compensation{}), options, 5, 2);
        dense faulty(chip.with(many), options, 5, 2);
        thread_pool pool(2);
        const pass_context context{pool, true, 1, 0};
        const batch_tensor x = whole_batch({37, 1, 1}, 20, 3);
        const batch_tensor dy = whole_batch({6, 1, 1}, 20, 5);
        batch_tensor y, dx, expected, without;
        intact.forward(x, y, context);
        intact.backward(x, y, dy, &expected, context);
        compensated.forward(x, y, context);
        compensated.backward(x, y, dy, &dx, context);
        faulty.forward(x, y, context);
        faulty.backward(x, y, dy, &without, context);
        CHECK(worst(dx, expected) == 0.0);
        CHECK(worst(without, expected) > 0.0);
        bool zero = true;
        for (index_t n = 20; n < 32; ++n) {
            for (index_t f = 0; f < 37; ++f) {
                zero = zero && dx.at(n, f) == 0.0f;
            }
        }
        CHECK(zero);
    };
    using errors = transposed_errors<bit_serial_dac<8>, fine_adc>;
    check(chip_8.with(fine_adc{}).with(errors{}));
    check(
        design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<8, offset>{.fraction_bits = 7}).with(errors{})); // folded forward
}

TEST_CASE("stuck_compensation: what it costs, by layer and network") {
    constexpr auto chip = chip_8.with(fine_adc{}).with(many).with(stuck_compensation{});
    network net = resnet(chip, 7, 8, {3, 12, 10}, 10);
    const compensation_count all = net.compensation();
    const cell_census census = net.census();
    CHECK(all.stuck == census.stuck);
    CHECK(all.differing > 0);
    CHECK(all.differing < all.stuck);
    // Products of He et al.'s net: filters times positions.
    const std::uint64_t first = 27 * 16 * 120, stage1 = 2 * 144 * 16 * 120, stage2 = (144 * 32 + 288 * 32) * 30,
                        stage3 = (288 * 64 + 576 * 64) * 9;
    CHECK(all.layer_multiply_adds == first + stage1 + stage2 + stage3 + 640);
    const auto& stem = dynamic_cast<const conv2d<std::remove_const_t<decltype(chip)>>&>(net[0]);
    compensation_count one;
    net[0].count_compensation({3, 12, 10}, one);
    CHECK(one.stuck == stem.array().compensation_cells().stuck);
    CHECK(one.multiply_adds == one.stuck * 120);
    CHECK(one.layer_multiply_adds == first);
    std::uint64_t by_hand = 0;
    for (index_t o = 0; o < 16; ++o) {
        for (index_t i = 0; i < 27; ++i) {
            for (int a = 0; a < 2; ++a) {
                for (int s = 0; s < 4; ++s) {
                    by_hand += (stem.array().keep(a, o, i) >> (2 * s) & 1u) == 0 ? 1u : 0u;
                }
            }
        }
    }
    CHECK(one.stuck == by_hand);
    // 14 % of eight cells for every weight.
    CHECK(all.share() == doctest::Approx(8 * 0.14).epsilon(0.05));
    // Without compensation there is nothing to count.
    network without = resnet(chip_8.with(many), 7, 8, {3, 12, 10}, 10);
    CHECK(without.compensation().multiply_adds == 0);
    CHECK(without.compensation().share() == 0.0);
}

TEST_CASE("stuck_compensation: the state shows the words to be held and the stuck cells") {
    const auto chip =
        design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<8, differential>{}).with(many).with(stuck_compensation{});
    dense layer(chip, {.in = 5, .out = 2, .bias = false}, 5, 2);
    struct words : archive {
        std::vector<std::uint8_t> intended;
        std::vector<std::uint32_t> keep;
        std::vector<std::int32_t> held;

    protected:
        void on_array(const array& a) override {
            if (a.name == "intended/plus/code") {
                const auto* const data = static_cast<std::uint8_t*>(a.data);
                intended.assign(data, data + a.bytes);
            } else if (a.name == "plus/keep") {
                const auto* const data = static_cast<std::uint32_t*>(a.data);
                keep.assign(data, data + a.bytes / 4);
            }
        }
        void on_derived(const array& a) override {
            if (a.name == "plus/code") {
                const auto* const data = static_cast<std::int32_t*>(a.data);
                held.assign(data, data + a.bytes / 4);
            }
        }
    } state;
    layer.visit(state);
    const auto stride = static_cast<std::size_t>(layer.array().row_stride());
    REQUIRE(state.intended.size() == 2 * stride);
    REQUIRE(state.keep.size() == 2 * stride);
    REQUIRE(state.held.size() == 2 * stride);
    for (index_t o = 0; o < 2; ++o) {
        for (index_t i = 0; i < 5; ++i) {
            const auto at = static_cast<std::size_t>(o) * stride + static_cast<std::size_t>(i);
            CHECK(state.intended[at] == layer.array().used(o, i).plus);
            CHECK(state.held[at] == layer.array().stored(o, i).plus);
            CHECK(state.keep[at] == layer.array().keep(0, o, i));
        }
    }
}

TEST_CASE("stuck_compensation: to the same bits on any number of threads") {
    constexpr auto coded =
        chip_8.with(many).with(stuck_compensation{}).with(uniform_adc<5>{}).with(sgd{.learning_rate = 0.05f});
    constexpr auto analog = design<>{}
                                .with(programming_error<multilevel_cell<2>>{.sigma = {0.02f, 0.05f, 0.05f, 0.02f}})
                                .with(bit_sliced<8, offset>{})
                                .with(uniform_adc<6>{})
                                .with(many)
                                .with(stuck_compensation{})
                                .with(sgd{.learning_rate = 0.05f});
    const conv2d_options options{.in_channels = 2, .out_channels = 5, .kernel = 3, .stride = 2, .padding = 1};
    check_any_number_of_threads(
        [&] { return std::make_unique<conv2d<std::remove_const_t<decltype(coded)>>>(coded, options, 5u, 2u); }, {2, 5, 4});
    check_any_number_of_threads(
        [&] { return std::make_unique<conv2d<std::remove_const_t<decltype(analog)>>>(analog, options, 5u, 2u); }, {2, 5, 4},
        {1, 17});
}

} // namespace compensation_tests
