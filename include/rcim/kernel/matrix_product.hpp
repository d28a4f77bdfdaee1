#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/core/matrix_view.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/kernel/multiply.hpp>

#include <algorithm>
#include <vector>

namespace rcim::inline RCIM_ABI::kernel {

/// y = w x for row-major matrices anywhere in memory: y is w.rows x x.cols, x is w.cols x x.cols. Columns are taken 16 at a
/// time where they lie; the last incomplete group is copied. Each element is one chain of multiply-adds over w.cols, so a
/// column's bits do not depend on its neighbours. w.rows * w.cols * x.cols multiply-adds.
inline void matrix_product(matrix_view<const float> w, matrix_view<const float> x, matrix_view<float> y, thread_pool& pool) {
    constexpr index_t lane = samples_per_block;
    const index_t whole = x.cols / lane;
    const index_t rest = x.cols % lane;
    const auto terms_for = [&](index_t b_step) {
        std::vector<term> terms(static_cast<std::size_t>(w.cols));
        for (index_t k = 0; k < w.cols; ++k) {
            terms[static_cast<std::size_t>(k)] = {static_cast<std::int32_t>(k), static_cast<std::int32_t>(k * b_step)};
        }
        return terms;
    };
    if (w.cols * std::max(x.stride, lane) > 0x7fffffff) {
        fail("matrix_product", "x", "fewer than 2^31 floats", text(w.cols, " x ", x.stride));
    }
    if (whole > 0) {
        const std::vector<term> terms = terms_for(x.stride);
        constexpr index_t unit = 8;
        pool.run((w.rows + unit - 1) / unit, [&](index_t begin, index_t end) {
            const index_t first = begin * unit;
            multiply({.a = w.data + first * w.stride, .a_row = w.stride, .rows = std::min(w.rows, end * unit) - first, .b = x.data,
                      .b_col = lane, .cols = whole, .c = y.data + first * y.stride, .c_row = y.stride, .c_col = lane, .bias = nullptr},
                     terms);
        });
    }
    if (rest > 0) {
        const std::vector<term> terms = terms_for(lane);
        aligned_vector<float> in(static_cast<std::size_t>(w.cols * lane), 0.0f);
        aligned_vector<float> out(static_cast<std::size_t>(w.rows * lane));
        for (index_t k = 0; k < w.cols; ++k) {
            std::copy_n(x.data + k * x.stride + whole * lane, rest, in.data() + k * lane);
        }
        pool.run(w.rows, [&](index_t begin, index_t end) {
            multiply({.a = w.data + begin * w.stride, .a_row = w.stride, .rows = end - begin, .b = in.data(), .b_col = lane, .cols = 1,
                      .c = out.data() + begin * lane, .c_row = lane, .c_col = lane, .bias = nullptr},
                     terms);
        });
        for (index_t m = 0; m < w.rows; ++m) {
            std::copy_n(out.data() + m * lane, rest, y.data + m * y.stride + whole * lane);
        }
    }
}

} // namespace rcim::inline RCIM_ABI::kernel
