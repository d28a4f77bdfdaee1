#include <rcim/kernel/convolution.hpp>
#include <rcim/kernel/reference.hpp>

#include <doctest/doctest.h>
#include <kernel/layer_kernels.hpp>

#include <array>
#include <limits>
#include <string>

namespace kernel = rcim::kernel;
namespace reference = rcim::kernel::reference;

namespace convolution_tests {

using kernel::convolution_shape;
using rcim::index_t;
using namespace rcim_test;

constexpr index_t lane = rcim::samples_per_block;
constexpr float unset = std::numeric_limits<float>::quiet_NaN();

std::string to_text(const convolution_shape& s) {
    return rcim::text(rcim::to_text(s.in), " to ", s.out_channels, " by ", s.kernel_height, " x ", s.kernel_width, ", stride ",
                      s.stride, ", padding ", s.padding);
}

void check_convolution(const convolution_shape& shape, index_t weight_stride, index_t blocks, bool every_thread_count = false) {
    const std::string what = to_text(shape);
    CAPTURE(what);
    CAPTURE(weight_stride);
    CAPTURE(blocks);
    const index_t out = shape.out().size();
    // NaN behind each filter: nothing may read it, and the weight gradient leaves it alone.
    floats w(static_cast<std::size_t>(shape.out_channels * weight_stride), unset);
    const rcim::random_source source(1, rcim::purpose::test);
    for (index_t o = 0; o < shape.out_channels; ++o) {
        for (index_t i = 0; i < shape.inputs(); ++i) {
            const auto at = static_cast<std::size_t>(o * weight_stride + i);
            w[at] = 2.0f * source.uniform(at) - 1.0f;
        }
    }
    const floats bias = random_groups((shape.out_channels + lane - 1) / lane, 2);
    const floats x = random_groups(blocks * shape.in.size(), 3);
    const floats dy = random_groups(blocks * out, 4);
    floats y(static_cast<std::size_t>(blocks * out * lane), unset), y_biased = y;
    floats dx(static_cast<std::size_t>(blocks * shape.in.size() * lane), unset);
    floats dw(w.size(), unset);
    reference::convolution_forward(shape, weight_stride, w.data(), nullptr, x.data(), y.data(), blocks);
    reference::convolution_forward(shape, weight_stride, w.data(), bias.data(), x.data(), y_biased.data(), blocks);
    reference::convolution_input_gradient(shape, weight_stride, w.data(), dy.data(), dx.data(), blocks);
    reference::convolution_weight_gradient(shape, weight_stride, x.data(), dy.data(), dw.data(), blocks);
    const kernel::convolution op(shape, weight_stride);
    for (int threads = 1; threads <= (every_thread_count ? 4 : 2); ++threads) {
        CAPTURE(threads);
        rcim::thread_pool pool(threads);
        floats y_found(y.size(), unset), y_biased_found(y.size(), unset), dx_found(dx.size(), unset),
            dw_found(dw.size(), unset);
        op.forward(w.data(), nullptr, x.data(), y_found.data(), blocks, pool);
        op.forward(w.data(), bias.data(), x.data(), y_biased_found.data(), blocks, pool);
        op.input_gradient(w.data(), dy.data(), dx_found.data(), blocks, pool);
        op.weight_gradient(x.data(), dy.data(), dw_found.data(), blocks, pool);
        CHECK(same(y_found, y));
        CHECK(same(y_biased_found, y_biased));
        CHECK(same(dx_found, dx));
        CHECK(same(dw_found, dw));
    }
}

index_t multiply_adds(const convolution_shape& shape, index_t blocks) {
    return shape.out().size() * shape.inputs() * blocks * lane;
}

std::string error_of_shape(const convolution_shape& shape) {
    try {
        const kernel::convolution op(shape, shape.inputs());
    } catch (const rcim::error& e) {
        return e.what();
    }
    return "none";
}

TEST_CASE("convolution kernels equal their references bit for bit for random shapes") {
    const rcim::random_source source(11, rcim::purpose::test);
    std::uint64_t draw = 0;
    const auto pick = [&](auto&&... values) {
        const std::array<index_t, sizeof...(values)> all{values...};
        return all[source.below(draw++, static_cast<std::uint32_t>(all.size()))];
    };
    int checked = 0;
    int beyond = 0;
    while (checked < 400) {
        const convolution_shape shape{
            .in = {pick(1, 2, 3, 5, 6), pick(1, 2, 3, 4, 5, 7, 8, 9), pick(1, 2, 3, 4, 5, 7, 8, 9, 13)},
            .out_channels = pick(1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17),
            .kernel_height = pick(1, 2, 3, 5, 7),
            .kernel_width = pick(1, 2, 3, 5, 7),
            .stride = pick(1, 1, 2, 3),
            .padding = pick(0, 1, 2, 3)};
        const index_t blocks = pick(1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        if (shape.in.height + 2 * shape.padding < shape.kernel_height ||
            shape.in.width + 2 * shape.padding < shape.kernel_width || multiply_adds(shape, blocks) > 400'000) {
            continue;
        }
        beyond += shape.stride > shape.kernel_width || shape.in.width < shape.kernel_width ? 1 : 0;
        check_convolution(shape, shape.inputs() + pick(0, 1, 13), blocks);
        ++checked;
    }
    CHECK(beyond > 50);
}

TEST_CASE("convolution kernels: odd shapes") {
    // Input smaller than the kernel, positions and inputs that no tap reaches, one row, one column, kernels that are lines,
    // more than 48 channels in one group of taps.
    check_convolution({{1, 1, 1}, 1, 1, 1, 1, 0}, 1, 1);
    check_convolution({{1, 1, 1}, 3, 3, 3, 1, 1}, 9, 2);
    check_convolution({{2, 2, 2}, 3, 5, 5, 1, 2}, 64, 1);
    check_convolution({{2, 2, 3}, 3, 7, 5, 2, 3}, 80, 1);
    check_convolution({{1, 5, 5}, 2, 1, 1, 3, 2}, 16, 1); // stride beyond the kernel; positions in the padding alone
    check_convolution({{1, 2, 2}, 2, 1, 1, 1, 3}, 16, 2); // most of the result is the bias
    check_convolution({{3, 1, 17}, 5, 1, 5, 2, 0}, 16, 1);
    check_convolution({{3, 17, 1}, 5, 5, 1, 2, 0}, 16, 1);
    check_convolution({{2, 9, 9}, 4, 2, 2, 3, 0}, 8, 1); // inputs between the kernels
    check_convolution({{2, 4, 9}, 8, 1, 7, 1, 3}, 14, 1);
    check_convolution({{50, 3, 3}, 3, 1, 1, 1, 0}, 50, 1);
    check_convolution({{50, 3, 3}, 9, 3, 1, 1, 1}, 150, 1);
    check_convolution({{2, 3, 60}, 3, 3, 50, 1, 1}, 300, 1); // a filter row of 50 taps
    check_convolution({{1, 2, 100}, 2, 2, 3, 1, 1}, 6, 1);   // lines of more than 64 positions
}

TEST_CASE("convolution kernels: every number of blocks around the shards, on any number of threads") {
    for (const index_t blocks : {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 16, 17}) {
        check_convolution({{2, 5, 4}, 7, 3, 2, 1, 1}, 16, blocks, true);
        check_convolution({{3, 3, 3}, 4, 1, 1, 2, 0}, 4, blocks, true);
    }
}

TEST_CASE("convolution kernels: the shapes of LeNet-5 and ResNet-20 on any number of threads") {
    check_convolution({{1, 28, 28}, 6, 5, 5, 1, 2}, 32, 1, true);
    check_convolution({{6, 14, 14}, 16, 5, 5, 1, 0}, 160, 1, true);
    check_convolution({{16, 8, 8}, 32, 3, 3, 2, 1}, 144, 1, true);
}

TEST_CASE("convolution: impossible shapes") {
    CHECK(
        error_of_shape({{1, 5, 5}, 1, 3, 3, 0, 1}) ==
        "convolution: shape: expected kernel, stride and outputs of at least 1 and padding of at least 0, found kernel 3 x 3, "
        "stride 0, padding 1, outputs 1");
    CHECK(error_of_shape({{1, 5, 5}, 1, 3, 3, 1, -1}) != "none");
    CHECK(error_of_shape({{1, 5, 5}, 1, 0, 3, 1, 0}) != "none");
    CHECK(error_of_shape({{1, 5, 5}, 0, 3, 3, 1, 0}) != "none");
    CHECK(error_of_shape({{1, 2, 5}, 1, 5, 3, 1, 1}) ==
          "convolution: input: expected at least 5 x 3 with padding, found 4 x 7");
    CHECK(error_of_shape({{1, 2, 5}, 1, 5, 3, 1, 2}) == "none");
    CHECK(error_of_shape({{1 << 16, 64, 64}, 1, 1, 1, 1, 0}) ==
          "convolution: size: expected offsets below 2^31 floats within one sample block, found 2147483648");
}

} // namespace convolution_tests
