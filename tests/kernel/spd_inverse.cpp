#include <rcim/core/random.hpp>
#include <rcim/kernel/reference_inverse.hpp>
#include <rcim/kernel/spd_inverse.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace kernel = rcim::kernel;

namespace spd_inverse_tests {

using rcim::index_t;
using rcim::matrix_view;

/// A symmetric, diagonally dominant matrix; a third of the entries beside the diagonal are positive unless all are to be negative.
std::vector<double> matrix_of(index_t n, std::uint64_t seed, bool conductances) {
    const rcim::random_source source(seed, rcim::purpose::test);
    std::vector<double> a(static_cast<std::size_t>(n * n), 0.0);
    std::vector<double> sums(static_cast<std::size_t>(n), 0.25);
    const auto at = [&](index_t r, index_t c) -> double& { return a[static_cast<std::size_t>(r * n + c)]; };
    for (index_t r = 0; r < n; ++r) {
        for (index_t c = 0; c < r; ++c) {
            const double x = source.uniform(static_cast<std::uint64_t>(r * n + c));
            at(r, c) = at(c, r) = conductances || x < 0.67 ? -x : x;
            sums[static_cast<std::size_t>(r)] += x;
            sums[static_cast<std::size_t>(c)] += x;
        }
    }
    for (index_t r = 0; r < n; ++r) {
        at(r, r) = sums[static_cast<std::size_t>(r)];
    }
    return a;
}

/// What a kernel must not read or keep is NaN.
kernel::blocked_rows lower_of(const std::vector<double>& a, index_t n) {
    kernel::blocked_rows lower(n, n);
    for (index_t r = 0; r < n; ++r) {
        for (index_t c = 0; c < n; ++c) {
            const bool above = c / kernel::blocked_rows::block > r / kernel::blocked_rows::block;
            lower(r, c) = above ? std::numeric_limits<double>::quiet_NaN() : c > r ? 1e3 : a[static_cast<std::size_t>(r * n + c)];
        }
    }
    return lower;
}

TEST_CASE("spd_inverse equals its reference bit for bit, and products with it theirs") {
    for (const index_t n : {0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 100, 128, 129}) {
        for (const bool conductances : {true, false}) {
            CAPTURE(n);
            const std::vector<double> a = matrix_of(n, 5 + static_cast<std::uint64_t>(n), conductances);
            std::vector<double> expected = a;
            const matrix_view<double> inverse(expected.data(), n, n);
            kernel::reference::spd_inverse(inverse);
            kernel::blocked_rows found = lower_of(a, n);
            kernel::spd_inverter invert(n);
            for (int repeated = 0; repeated < 2; ++repeated) { // scratch of the call before changes nothing
                found = lower_of(a, n);
                invert(found);
            }
            int broken = 0;
            double off = 0.0;
            for (index_t r = 0; r < n; ++r) {
                for (index_t c = 0; c < n; ++c) {
                    double sum = r == c ? -1.0 : 0.0;
                    for (index_t k = 0; k < n; ++k) {
                        sum += a[static_cast<std::size_t>(r * n + k)] * inverse(k, c);
                    }
                    off = std::max(off, std::abs(sum));
                    broken += c > r || found(r, c) == inverse(r, c) ? 0 : 1;
                }
            }
            CHECK(broken == 0);
            CHECK(off <= 1e-13);
            for (const index_t cols : {1, 15, 16, 17, 40}) {
                kernel::blocked_rows x(n, cols), y(n, cols);
                const rcim::random_source source(9, rcim::purpose::test);
                std::vector<double> dense(static_cast<std::size_t>(n * cols)), product(dense.size());
                for (index_t i = 0; i < n * cols; ++i) {
                    x(i / cols, i % cols) = dense[static_cast<std::size_t>(i)] = source.normal(static_cast<std::uint64_t>(i));
                }
                kernel::symmetric_product(found, x, y, cols);
                kernel::reference::product(inverse, {dense.data(), n, cols}, {product.data(), n, cols});
                int wrong = 0;
                for (index_t i = 0; i < n * cols; ++i) {
                    wrong += y(i / cols, i % cols) == product[static_cast<std::size_t>(i)] ? 0 : 1;
                }
                CHECK(wrong == 0);
            }
        }
    }
}

} // namespace spd_inverse_tests
