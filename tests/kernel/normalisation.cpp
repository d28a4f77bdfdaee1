#include <rcim/kernel/normalisation.hpp>
#include <rcim/kernel/reference_layers.hpp>

#include <doctest/doctest.h>
#include <kernel/layer_kernels.hpp>

#include <limits>

namespace kernel = rcim::kernel;
namespace reference = rcim::kernel::reference;

namespace normalisation_tests {

using rcim::index_t;
using namespace rcim_test;

TEST_CASE("sums and maps of a channel equal their references bit for bit") {
    constexpr index_t lane = rcim::samples_per_block;
    for (const index_t samples : {1, 15, 16, 17, 40, 64, 100, 129, 200}) {
        for (const index_t plane : {1, 3, 16, 35}) {
            CAPTURE(samples);
            CAPTURE(plane);
            // The channel lies between others.
            const index_t channels = 3;
            const kernel::channel_layout layout{samples, plane, channels * plane * lane};
            const index_t groups = layout.blocks() * channels * plane;
            floats x = random_groups(groups, 1);
            floats dy = random_groups(groups, 2);
            for (index_t n = samples; n < layout.blocks() * lane; ++n) {
                for (index_t p = 0; p < channels * plane; ++p) {
                    const auto at = static_cast<std::size_t>((n / lane * channels * plane + p) * lane + n % lane);
                    x[at] = std::numeric_limits<float>::max();
                    dy[at] = 0.0f;
                }
            }
            const index_t first = plane * lane;
            const float* const own_x = x.data() + first;
            const float* const own_dy = dy.data() + first;
            const float mean = 0.125f;
            CHECK(kernel::channel_sum(own_x, layout) == reference::channel_sum(own_x, layout));
            CHECK(kernel::channel_square_sum(own_x, mean, layout) == reference::channel_square_sum(own_x, mean, layout));
            const auto sums = kernel::channel_gradients(own_x, own_dy, mean, layout);
            const auto expected = reference::channel_gradients(own_x, own_dy, mean, layout);
            CHECK(sums.dy == expected.dy);
            CHECK(sums.dy_x == expected.dy_x);

            floats y(x.size(), 7.0f);
            floats dx(x.size(), 7.0f);
            kernel::channel_forward(own_x, y.data() + first, mean, 1.7f, -0.3f, layout);
            kernel::channel_backward(own_x, own_dy, dx.data() + first, mean, 1.7f, 0.01f, 0.9f, layout);
            bool all = true;
            for (index_t i = 0; i < groups * lane; ++i) {
                const auto at = static_cast<std::size_t>(i);
                const bool own = i / (plane * lane) % channels == 1;
                const bool exists = i / layout.block_stride * lane + i % lane < samples;
                if (!own) {
                    all = all && y[at] == 7.0f && dx[at] == 7.0f;
                } else if (!exists) {
                    all = all && dx[at] == 0.0f;
                } else {
                    all = all && same(y[at], reference::channel_forward(x[at], mean, 1.7f, -0.3f)) &&
                          dx[at] == reference::channel_backward(x[at], dy[at], mean, 1.7f, 0.01f, 0.9f);
                }
            }
            CHECK(all);
        }
    }
}

TEST_CASE("sums of no samples are zero") {
    const kernel::channel_layout layout{0, 4, 64};
    CHECK(kernel::channel_sum(nullptr, layout) == 0.0f);
    CHECK(kernel::channel_square_sum(nullptr, 1.0f, layout) == 0.0f);
}

} // namespace normalisation_tests
