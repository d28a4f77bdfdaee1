#pragma once

#include <rcim/nn/average_pool.hpp>
#include <rcim/nn/batch_norm.hpp>
#include <rcim/nn/conv2d.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/nn/dropout.hpp>
#include <rcim/nn/fixed_affine.hpp>
#include <rcim/nn/max_pool.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/nn/outline.hpp>
#include <rcim/nn/relu.hpp>
#include <rcim/nn/reshape.hpp>
#include <rcim/nn/residual_block.hpp>
#include <rcim/nn/softmax.hpp>
#include <rcim/nn/zero_padding.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rcim::inline RCIM_ABI {

namespace detail {

/// Throws unless there are so many numbers, all of them finite.
inline void require_numbers(std::string_view what, std::span<const float> values, index_t count) {
    if (static_cast<index_t>(values.size()) != count) {
        fail("network_of", what, text(count, " numbers"), text(values.size()));
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) {
            fail("network_of", text(what, ", number ", i), "a finite number", text(values[i]));
        }
    }
}

/// Makes layers of outlines; those with weights are numbered in order, which is their place on the chip.
template <class Design>
class layer_maker {
public:
    layer_maker(const Design& chip, std::uint64_t seed) : chip_(chip), seed_(seed) {}

    [[nodiscard]] std::unique_ptr<layer> make(const layer_outline& one) {
        try {
            return std::visit([&](const auto& kind) { return of(kind); }, one.kind);
        } catch (const error& e) {
            throw error(one.name.empty() ? std::string(e.what()) : text(one.name, ": ", e.what()));
        }
    }

private:
    std::unique_ptr<layer> of(const conv2d_outline& o) {
        conv2d_options options = o.options;
        options.bias = !o.bias.empty();
        auto made = std::make_unique<conv2d<Design>>(chip_, options, seed_, place_);
        program(*made, o, {o.weights.data(), options.out_channels, options.in_channels * options.taps()});
        return made;
    }
    std::unique_ptr<layer> of(const dense_outline& o) {
        auto made = std::make_unique<dense<Design>>(chip_, dense_options{.in = o.in, .out = o.out, .bias = !o.bias.empty()},
                                                    seed_, place_);
        program(*made, o, {o.weights.data(), o.out, o.in});
        return made;
    }
    std::unique_ptr<layer> of(const batch_norm_outline& o) {
        const auto channels = static_cast<index_t>(o.scale.size());
        auto made = std::make_unique<batch_norm<Design>>(chip_, channels, o.epsilon);
        const std::vector<std::span<float>> into = made->parameters().digital;
        std::size_t n = 0;
        for (const std::vector<float>* values : {&o.scale, &o.shift, &o.mean, &o.variance}) {
            require_numbers("batch_norm", *values, channels);
            std::copy(values->begin(), values->end(), into[n++].begin());
        }
        if (const auto least = std::min_element(o.variance.begin(), o.variance.end()); *least < 0.0f) {
            fail("network_of", text("batch_norm, variance of channel ", least - o.variance.begin()), "0 or more", text(*least));
        }
        return made;
    }
    std::unique_ptr<layer> of(const relu_outline&) { return std::make_unique<relu>(); }
    std::unique_ptr<layer> of(const max_pool_outline& o) { return std::make_unique<max_pool>(o.window); }
    std::unique_ptr<layer> of(const average_pool_outline& o) { return std::make_unique<average_pool>(o.window); }
    std::unique_ptr<layer> of(const global_average_pool_outline&) { return std::make_unique<global_average_pool>(); }
    std::unique_ptr<layer> of(const dropout_outline& o) { return std::make_unique<dropout>(o.rate, dropouts_++); }
    std::unique_ptr<layer> of(const subsample_outline& o) { return std::make_unique<subsample>(o.channels, o.stride); }
    std::unique_ptr<layer> of(const zero_padding_outline& o) { return std::make_unique<zero_padding>(o.sides); }
    std::unique_ptr<layer> of(const reshape_outline& o) { return std::make_unique<reshape>(o.shape); }
    std::unique_ptr<layer> of(const fixed_affine_outline& o) {
        require_numbers("fixed_affine, scale", o.scale, static_cast<index_t>(o.scale.size()));
        require_numbers("fixed_affine, shift", o.shift, static_cast<index_t>(o.shift.size()));
        return std::make_unique<fixed_affine>(o.scale, o.shift);
    }
    std::unique_ptr<layer> of(const softmax_outline& o) { return std::make_unique<softmax>(o.logarithm); }
    std::unique_ptr<layer> of(const residual_outline& o) {
        sequence body = sequence_of(o.body);
        return std::make_unique<residual_block>(std::move(body), sequence_of(o.shortcut), o.rectified);
    }

    sequence sequence_of(const std::vector<layer_outline>& layers) {
        sequence result;
        for (const layer_outline& one : layers) {
            result.add(make(one));
        }
        return result;
    }

    template <class Layer, class Outline>
    void program(Layer& made, const Outline& o, const matrix_view<const float>& weights) {
        require_numbers("weights", o.weights, weights.size());
        require_numbers("bias", o.bias, o.bias.empty() ? 0 : weights.rows);
        made.program(weights);
        std::copy(o.bias.begin(), o.bias.end(), made.bias_values().begin());
        ++place_;
    }

    const Design& chip_;
    std::uint64_t seed_;
    std::uint32_t place_ = 0;
    std::uint32_t dropouts_ = 0;
};

} // namespace detail

/// The network of an outline on a chip: weights programmed into crossbars of this design, everything else digital. Layers with weights are
/// numbered in order, bodies of blocks before their shortcuts; the number is their place on the chip. Weights beyond the range of the
/// mapping are clipped where it has one: `bit_sliced{.fitted = true}` fits its unit to each layer. Throws `error`, which begins with the
/// name of the layer, where numbers are missing or not finite and where layers do not fit together.
template <class Design>
[[nodiscard]] network network_of(const network_outline& model, const Design& chip, std::uint64_t seed) {
    network net(model.input, seed);
    detail::layer_maker<Design> maker(chip, seed);
    for (const layer_outline& one : model.layers) {
        net.add(maker.make(one));
    }
    return net;
}

} // namespace rcim::inline RCIM_ABI
