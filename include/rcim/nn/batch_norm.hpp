#pragma once

#include <rcim/core/aligned.hpp>
#include <rcim/core/error.hpp>
#include <rcim/kernel/normalisation.hpp>
#include <rcim/nn/digital_parameter.hpp>
#include <rcim/nn/layer.hpp>
#include <rcim/nn/outline.hpp>
#include <rcim/update/concept.hpp>

#include <cmath>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Batch normalisation: y = (x - mean) / sqrt(variance + epsilon) * scale + shift, with mean and (biased) variance of each
/// channel over all samples and positions of the batch. S. Ioffe, C. Szegedy, "Batch normalization: accelerating deep network
/// training by reducing internal covariate shift", ICML 2015.
///
/// In training, running = running + momentum (batch - running) for the mean and the unbiased variance, with the update, so that a batch whose
/// update is not made leaves no trace; in evaluation these take the place of the batch's, and `backward` treats them as constants. Scale and shift are digital, start at 1 and 0
/// and learn by the innermost rule of the design. Where that rule cannot learn (`frozen`), or where the layer is held, running statistics stay
/// as they are too and are used in training as in evaluation, so that a backbone that is not trained does not change.
///
/// Training needs at least two values per channel. Each channel is computed by one thread.
template <class Design>
class batch_norm final : public layer {
    using rule = std::remove_cvref_t<decltype(innermost(std::declval<const Design&>().update))>;

public:
    static constexpr float momentum = 0.1f;

    /// channels >= 1, epsilon > 0. Throws `error`.
    batch_norm(const Design& design, index_t channels, float epsilon = 1e-5f)
        : channels_(checked(channels, epsilon)), epsilon_(epsilon), scale_(innermost(design.update), channels, 1.0f),
          shift_(innermost(design.update), channels, 0.0f), running_mean_(size(), 0.0f), running_variance_(size(), 1.0f),
          mean_(size(), 0.0f), inverse_deviation_(size(), 1.0f), unbiased_(size(), 1.0f) {}

    [[nodiscard]] std::string describe() const override { return text("batch_norm{.channels = ", channels_, "}"); }

    [[nodiscard]] map_shape output_shape(const map_shape& input) const override {
        if (input.channels != channels_) {
            fail("batch_norm", "channels", text(channels_), text(input.channels, " in ", to_text(input)));
        }
        return input;
    }

    void forward(const batch_tensor& x, batch_tensor& y, const pass_context& context) override {
        y.reshape(output_shape(x.shape()), x.samples());
        const index_t values = context.samples_of(x) * x.shape().plane();
        of_batch_ = context.training && learns();
        if (of_batch_ && values < 2) {
            fail("batch_norm", "values per channel", "at least 2 in training", text(values));
        }
        if (of_batch_ && context.share != nullptr) {
            join_statistics(x, static_cast<double>(values), context);
        }
        context.pool.run(channels_, [&](index_t begin, index_t end) {
            for (index_t c = begin; c < end; ++c) {
                const kernel::channel_layout layout = layout_of(x);
                const float* const from = channel(x.data(), x, c);
                const auto i = static_cast<std::size_t>(c);
                if (of_batch_) {
                    if (context.share == nullptr) {
                        take_statistics(from, layout, i);
                    }
                } else {
                    mean_[i] = running_mean_[i];
                    inverse_deviation_[i] = 1.0f / std::sqrt(running_variance_[i] + epsilon_);
                }
                kernel::channel_forward(from, channel(y.data(), x, c), mean_[i], scale_.value()[i] * inverse_deviation_[i],
                                        shift_.value()[i], layout);
            }
        });
    }

    void backward(const batch_tensor& x, const batch_tensor&, const batch_tensor& dy, batch_tensor* dx,
                  const pass_context& context) override {
        if (dx) {
            dx->reshape(x.shape(), x.samples());
        }
        const double values = static_cast<double>(context.samples_of(x) * x.shape().plane());
        const std::span<const float> joined = context.share != nullptr ? join_gradients(x, dy, context) : std::span<const float>{};
        context.pool.run(channels_, [&](index_t begin, index_t end) {
            for (index_t c = begin; c < end; ++c) {
                const kernel::channel_layout layout = layout_of(x);
                const float* const from = channel(x.data(), x, c);
                const float* const gradient = channel(dy.data(), x, c);
                const auto i = static_cast<std::size_t>(c);
                const float inverse = inverse_deviation_[i];
                const auto sums = context.share != nullptr ? kernel::channel_gradient_sums{joined[2 * i], joined[2 * i + 1]}
                                                           : kernel::channel_gradients(from, gradient, mean_[i], layout);
                scale_.gradient()[i] = sums.dy_x * inverse;
                shift_.gradient()[i] = sums.dy;
                if (dx) {
                    const auto mean_dy = of_batch_ ? static_cast<float>(sums.dy / values) : 0.0f;
                    const auto slope = of_batch_ ? static_cast<float>(sums.dy_x / values) * inverse * inverse : 0.0f;
                    kernel::channel_backward(from, gradient, channel(dx->data(), x, c), mean_[i], scale_.value()[i] * inverse,
                                             mean_dy, slope, layout);
                }
            }
        });
    }

    void update(const update_step& step) override {
        if (of_batch_) {
            for (std::size_t i = 0; i < size(); ++i) {
                running_mean_[i] = std::fma(momentum, mean_[i] - running_mean_[i], running_mean_[i]);
                running_variance_[i] = std::fma(momentum, unbiased_[i] - running_variance_[i], running_variance_[i]);
            }
            of_batch_ = false;
        }
        if (!held_) {
            scale_.update(step);
            shift_.update(step);
        }
    }
    [[nodiscard]] double gradient_square(thread_pool&) override { return learns() ? scale_.gradient_square() + shift_.gradient_square() : 0.0; }

