#include <rcim/kernel/reduce.hpp>
#include <rcim/kernel/reference.hpp>

#include <doctest/doctest.h>
#include <kernel/layer_kernels.hpp>

namespace kernel = rcim::kernel;

namespace reduce_tests {

using rcim::index_t;
using namespace rcim_test;

TEST_CASE("sum_of_squares equals its reference bit for bit on any number of threads") {
    // Groups of 16 around the chunk of 256 groups.
    for (const index_t groups : {0, 1, 2, 15, 255, 256, 257, 511, 512, 513, 1000, 2049}) {
        CAPTURE(groups);
        const floats x = random_groups(groups, static_cast<std::uint64_t>(groups));
        const double expected = kernel::reference::sum_of_squares(x);
        double exact = 0.0;
        for (const float v : x) {
            exact += static_cast<double>(v) * static_cast<double>(v);
        }
        CHECK(expected == doctest::Approx(exact).epsilon(1e-6));
        for (const int threads : {1, 2, 3, 4}) {
            rcim::thread_pool pool(threads);
            CHECK(kernel::sum_of_squares(x, pool) == expected);
        }
    }
}

TEST_CASE("sum_of_squares of nothing is zero, and NaN and infinity show") {
    rcim::thread_pool pool(2);
    CHECK(kernel::sum_of_squares({}, pool) == 0.0);
    floats x(8192, 1.0f);
    x[5000] = std::numeric_limits<float>::infinity();
    CHECK(std::isinf(kernel::sum_of_squares(x, pool)));
    x[17] = std::numeric_limits<float>::quiet_NaN();
    CHECK(std::isnan(kernel::sum_of_squares(x, pool)));
}

} // namespace reduce_tests
