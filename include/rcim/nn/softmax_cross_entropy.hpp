#pragma once

#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/kernel/batch_share.hpp>
#include <rcim/kernel/shards.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// What the loss says about one batch.
struct loss_result {
    double loss = 0.0;   ///< mean over the samples; NaN if any logit is NaN, zero without samples
    index_t correct = 0; ///< samples whose largest logit, the first of equal ones, is that of their label
};

/// The mean of -log softmax(logits)[label] over a batch, and its gradient by the logits, (softmax - one-hot) / samples.
///
/// Every feature of `logits` is a class. Computed in double, from differences to the largest logit of the sample, so that
/// nothing overflows; the sum over the batch is taken in the fixed shards. Keeps only working memory between calls.
class softmax_cross_entropy {
public:
    /// Sets the shape of *gradient, if not null, and fills it; lanes beyond the last sample are zero. Throws `error` unless
    /// there is one label from 0 to classes - 1 for each sample. One exponential for each logit. share: logits and labels are a rank's part
    /// of a batch; the mean is that over the whole batch.
    loss_result operator()(const batch_tensor& logits, std::span<const int> labels, batch_tensor* gradient, thread_pool& pool,
                           kernel::batch_share* share = nullptr) {
        const index_t classes = logits.shape().size();
        const index_t samples = share != nullptr ? share->samples() : logits.samples();
        check(labels, logits.samples(), classes);
        if (gradient) {
            gradient->reshape(logits.shape(), logits.samples());
        }
        blocks_.resize(static_cast<std::size_t>(logits.blocks()));
        pool.run(logits.blocks(), [&](index_t begin, index_t end) {
            for (index_t b = begin; b < end; ++b) {
                const auto own = labels.subspan(static_cast<std::size_t>(b * samples_per_block),
                                                static_cast<std::size_t>(logits.samples_in_block(b)));
                blocks_[static_cast<std::size_t>(b)] =
                    one_block(logits.block(b), classes, own, gradient ? gradient->block(b) : nullptr,
                              1.0 / static_cast<double>(samples));
            }
        });
        if (share != nullptr) {
            return mean(share->join_parts<block_result>("loss", [&](const kernel::shard_node& node) {
                return total(std::span(blocks_).subspan(static_cast<std::size_t>(node.first_block), static_cast<std::size_t>(node.blocks)), node.width);
            }), samples);
        }
        return mean(total(blocks_, batch_shards), samples);
    }

private:
    using row = std::array<double, samples_per_block>;

    struct block_result {
        row loss{};
        index_t correct = 0;

        friend block_result operator+(block_result a, const block_result& b) {
            for (std::size_t lane = 0; lane < a.loss.size(); ++lane) {
                a.loss[lane] += b.loss[lane];
            }
            a.correct += b.correct;
            return a;
        }
    };

    static void check(std::span<const int> labels, index_t samples, index_t classes) {
        if (static_cast<index_t>(labels.size()) != samples) {
            fail("softmax_cross_entropy", "labels", text(samples, ", one per sample"), text(labels.size()));
        }
        for (std::size_t i = 0; i < labels.size(); ++i) {
            if (labels[i] < 0 || labels[i] >= classes) {
                fail("softmax_cross_entropy", text("label ", i), text("0 to ", classes - 1), text(labels[i]));
            }
        }
    }

    /// Lane by lane inside each class, the order in memory.
    static block_result one_block(const float* logits, index_t classes, std::span<const int> labels, float* gradient,
                                  double weight) {
        const std::size_t count = labels.size();
        const auto logit = [&](index_t k, std::size_t lane) {
            return static_cast<double>(logits[k * samples_per_block + static_cast<index_t>(lane)]);
        };
        row largest{};
        std::array<index_t, samples_per_block> best{};
        row sum{};
        for (std::size_t lane = 0; lane < count; ++lane) {
            largest[lane] = logit(0, lane);
        }
        for (index_t k = 1; k < classes; ++k) {
            for (std::size_t lane = 0; lane < count; ++lane) {
                if (logit(k, lane) > largest[lane]) {
                    largest[lane] = logit(k, lane);
                    best[lane] = k;
                }
            }
        }
        for (index_t k = 0; k < classes; ++k) {
            for (std::size_t lane = 0; lane < count; ++lane) {
                const double e = std::exp(logit(k, lane) - largest[lane]);
                sum[lane] += e;
                if (gradient) {
                    gradient[k * samples_per_block + static_cast<index_t>(lane)] = static_cast<float>(e);
                }
            }
        }
        block_result result;
        for (std::size_t lane = 0; lane < count; ++lane) {
            result.loss[lane] = std::log(sum[lane]) - (logit(labels[lane], lane) - largest[lane]);
            // NaN compares greater than nothing, so a sample with one could pass for correct.
            result.correct += best[lane] == labels[lane] && !std::isnan(result.loss[lane]) ? 1 : 0;
        }
        for (index_t k = 0; gradient && k < classes; ++k) {
            float* const g = gradient + k * samples_per_block;
            for (std::size_t lane = 0; lane < count; ++lane) {
                const double one_hot = k == labels[lane] ? 1.0 : 0.0;
                g[lane] = static_cast<float>((static_cast<double>(g[lane]) / sum[lane] - one_hot) * weight);
            }
            std::fill(g + count, g + samples_per_block, 0.0f);
        }
        return result;
    }

    /// Of blocks that belong to so many shards in turn.
    [[nodiscard]] static block_result total(std::span<const block_result> blocks, index_t width) {
        std::array<block_result, batch_shards> shard;
        for (std::size_t b = 0; b < blocks.size(); ++b) {
            block_result& own = shard[b % static_cast<std::size_t>(width)];
            own = own + blocks[b];
        }
        return kernel::join_shards(std::min(static_cast<index_t>(blocks.size()), width),
                                   [&](index_t s) { return shard[static_cast<std::size_t>(s)]; });
    }
    [[nodiscard]] static loss_result mean(block_result all, index_t samples) {
        for (std::size_t half = samples_per_block / 2; half > 0; half /= 2) {
            for (std::size_t lane = 0; lane < half; ++lane) {
                all.loss[lane] += all.loss[lane + half];
            }
        }
        return {samples > 0 ? all.loss[0] / static_cast<double>(samples) : 0.0, all.correct};
    }

    std::vector<block_result> blocks_;
};

} // namespace rcim::inline RCIM_ABI
