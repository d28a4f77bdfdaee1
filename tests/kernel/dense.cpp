#include <rcim/kernel/dense.hpp>
#include <rcim/kernel/reference.hpp>

#include <doctest/doctest.h>
#include <kernel/layer_kernels.hpp>

#include <limits>
#include <string>

namespace kernel = rcim::kernel;
namespace reference = rcim::kernel::reference;

namespace dense_tests {

using rcim::index_t;
using namespace rcim_test;

constexpr index_t lane = rcim::samples_per_block;
constexpr float unset = std::numeric_limits<float>::quiet_NaN();

/// `out` rows of `in` random numbers, NaN behind them up to the stride.
floats padded_rows(index_t out, index_t in, index_t stride, std::uint64_t seed) {
    floats w(static_cast<std::size_t>(out * stride), unset);
    const rcim::random_source source(seed, rcim::purpose::test);
    for (index_t o = 0; o < out; ++o) {
        for (index_t i = 0; i < in; ++i) {
            w[static_cast<std::size_t>(o * stride + i)] = 2.0f * source.uniform(static_cast<std::uint64_t>(o * in + i)) - 1.0f;
        }
    }
    return w;
}

void check_dense(index_t in, index_t out, index_t stride, index_t blocks) {
    CAPTURE(in);
    CAPTURE(out);
    CAPTURE(stride);
    CAPTURE(blocks);
    const floats w = padded_rows(out, in, stride, 1);
    const floats bias = random_groups((out + lane - 1) / lane, 2);
    const floats x = random_groups(blocks * in, 3);
    const floats dy = random_groups(blocks * out, 4);
    floats y(static_cast<std::size_t>(blocks * out * lane), unset), y_biased = y;
    floats dx(static_cast<std::size_t>(blocks * in * lane), unset);
    floats dw(w.size(), 0.0f); // what lies behind a row becomes zero
    reference::dense_forward(in, out, stride, w.data(), nullptr, x.data(), y.data(), blocks);
    reference::dense_forward(in, out, stride, w.data(), bias.data(), x.data(), y_biased.data(), blocks);
    reference::dense_input_gradient(in, out, stride, w.data(), dy.data(), dx.data(), blocks);
    reference::dense_weight_gradient(in, out, stride, x.data(), dy.data(), dw.data(), blocks);
    for (const int threads : {1, 2, 3, 4}) {
        CAPTURE(threads);
        rcim::thread_pool pool(threads);
        kernel::dense op(in, out, stride);
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

std::string error_of_shape(index_t in, index_t out, index_t stride) {
    try {
        kernel::dense(in, out, stride);
    } catch (const rcim::error& e) {
        return e.what();
    }
    return "none";
}

TEST_CASE("dense kernels equal their references bit for bit on any number of threads") {
    for (const index_t out : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 31}) {
        for (const index_t in : {1, 2, 7, 8, 15, 16, 17, 33, 50}) {
            const index_t stride = (in + lane - 1) / lane * lane + (out % 3 == 0 ? lane : 0);
            check_dense(in, out, stride, 1 + (in + out) % 5);
        }
    }
}

TEST_CASE("dense kernels: every number of blocks around the shards") {
    for (const index_t blocks : {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 16, 17, 25}) {
        check_dense(19, 11, 32, blocks);
        check_dense(5, 3, 16, blocks);
    }
}

TEST_CASE("dense kernels: one object serves batches of any size after one another") {
    kernel::dense op(10, 4, 16);
    rcim::thread_pool pool(2);
    for (const index_t blocks : {9, 1, 3}) {
        const floats x = random_groups(blocks * 10, 5);
        const floats dy = random_groups(blocks * 4, 6);
        floats dw(64, unset), expected(64, 0.0f);
        op.weight_gradient(x.data(), dy.data(), dw.data(), blocks, pool);
        reference::dense_weight_gradient(10, 4, 16, x.data(), dy.data(), expected.data(), blocks);
        CHECK(same(dw, expected));
    }
}

TEST_CASE("dense kernels: impossible shapes") {
    CHECK(
        error_of_shape(0, 1, 16) ==
        "dense: shape: expected 1 to 2^27 inputs, at least one output and fewer than 2^31 weights, found 0 inputs, 1 outputs");
    CHECK(error_of_shape(1, 0, 16) != "none");
    CHECK(error_of_shape(17, 1, 16) != "none");
    CHECK(error_of_shape(16, index_t{1} << 27, 16) != "none");
    CHECK(error_of_shape(16, 4, 16) == "none");
}

TEST_CASE("bias_gradient equals its reference bit for bit on any number of threads") {
    for (const index_t channels : {1, 2, 3, 17}) {
        for (const index_t plane : {1, 2, 9, 25}) {
            for (const index_t blocks : {0, 1, 2, 7, 8, 9, 17}) {
                CAPTURE(channels);
                CAPTURE(plane);
                CAPTURE(blocks);
                const floats dy = random_groups(blocks * channels * plane, 7);
                floats expected(static_cast<std::size_t>(channels), unset);
                reference::bias_gradient(dy.data(), channels, plane, blocks, expected.data());
                for (const int threads : {1, 2, 3, 4}) {
                    rcim::thread_pool pool(threads);
                    floats db(expected.size(), unset);
                    kernel::bias_gradient(dy.data(), channels, plane, blocks, db.data(), pool);
                    CHECK(same(db, expected));
                }
            }
        }
    }
}

} // namespace dense_tests
