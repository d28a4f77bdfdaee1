#include <rcim/kernel/multiply.hpp>
#include <rcim/kernel/reference.hpp>

#include <doctest/doctest.h>
#include <kernel/layer_kernels.hpp>

#include <vector>

namespace kernel = rcim::kernel;

namespace multiply_tests {

using rcim::index_t;
using namespace rcim_test;

TEST_CASE("multiply equals its reference bit for bit for every size around the tiles, and writes nothing else") {
    constexpr index_t lane = rcim::samples_per_block;
    const rcim::random_source source(1, rcim::purpose::test);
    std::uint64_t draw = 0;
    const auto below = [&](index_t bound) {
        return static_cast<index_t>(source.below(draw++, static_cast<std::uint32_t>(bound)));
    };
    for (index_t rows = 0; rows <= 17; ++rows) {
        for (index_t cols = 0; cols <= 9; ++cols) {
            for (const index_t count : {0, 1, 2, 7, 33}) {
                CAPTURE(rows);
                CAPTURE(cols);
                CAPTURE(count);
                // Terms anywhere, also twice the same and negative; columns of B may overlap; nothing is aligned.
                std::vector<kernel::term> terms;
                for (index_t t = 0; t < count; ++t) {
                    terms.push_back({static_cast<std::int32_t>(below(50)), static_cast<std::int32_t>(below(400) - 100)});
                }
                const index_t a_row = 50 + below(20);
                const index_t b_col = 3 * below(20);
                const bool by_columns = below(2) == 0;
                const index_t c_row = by_columns ? lane + 3 : (cols + 1) * lane + 5;
                const index_t c_col = by_columns ? (rows + 1) * (lane + 3) : lane;
                const floats a = random_groups((17 * a_row + 50) / lane + 1, draw);
                const floats b = random_groups((100 + 400 + 9 * b_col) / lane + 2, draw + 1);
                const floats bias = random_groups(2, draw + 2);
                floats c(static_cast<std::size_t>(1 + (rows + 1) * c_row + (cols + 1) * c_col + lane), 99.0f);
                floats expected = c;
                kernel::column_block block{.a = a.data(),
                                           .a_row = a_row,
                                           .rows = rows,
                                           .b = b.data() + 101,
                                           .b_col = b_col,
                                           .cols = cols,
                                           .c = c.data() + 1,
                                           .c_row = c_row,
                                           .c_col = c_col,
                                           .bias = count % 2 == 0 ? bias.data() : nullptr};
                kernel::multiply(block, terms);
                block.c = expected.data() + 1;
                kernel::reference::multiply(block, terms);
                CHECK(same(c, expected));
            }
        }
    }
}

TEST_CASE("multiply of no terms is the bias") {
    const floats a(16, 1.0f), b(64, 2.0f), bias(16, 3.5f);
    floats c(64, 0.0f);
    kernel::multiply({.a = a.data(),
                      .a_row = 1,
                      .rows = 2,
                      .b = b.data(),
                      .b_col = 16,
                      .cols = 2,
                      .c = c.data(),
                      .c_row = 32,
                      .c_col = 16,
                      .bias = bias.data()},
                     {});
    CHECK(same(c, floats(64, 3.5f)));
}

} // namespace multiply_tests
