#include <rcim/kernel/activation.hpp>
#include <rcim/kernel/reference_layers.hpp>

#include <doctest/doctest.h>
#include <kernel/layer_kernels.hpp>

namespace kernel = rcim::kernel;
namespace reference = rcim::kernel::reference;

namespace activation_tests {

using rcim::index_t;
using namespace rcim_test;

TEST_CASE("elementwise kernels equal their references bit for bit") {
    for (const index_t count : {0, 1, 2, 3, 7, 16, 33, 100}) {
        CAPTURE(count);
        const floats a = difficult_groups(count, 1);
        const floats b = difficult_groups(count, 2);
        floats relu(a.size()), add_relu(a.size()), gradient(a.size()), product(a.size()), sum = b;
        kernel::relu(a.data(), relu.data(), count);
        kernel::add_relu(a.data(), b.data(), add_relu.data(), count);
        kernel::relu_gradient(a.data(), b.data(), gradient.data(), count);
        kernel::multiply_elements(a.data(), b.data(), product.data(), count);
        kernel::add(a.data(), sum.data(), count);
        bool all = true;
        for (std::size_t i = 0; i < a.size(); ++i) {
            all = all && same(relu[i], reference::relu(a[i])) && same(add_relu[i], reference::relu(a[i] + b[i])) &&
                  same(gradient[i], reference::relu_gradient(a[i], b[i])) && same(product[i], a[i] * b[i]) &&
                  same(sum[i], b[i] + a[i]);
        }
        CHECK(all);
    }
}

TEST_CASE("elementwise kernels write nothing beyond their count") {
    const floats a = random_groups(4, 3);
    floats y(a.size(), 5.0f);
    kernel::relu(a.data(), y.data(), 3);
    CHECK(y[48] == 5.0f);
    CHECK(y[63] == 5.0f);
}

} // namespace activation_tests
