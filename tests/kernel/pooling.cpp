#include <rcim/kernel/pooling.hpp>
#include <rcim/kernel/reference_layers.hpp>

#include <doctest/doctest.h>
#include <kernel/layer_kernels.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace kernel = rcim::kernel;
namespace reference = rcim::kernel::reference;

namespace pooling_tests {

using kernel::pool_windows;
using rcim::index_t;
using namespace rcim_test;

floats groups_of_nan(index_t count) {
    return floats(static_cast<std::size_t>(count * rcim::samples_per_block), std::numeric_limits<float>::quiet_NaN());
}

void check_windows(const pool_windows& w, std::uint64_t seed) {
    CAPTURE(w.height);
    CAPTURE(w.width);
    CAPTURE(w.window_height);
    CAPTURE(w.window_width);
    CAPTURE(w.stride);
    const index_t in = w.height * w.width;
    const index_t out = w.out_height() * w.out_width();
    const floats x = difficult_groups(in, seed);
    const floats dy = random_groups(out, seed + 1);

    floats y = groups_of_nan(out), place = y, y_expected = y, place_expected = y;
    kernel::max_pool(w, x.data(), y.data(), place.data());
    reference::max_pool(w, x.data(), y_expected.data(), place_expected.data());
    CHECK(same(y, y_expected));
    CHECK(same(place, place_expected));

    floats dx = groups_of_nan(in), dx_expected = dx;
    kernel::max_pool_gradient(w, place.data(), dy.data(), dx.data());
    reference::max_pool_gradient(w, place.data(), dy.data(), dx_expected.data());
    // A sum that starts from zero has no negative zero, a stored one may.
    CHECK(dx == dx_expected);

    kernel::average_pool(w, x.data(), y.data());
    reference::average_pool(w, x.data(), y_expected.data());
    CHECK(same(y, y_expected));

    kernel::average_pool_gradient(w, dy.data(), dx.data());
    reference::average_pool_gradient(w, dy.data(), dx_expected.data());
    CHECK(dx == dx_expected);
}

TEST_CASE("pooling equals its reference bit for bit: all small planes, windows and strides") {
    std::uint64_t seed = 0;
    for (index_t height = 1; height <= 6; ++height) {
        for (index_t width = 1; width <= 7; width += 2) {
            for (index_t window = 1; window <= 4 && window <= std::min(height, width); ++window) {
                for (index_t stride = 1; stride <= 4; ++stride) {
                    check_windows({height, width, window, window, stride}, ++seed);
                }
            }
        }
    }
}

TEST_CASE("pooling equals its reference bit for bit: planes of real nets and windows that are not square") {
    check_windows({28, 28, 2, 2, 2}, 1);
    check_windows({11, 13, 2, 2, 2}, 2);
    check_windows({32, 32, 3, 3, 2}, 3);
    check_windows({8, 8, 8, 8, 1}, 4);
    check_windows({7, 5, 7, 5, 1}, 5);
    check_windows({9, 6, 1, 3, 3}, 6);
    check_windows({9, 6, 3, 2, 2}, 7);
}

TEST_CASE("pooling equals its reference bit for bit: padding on every side, counted or not") {
    std::uint64_t seed = 0;
    for (const index_t window : {2, 3, 4}) {
        for (const index_t stride : {1, 2, 3}) {
            for (index_t sides = 0; sides < 16; ++sides) {
                const auto side = [&](int n) { return (sides >> n & 1) * (window - 1 - (n & 1)); };
                check_windows({5, 6, window, window, stride, side(0), side(1), side(2), side(3), sides % 3 == 0}, ++seed);
            }
        }
    }
    check_windows({112, 112, 3, 3, 2, 1, 1, 1, 1}, ++seed); // the stem of a residual net
    check_windows({1, 1, 3, 2, 2, 1, 0, 1, 1, true}, ++seed);
    check_windows({7, 5, 1, 3, 2, 0, 2, 0, 2}, ++seed);
}

TEST_CASE("of equal maxima the first wins, NaN wins over numbers") {
    const pool_windows w{2, 2, 2, 2, 2};
    floats x(4 * 16, 1.0f), y(16), place(16);
    x[2 * 16 + 1] = std::numeric_limits<float>::quiet_NaN();
    x[0 * 16 + 2] = std::numeric_limits<float>::quiet_NaN();
    x[3 * 16 + 3] = 2.0f;
    kernel::max_pool(w, x.data(), y.data(), place.data());
    CHECK(place[0] == 0.0f);
    CHECK(y[0] == 1.0f);
    CHECK(std::isnan(y[1]));
    CHECK(place[1] == 2.0f);
    CHECK(std::isnan(y[2]));
    CHECK(place[2] == 0.0f);
    CHECK(y[3] == 2.0f);
    CHECK(place[3] == 3.0f);
}

} // namespace pooling_tests
