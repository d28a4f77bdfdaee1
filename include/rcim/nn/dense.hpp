#pragma once

#include <rcim/kernel/dense.hpp>
#include <rcim/nn/layer_options.hpp>
#include <rcim/nn/outline.hpp>
#include <rcim/nn/weighted_layer.hpp>

namespace rcim::inline RCIM_ABI {

/// Fully connected layer whose matrix [out][in] lives in crossbars.
template <class Design, plan Plan = plan_of<Design>>
class dense : public weighted_layer<Design, Plan> {
    using base = weighted_layer<Design, Plan>;
    using base::array_;

public:
    /// Weights are drawn from the seed; `place` is the layer's number on the chip.
    dense(const Design& chip, const dense_options& options, std::uint64_t seed, std::uint32_t place)
        : base(chip, checked(options).in, options.out, options.bias, options.gain, seed, place, 1),
          kernel_(options.in, options.out, row_stride_of(options.in)) {}

    [[nodiscard]] std::string describe() const override {
        return text("dense ", kernel_.outputs(), " x ", kernel_.inputs(), " on ", rcim::describe(array_.chip()));
    }

    [[nodiscard]] map_shape output_shape(const map_shape& input) const override {
        if (input.size() != kernel_.inputs()) {
            fail("dense", "input", text(kernel_.inputs(), " features"), text(input.size(), " (", to_text(input), ")"));
        }
        return {kernel_.outputs(), 1, 1};
    }

    [[nodiscard]] index_t kernel_taps() const override { return 1; }

    void forward(const batch_tensor& x, batch_tensor& y, const pass_context& context) override {
        y.reshape(output_shape(x.shape()), x.samples());
        const auto ideal = [&] {
            base::forward_folded(x, y, shape(), context.pool, [&](const float* from, float* to) {
                multiply(from, to, x.blocks(), context.pool);
            });
        };
        if constexpr (Plan == plan::folded) {
            ideal();
        } else if (array_.on_trial()) {
            base::reads_ideally();
            ideal();
        } else if (context.calibrating || context.profiling) {
            base::observe(x, shape(), context);
            ideal();
        } else if constexpr (base::converts) {
            base::forward_converted(x, y, shape(), context, [&](const float* weights, const float* from, float* to) {
                kernel_.forward(weights, nullptr, from, to, x.blocks(), context.pool);
            });
        } else {
            base::forward_reference(x, y, shape(), context, [](const batch_tensor& from, index_t sample, index_t, std::span<float> column) {
                for (std::size_t i = 0; i < column.size(); ++i) {
                    column[i] = from.at(sample, static_cast<index_t>(i));
                }
            });
        }
        base::count_forward(x, y, context);
    }

    void backward(const batch_tensor& x, const batch_tensor&, const batch_tensor& dy_out, batch_tensor* dx,
                  const pass_context& context) override {
        const batch_tensor& dy = base::through_converters(dy_out, context.pool);
        if (base::learns()) {
            base::parameter_gradients(x, dy, shape(), context, [&](const float* held, const float* errors) {
                correlate(held, errors, x.blocks(), context);
            });
        }
        if (dx != nullptr) {
            dx->reshape(x.shape(), x.samples());
            base::count_errors(*dx, dy, context);
            if constexpr (base::reference_backward) {
                base::backward_reference(dy, *dx, shape(), context.pool, [](const map_shape&, index_t, std::span<const double> column, std::span<double> features) {
                    std::copy(column.begin(), column.end(), features.begin());
                });
            } else if constexpr (base::transposes) {
                base::backward_converted(dy, *dx, shape(), context.pool, [&](const float* weights, const float* from, float* to) {
                    kernel_.input_gradient(weights, from, to, x.blocks(), context.pool);
                });
            } else {
                base::backward_folded(dy, *dx, shape(), context.pool, [&](const float* from, float* to) {
                    multiply_back(from, to, x.blocks(), context.pool);
                });
            }
        }
    }

    bool outline(layer_outline& to) override {
        const auto [weights, bias] = base::copied_parameters();
        to.kind = dense_outline{kernel_.inputs(), kernel_.outputs(), weights, bias};
        return true;
    }

private:
    static const dense_options& checked(const dense_options& o) {
        if (o.in < 1 || o.out < 1) {
            fail("dense", "options", "at least one input and one output", text(o.in, " inputs, ", o.out, " outputs"));
        }
        return o;
    }

    // Products with the effective weights of the layer.

    void multiply(const float* x, float* y, index_t blocks, thread_pool& pool) {
        if constexpr (base::transforms) {
            if (base::in_frequency_domain()) {
                frequency(pool).forward(base::bias(), x, y, blocks, pool);
                return;
            }
        }
        kernel_.forward(base::matrix(&pool).data, base::bias(), x, y, blocks, pool);
    }
    void multiply_back(const float* dy, float* dx, index_t blocks, thread_pool& pool) {
        if constexpr (base::transforms) {
            if (base::in_frequency_domain()) {
                frequency(pool).input_gradient(dy, dx, blocks, pool);
                return;
            }
        }
        kernel_.input_gradient(base::matrix(&pool).data, dy, dx, blocks, pool);
    }
    void correlate(const float* x, const float* dy, index_t blocks, const pass_context& context) {
        thread_pool& pool = context.pool;
        if constexpr (base::transforms) {
            if (base::in_frequency_domain()) {
                frequency(pool).weight_gradient(x, dy, array_.gradient(), array_.row_stride(), blocks, pool, context.share);
                return;
            }
        }
        base::gradient_of_matrix(pool, [&](float* dw) { kernel_.weight_gradient(x, dy, dw, blocks, pool, context.share); });
    }
    auto& frequency(thread_pool& pool) {
        return frequency_.of(array_, shape(), pool,
                             [](index_t channels, index_t outputs, index_t stride) { return kernel::dense(channels, outputs, stride); });
    }

    /// As a convolution of 1 x 1 maps.
    [[nodiscard]] kernel::convolution_shape shape() const {
        return {.in = {kernel_.inputs(), 1, 1}, .out_channels = kernel_.outputs()};
    }

    kernel::dense kernel_;
    [[no_unique_address]] typename base::template frequency_of<kernel::dense> frequency_;
};

} // namespace rcim::inline RCIM_ABI
