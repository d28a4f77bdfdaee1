#pragma once

#include <rcim/core/random.hpp>
#include <rcim/crossbar/reference_read.hpp>
#include <rcim/kernel/dense.hpp>
#include <rcim/nn/digital_parameter.hpp>
#include <rcim/nn/layer.hpp>

#include <cmath>
#include <type_traits>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// What layers share whose weights live in crossbars: the array, a digital bias per output, learning and state.
template <class Design, plan Plan>
class weighted_layer : public layer {
public:
    void update(const update_step& step) override {
        array_.update({step.rate, step.step}, step.pool, step.report);
        if (has_bias_) {
            bias_.update(step);
        }
    }

    [[nodiscard]] parameter_view parameters() override {
        return {array_.weights(), has_bias_ ? std::vector{bias_.value()} : std::vector<std::span<float>>{}};
    }
    void program(matrix_view<const float> weights) override { array_.program(weights); }

    void begin_epoch(int epoch) override { array_.begin_epoch(epoch); }
    void age(double seconds) override { array_.age(seconds); }
    void count_cells(cell_census& count) const override {
        const cell_census own = array_.census();
        count.cells += own.cells;
        count.stuck += own.stuck;
    }
    void show_faults(fault_map& map) const override { array_.show_faults(map); }

    [[nodiscard]] bool learns() const override { return rcim::learns<typename Design::update_type>(); }
    [[nodiscard]] float max_abs_weight() const override { return array_.max_abs_weight(); }

    void visit(archive& a) override {
        array_.visit(a);
        if (has_bias_) {
            const archive::scope scope(a, "bias");
            bias_.visit(a);
        }
    }

    [[nodiscard]] crossbar_array<Design, Plan>& array() { return array_; }
    [[nodiscard]] const crossbar_array<Design, Plan>& array() const { return array_; }
    [[nodiscard]] std::span<float> bias_values() { return bias_.value(); }
    [[nodiscard]] std::span<const float> bias_gradient() { return bias_.gradient(); }
    /// dL/dW of the last backward pass, [outputs][inputs].
    [[nodiscard]] matrix_view<const float> weight_gradient() {
        return {array_.gradient(), array_.outputs(), array_.inputs(), array_.row_stride()};
    }

protected:
    /// Initial weights are uniform in +-gain / sqrt(inputs): gain 1 is the habit of PyTorch's layers (Kaiming uniform with
    /// a = sqrt 5), gain sqrt 6 keeps the variance through ReLU (He et al. 2015).
    weighted_layer(const Design& chip, index_t inputs, index_t outputs, bool bias, float gain, std::uint64_t seed, std::uint32_t place)
        : array_(chip, inputs, outputs, seed, place), bias_(innermost(chip.update), outputs, 0.0f), has_bias_(bias) {
        const random_source source(seed, purpose::weight_initialisation, place);
        const float bound = gain / std::sqrt(static_cast<float>(inputs));
        std::vector<float> w(static_cast<std::size_t>(outputs * inputs));
        for (std::size_t i = 0; i < w.size(); ++i) {
            w[i] = (2.0f * source.uniform(i) - 1.0f) * bound;
        }
        array_.program({w.data(), outputs, inputs});
    }

    [[nodiscard]] const float* bias() const { return has_bias_ ? bias_.value().data() : nullptr; }

    void bias_backward(const batch_tensor& dy, thread_pool& pool) {
        if (has_bias_) {
            kernel::bias_gradient(dy.data(), array_.outputs(), dy.shape().plane(), dy.blocks(), bias_.gradient().data(), pool);
        }
    }

    /// y by the reference plan, where gather(x, sample, position, column) fills the inputs of one position of the result.
    template <class Gather>
    void forward_reference(const batch_tensor& x, batch_tensor& y, const pass_context& context, Gather&& gather) {
        const index_t plane = y.shape().plane();
        context.pool.run(x.samples() * plane, [&](index_t begin, index_t end) {
            std::vector<float> column(static_cast<std::size_t>(array_.inputs()));
            std::vector<double> result(static_cast<std::size_t>(array_.outputs()));
            for (index_t job = begin; job < end; ++job) {
                gather(job / plane, job % plane, std::span(column));
                read_reference(array_, column, result,
                               random_source(array_.seed(), purpose::cell_noise, array_.place(), context.step)
                                   .fork(static_cast<std::uint32_t>(job)));
                for (index_t o = 0; o < array_.outputs(); ++o) {
                    y.at(job / plane, o * plane + job % plane) =
                        static_cast<float>(result[static_cast<std::size_t>(o)]) + (has_bias_ ? bias()[o] : 0.0f);
                }
            }
        });
    }

    crossbar_array<Design, Plan> array_;

private:
    digital_parameter<std::remove_cvref_t<decltype(innermost(std::declval<const typename Design::update_type&>()))>> bias_;
    bool has_bias_;
};

} // namespace rcim::inline RCIM_ABI
