#include <rcim/core/batch_tensor.hpp>
#include <rcim/crossbar/circulant_matrix.hpp>
#include <rcim/kernel/circulant_product.hpp>
#include <rcim/kernel/convolution.hpp>
#include <rcim/kernel/dense.hpp>

#include <doctest/doctest.h>
#include <kernel/layer_kernels.hpp>

#include <cmath>
#include <vector>

using namespace rcim;
using namespace rcim_test;

namespace circulant_product_tests {

template <index_t K>
void check_transform() {
    CAPTURE(K);
    const floats x = random_groups(K, 1);
    lanes re[K / 2 + 1], im[K / 2 + 1];
    kernel::lane_transform<K>::forward(x.data(), samples_per_block, re, im);
    for (index_t f = 0; f <= K / 2; ++f) {
        alignas(64) float c[samples_per_block], s[samples_per_block];
        re[f].store(c);
        im[f].store(s);
        for (index_t l = 0; l < samples_per_block; ++l) {
            double real = 0.0;
            double imaginary = 0.0;
            for (index_t n = 0; n < K; ++n) {
                const double angle = -6.283185307179586 * static_cast<double>(n * f % K) / static_cast<double>(K);
                real += static_cast<double>(x[static_cast<std::size_t>(n * samples_per_block + l)]) * std::cos(angle);
                imaginary += static_cast<double>(x[static_cast<std::size_t>(n * samples_per_block + l)]) * std::sin(angle);
            }
            CHECK(std::abs(static_cast<double>(c[l]) - real) < 2e-6 * std::sqrt(static_cast<double>(K)));
            CHECK(std::abs(static_cast<double>(s[l]) - imaginary) < 2e-6 * std::sqrt(static_cast<double>(K)));
        }
    }
    floats back(x.size());
    kernel::lane_transform<K>::inverse(re, im, back.data(), samples_per_block);
    for (std::size_t i = 0; i < x.size(); ++i) {
        CHECK(std::abs(back[i] / static_cast<float>(K) - x[i]) < 1e-6f);
    }
}

/// The largest difference, relative to the largest number; both finite.
double difference(const float* a, const float* b, index_t count) {
    double worst = 0.0;
    double largest = 1e-30;
    for (index_t i = 0; i < count; ++i) {
        worst = std::max(worst, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
        largest = std::max(largest, std::abs(static_cast<double>(b[i])));
    }
    return worst / largest;
}

template <index_t K, class Kernel, class Make>
void compare(const kernel::circulant_extents& e, index_t blocks, std::uint64_t seed, Make&& make) {
    CAPTURE(K);
    CAPTURE(e.outputs);
    CAPTURE(e.channels);
    CAPTURE(blocks);
    constexpr double tolerance = 3e-6;
    const circulant_matrix m{K, 1, e.outputs, e.channels, e.taps};
    const auto stride_of = [](index_t n) { return (n + 15) / 16 * 16; };
    const index_t stride = stride_of(m.stored_inputs());
    const index_t full_stride = stride_of(m.inputs());
    thread_pool pool(1);
    thread_pool three(3);
    const floats w = random_groups(m.stored_outputs() * stride / 16, seed);
    floats full(static_cast<std::size_t>(e.outputs * full_stride));
    m.expand({w.data(), m.stored_outputs(), m.stored_inputs(), stride}, full.data(), full_stride, nullptr);
    const floats x = random_groups(blocks * e.channels * e.in_plane, seed + 1);
    const floats dy = random_groups(blocks * e.outputs * e.out_plane, seed + 2);
    const floats bias = random_groups((e.outputs + 15) / 16, seed + 3);

    Kernel judge = make(e.channels, e.outputs, full_stride);
    kernel::circulant_product<K, Kernel> subject(e, make);
    kernel::circulant_product<K, Kernel> threaded(e, make);
    subject.take(w.data(), stride, pool);
    threaded.take(w.data(), stride, three);

    floats expected(dy.size()), found(dy.size()), other(dy.size());
    judge.forward(full.data(), bias.data(), x.data(), expected.data(), blocks, pool);
    subject.forward(bias.data(), x.data(), found.data(), blocks, pool);
    threaded.forward(bias.data(), x.data(), other.data(), blocks, three);
    CHECK(difference(found.data(), expected.data(), static_cast<index_t>(found.size())) < tolerance);
    CHECK(found == other);
    judge.forward(full.data(), nullptr, x.data(), expected.data(), blocks, pool);
    subject.forward(nullptr, x.data(), found.data(), blocks, pool);
    CHECK(difference(found.data(), expected.data(), static_cast<index_t>(found.size())) < tolerance);

    floats expected_dx(x.size()), found_dx(x.size()), other_dx(x.size());
    judge.input_gradient(full.data(), dy.data(), expected_dx.data(), blocks, pool);
    subject.input_gradient(dy.data(), found_dx.data(), blocks, pool);
    threaded.input_gradient(dy.data(), other_dx.data(), blocks, three);
    CHECK(difference(found_dx.data(), expected_dx.data(), static_cast<index_t>(x.size())) < tolerance);
    CHECK(found_dx == other_dx);

    floats full_gradient(full.size(), 0.0f), expected_dw(w.size(), 0.0f), found_dw(w.size(), 0.0f), other_dw(w.size(), 0.0f);
    judge.weight_gradient(x.data(), dy.data(), full_gradient.data(), blocks, pool);
    m.reduce(full_gradient.data(), full_stride, expected_dw.data(), stride, pool);
    subject.weight_gradient(x.data(), dy.data(), found_dw.data(), stride, blocks, pool);
    threaded.weight_gradient(x.data(), dy.data(), other_dw.data(), stride, blocks, three);
    CHECK(difference(found_dw.data(), expected_dw.data(), static_cast<index_t>(w.size())) < tolerance);
    CHECK(found_dw == other_dw);
    int strays = 0; // by weights that stand nowhere, exactly nothing
    for (std::size_t i = 0; i < w.size(); ++i) {
        strays += expected_dw[i] == 0.0f && found_dw[i] != 0.0f ? 1 : 0;
    }
    CHECK(strays == 0);
}

template <index_t K>
void compare_shapes() {
    const random_source draw(static_cast<std::uint64_t>(K), purpose::test);
    std::uint32_t n = 0;
    const auto below = [&](std::uint32_t bound) { return static_cast<index_t>(draw.below(n++, bound)); };
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        const auto most = static_cast<std::uint32_t>(3 * K);
        const index_t channels =
            seed < 3 ? K - 1 + static_cast<index_t>(seed) : 1 + below(most); // one block, one less and one more
        const index_t outputs = seed < 3 ? K + 1 - static_cast<index_t>(seed) : 1 + below(most);
        const kernel::convolution_shape shape{.in = {channels, 3 + below(3), 3 + below(3)},
                                              .out_channels = outputs,
                                              .kernel_height = 1 + below(3),
                                              .kernel_width = 1 + below(3),
                                              .stride = 1 + below(2),
                                              .padding = below(2)};
        compare<K, kernel::convolution>({outputs, channels, shape.taps(), shape.in.plane(), shape.out().plane()}, 1 + below(2),
                                        seed, [&](index_t in, index_t out, index_t stride) {
                                            kernel::convolution_shape own = shape;
                                            own.in.channels = in;
                                            own.out_channels = out;
                                            return kernel::convolution(own, stride);
                                        });
        compare<K, kernel::dense>({outputs, channels, 1, 1, 1}, 1 + below(9), seed,
                                  [](index_t in, index_t out, index_t stride) { return kernel::dense(in, out, stride); });
    }
}

TEST_CASE("circulant products: the transform of real numbers is the sum that defines it, and comes back") {
    check_transform<1>();
    check_transform<2>();
    check_transform<4>();
    check_transform<8>();
    check_transform<16>();
    check_transform<64>();
    check_transform<256>();
}

TEST_CASE("circulant products: products and both gradients are those of the expanded matrix, on any number of threads") {
    compare_shapes<2>();
    compare_shapes<4>();
    compare_shapes<8>();
    compare_shapes<16>();
    compare_shapes<64>();
}

} // namespace circulant_product_tests