    [[nodiscard]] bool learns() const override { return rcim::learns<rule>() && !held_; }
    [[nodiscard]] std::string needs_whole_batch() const override { return {}; }
    void hold_digital(bool hold) override { held_ = hold; }

    [[nodiscard]] parameter_view parameters() override {
        return {{}, {scale_.value(), shift_.value(), running_mean_, running_variance_}};
    }

    void visit(archive& a) override {
        {
            const archive::scope scope(a, "scale");
            scale_.visit(a);
        }
        {
            const archive::scope scope(a, "shift");
            shift_.visit(a);
        }
        a.visit("running_mean", std::span(running_mean_));
        a.visit("running_variance", std::span(running_variance_));
    }

    bool outline(layer_outline& to) override {
        const auto copy = [](std::span<const float> from) { return std::vector<float>(from.begin(), from.end()); };
        to.kind = batch_norm_outline{epsilon_, copy(scale_.value()), copy(shift_.value()), copy(running_mean_), copy(running_variance_)};
        return true;
    }

    [[nodiscard]] digital_parameter<rule>& scale() { return scale_; }
    [[nodiscard]] digital_parameter<rule>& shift() { return shift_; }
    [[nodiscard]] std::span<float> running_mean() { return running_mean_; }
    [[nodiscard]] std::span<float> running_variance() { return running_variance_; }

private:
    static index_t checked(index_t channels, float epsilon) {
        if (!(epsilon > 0.0f) || !std::isfinite(epsilon)) {
            fail("batch_norm", "epsilon", "a positive number", text(epsilon));
        }
        if (channels < 1) {
            fail("batch_norm", "channels", "at least 1", text(channels));
        }
        return channels;
    }
    [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(channels_); }
    static kernel::channel_layout layout_of(const batch_tensor& x) {
        return {x.samples(), x.shape().plane(), x.block_stride()};
    }
    /// Of a rank without samples nothing.
    template <class Number>
    static Number* channel(Number* data, const batch_tensor& x, index_t c) {
        return data == nullptr ? nullptr : data + first(x, c);
    }
    static index_t first(const batch_tensor& x, index_t channel) { return channel * x.shape().plane() * samples_per_block; }

    void take_statistics(const float* x, const kernel::channel_layout& layout, std::size_t i) {
        const double values = static_cast<double>(layout.samples * layout.plane);
        mean_[i] = static_cast<float>(kernel::channel_sum(x, layout) / values);
        take_squares(kernel::channel_square_sum(x, mean_[i], layout), values, i);
    }
    void take_squares(double squares, double values, std::size_t i) {
        inverse_deviation_[i] = 1.0f / std::sqrt(static_cast<float>(squares / values) + epsilon_);
        unbiased_[i] = static_cast<float>(squares / (values - 1.0));
    }

    /// The same of a batch that ranks share.
    void join_statistics(const batch_tensor& x, double values, const pass_context& context) {
        const auto sums = joined(x, 1, context, [&](const float* from, const kernel::channel_layout& layout, index_t, index_t, float* to) {
            kernel::channel_sum_lanes(from, layout).store(to);
        });
        for (std::size_t i = 0; i < sums.size(); ++i) {
            mean_[i] = static_cast<float>(sums[i] / values);
        }
        const auto squares = joined(x, 1, context, [&](const float* from, const kernel::channel_layout& layout, index_t, index_t c, float* to) {
            kernel::channel_square_sum_lanes(from, mean_[static_cast<std::size_t>(c)], layout).store(to);
        });
        for (std::size_t i = 0; i < squares.size(); ++i) {
            take_squares(squares[i], values, i);
        }
    }
    /// Sums of dy and of dy (x - mean) of every channel.
    [[nodiscard]] std::span<const float> join_gradients(const batch_tensor& x, const batch_tensor& dy, const pass_context& context) {
        return joined(x, 2, context, [&](const float* from, const kernel::channel_layout& layout, index_t at, index_t c, float* to) {
            const auto sums = kernel::channel_gradient_lanes(from, dy.data() + at, mean_[static_cast<std::size_t>(c)], layout);
            sums[0].store(to);
            sums[1].store(to + samples_per_block);
        });
    }
    /// `each` sums per channel over the whole batch: sums_of(x, layout, offset of x, channel, to) gives those of a node of the rank, in lanes.
    template <class SumsOf>
    [[nodiscard]] std::span<const float> joined(const batch_tensor& x, index_t each, const pass_context& context, SumsOf&& sums_of) {
        return context.share->join<true>("batch normalisation", each * channels_, context.pool, [&](const kernel::shard_node& node, float* to) {
            const kernel::channel_layout layout{node.samples, x.shape().plane(), x.block_stride(), node.width};
            context.pool.run(channels_, [&](index_t begin, index_t end) {
                for (index_t c = begin; c < end; ++c) {
                    const index_t at = node.first_block * x.block_stride() + first(x, c);
                    sums_of(x.data() + at, layout, at, c, to + c * each * samples_per_block);
                }
            });
        });
    }

    index_t channels_;
    float epsilon_;
    digital_parameter<rule> scale_;
    digital_parameter<rule> shift_;
    aligned_vector<float> running_mean_;
    aligned_vector<float> running_variance_;
    bool held_ = false;
    bool of_batch_ = false; ///< what the last forward pass normalised with
    aligned_vector<float> mean_;
    aligned_vector<float> inverse_deviation_;
    aligned_vector<float> unbiased_; ///< variance of the last batch
};

} // namespace rcim::inline RCIM_ABI
