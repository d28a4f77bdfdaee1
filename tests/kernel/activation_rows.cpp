#include <rcim/kernel/activation_columns.hpp>
#include <rcim/kernel/activation_rows.hpp>
#include <rcim/kernel/held_cells.hpp>
#include <rcim/kernel/reference_activations.hpp>
#include <rcim/core/random.hpp>
#include <rcim/nn/read_lines.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

namespace kernel = rcim::kernel;
namespace reference = rcim::kernel::reference;
using namespace rcim;

namespace activation_rows_tests {

constexpr index_t lane = samples_per_block;

/// Numbers of which some are zero; zeros in lanes beyond the last sample.
batch_tensor sparse(map_shape shape, index_t samples, std::uint64_t seed, double zeros) {
    batch_tensor x(shape, samples);
    const random_source draws(seed, purpose::test);
    std::uint64_t n = 0;
    for (index_t s = 0; s < x.blocks() * lane; ++s) {
        for (index_t f = 0; f < shape.size(); ++f, n += 2) {
            const bool there = s < samples && static_cast<double>(draws.uniform(n)) >= zeros;
            x.at(s, f) = there ? static_cast<float>(draws.normal(n + 1)) : 0.0f;
        }
    }
    return x;
}

std::vector<kernel::convolution_shape> shapes() {
    return {{.in = {7, 1, 1}, .out_channels = 3},
            {.in = {1, 5, 5}, .out_channels = 2, .kernel_height = 3, .kernel_width = 3},
            {.in = {3, 6, 7}, .out_channels = 5, .kernel_height = 3, .kernel_width = 3, .stride = 1, .padding = 1},
            {.in = {2, 9, 8}, .out_channels = 4, .kernel_height = 5, .kernel_width = 5, .stride = 2, .padding = 2},
            {.in = {4, 4, 4}, .out_channels = 6, .kernel_height = 1, .kernel_width = 1, .stride = 2, .padding = 0}};
}

TEST_CASE("largest magnitudes of rows equal their reference") {
    for (const auto& shape : shapes()) {
        for (const index_t samples : {1, 15, 16, 17, 40}) {
            CAPTURE(shape.in.height);
            CAPTURE(samples);
            const batch_tensor x = sparse(shape.in, samples, 1, 0.6);
            const batch_tensor dy = sparse(shape.out(), samples, 2, 0.9);
            const auto rows = static_cast<std::size_t>(x.blocks() * shape.out().plane() * lane);
            aligned_vector<float> largest_x(rows, -1.0f), largest_dy(rows, -1.0f), scratch;
            for (const int threads : {1, 3}) {
                thread_pool pool(threads);
                kernel::largest_of_windows(x.data(), shape, x.blocks(), scratch, largest_x.data(), pool);
                kernel::largest_of_channels(dy.data(), shape.out_channels, shape.out().plane(), x.blocks(), largest_dy.data(), pool);
                CHECK(std::equal(largest_x.begin(), largest_x.end(), reference::largest_activations(x, shape).begin()));
                CHECK(std::equal(largest_dy.begin(), largest_dy.end(), reference::largest_errors(dy).begin()));
            }
        }
    }
}

TEST_CASE("the largest magnitude of a batch, and NaN where a number is not finite") {
    thread_pool pool(2);
    batch_tensor x = sparse({3, 2, 2}, 35, 3, 0.1);
    float expected = 0.0f;
    for (index_t s = 0; s < 35; ++s) {
        for (index_t f = 0; f < 12; ++f) {
            expected = std::max(expected, std::abs(x.at(s, f)));
        }
    }
    CHECK(kernel::largest_magnitude(x.data(), 12, x.blocks(), pool) == expected);
    x.at(33, 5) = std::numeric_limits<float>::infinity();
    CHECK(std::isnan(kernel::largest_magnitude(x.data(), 12, x.blocks(), pool)));
    x.at(33, 5) = 0.0f;
    x.at(2, 1) = std::numeric_limits<float>::quiet_NaN();
    CHECK(std::isnan(kernel::largest_magnitude(x.data(), 12, x.blocks(), pool)));
}

TEST_CASE("errors of rows that are not kept are zero, others as they were") {
    thread_pool pool(2);
    const batch_tensor dy = sparse({3, 4, 5}, 20, 4, 0.2);
    std::vector<std::uint8_t> keep(static_cast<std::size_t>(dy.blocks() * 20 * lane));
    const random_source draws(5, purpose::test);
    for (std::size_t r = 0; r < keep.size(); ++r) {
        keep[r] = draws.uniform(r) < 0.5f ? 1 : 0;
    }
    batch_tensor kept({3, 4, 5}, 20);
    kernel::keep_errors(dy.data(), keep.data(), nullptr, 3, 20, dy.blocks(), kept.data(), pool);
    int wrong = 0;
    std::uint64_t count = 0;
    for (std::size_t r = 0; r < keep.size(); ++r) {
        count += keep[r];
        for (index_t o = 0; o < 3; ++o) {
            const float is = reference::error_of(kept, static_cast<index_t>(r), o);
            wrong += is == (keep[r] != 0 ? reference::error_of(dy, static_cast<index_t>(r), o) : 0.0f) ? 0 : 1;
        }
    }
    CHECK(wrong == 0);
    CHECK(kernel::count_kept(keep.data(), static_cast<index_t>(keep.size())) == count);
    const std::vector<std::uint8_t> many(100000, std::uint8_t{1});
    CHECK(kernel::count_kept(many.data(), 100000) == 100000);
}

TEST_CASE("gradients of columns: the reference's, and with all columns those of a convolution bit for bit") {
    for (const auto& shape : shapes()) {
        for (const index_t samples : {1, 16, 33, 150}) {
            for (const index_t groups : {1, 3, 8}) {
                CAPTURE(shape.in.height);
                CAPTURE(samples);
                CAPTURE(groups);
                const batch_tensor x = sparse(shape.in, samples, 6, 0.5);
                const batch_tensor dy = sparse(shape.out(), samples, 7, 0.5);
                read_lines lines;
                lines.locate(shape);
                // Padded maps of their own.
                const map_shape padded{shape.in.channels, shape.in.height + 2 * shape.padding, shape.in.width + 2 * shape.padding};
                batch_tensor wide(padded, samples);
                std::fill_n(wide.data(), wide.blocks() * wide.block_stride(), 0.0f);
                for (index_t s = 0; s < samples; ++s) {
                    for (index_t f = 0; f < shape.in.size(); ++f) {
                        const index_t row = f / shape.in.width % shape.in.height + shape.padding;
                        wide.at(s, (f / shape.in.plane() * padded.height + row) * padded.width + f % shape.in.width + shape.padding) = x.at(s, f);
                    }
                }
                const kernel::activation_matrix m{.x = wide.data(), .x_stride = wide.block_stride(), .window = lines.window().data(),
                                                  .tap = lines.tap().data(), .dy = dy.data(), .dy_stride = dy.block_stride(),
                                                  .blocks = x.blocks(), .plane = shape.out().plane(), .inputs = shape.inputs(),
                                                  .outputs = shape.out_channels, .groups = groups};
                std::vector<std::uint8_t> rows(static_cast<std::size_t>(m.blocks * m.plane * lane), std::uint8_t{1});
                for (std::size_t r = 0; r < rows.size(); r += 3) {
                    rows[r] = 0;
                }
                thread_pool one(1), three(3);
                std::vector<std::uint8_t> columns(static_cast<std::size_t>(m.crossbars() * m.inputs));
                kernel::keep_columns(m, rows.data(), 0.8f, columns.data(), three);
                CHECK(columns == reference::kept_columns(x, shape, rows, groups * lane, 0.8f));

                const index_t stride = (m.inputs + 15) / 16 * 16;
                aligned_vector<float> first(static_cast<std::size_t>(m.outputs * stride), 0.0f), second = first, all = first, plain = first;
                kernel::gradient_of_columns(m, columns.data(), first.data(), stride, one);
                kernel::gradient_of_columns(m, columns.data(), second.data(), stride, three);
                CHECK(first == second);
                const std::vector<std::uint8_t> every(rows.size(), std::uint8_t{1});
                const auto expected = reference::gradient_of_rows(x, dy, shape, every, columns, groups * lane);
                double worst = 0.0;
                for (index_t o = 0; o < m.outputs; ++o) {
                    for (index_t i = 0; i < m.inputs; ++i) {
                        worst = std::max(worst, std::abs(expected[static_cast<std::size_t>(o * m.inputs + i)] -
                                                         static_cast<double>(first[static_cast<std::size_t>(o * stride + i)])));
                    }
                }
                CHECK(worst < 2e-6 * std::sqrt(static_cast<double>(rows.size())) + 1e-5);

                std::fill(columns.begin(), columns.end(), std::uint8_t{1});
                kernel::gradient_of_columns(m, columns.data(), all.data(), stride, three);
                kernel::convolution(shape, stride).weight_gradient(x.data(), dy.data(), plain.data(), m.blocks, one);
                int differing = 0;
                for (index_t o = 0; o < m.outputs; ++o) {
                    for (index_t i = 0; i < m.inputs; ++i) {
                        const auto at = static_cast<std::size_t>(o * stride + i);
                        differing += all[at] == plain[at] ? 0 : 1;
                    }
                }
                CHECK(differing == 0);
            }
        }
    }
}

TEST_CASE("changed cells are counted and written, rows that are not kept stay") {
    const random_source draws(8, purpose::test);
    std::uint64_t n = 0;
    const auto check = [&]<int Bits>(std::integral_constant<int, Bits>) {
        for (int trial = 0; trial < 200; ++trial) {
            std::int16_t number[16];
            std::uint16_t kept[16], plus[16], minus[16], before[2][16];
            std::uint32_t expected = 0;
            for (int l = 0; l < 16; ++l) {
                number[l] = static_cast<std::int16_t>(static_cast<int>(draws.below(n++, 65535)) - 32767);
                kept[l] = draws.below(n++, 2) != 0 ? 0xFFFF : 0;
                before[0][l] = plus[l] = static_cast<std::uint16_t>(draws.below(n++, 32768));
                before[1][l] = minus[l] = static_cast<std::uint16_t>(draws.below(n++, 2) != 0 ? draws.below(n++, 32768) : 0);
                if (kept[l] != 0) {
                    expected += static_cast<std::uint32_t>(
                        reference::changed_cells(before[0][l], static_cast<std::uint32_t>(std::max<int>(number[l], 0)), Bits) +
                        reference::changed_cells(before[1][l], static_cast<std::uint32_t>(std::max<int>(-number[l], 0)), Bits));
                }
            }
            CHECK(kernel::write_changed<Bits>(number, kept, plus, minus) == expected);
            for (int l = 0; l < 16; ++l) {
                CHECK(plus[l] == (kept[l] != 0 ? std::max<int>(number[l], 0) : before[0][l]));
                CHECK(minus[l] == (kept[l] != 0 ? std::max<int>(-number[l], 0) : before[1][l]));
            }
        }
    };
    check(std::integral_constant<int, 1>{});
    check(std::integral_constant<int, 2>{});
    check(std::integral_constant<int, 3>{});
    check(std::integral_constant<int, 4>{});
    check(std::integral_constant<int, 5>{});
    check(std::integral_constant<int, 8>{});
}

} // namespace activation_rows_tests
