#pragma once

#include <rcim/core/thread_pool.hpp>
#include <rcim/kernel/draws.hpp>

#include <algorithm>

namespace rcim::inline RCIM_ABI {

/// The weights of an array in groups of 64, the grain of its parallel loops: those for which draws are made in one go.
struct weight_groups {
    static constexpr index_t size = kernel::draw_group;

    index_t weights; ///< padding included

    /// Calls body(begin, end) for ranges of weights that begin with a group; for all of them at once without a pool.
    template <class Body>
    void run(thread_pool* pool, Body&& body) const {
        if (pool) {
            pool->run((weights + size - 1) / size,
                      [&](index_t begin, index_t end) { body(begin * size, std::min(end * size, weights)); });
        } else {
            body(index_t{0}, weights);
        }
    }
};

} // namespace rcim::inline RCIM_ABI
