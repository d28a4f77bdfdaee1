#pragma once

#include <rcim/compat/simd.hpp>
#include <rcim/core/thread_pool.hpp>

#include <span>
#include <vector>

namespace rcim::inline RCIM_ABI::kernel {

/// Sum of squares in chunks of 4096 floats, each in 16 interleaved lanes of float, joined in order in double: the same bits for
/// any number of threads. `values` starts on a cache line and its size is a multiple of 16.
[[nodiscard]] inline double sum_of_squares(std::span<const float> values, thread_pool& pool) {
    constexpr index_t chunk = 4096;
    const auto size = static_cast<index_t>(values.size());
    const index_t chunks = (size + chunk - 1) / chunk;
    std::vector<double> partial(static_cast<std::size_t>(chunks));
    pool.run(chunks, [&](index_t begin, index_t end) {
        for (index_t c = begin; c < end; ++c) {
            lanes sum = lanes::broadcast(0.0f);
            for (index_t i = c * chunk; i < std::min(size, (c + 1) * chunk); i += samples_per_block) {
                const lanes v = lanes::load(values.data() + i);
                sum.add_product(v, v);
            }
            partial[static_cast<std::size_t>(c)] = static_cast<double>(sum.sum());
        }
    });
    double total = 0.0;
    for (const double p : partial) {
        total += p;
    }
    return total;
}

} // namespace rcim::inline RCIM_ABI::kernel
