#pragma once

#include <rcim/core/error.hpp>
#include <rcim/core/random.hpp>
#include <rcim/kernel/activation.hpp>
#include <rcim/nn/layer.hpp>
#include <rcim/nn/outline.hpp>

#include <algorithm>
#include <cstdint>
#include <string>

namespace rcim::inline RCIM_ABI {

/// In training, zeroes each number with probability `rate` and divides the others by 1 - rate; in evaluation, does nothing.
/// N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, "Dropout: a simple way to prevent neural networks
/// from overfitting", JMLR 15, 2014.
///
/// Whether feature f of sample s of the batch is dropped is decided by draw s * features + f at (seed, dropout, place,
/// step), so every step has its own mask and no number of threads changes it. About 4 ns per number.
class dropout final : public layer {
public:
    /// rate in [0, 1). No two dropout layers of a network share a place. Throws `error`.
    dropout(float rate, std::uint32_t place) : rate_(rate), place_(place) {
        if (!(rate >= 0.0f && rate < 1.0f)) {
            fail("dropout", "rate", "a probability in [0, 1)", text(rate));
        }
    }

    [[nodiscard]] std::string describe() const override { return text("dropout{.rate = ", rate_, "}"); }
    [[nodiscard]] map_shape output_shape(const map_shape& input) const override { return input; }

    void forward(const batch_tensor& x, batch_tensor& y, const pass_context& context) override {
        y.reshape(x.shape(), x.samples());
        dropping_ = context.training;
        if (dropping_) {
            draw(x, context);
        }
        apply(x, y, context.pool);
    }

    void backward(const batch_tensor& x, const batch_tensor&, const batch_tensor& dy, batch_tensor* dx,
                  const pass_context& context) override {
        if (!dx) {
            return;
        }
        dx->reshape(x.shape(), x.samples());
        apply(dy, *dx, context.pool);
    }

    bool outline(layer_outline& to) override {
        to.kind = dropout_outline{rate_};
        return true;
    }

private:
    /// factor_ = 0 or 1 / (1 - rate); zero in lanes without a sample.
    void draw(const batch_tensor& x, const pass_context& context) {
        factor_.reshape(x.shape(), x.samples());
        const random_source source(context.seed, purpose::dropout, place_, context.step);
        const index_t features = x.shape().size();
        constexpr index_t piece = 64; // features of one job: 16 samples of them fit the first cache
        const index_t pieces = (features + piece - 1) / piece;
        context.pool.run(x.blocks() * pieces, [&](index_t begin, index_t end) {
            for (index_t job = begin; job < end; ++job) {
                const index_t b = job / pieces;
                const index_t first = job % pieces * piece;
                const index_t last = std::min(first + piece, features);
                std::fill(factor_.block(b) + first * samples_per_block, factor_.block(b) + last * samples_per_block, 0.0f);
                for (index_t lane = 0; lane < x.samples_in_block(b); ++lane) {
                    const index_t sample = b * samples_per_block + lane;
                    draw_sample(source, context.share != nullptr ? context.share->number(sample) : sample, sample, first, last);
                }
            }
        });
    }

    /// number: of the sample in the whole batch. One block of the generator for four draws: word i % 4 of block i / 4 is source.word(i).
    void draw_sample(const random_source& source, index_t number, index_t sample, index_t first, index_t last) {
        const float factor[] = {0.0f, 1.0f / (1.0f - rate_)}; // a table, as a branch would be guessed wrong
        auto index = static_cast<std::uint64_t>(number * factor_.shape().size() + first);
        philox_counter words = source.block(index / 4);
        for (index_t f = first; f < last; ++f, ++index) {
            if (index % 4 == 0) {
                words = source.block(index / 4);
            }
            const float uniform = static_cast<float>(words[index % 4] >> 8) * 0x1p-24f;
            factor_.at(sample, f) = factor[uniform < rate_ ? 0 : 1];
        }
    }

    void apply(const batch_tensor& from, batch_tensor& to, thread_pool& pool) const {
        pool.run(from.blocks() * from.shape().size(), [&](index_t begin, index_t end) {
            const index_t at = begin * samples_per_block;
            if (dropping_) {
                kernel::multiply_elements(from.data() + at, factor_.data() + at, to.data() + at, end - begin);
            } else {
                std::copy_n(from.data() + at, (end - begin) * samples_per_block, to.data() + at);
            }
        });
    }

    float rate_;
    std::uint32_t place_;
    bool dropping_ = false; ///< in the last forward pass
    batch_tensor factor_;
};

} // namespace rcim::inline RCIM_ABI
