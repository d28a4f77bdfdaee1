#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/nn/network_of.hpp>
#include <rcim/update/sgd.hpp>

#include <nn/layer_checks.hpp>

#include <cmath>
#include <limits>
#include <string>

using namespace rcim_test;

namespace network_of_tests {

using rcim::map_shape;

constexpr auto digital = rcim::design<>{}.with(rcim::sgd{.learning_rate = 0.01f});

std::vector<float> numbers(std::size_t count, std::uint64_t seed) {
    const auto x = random_batch({static_cast<index_t>(count), 1, 1}, 1, seed);
    std::vector<float> result;
    for (std::size_t i = 0; i < count; ++i) {
        result.push_back(x.at(0, static_cast<index_t>(i)));
    }
    return result;
}

double largest_difference(rcim::network& a, rcim::network& b, index_t samples = 17) {
    rcim::thread_pool pool(1);
    const auto x = random_batch(a.input_shape(), samples, 5);
    const rcim::batch_tensor& y = a.forward(x, {pool});
    const rcim::batch_tensor& z = b.forward(x, {pool});
    REQUIRE(y.shape() == z.shape());
    double worst = 0.0;
    for (index_t n = 0; n < samples; ++n) {
        for (index_t f = 0; f < y.shape().size(); ++f) {
            worst = std::max(worst, std::fabs(static_cast<double>(y.at(n, f)) - static_cast<double>(z.at(n, f))));
        }
    }
    return worst;
}

TEST_CASE("network_of: the outline of a network is that network, on the same design bit for bit") {
    rcim::network lenet = rcim::lenet5(digital, 3);
    rcim::network again = rcim::network_of(lenet.outline(), digital, 4);
    CHECK(again.describe() == lenet.describe());
    CHECK(largest_difference(lenet, again) == 0.0);
    rcim::network residual = rcim::resnet8(digital, 3, {3, 8, 8});
    rcim::network copied = rcim::network_of(residual.outline(), digital, 4);
    CHECK(copied.describe() == residual.describe());
    CHECK(largest_difference(residual, copied) == 0.0);
}

TEST_CASE("network_of: weights fitted to codes of 16 bits, on a chip with faults of its own") {
    rcim::network lenet = rcim::lenet5(digital, 3);
    const auto mapped_with = [&](float p_stuck) {
        const auto chip = rcim::design<>{}
                              .with(rcim::multilevel_cell<2>{})
                              .with(rcim::bit_sliced<16, rcim::differential, rcim::nearest>{.fitted = true})
                              .with(rcim::geometry<64, 64>{})
                              .with(rcim::stuck_at{.p_stuck_hrs = p_stuck, .p_stuck_lrs = p_stuck / 2});
        return rcim::network_of(lenet.outline(), chip, 7);
    };
    rcim::network mapped = mapped_with(0.0f);
    CHECK(largest_difference(lenet, mapped) < 1e-4);
    CHECK(largest_difference(lenet, mapped) > 0.0);
    rcim::network faulty = mapped_with(0.02f);
    CHECK(faulty.census().stuck > 0);
    CHECK(largest_difference(lenet, faulty) > 1e-3);
    CHECK(faulty.outline().layers.size() == lenet.size());
}

TEST_CASE("network_of: errors name the layer") {
    const auto reason = [](const rcim::layer_outline& one) {
        return error_of([&] { (void)rcim::network_of({{1, 4, 4}, {one}}, digital, 1); });
    };
    rcim::dense_outline weights{.in = 2, .out = 2, .weights = {1, 2, 3}};
    CHECK(reason({"Gemm_1", weights}) == "Gemm_1: network_of: weights: expected 4 numbers, found 3");
    weights.weights.push_back(std::numeric_limits<float>::quiet_NaN());
    CHECK(reason({"Gemm_1", weights}) == "Gemm_1: network_of: weights, number 3: expected a finite number, found nan");
    weights.weights.back() = 4.0f;
    weights.bias = {1};
    CHECK(reason({"Gemm_1", weights}) == "Gemm_1: network_of: bias: expected 2 numbers, found 1");
    CHECK(reason({"", rcim::reshape_outline{{15, 1, 1}}}).find("reshape: input: expected 15 features, found 16 (1 x 4 x 4)") !=
          std::string::npos);
    CHECK(reason({"bn", rcim::batch_norm_outline{1e-5f, {1}, {0}, {0}, {-1}}}) ==
          "bn: network_of: batch_norm, variance of channel 0: expected 0 or more, found -1");
    CHECK(reason({"bn", rcim::batch_norm_outline{0.0f, {1}, {0}, {0}, {1}}}) ==
          "bn: batch_norm: epsilon: expected a positive number, found 0");
    CHECK(reason({"", rcim::fixed_affine_outline{{1, 2}, {1}}}).find("expected 1, 1 (channels) or 16 (features), found 2") !=
          std::string::npos);
}

TEST_CASE("conv2d: filters that are not square, in every plan") {
    for (const auto& [height, width] : {std::pair<index_t, index_t>{1, 3}, {3, 1}, {2, 3}}) {
        rcim::conv2d<std::remove_const_t<decltype(digital)>> subject(
            digital, {.in_channels = 2, .out_channels = 3, .kernel = height, .kernel_width = width, .stride = 2, .padding = 1},
            1, 0);
        CHECK(subject.output_shape({2, 5, 6}) == map_shape{3, (7 - height) / 2 + 1, (8 - width) / 2 + 1});
        check_gradients(subject, random_batch({2, 5, 6}, 17, 1));

        constexpr auto chip = rcim::design<>{}
                                  .with(rcim::multilevel_cell<2>{})
                                  .with(rcim::bit_sliced<8, rcim::differential, rcim::nearest>{})
                                  .with(rcim::geometry<4, 8>{})
                                  .with(rcim::bit_serial_dac<4>{})
                                  .with(rcim::uniform_adc<>{.bits = 4});
        using design = std::remove_const_t<decltype(chip)>;
        const rcim::conv2d_options options{
            .in_channels = 2, .out_channels = 3, .kernel = height, .kernel_width = width, .stride = 2, .padding = 1};
        rcim::network fast({2, 5, 6}, 1);
        fast.emplace<rcim::conv2d<design>>(chip, options, 1u, 0u);
        rcim::network judge({2, 5, 6}, 1);
        judge.emplace<rcim::conv2d<design, rcim::plan::reference>>(chip, options, 1u, 0u);
        CHECK(largest_difference(fast, judge) < 1e-6);
    }
}

TEST_CASE("pooling with padding: gradients, values, errors") {
    const rcim::pool_options window{.height = 3, .width = 2, .stride = 2, .top = 1, .left = 0, .bottom = 2, .right = 1};
    rcim::max_pool largest(window);
    CHECK(largest.output_shape({2, 5, 7}) == map_shape{2, 3, 4});
    CHECK(largest.describe() == "max_pool{.kernel = 3 x 2, .stride = 2, .padding = {1, 0, 2, 1}}");
    check_gradients(largest, separated_batch({2, 5, 7}, 17, 0.05f, 1));
    for (const bool counts : {false, true}) {
        rcim::pool_options mean = window;
        mean.count_padding = counts;
        rcim::average_pool subject(mean);
        check_gradients(subject, random_batch({2, 5, 7}, 17, 1));
        rcim::thread_pool pool(1);
        rcim::batch_tensor x({1, 1, 1}, 1), y;
        x.at(0, 0) = 6.0f;
        rcim::average_pool({.height = 2, .top = 1, .left = 1, .count_padding = counts}).forward(x, y, {pool});
        CHECK(y.at(0, 0) == (counts ? 1.5f : 6.0f));
        // Negative numbers: the padding is not a maximum of 0.
        x.at(0, 0) = -6.0f;
        rcim::max_pool({.height = 2, .top = 1, .left = 1}).forward(x, y, {pool});
        CHECK(y.at(0, 0) == -6.0f);
    }
    CHECK(error_of([] { rcim::max_pool({.height = 2, .top = 2}); }) ==
          "max_pool: padding: expected 0 to less than the kernel, 2 x 2, found 2, 0, 0, 0");
}

TEST_CASE("zero_padding: values and gradient") {
    rcim::zero_padding subject({.top = 1, .left = 2, .bottom = 0, .right = 1, .channels = 2});
    CHECK(subject.output_shape({2, 3, 4}) == map_shape{4, 4, 7});
    const auto x = random_batch({2, 3, 4}, 17, 1);
    check_gradients(subject, x);
    check_any_number_of_threads(
        [] { return std::make_unique<rcim::zero_padding>(rcim::zero_padding_options{.left = 1, .channels = 1}); }, {3, 5, 7});
    rcim::thread_pool pool(1);
    rcim::batch_tensor y;
    subject.forward(x, y, {pool});
    bool same = true;
    for (index_t f = 0; f < y.shape().size(); ++f) {
        const index_t c = f / 28, row = f / 7 % 4 - 1, col = f % 7 - 2;
        const bool inside = c < 2 && row >= 0 && col >= 0 && col < 4;
        same = same && y.at(16, f) == (inside ? x.at(16, (c * 3 + row) * 4 + col) : 0.0f);
    }
    CHECK(same);
    CHECK(error_of([] { rcim::zero_padding({.right = -1}); }) == "zero_padding: side: expected 0 to 2^20, found -1");
}

TEST_CASE("fixed_affine, reshape and softmax: gradients and values") {
    const auto x = random_batch({3, 2, 2}, 17, 1);
    for (const std::size_t scales : {1u, 3u, 12u}) {
        rcim::fixed_affine subject(numbers(scales, 2), numbers(scales == 3 ? 12 : 3, 3));
        check_gradients(subject, x);
    }
    rcim::thread_pool pool(1);
    rcim::batch_tensor y;
    rcim::fixed_affine({2}, {1, 2, 3}).forward(x, y, {pool});
    CHECK(y.at(16, 11) == doctest::Approx(2.0f * x.at(16, 11) + 3.0f));
    CHECK(y.at(3, 4) == doctest::Approx(2.0f * x.at(3, 4) + 2.0f));

    rcim::reshape vector({12, 1, 1});
    check_gradients(vector, x);
    vector.forward(x, y, {pool});
    CHECK(y.shape() == map_shape{12, 1, 1});
    CHECK(y.at(5, 7) == x.at(5, 7));

    for (const bool logarithm : {false, true}) {
        rcim::softmax subject(logarithm);
        check_gradients(subject, x);
        subject.forward(x, y, {pool});
        double sum = 0.0, ratio = 0.0;
        for (index_t f = 0; f < 12; ++f) {
            sum += static_cast<double>(logarithm ? std::exp(y.at(16, f)) : y.at(16, f));
        }
        ratio = logarithm ? static_cast<double>(y.at(16, 1) - y.at(16, 0))
                          : std::log(static_cast<double>(y.at(16, 1) / y.at(16, 0)));
        CHECK(sum == doctest::Approx(1.0).epsilon(1e-5));
        CHECK(ratio == doctest::Approx(static_cast<double>(x.at(16, 1) - x.at(16, 0))).epsilon(1e-4));
    }
}

TEST_CASE("residual_block: the sum without ReLU") {
    rcim::sequence body;
    body.emplace<rcim::fixed_affine>(std::vector<float>{-3.0f}, std::vector<float>{0.5f});
    rcim::residual_block subject(std::move(body), {}, false);
    CHECK(subject.describe().ends_with(".shortcut = {identity}, .rectified = false}"));
    check_gradients(subject, random_batch({2, 3, 4}, 17, 3));
    rcim::thread_pool pool(1);
    rcim::batch_tensor x({1, 1, 1}, 1), y;
    x.at(0, 0) = 1.0f;
    subject.forward(x, y, {pool});
    CHECK(y.at(0, 0) == -1.5f);
}

} // namespace network_of_tests
