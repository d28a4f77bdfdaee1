#pragma once

/// @file
/// Element by element kernels over `count` groups of 16 samples. Each reads and writes every byte once, so memory decides; any
/// partition of the groups gives the same bits.

#include <rcim/compat/simd.hpp>
#include <rcim/core/config.hpp>

namespace rcim::inline RCIM_ABI::kernel {

/// y = max(0, x). NaN stays NaN.
inline void relu(const float* x, float* y, index_t count) {
    const lanes zero = lanes::broadcast(0.0f);
    for (index_t i = 0; i < count * samples_per_block; i += samples_per_block) {
        // The order matters: where the comparison with NaN fails, the instruction gives its second operand.
        lanes::max(zero, lanes::load(x + i)).store(y + i);
    }
}

/// y = max(0, a + b). NaN stays NaN.
inline void add_relu(const float* a, const float* b, float* y, index_t count) {
    const lanes zero = lanes::broadcast(0.0f);
    for (index_t i = 0; i < count * samples_per_block; i += samples_per_block) {
        lanes::max(zero, lanes::load(a + i) + lanes::load(b + i)).store(y + i);
    }
}

/// dx = dy where y > 0, else zero, also where y is NaN.
inline void relu_gradient(const float* y, const float* dy, float* dx, index_t count) {
    const lanes zero = lanes::broadcast(0.0f);
    for (index_t i = 0; i < count * samples_per_block; i += samples_per_block) {
        lanes::where_positive(lanes::load(y + i), lanes::load(dy + i), zero).store(dx + i);
    }
}

/// y = a * b.
inline void multiply_elements(const float* a, const float* b, float* y, index_t count) {
    for (index_t i = 0; i < count * samples_per_block; i += samples_per_block) {
        (lanes::load(a + i) * lanes::load(b + i)).store(y + i);
    }
}

/// y = y + a.
inline void add(const float* a, float* y, index_t count) {
    for (index_t i = 0; i < count * samples_per_block; i += samples_per_block) {
        (lanes::load(y + i) + lanes::load(a + i)).store(y + i);
    }
}

} // namespace rcim::inline RCIM_ABI::kernel
