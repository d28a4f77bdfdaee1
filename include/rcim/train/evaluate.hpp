#pragma once

#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/events.hpp>
#include <rcim/core/ranks.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/data/dataset.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/nn/softmax_cross_entropy.hpp>
#include <rcim/train/load_batch.hpp>
#include <rcim/train/not_finite.hpp>
#include <rcim/train/rank_agreement.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rcim::inline RCIM_ABI {

struct evaluate_options {
    index_t batch = 64;          ///< images per pass, >= 1
    thread_pool* pool = nullptr; ///< null: the caller's thread alone
    std::uint32_t step = 0;      ///< training steps before
    std::uint64_t first_image = 0; ///< number of the first image among all that are read; for draws and states of reads
    event_ledger* events = nullptr; ///< passes add what they amount to; null: nothing is counted
    rank_group* ranks = nullptr;    ///< share out the batches; each has the same network and images, and gets the same result
};

/// What a network makes of a set of images.
struct evaluation {
    double loss = 0.0;     ///< mean softmax cross-entropy
    double accuracy = 0.0; ///< share classified rightly, in [0, 1]
    index_t images = 0;
};

/// Throws `error` at the first number of a sample that is infinite or NaN. `where` starts the text.
inline void require_finite(const batch_tensor& x, std::string_view where) {
    if (const auto at = detail::number_not_finite(x)) {
        fail(where, text("sample ", at->sample, ", feature ", at->feature), "a finite number", text(x.at(at->sample, at->feature)));
    }
}

namespace detail {

/// Throws unless the network can be fed with these images and has an output for each class.
inline void check_fit(std::string_view where, const network& net, const image_set& set) {
    if (set.shape != net.input_shape()) {
        fail(where, "shape of the images", text(to_text(net.input_shape()), ", the input of the network"), to_text(set.shape));
    }
    if (const index_t outputs = net.output_shape().size(); set.classes > outputs) {
        fail(where, "classes of the images", text("at most ", outputs, ", the outputs of the network"), text(set.classes));
    }
}

/// The caller's pool, or one thread.
class pool_or_serial {
public:
    explicit pool_or_serial(thread_pool* pool) : pool_(pool != nullptr ? *pool : serial_) {}
    [[nodiscard]] thread_pool& get() noexcept { return pool_; }

private:
    thread_pool serial_{1};
    thread_pool& pool_;
};

} // namespace detail

