#pragma once

/// @file
/// The networks that the tests of this room use. Made in one file, because layers are what takes long to compile.

#include <rcim/nn/network.hpp>
#include <rcim/nn/outline.hpp>

#include <cstdint>

namespace rcim_test {

/// On no chip at all: weights are floats.
rcim::network ideal_network(const rcim::network_outline& model, std::uint64_t seed = 1);
/// On 16-bit codes that fit each layer, in pairs of 2-bit cells in 64 x 64 crossbars, of which this share is stuck.
rcim::network sliced_network(const rcim::network_outline& model, float p_stuck, std::uint64_t seed = 1);

rcim::network ideal_lenet5(std::uint64_t seed);
/// For 3 x 8 x 8.
rcim::network ideal_resnet8(std::uint64_t seed);

} // namespace rcim_test
