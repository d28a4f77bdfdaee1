#pragma once

#include <rcim/kernel/convolution.hpp>
#include <rcim/kernel/dense.hpp>
#include <rcim/nn/layer_options.hpp>
#include <rcim/nn/outline.hpp>
#include <rcim/nn/weighted_layer.hpp>

#include <optional>

namespace rcim::inline RCIM_ABI {

/// Two-dimensional convolution whose filters live in crossbars: the filter bank is the matrix [out_channels][in_channels x
/// kernel x width], inputs along the word lines.
template <class Design, plan Plan = plan_of<Design>>
class conv2d : public weighted_layer<Design, Plan> {
    using base = weighted_layer<Design, Plan>;
    using base::array_;

public:
    /// Filters are drawn from the seed; `place` is the layer's number on the chip.
    conv2d(const Design& chip, const conv2d_options& options, std::uint64_t seed, std::uint32_t place)
        : base(chip, checked(options).in_channels * options.taps(), options.out_channels, options.bias,
               options.gain, seed, place, options.taps()),
          options_(options) {}

    [[nodiscard]] std::string describe() const override {
        return text("conv2d ", options_.out_channels, " x ", options_.in_channels, " x ", options_.kernel, " x ", options_.width(),
                    ", stride ", options_.stride, ", padding ", options_.padding, " on ", rcim::describe(array_.chip()));
    }

    [[nodiscard]] map_shape output_shape(const map_shape& input) const override {
        if (input.channels != options_.in_channels) {
            fail("conv2d", "input", text(options_.in_channels, " channels"), to_text(input));
        }
        if (input.height + 2 * options_.padding < options_.kernel || input.width + 2 * options_.padding < options_.width()) {
            fail("conv2d", "input", text("at least ", options_.kernel, " x ", options_.width(), " with padding"), to_text(input));
        }
        return shape_for(input).out();
    }

    [[nodiscard]] index_t kernel_taps() const override { return options_.taps(); }

    void forward(const batch_tensor& x, batch_tensor& y, const pass_context& context) override {
        y.reshape(output_shape(x.shape()), x.samples());
        const auto ideal = [&] {
            base::forward_folded(x, y, shape_for(x.shape()), context.pool, [&](const float* from, float* to) {
                multiply(x.shape(), from, to, x.blocks(), context.pool);
            });
        };
        if constexpr (Plan == plan::folded) {
            ideal();
        } else if (array_.on_trial()) {
            base::reads_ideally();
            ideal();
        } else if (context.calibrating || context.profiling) {
            base::observe(x, shape_for(x.shape()), context);
            ideal();
        } else if constexpr (base::converts) {
            base::forward_converted(x, y, shape_for(x.shape()), context, [&](const float* weights, const float* from, float* to) {
                kernel_for(x.shape()).forward(weights, nullptr, from, to, x.blocks(), context.pool);
            });
        } else {
            base::forward_reference(x, y, shape_for(x.shape()), context,
                                    [&](const batch_tensor& from, index_t sample, index_t position, std::span<float> column) {
                                        unfold(from, y.shape().width, sample, position, column);
                                    });
        }
        base::count_forward(x, y, context);
    }

    void backward(const batch_tensor& x, const batch_tensor&, const batch_tensor& dy_out, batch_tensor* dx,
                  const pass_context& context) override {
        const batch_tensor& dy = base::through_converters(dy_out, context.pool);
        if (base::learns()) {
            base::parameter_gradients(x, dy, shape_for(x.shape()), context, [&](const float* held, const float* errors) {
                correlate(x.shape(), held, errors, x.blocks(), context);
            });
        }
        if (dx != nullptr) {
            dx->reshape(x.shape(), x.samples());
            base::count_errors(*dx, dy, context);
            if constexpr (base::reference_backward) {
                base::backward_reference(dy, *dx, shape_for(x.shape()), context.pool,
                                         [&](const map_shape& in, index_t position, std::span<const double> column, std::span<double> maps) {
                                             fold(in, dy.shape().width, position, column, maps);
                                         });
            } else if constexpr (base::transposes) {
                const auto product = [&](const float* weights, const float* from, float* to) {
                    kernel_for(x.shape()).input_gradient(weights, from, to, x.blocks(), context.pool);
                };
                base::backward_converted(dy, *dx, shape_for(x.shape()), context.pool, product);
            } else {
                base::backward_folded(dy, *dx, shape_for(x.shape()), context.pool, [&](const float* from, float* to) {
                    multiply_back(x.shape(), from, to, x.blocks(), context.pool);
                });
            }
        }
    }