namespace detail {

/// What one pass of an evaluation gives, times the images where it is a mean.
struct pass_result {
    double loss = 0.0;
    std::int64_t right = 0;
};

/// The results of all passes from those of every group.size()-th, this rank's number being the first.
inline std::vector<pass_result> passes_of_all(const std::vector<pass_result>& own, std::size_t passes, rank_group& group) {
    const auto ranks = static_cast<std::size_t>(group.size());
    std::vector<index_t> counts;
    for (std::size_t r = 0; r < ranks; ++r) {
        counts.push_back(static_cast<index_t>((passes + ranks - 1 - r) / ranks));
    }
    std::vector<pass_result> by_rank(passes);
    group.all_gather("evaluation", std::span<const pass_result>(own), std::span<pass_result>(by_rank), std::span<const index_t>(counts));
    std::vector<pass_result> all(passes);
    std::size_t from = 0;
    for (std::size_t r = 0; r < ranks; ++r) {
        for (std::size_t n = r; n < passes; n += ranks) {
            all[n] = by_rank[from++];
        }
    }
    return all;
}

/// `evaluate` of one process, or of a rank of a group; not_finite: where the first number is not, if so.
[[nodiscard]] inline evaluation evaluate_passes(network& net, const image_set& set, const pixel_table& table, const evaluate_options& options,
                                                rank_group* group, std::string& not_finite) {
    check(set, "evaluate");
    detail::check_fit("evaluate", net, set);
    if (options.batch < 1) {
        fail("evaluate", "batch", "at least 1", text(options.batch));
    }
    detail::pool_or_serial pool(options.pool);
    pass_context context{.pool = pool.get(), .seed = net.seed(), .step = options.step, .events = options.events};
    softmax_cross_entropy loss_of;
    batch_tensor x;
    std::vector<int> labels;
    std::vector<index_t> indices;
    std::optional<detail::shared_events> shared;
    if (group != nullptr) {
        shared.emplace(options.events, *group);
    }
    const index_t stride = options.batch * (group != nullptr ? group->size() : 1);
    std::vector<detail::pass_result> passes;
    const auto run = [&](index_t begin) {
        indices.resize(static_cast<std::size_t>(std::min(options.batch, set.size() - begin)));
        std::iota(indices.begin(), indices.end(), begin);
        load_batch(set, indices, table, x, labels, pool.get());
        context.image = options.first_image + static_cast<std::uint64_t>(begin);
        return loss_of(net.forward(x, context), labels, nullptr, pool.get());
    };
    for (index_t begin = options.batch * (group != nullptr ? group->rank() : 0); begin < set.size(); begin += stride) {
        const loss_result result = run(begin);
        passes.push_back({result.loss * static_cast<double>(indices.size()), result.correct});
    }
    if (group != nullptr) {
        passes = detail::passes_of_all(passes, static_cast<std::size_t>((set.size() + options.batch - 1) / options.batch), *group);
        shared->add_others();
    }
    if (options.events) {
        options.events->images += static_cast<std::uint64_t>(set.size());
    }
    double loss = 0.0;
    index_t right = 0;
    for (const detail::pass_result& pass : passes) {
        loss += pass.loss;
        right += pass.right;
    }
    if (!std::isfinite(loss)) { // the first such pass once more, by every rank
        const auto first = std::find_if(passes.begin(), passes.end(), [](const pass_result& pass) { return !std::isfinite(pass.loss); });
        const index_t begin = (first - passes.begin()) * options.batch;
        first_not_finite watch(net, pool.get(), [&](index_t n) { return begin + n; });
        context.events = nullptr;
        context.watch = &watch;
        static_cast<void>(run(begin));
        not_finite = !watch.what().empty() ? watch.what() : text("a loss of ", loss);
    }
    return {loss / static_cast<double>(set.size()), static_cast<double>(right) / static_cast<double>(set.size()), set.size()};
}

/// `evaluate`, where numbers that are not finite are no error but noted.
[[nodiscard]] inline evaluation evaluate_noting(network& net, const image_set& set, const pixel_table& table, const evaluate_options& options,
                                                std::string& not_finite) {
    if (options.ranks == nullptr || options.ranks->size() == 1) {
        return evaluate_passes(net, set, table, options, nullptr, not_finite);
    }
    evaluation result;
    on_ranks(*options.ranks, "evaluation", [&] { result = evaluate_passes(net, set, table, options, options.ranks, not_finite); });
    return result;
}

} // namespace detail

/// Mean loss and accuracy on a set of images, with the network as it is in use, not in training. The result does not depend on
/// the number of threads, nor on that of the ranks. Throws `error` where the images do not suit the network, where an output is not
/// finite, with the layer in which that starts, and where another rank has failed.
[[nodiscard]] inline evaluation evaluate(network& net, const image_set& set, const pixel_table& table,
                                         const evaluate_options& options = {}) {
    std::string not_finite;
    const evaluation result = detail::evaluate_noting(net, set, table, options, not_finite);
    if (!not_finite.empty()) {
        fail("evaluate", "outputs of the network", "finite numbers", not_finite);
    }
    return result;
}

/// The same for the test images of a dataset under its normalisation.
[[nodiscard]] inline evaluation evaluate(network& net, const dataset& data, const evaluate_options& options = {}) {
    return evaluate(net, data.test, pixel_table(data.mean, data.deviation), options);
}

/// The class of each sample: the first of its largest outputs. Throws `error` on an input of another shape than the network's
/// or one that is not finite, and where an output is not, with the layer in which that starts.
[[nodiscard]] inline std::vector<int> predict(network& net, const batch_tensor& x, const evaluate_options& options = {}) {
    if (x.shape() != net.input_shape()) {
        fail("predict", "shape", text(to_text(net.input_shape()), ", the input of the network"), to_text(x.shape()));
    }
    require_finite(x, "predict");
    detail::pool_or_serial pool(options.pool);
    pass_context context{.pool = pool.get(), .seed = net.seed(), .step = options.step};
    const batch_tensor& y = net.forward(x, context);
    if (detail::number_not_finite(y)) {
        detail::first_not_finite watch(net, pool.get(), [](index_t n) { return n; });
        context.watch = &watch;
        net.forward(x, context);
        fail("predict", "outputs of the network", "finite numbers", watch.what());
    }
    std::vector<int> classes(static_cast<std::size_t>(x.samples()), 0);
    for (index_t i = 0; i < x.samples(); ++i) {
        int& best = classes[static_cast<std::size_t>(i)];
        for (int c = 1; c < y.shape().size(); ++c) {
            best = y.at(i, c) > y.at(i, best) ? c : best;
        }
    }
    return classes;
}

} // namespace rcim::inline RCIM_ABI
