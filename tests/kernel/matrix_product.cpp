#include <rcim/kernel/matrix_product.hpp>
#include <rcim/kernel/reference.hpp>

#include <doctest/doctest.h>
#include <kernel/layer_kernels.hpp>

#include <limits>

namespace kernel = rcim::kernel;

namespace matrix_product_tests {

using rcim::index_t;
using rcim::matrix_view;
using namespace rcim_test;

/// A matrix that starts anywhere, with NaN between its rows.
struct loose_matrix {
    floats storage;
    matrix_view<float> view;

    loose_matrix(index_t rows, index_t cols, index_t gap, std::uint64_t seed)
        : storage(static_cast<std::size_t>(3 + rows * (cols + gap) + 1), std::numeric_limits<float>::quiet_NaN()),
          view(storage.data() + 3, rows, cols, cols + gap) {
        const rcim::random_source source(seed, rcim::purpose::test);
        for (index_t r = 0; r < rows; ++r) {
            for (index_t c = 0; c < cols; ++c) {
                view(r, c) = 2.0f * source.uniform(static_cast<std::uint64_t>(r * cols + c)) - 1.0f;
            }
        }
    }
};

TEST_CASE("matrix_product equals its reference bit for bit, wherever the matrices lie and on any number of threads") {
    for (const index_t rows : {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 31}) {
        for (const index_t inner : {0, 1, 2, 15, 33}) {
            for (const index_t cols : {0, 1, 2, 15, 16, 17, 31, 32, 33, 48, 64, 65, 97, 113}) {
                CAPTURE(rows);
                CAPTURE(inner);
                CAPTURE(cols);
                const index_t gap = (rows + inner + cols) % 4;
                const loose_matrix w(rows, inner, gap, 1);
                const loose_matrix x(inner, cols, (gap * 5) % 7, 2);
                loose_matrix expected(rows, cols, gap, 3);
                kernel::reference::matrix_product(w.view, x.view, expected.view);
                for (const int threads : {1, 2, 3, 4}) {
                    rcim::thread_pool pool(threads);
                    loose_matrix y(rows, cols, gap, 4);
                    kernel::matrix_product(w.view, x.view, y.view, pool);
                    CHECK(same(y.storage, expected.storage));
                }
            }
        }
    }
}

TEST_CASE("matrix_product: a column's bits do not depend on its neighbours") {
    const loose_matrix w(13, 29, 0, 1);
    const loose_matrix x(29, 37, 0, 2);
    rcim::thread_pool pool(1);
    loose_matrix all(13, 37, 0, 3);
    kernel::matrix_product(w.view, x.view, all.view, pool);
    for (index_t n = 0; n < 37; ++n) {
        loose_matrix one(13, 1, 0, 4);
        kernel::matrix_product(w.view, {x.view.data + n, 29, 1, x.view.stride}, one.view, pool);
        bool equal = true;
        for (index_t m = 0; m < 13; ++m) {
            equal = equal && one.view(m, 0) == all.view(m, n);
        }
        CHECK(equal);
    }
}

} // namespace matrix_product_tests
