#pragma once

#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/config.hpp>

#include <utility>

namespace rcim::inline RCIM_ABI::kernel {

/// Joins the partial sums of the shards of a batch by the fixed tree ((0+1)+(2+3))+((4+5)+(6+7)); shards that do not exist are
/// left out. `partial(shard)` gives anything that adds.
template <class Partial>
[[nodiscard]] auto join_shards(index_t shards, Partial&& partial, index_t first = 0, index_t width = batch_shards) {
    if (width == 1) {
        return partial(first);
    }
    const index_t half = width / 2;
    auto left = join_shards(shards, partial, first, half);
    if (first + half >= shards) {
        return left;
    }
    return left + join_shards(shards, partial, first + half, half);
}

} // namespace rcim::inline RCIM_ABI::kernel
