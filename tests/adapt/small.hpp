#pragma once

/// @file
/// A small network on a small chip, and tasks for it.

#include <rcim/adapt/task_book.hpp>
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/design/design.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/batch_norm.hpp>
#include <rcim/nn/conv2d.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/nn/map_weights.hpp>
#include <rcim/nn/max_pool.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/nn/relu.hpp>
#include <rcim/update/adam.hpp>

#include <vector>

namespace rcim_test {

using namespace rcim;

/// Two convolutions, a dense layer and a classifier on 28 x 28: 7 to 20 crossbars.
template <class Design>
network small_net(const Design& chip, std::uint64_t seed) {
    network net({1, 28, 28}, seed);
    net.emplace<conv2d<Design>>(
        chip, conv2d_options{.in_channels = 1, .out_channels = 8, .kernel = 5, .stride = 2, .bias = false}, seed, 0u);
    net.emplace<batch_norm<Design>>(chip, 8);
    net.emplace<relu>();
    net.emplace<conv2d<Design>>(
        chip, conv2d_options{.in_channels = 8, .out_channels = 16, .kernel = 3, .stride = 2, .bias = false}, seed, 1u);
    net.emplace<batch_norm<Design>>(chip, 16);
    net.emplace<relu>();
    net.emplace<dense<Design>>(chip, dense_options{.in = net.output_shape().size(), .out = 32}, seed, 2u);
    net.emplace<relu>();
    net.emplace<dense<Design>>(chip, dense_options{.in = 32, .out = 10}, seed, 3u);
    return net;
}

/// 8-bit weights on crossbars of 48 x 64 cells, whose largest code is what weights are at most.
template <class Map = bit_sliced<8, differential>>
auto small_chip(Map map = {}) {
    if constexpr (masks_columns<Map>()) {
        map.map.fitted = true;
        map.rows = 24;
    } else {
        map.fitted = true;
    }
    return design<>{}.with(multilevel_cell<2>{}).with(map).with(geometry<48, 64>{}).with(adam{.learning_rate = 2e-3f});
}
template <class Factor>
auto masked_chip() {
    return small_chip(column_masked<bit_sliced<8, differential>, Factor>{});
}

inline dataset small_digits(std::uint64_t seed = 1) {
    return procedural_digits({.train = 384, .test = 128, .seed = seed});
}

/// Another task: digits by their parity and size, with the grey values turned round.
inline dataset other_task() {
    dataset data = small_digits(5);
    for (image_set* const set : {&data.train, &data.test}) {
        for (auto& pixel : set->images) {
            pixel = static_cast<std::uint8_t>(255 - pixel);
        }
        for (auto& label : set->labels) {
            label = static_cast<std::uint8_t>((label * 3) % 10);
        }
    }
    return data;
}

/// All outputs of the test images, as they are.
inline std::vector<float> outputs_of(network& net, const dataset& data) {
    std::vector<float> all;
    thread_pool pool(1);
    batch_tensor x;
    std::vector<int> labels;
    std::vector<index_t> indices;
    for (index_t i = 0; i < std::min<index_t>(48, data.test.size()); ++i) {
        indices.push_back(i);
    }
    load_batch(data.test, indices, pixel_table(data.mean, data.deviation), x, labels, pool);
    const batch_tensor& y = net.forward(x, {.pool = pool, .seed = net.seed()});
    for (index_t s = 0; s < y.samples(); ++s) {
        for (index_t f = 0; f < y.shape().size(); ++f) {
            all.push_back(y.at(s, f));
        }
    }
    return all;
}

/// Codes of all cells and everything digital.
inline std::vector<float> weights_of(network& net) {
    std::vector<float> all;
    net.each([&](layer& one) {
        const parameter_view own = one.parameters();
        for (index_t o = 0; o < own.weights.rows; ++o) {
            all.insert(all.end(), own.weights.row(o).begin(), own.weights.row(o).end());
        }
        for (const auto& numbers : own.digital) {
            all.insert(all.end(), numbers.begin(), numbers.end());
        }
    });
    return all;
}

} // namespace rcim_test
