#pragma once

/// @file
/// The numeric gradient check that every layer is put through.
///
/// L(x, w) = sum of r * y over the samples that exist, with random r in [-1, 1), summed in double. `backward` with dy = r
/// has to give the derivatives of L, which are also taken by differences. An element passes if the central difference
/// agrees, or one of the one-sided ones: where a kink (relu, maximum) lies inside the interval, the derivative is that of
/// one side.

#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/random.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/nn/layer.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace rcim_test {

using rcim::index_t;

/// One array of parameters: how to read and set a number, and the gradient by it after `backward`. `set` is called once
/// with a changed number and once to put it back; a layer that programs its weights does so there.
struct checked_parameter {
    std::string name;
    index_t size = 0;
    std::function<float(index_t)> get;
    std::function<void(index_t, float)> set;
    std::function<float(index_t)> gradient;
};

/// Parameters that are plain numbers in memory. The spans have to stay valid.
inline checked_parameter parameter_in_memory(std::string name, std::span<float> value, std::span<const float> gradient) {
    const auto at = [](index_t i) { return static_cast<std::size_t>(i); };
    return {std::move(name), static_cast<index_t>(value.size()), [=](index_t i) { return value[at(i)]; },
            [=](index_t i, float number) { value[at(i)] = number; }, [=](index_t i) { return gradient[at(i)]; }};
}

struct gradient_check_options {
    float step = 1e-2f;      ///< of the differences; a power of two adds no rounding of its own
    double tolerance = 2e-3; ///< of |difference - backward| / max(1, |backward|)
    index_t elements = 200;  ///< of each array at most, spread evenly
    bool training = true;
    std::uint64_t seed = 1;
};

/// Random numbers in [-1, 1). Lanes beyond the last sample hold 1000, which no result may depend on.
inline rcim::batch_tensor random_batch(rcim::map_shape shape, index_t samples, std::uint64_t seed) {
    rcim::batch_tensor x(shape, samples);
    std::fill_n(x.data(), x.blocks() * x.block_stride(), 1000.0f);
    const rcim::random_source source(seed, rcim::purpose::test);
    for (index_t n = 0; n < samples; ++n) {
        for (index_t f = 0; f < shape.size(); ++f) {
            x.at(n, f) = 2.0f * source.uniform(static_cast<std::uint64_t>(n * shape.size() + f)) - 1.0f;
        }
    }
    return x;
}

/// Odd multiples of spacing / 2 in random order: no two numbers of the batch, and no number and zero, are closer than that. For
/// layers with kinks.
inline rcim::batch_tensor separated_batch(rcim::map_shape shape, index_t samples, float spacing, std::uint64_t seed) {
    rcim::batch_tensor x = random_batch(shape, samples, seed);
    std::vector<index_t> order(static_cast<std::size_t>(samples * shape.size()));
    std::iota(order.begin(), order.end(), index_t{0});
    const rcim::random_source source(seed, rcim::purpose::shuffle);
    for (std::size_t i = order.size(); i > 1; --i) {
        std::swap(order[i - 1], order[source.below(i, static_cast<std::uint32_t>(i))]);
    }
    const auto middle = static_cast<float>(order.size() / 2) - 0.5f;
    for (index_t i = 0; i < static_cast<index_t>(order.size()); ++i) {
        x.at(i / shape.size(), i % shape.size()) = (static_cast<float>(order[static_cast<std::size_t>(i)]) - middle) * spacing;
    }
    return x;
}

/// The same random numbers with zeros in the lanes beyond the last sample: a gradient by an output.
inline rcim::batch_tensor random_gradient(rcim::map_shape shape, index_t samples, std::uint64_t seed) {
    rcim::batch_tensor dy = random_batch(shape, samples, seed);
    for (index_t n = samples; n < dy.blocks() * rcim::samples_per_block; ++n) {
        for (index_t f = 0; f < shape.size(); ++f) {
            dy.at(n, f) = 0.0f;
        }
    }
    return dy;
}

/// True if all numbers of the lanes beyond the last sample are zero.
inline bool spare_lanes_are_zero(const rcim::batch_tensor& x) {
    for (index_t n = x.samples(); n < x.blocks() * rcim::samples_per_block; ++n) {
        for (index_t f = 0; f < x.shape().size(); ++f) {
            if (x.at(n, f) != 0.0f) {
                return false;
            }
        }
    }
    return true;
}