    bool outline(layer_outline& to) override {
        const auto [weights, bias] = base::copied_parameters();
        to.kind = conv2d_outline{options_, weights, bias};
        return true;
    }

private:
    static const conv2d_options& checked(const conv2d_options& o) {
        if (o.in_channels < 1 || o.out_channels < 1 || o.kernel < 1 || o.kernel_width < 0 || o.stride < 1 || o.padding < 0) {
            fail("conv2d", "options", "channels, kernel and stride of at least 1 and padding of at least 0",
                 text("channels ", o.in_channels, " to ", o.out_channels, ", kernel ", o.kernel, ", stride ", o.stride, ", padding ",
                      o.padding));
        }
        return o;
    }

    [[nodiscard]] kernel::convolution_shape shape_for(const map_shape& input) const {
        return {.in = input, .out_channels = options_.out_channels, .kernel_height = options_.kernel,
                .kernel_width = options_.width(), .stride = options_.stride, .padding = options_.padding};
    }

    kernel::convolution& kernel_for(const map_shape& input) {
        if (!kernel_ || kernel_->shape().in != input) {
            kernel_.emplace(shape_for(input), base::matrix_stride());
        }
        return *kernel_;
    }

    // Products with the effective weights of the layer.

    void multiply(const map_shape& in, const float* x, float* y, index_t blocks, thread_pool& pool) {
        if constexpr (base::transforms) {
            if (base::in_frequency_domain()) {
                frequency_for(in, pool).forward(base::bias(), x, y, blocks, pool);
                return;
            }
        }
        kernel_for(in).forward(base::matrix(&pool).data, base::bias(), x, y, blocks, pool);
    }
    void multiply_back(const map_shape& in, const float* dy, float* dx, index_t blocks, thread_pool& pool) {
        if constexpr (base::transforms) {
            if (base::in_frequency_domain()) {
                frequency_for(in, pool).input_gradient(dy, dx, blocks, pool);
                return;
            }
        }
        kernel_for(in).input_gradient(base::matrix(&pool).data, dy, dx, blocks, pool);
    }
    void correlate(const map_shape& in, const float* x, const float* dy, index_t blocks, const pass_context& context) {
        thread_pool& pool = context.pool;
        if constexpr (base::transforms) {
            if (base::in_frequency_domain()) {
                frequency_for(in, pool).weight_gradient(x, dy, array_.gradient(), array_.row_stride(), blocks, pool, context.share);
                return;
            }
        }
        base::gradient_of_matrix(pool, [&](float* dw) { kernel_for(in).weight_gradient(x, dy, dw, blocks, pool, context.share); });
    }
    auto& frequency_for(const map_shape& in, thread_pool& pool) {
        return frequency_.of(array_, shape_for(in), pool, [&](index_t channels, index_t outputs, index_t stride) {
            kernel::convolution_shape shape = shape_for(in);
            shape.in.channels = channels;
            shape.out_channels = outputs;
            return kernel::convolution(shape, stride);
        });
    }

    /// visit(input along the word lines, feature in the maps) for the inputs of one position of the result that exist.
    template <class Visit>
    void for_each_input(const map_shape& in, index_t out_width, index_t position, Visit&& visit) const {
        const index_t k = options_.width();
        const index_t top = position / out_width * options_.stride - options_.padding;
        const index_t left = position % out_width * options_.stride - options_.padding;
        for (index_t i = 0; i < array_.inputs(); ++i) {
            const index_t row = top + i / k % options_.kernel;
            const index_t col = left + i % k;
            if (row >= 0 && row < in.height && col >= 0 && col < in.width) {
                visit(static_cast<std::size_t>(i), (i / options_.taps() * in.height + row) * in.width + col);
            }
        }
    }

    void unfold(const batch_tensor& x, index_t out_width, index_t sample, index_t position, std::span<float> column) const {
        std::fill(column.begin(), column.end(), 0.0f);
        for_each_input(x.shape(), out_width, position, [&](std::size_t i, index_t feature) { column[i] = x.at(sample, feature); });
    }

    void fold(const map_shape& in, index_t out_width, index_t position, std::span<const double> column, std::span<double> maps) const {
        for_each_input(in, out_width, position,
                       [&](std::size_t i, index_t feature) { maps[static_cast<std::size_t>(feature)] += column[i]; });
    }

    conv2d_options options_;
    std::optional<kernel::convolution> kernel_;
    [[no_unique_address]] typename base::template frequency_of<kernel::convolution> frequency_;
};

} // namespace rcim::inline RCIM_ABI
