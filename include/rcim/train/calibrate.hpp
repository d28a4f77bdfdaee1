#pragma once

#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/data/dataset.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/train/evaluate.hpp>
#include <rcim/train/load_batch.hpp>

#include <algorithm>
#include <numeric>
#include <vector>

namespace rcim::inline RCIM_ABI {

struct calibrate_options {
    index_t images = 256;        ///< of the set, from the first on, >= 1
    index_t batch = 64;          ///< images per pass, >= 1; of each pass and layer 16 positions are looked at
    thread_pool* pool = nullptr; ///< null: the caller's thread alone; the result does not depend on it
};

namespace detail {

/// Passes images through the network with layers that only look at their sums, as mark(context) says.
template <class Mark>
void look_at_sums(const char* where, network& net, const image_set& set, const pixel_table& table, const calibrate_options& options, Mark&& mark) {
    check(set, where);
    check_fit(where, net, set);
    if (options.images < 1 || options.batch < 1) {
        fail(where, "images and batch", "at least 1", text(options.images, " and ", options.batch));
    }
    pool_or_serial pool(options.pool);
    pass_context context{.pool = pool.get(), .seed = net.seed()};
    mark(context);
    batch_tensor x;
    std::vector<int> labels;
    const index_t images = std::min(options.images, set.size());
    for (index_t begin = 0; begin < images; begin += options.batch) {
        std::vector<index_t> indices(static_cast<std::size_t>(std::min(options.batch, images - begin)));
        std::iota(indices.begin(), indices.end(), begin);
        load_batch(set, indices, table, x, labels, pool.get());
        context.image = static_cast<std::uint64_t>(begin);
        net.forward(x, context);
    }
}

} // namespace detail

/// Fits the ranges of all converters that are calibrated to the sums that these images make, with every layer read as if its converters
/// lost nothing. Layers without such converters stay as they are. Throws `error` where the images do not suit the network.
inline void calibrate(network& net, const image_set& set, const pixel_table& table, const calibrate_options& options = {}) {
    detail::look_at_sums("calibrate", net, set, table, options, [](pass_context& context) { context.calibrating = true; });
    net.each([](layer& one) { one.fit_converters(); });
}

} // namespace rcim::inline RCIM_ABI
