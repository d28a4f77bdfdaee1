#pragma once

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/arriving.hpp>
#include <rcim/fault/chain.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/fault/wear_out.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/mapping/rounding.hpp>
#include <rcim/nn/batch_norm.hpp>
#include <rcim/nn/conv2d.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/nn/dropout.hpp>
#include <rcim/nn/max_pool.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/nn/relu.hpp>
#include <rcim/update/accumulated_rows.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/sgd.hpp>

#include <type_traits>

namespace rcim_test {

using namespace rcim;

/// Wear, faults that arrive, words and momentum that wait, roundings: what a chip keeps from step to step.
inline const auto worn_chip =
    design<>{}
        .with(multilevel_cell<2>{})
        .with(bit_sliced<8, differential, carried>{})
        .with(geometry<32, 32>{})
        .with(chain<stuck_at, arriving<stuck_at>, wear_out>{
            stuck_at{.p_stuck_hrs = 0.02f},
            arriving<stuck_at>{.first_epoch = 1, .last_epoch = 2, .inner = {.p_stuck_lrs = 0.05f}},
            wear_out{.mean = 12.0, .sigma = 0.5f}})
        .with(accumulated_rows<clipped_on_use<sgd>>{
            .codes = 0.5f, .inner = {.theta = 0.5f, .inner = {.learning_rate = 0.05f, .momentum = 0.9f}}});
using worn_chip_type = std::remove_const_t<decltype(worn_chip)>;

inline network worn_net() {
    network net({1, 28, 28}, 7);
    net.emplace<conv2d<worn_chip_type>>(worn_chip,
                                        conv2d_options{.in_channels = 1, .out_channels = 3, .kernel = 5, .stride = 3}, 7u, 0u);
    net.emplace<batch_norm<worn_chip_type>>(worn_chip, 3);
    net.emplace<relu>();
    net.emplace<max_pool>(2);
    net.emplace<dropout>(0.25f, 1u);
    net.emplace<dense<worn_chip_type>>(worn_chip, dense_options{.in = net.output_shape().size(), .out = 10}, 7u, 1u);
    return net;
}

} // namespace rcim_test
