#pragma once

#include <rcim/core/matrix_view.hpp>

#include <cmath>
#include <vector>

namespace rcim::inline RCIM_ABI::kernel::reference {

/// a * b + c as `double_lanes::add_product` rounds it on this instruction set.
[[nodiscard]] inline double add_product(double a, double b, double c) {
#ifdef __FMA__
    return std::fma(a, b, c);
#else
    return a * b + c;
#endif
}

/// The inverse of a symmetric positive definite matrix in place, n x n, by Gauss-Jordan sweeps, one pivot after the other from the first
/// to the last: reads its lower triangle and fills both. n^3 multiply-adds and as many additions.
inline void spd_inverse(matrix_view<double> a) {
    const index_t n = a.rows;
    std::vector<double> p(static_cast<std::size_t>(n)), q(static_cast<std::size_t>(n));
    for (index_t k = 0; k < n; ++k) {
        const double inverse = 1.0 / a(k, k);
        for (index_t j = 0; j < n; ++j) {
            p[static_cast<std::size_t>(j)] = j < k ? a(k, j) : a(j, k);
            q[static_cast<std::size_t>(j)] = p[static_cast<std::size_t>(j)] * inverse;
        }
        for (index_t i = 0; i < n; ++i) {
            for (index_t j = 0; j <= i; ++j) {
                const double product_of = -q[static_cast<std::size_t>(i)];
                a(i, j) = i == k   ? q[static_cast<std::size_t>(j)]
                          : j == k ? q[static_cast<std::size_t>(i)]
                                   : add_product(product_of, p[static_cast<std::size_t>(j)], a(i, j));
            }
        }
        a(k, k) = -inverse;
    }
    for (index_t i = 0; i < n; ++i) {
        for (index_t j = 0; j <= i; ++j) {
            a(i, j) = -a(i, j);
            a(j, i) = a(i, j);
        }
    }
}

/// y = a x; each element one chain of multiply-adds over the columns of a.
inline void product(matrix_view<const double> a, matrix_view<const double> x, matrix_view<double> y) {
    for (index_t m = 0; m < y.rows; ++m) {
        for (index_t s = 0; s < y.cols; ++s) {
            double sum = 0.0;
            for (index_t k = 0; k < a.cols; ++k) {
                sum = add_product(a(m, k), x(k, s), sum);
            }
            y(m, s) = sum;
        }
    }
}

} // namespace rcim::inline RCIM_ABI::kernel::reference
