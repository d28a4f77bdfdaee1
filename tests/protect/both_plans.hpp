#pragma once

/// @file
/// Layers whose words are protected by a code: the folded plan with its corrections against reads cell by cell, bit by bit.

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/nn/conv2d.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/protect/an_code.hpp>
#include <rcim/update/sgd.hpp>

#include <doctest/doctest.h>
#include <nn/gradient_check.hpp>

#include <algorithm>
#include <cmath>
#include <string>

namespace rcim_test {

using namespace rcim;

/// The largest difference between two results, over what rounding of the product in float may come to.
inline double worst_difference(const batch_tensor& a, const batch_tensor& b, double bound) {
    double worst = a.shape() == b.shape() ? 0.0 : 1e300;
    for (index_t n = 0; n < a.samples(); ++n) {
        for (index_t f = 0; f < a.shape().size(); ++f) {
            worst = std::max(worst, std::abs(static_cast<double>(a.at(n, f)) - static_cast<double>(b.at(n, f))) / bound);
        }
    }
    return worst;
}

/// Some samples are zero, tiny or large, so that each needs its own full scale.
inline batch_tensor uneven_batch(map_shape shape, index_t samples, std::uint64_t seed) {
    batch_tensor x = random_batch(shape, samples, seed);
    for (index_t n = 0; n < samples; ++n) {
        const float factor = n % 5 == 3 ? 0.0f : std::ldexp(1.0f, static_cast<int>(n % 7) - 3);
        for (index_t f = 0; f < shape.size(); ++f) {
            x.at(n, f) = (f + n) % 4 == 0 ? 0.0f : factor * x.at(n, f);
        }
    }
    return x;
}

/// Same cells, same reads in both directions, before and after updates.
template <class Folded, class Reference>
void compare_layers(Folded& folded, Reference& reference, const map_shape& shape, index_t samples, std::uint64_t seed) {
    thread_pool two(2), one(1);
    update_report report, expected_report;
    for (std::uint32_t step = 0; step < 3; ++step) {
        CAPTURE(step);
        bool same = true;
        double sum = 1.0;
        for (index_t o = 0; o < folded.array().outputs(); ++o) {
            for (index_t i = 0; i < folded.array().inputs(); ++i) {
                same = same && folded.array().stored(o, i) == reference.array().stored(o, i) &&
                       folded.array().used(o, i) == reference.array().used(o, i) &&
                       folded.array().weights()(o, i) == reference.array().weights()(o, i);
                sum = std::max(sum, std::abs(static_cast<double>(folded.array().weights()(o, i))));
            }
        }
        REQUIRE(same);
        const batch_tensor x = uneven_batch(shape, samples, seed + step);
        const pass_context context{two, true, 1, step};
        batch_tensor y, y_expected, dx, dx_expected;
        folded.forward(x, y, context);
        reference.forward(x, y_expected, context);
        // Sums of up to `inputs` products of weights and inputs up to 2^3 x 4.
        const double bound = 0x1p-24 * sum * 32.0 * static_cast<double>(folded.array().inputs() + 4) * 4.0;
        CHECK(worst_difference(y, y_expected, bound) <= 1.0);

        batch_tensor dy = uneven_batch(y.shape(), samples, seed + 100 + step);
        for (index_t n = samples; n < dy.blocks() * samples_per_block; ++n) {
            for (index_t f = 0; f < dy.shape().size(); ++f) {
                dy.at(n, f) = 0.0f;
            }
        }
        folded.backward(x, y, dy, &dx, context);
        reference.backward(x, y, dy, &dx_expected, {one, true, 1, step});
        const double back = 0x1p-24 * sum * 32.0 * static_cast<double>(folded.array().outputs() * 9 + 4) * 4.0;
        CHECK(worst_difference(dx, dx_expected, back) <= 1.0);
        bool zero = true;
        for (index_t n = samples; n < dx.blocks() * samples_per_block; ++n) {
            for (index_t f = 0; f < dx.shape().size(); ++f) {
                zero = zero && dx.at(n, f) == 0.0f;
            }
        }
        CHECK(zero);
        folded.update({two, 1, step, 1.0f, report});
        reference.update({one, 1, step, 1.0f, expected_report});
    }
    CHECK(report.changed_words == expected_report.changed_words);
    CHECK(report.cell_writes == expected_report.cell_writes);
    CHECK(report.plain_cell_writes == expected_report.plain_cell_writes);
    CHECK(report.changed_words > 0);
}

/// The same reads forward, and products with the effective weights backward.
template <class Folded, class Reference>
void compare_layers_without_code(Folded& folded, Reference& reference, const map_shape& shape, index_t samples, std::uint64_t seed) {
    thread_pool pool(2);
    const pass_context context{pool, true, 1, 0};
    const batch_tensor x = uneven_batch(shape, samples, seed);
    batch_tensor y, expected, dx, dx_expected;
    folded.forward(x, y, context);
    reference.forward(x, expected, context);
    const double bound = 0x1p-24 * 32.0 * static_cast<double>(folded.array().inputs() + 4) * 4.0;
    CHECK(worst_difference(y, expected, bound) <= 1.0);
    const batch_tensor dy = random_gradient(y.shape(), samples, seed + 1);
    folded.backward(x, y, dy, &dx, context);
    reference.backward(x, y, dy, &dx_expected, context);
    CHECK(worst_difference(dx, dx_expected, 1.0) == 0.0);
    kernel::sum_counts sums;
    folded.take_sums(sums);
    CHECK(sums.checked == 0);
}

/// Dense and convolution on chips with no, few and many faults and tiles of several extents.
template <class Design>
void compare_reads_of(const Design& protected_chip, std::uint64_t seed) {
    static_assert(plan_of<Design> == plan::folded);
    struct chip_size {
        float p_stuck_hrs, p_stuck_lrs;
        index_t rows, weights;
    };
    constexpr chip_size sizes[] = {{0.0f, 0.0f, 64, 9}, {0.02f, 0.01f, 128, 128}, {0.05f, 0.03f, 10, 2}};
    for (const chip_size& s : sizes) {
        const index_t slices = slices_under<typename Design::protect_type>(Design::map_type::weight_bits, Design::cell_type::bits);
        const auto chip = protected_chip.with(stuck_at{s.p_stuck_hrs, s.p_stuck_lrs})
                              .with(geometry<dynamic, dynamic>{.rows = s.rows, .cols = s.weights * slices});
        using chip_type = std::remove_const_t<decltype(chip)>;
        INFO(describe(chip));
        {
            const dense_options options{.in = 37, .out = 11};
            dense<chip_type, plan::folded> folded(chip, options, seed, 2);
            dense<chip_type, plan::reference> reference(chip, options, seed, 2);
            compare_layers(folded, reference, {37, 1, 1}, 19, seed);
            const kernel::sum_counts sums = [&] {
                kernel::sum_counts n;
                folded.take_sums(n);
                return n;
            }();
            CHECK((sums.corrected > 0) == (s.p_stuck_hrs > 0.0f));
            CHECK(sums.corrected + sums.uncorrectable <= sums.checked);
        }
        {
            const conv2d_options options{.in_channels = 2, .out_channels = 5, .kernel = 3, .stride = 2, .padding = 1};
            conv2d<chip_type, plan::folded> folded(chip, options, seed + 1, 1);
            conv2d<chip_type, plan::reference> reference(chip, options, seed + 1, 1);
            compare_layers(folded, reference, {2, 5, 4}, 17, seed + 1);
        }
        {
            const conv2d_options options{.in_channels = 3, .out_channels = 4, .kernel = 2, .stride = 1, .padding = 0};
            conv2d<chip_type, plan::folded> folded(chip, options, seed + 2, 1);
            conv2d<chip_type, plan::reference> reference(chip, options, seed + 2, 1);
            compare_layers(folded, reference, {3, 6, 5}, 3, seed + 2);
        }
        ++seed;
    }
}

} // namespace rcim_test