/// Checks the gradients by x and by the parameters, that dx does not depend on what it held, that its spare lanes are zero,
/// and that the gradients by the parameters do not depend on whether dx is wanted.
inline void check_gradients(rcim::layer& subject, rcim::batch_tensor x, const std::vector<checked_parameter>& parameters = {},
                            const gradient_check_options& options = {}) {
    INFO("gradient check of ", subject.describe(), ", ", x.samples(), " samples of ", rcim::to_text(x.shape()));
    rcim::thread_pool pool(1);
    const rcim::pass_context context{pool, options.training, options.seed, 0};
    const rcim::map_shape out = subject.output_shape(x.shape());
    const rcim::batch_tensor dy = random_gradient(out, x.samples(), options.seed + 1);

    rcim::batch_tensor y;
    const auto functional = [&] {
        subject.forward(x, y, context);
        double sum = 0.0;
        for (index_t n = 0; n < y.samples(); ++n) {
            for (index_t f = 0; f < out.size(); ++f) {
                sum += static_cast<double>(dy.at(n, f)) * static_cast<double>(y.at(n, f));
            }
        }
        return sum;
    };
    const double middle = functional();
    REQUIRE(y.shape() == out);
    REQUIRE(y.samples() == x.samples());

    rcim::batch_tensor dx(x.shape(), x.samples());
    std::fill_n(dx.data(), dx.blocks() * dx.block_stride(), 77.0f);
    subject.backward(x, y, dy, &dx, context);
    REQUIRE(dx.shape() == x.shape());
    REQUIRE(dx.samples() == x.samples());
    CHECK(spare_lanes_are_zero(dx));
    std::vector<std::vector<float>> gradients;
    for (const checked_parameter& p : parameters) {
        auto& own = gradients.emplace_back();
        for (index_t i = 0; i < p.size; ++i) {
            own.push_back(p.gradient(i));
        }
    }
    subject.backward(x, y, dy, nullptr, context);
    for (std::size_t p = 0; p < parameters.size(); ++p) {
        bool same = true;
        for (index_t i = 0; i < parameters[p].size; ++i) {
            same = same && parameters[p].gradient(i) == gradients[p][static_cast<std::size_t>(i)];
        }
        CHECK_MESSAGE(same, parameters[p].name, " depends on dx");
    }

    const auto check_array = [&](const std::string& name, index_t size, const auto& get, const auto& set,
                                 const auto& expected) {
        double worst = 0.0;
        std::string where = "none";
        const index_t stride = std::max<index_t>(1, (size + options.elements - 1) / options.elements);
        for (index_t i = 0; i < size; i += stride) {
            const float value = get(i);
            const float above = value + options.step;
            const float below = value - options.step;
            set(i, above);
            const double high = functional();
            set(i, below);
            const double low = functional();
            set(i, value);
            const double up = static_cast<double>(above) - static_cast<double>(value);
            const double down = static_cast<double>(value) - static_cast<double>(below);
            const double gradient = static_cast<double>(expected(i));
            const double central = (high - low) / (up + down);
            double deviation = std::abs(central - gradient);
            deviation = std::min(deviation, std::abs((high - middle) / up - gradient));
            deviation = std::min(deviation, std::abs((middle - low) / down - gradient));
            deviation /= std::max(1.0, std::abs(gradient));
            if (!(deviation <= worst)) {
                worst = deviation;
                where = rcim::text("element ", i, ": backward ", gradient, ", difference ", central);
            }
        }
        CHECK_MESSAGE(worst <= options.tolerance, name, ": ", where);
    };

    const index_t features = x.shape().size();
    check_array(
        "x", x.samples() * features, [&](index_t i) { return x.at(i / features, i % features); },
        [&](index_t i, float value) { x.at(i / features, i % features) = value; },
        [&](index_t i) { return dx.at(i / features, i % features); });
    for (std::size_t p = 0; p < parameters.size(); ++p) {
        check_array(parameters[p].name, parameters[p].size, parameters[p].get, parameters[p].set,
                    [&](index_t i) { return gradients[p][static_cast<std::size_t>(i)]; });
    }
}

} // namespace rcim_test
