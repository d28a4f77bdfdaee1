#pragma once

/// @file
/// The networks of the papers, over any design. Layers with weights are numbered in order; the number is their place on the
/// chip.

#include <rcim/nn/average_pool.hpp>
#include <rcim/nn/batch_norm.hpp>
#include <rcim/nn/conv2d.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/nn/max_pool.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/nn/relu.hpp>
#include <rcim/nn/residual_block.hpp>

#include <array>

namespace rcim::inline RCIM_ABI {

/// LeNet-5 after LeCun et al. 1998 in the form that is usual today: two 5 x 5 convolutions of 6 and 16 filters, the first padded
/// so that 28 x 28 counts as 32 x 32, each with 2 x 2 max pooling and ReLU (pooled first, which is the same and cheaper), then
/// 120, 84 and `classes` outputs. 61,706 parameters for 1 x 28 x 28.
template <class Design>
[[nodiscard]] network lenet5(const Design& chip, std::uint64_t seed, map_shape input = {1, 28, 28}, index_t classes = 10) {
    network net(input, seed);
    const index_t padding = input.height < 32 ? 2 : 0;
    net.emplace<conv2d<Design>>(chip, conv2d_options{.in_channels = input.channels, .out_channels = 6, .kernel = 5, .padding = padding}, seed, 0u);
    net.emplace<max_pool>(2);
    net.emplace<relu>();
    net.emplace<conv2d<Design>>(chip, conv2d_options{.in_channels = 6, .out_channels = 16, .kernel = 5}, seed, 1u);
    net.emplace<max_pool>(2);
    net.emplace<relu>();
    net.emplace<dense<Design>>(chip, dense_options{.in = net.output_shape().size(), .out = 120}, seed, 2u);
    net.emplace<relu>();
    net.emplace<dense<Design>>(chip, dense_options{.in = 120, .out = 84}, seed, 3u);
    net.emplace<relu>();
    net.emplace<dense<Design>>(chip, dense_options{.in = 84, .out = classes}, seed, 4u);
    return net;
}

struct vgg8_options {
    bool batch_norm = true;
    std::array<index_t, 3> filters{32, 64, 128}; ///< of the convolutions, two with as many each
    index_t hidden = 256;                        ///< outputs of the first dense layer
};

/// VGG-8: 3 x 3 convolutions of 32, 32, 64, 64, 128 and 128 filters (or as `options` has it) with 2 x 2 max pooling after every second, then two dense
/// layers. Extents of the input are at least 8.
template <class Design>
[[nodiscard]] network vgg8(const Design& chip, std::uint64_t seed, map_shape input = {3, 32, 32}, index_t classes = 10,
                           vgg8_options options = {}) {
    constexpr float he = 2.4494897f;
    network net(input, seed);
    std::uint32_t place = 0;
    for (const index_t filters : options.filters) {
        for (int n = 0; n < 2; ++n) {
            net.emplace<conv2d<Design>>(chip,
                                        conv2d_options{.in_channels = net.output_shape().channels, .out_channels = filters, .kernel = 3,
                                                       .padding = 1, .bias = !options.batch_norm, .gain = he},
                                        seed, place++);
            if (options.batch_norm) {
                net.emplace<batch_norm<Design>>(chip, filters);
            }
            if (n == 1) {
                net.emplace<max_pool>(2);
            }
            net.emplace<relu>();
        }
    }
    net.emplace<dense<Design>>(chip, dense_options{.in = net.output_shape().size(), .out = options.hidden, .gain = he}, seed, place++);
    net.emplace<relu>();
    net.emplace<dense<Design>>(chip, dense_options{.in = options.hidden, .out = classes}, seed, place++);
    return net;
}

/// The residual net of He et al. 2016 for CIFAR-10 with `depth` = 6n + 2 layers of weights: three stages of n blocks with 16, 32 and 64
/// filters, parameter-free shortcuts (option A), global average pooling. 8, 20, 32, 44, 56 and 110 are usual; throws `error` on a depth
/// that is not 6n + 2.
template <class Design>
[[nodiscard]] network resnet(const Design& chip, std::uint64_t seed, index_t depth, map_shape input = {3, 32, 32}, index_t classes = 10) {
    constexpr float he = 2.4494897f;
    if (depth < 8 || depth % 6 != 2) {
        fail("resnet", "depth", "6n + 2 with n of at least 1", text(depth));
    }
    network net(input, seed);
    std::uint32_t place = 0;
    const auto convolve = [&](auto& to, index_t from, index_t filters, index_t stride) {
        to.template emplace<conv2d<Design>>(chip,
                                            conv2d_options{.in_channels = from, .out_channels = filters, .kernel = 3, .stride = stride,
                                                           .padding = 1, .bias = false, .gain = he},
                                            seed, place++);
        to.template emplace<batch_norm<Design>>(chip, filters);
    };
    convolve(net, input.channels, 16, 1);
    net.emplace<relu>();
    for (const index_t filters : {16, 32, 64}) {
        for (index_t block = 0; block < (depth - 2) / 6; ++block) {
            const index_t from = net.output_shape().channels;
            const index_t stride = from != filters ? 2 : 1;
            sequence body;
            convolve(body, from, filters, stride);
            body.emplace<relu>();
            convolve(body, filters, filters, 1);
            sequence shortcut;
            if (from != filters) {
                shortcut.emplace<subsample>(filters, stride);
            }
            net.emplace<residual_block>(std::move(body), std::move(shortcut));
        }
    }
    net.emplace<global_average_pool>();
    net.emplace<dense<Design>>(chip, dense_options{.in = 64, .out = classes}, seed, place++);
    return net;
}

/// ResNet-8: 75,290 parameters for 3 x 32 x 32 and 10 classes.
template <class Design>
[[nodiscard]] network resnet8(const Design& chip, std::uint64_t seed, map_shape input = {3, 32, 32}, index_t classes = 10) {
    return resnet(chip, seed, 8, input, classes);
}

/// ResNet-20: 269,722 parameters.
template <class Design>
[[nodiscard]] network resnet20(const Design& chip, std::uint64_t seed, map_shape input = {3, 32, 32}, index_t classes = 10) {
    return resnet(chip, seed, 20, input, classes);
}

/// ResNet-32: 464,154 parameters.
template <class Design>
[[nodiscard]] network resnet32(const Design& chip, std::uint64_t seed, map_shape input = {3, 32, 32}, index_t classes = 10) {
    return resnet(chip, seed, 32, input, classes);
}

} // namespace rcim::inline RCIM_ABI
