#pragma once

#include <rcim/core/random.hpp>
#include <rcim/crossbar/column_loads.hpp>
#include <rcim/crossbar/driven_batch.hpp>
#include <rcim/crossbar/read_events.hpp>
#include <rcim/crossbar/reference_read.hpp>
#include <rcim/kernel/activation.hpp>
#include <rcim/kernel/dense.hpp>
#include <rcim/nn/adaptable.hpp>
#include <rcim/nn/circulant_layer.hpp>
#include <rcim/nn/converted_backward.hpp>
#include <rcim/nn/converted_forward.hpp>
#include <rcim/nn/digital_parameter.hpp>
#include <rcim/nn/held_activations.hpp>
#include <rcim/nn/layer.hpp>
#include <rcim/nn/protected_reads.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// What layers share whose weights live in crossbars: the array, a digital bias per output, learning and state. Where the mapping
/// circulates the array holds the stored matrix, which `adaptable_layer` shows; parameters, programming and products are of the layer's
/// (mapping/block_circulant.hpp).
template <class Design, plan Plan>
class weighted_layer : public layer, public adaptable_layer {
public:
    [[nodiscard]] double gradient_square(thread_pool& pool) override {
        double square = has_bias_ && !digital_held_ ? bias_.gradient_square() : 0.0;
        if (weights_learn()) {
            // A learner wants the gradient as it is.
            square += learner_ ? kernel::sum_of_squares({array_.gradient(), static_cast<std::size_t>(array_.outputs() * array_.row_stride())}, pool)
                               : array_.gradient_square(pool);
        }
        return square;
    }
    void update(const update_step& step) override {
        if (learner_) {
            learner_->update(*this, step);
        } else {
            array_.update(context_of(step), step.pool, step.report, events_of(step));
        }
        if (has_bias_ && !digital_held_) {
            bias_.update(step);
        }
    }

    [[nodiscard]] adaptable_layer* adaptable() override { return this; }
    void hold_digital(bool hold) override { digital_held_ = hold; }
    [[nodiscard]] matrix_view<const float> weights() const override { return array_.weights(); }
    [[nodiscard]] const tiling& tiles() const override { return array_.tiles(); }
    [[nodiscard]] std::uint64_t cells_of_tile(index_t tile) const override {
        const tiling& t = array_.tiles();
        const auto weights_there = static_cast<std::uint64_t>(t.rows_in(tile / t.col_tiles) * t.weights_in(tile % t.col_tiles));
        return Design::map_type::coded ? weights_there * static_cast<std::uint64_t>(t.slices * array_.sites().arrays) : 0;
    }
    [[nodiscard]] factor_set factors_known() const override {
        if constexpr (masked) {
            using factor = typename Design::map_type::factor_type;
            return {factor::bits, factor::nearest, factor::code, factor::factor, factor::name()};
        } else {
            return {};
        }
    }
    [[nodiscard]] std::span<const float> factors() const override {
        if constexpr (masked) {
            return array_.factors().all();
        } else {
            return {};
        }
    }
    void adapt(std::span<const float> factors, const trial_weights& trial, thread_pool* pool) override { array_.adapt(factors, trial, pool); }
    void reprogram(matrix_view<const float> w, std::span<const std::uint8_t> tiles, const update_step& step) override {
        array_.reprogram(w, tiles, context_of(step), step.pool, step.report, events_of(step));
    }
    [[nodiscard]] layer_events* events_of(const update_step& step) const override {
        return step.events ? &step.events->at(array_.place()) : nullptr;
    }
    void set_learner(std::unique_ptr<weight_learner> learner) override { learner_ = std::move(learner); }
    [[nodiscard]] weight_learner* learner() override { return learner_.get(); }

    [[nodiscard]] parameter_view parameters() override {
        return {matrix(nullptr), has_bias_ ? std::vector{bias_.value()} : std::vector<std::span<float>>{}};
    }
    /// Where the mapping circulates, the nearest matrix that does.
    void program(matrix_view<const float> weights) override {
        if constexpr (circulant) {
            const std::vector<float> stored = matrix_.layout().project(weights);
            array_.program({stored.data(), matrix_.stored_outputs(), matrix_.stored_inputs()});
        } else {
            array_.program(weights);
        }
    }

    void begin_epoch(int epoch) override { array_.begin_epoch(epoch); }
    void age(double seconds) override { array_.age(seconds); }
    void count_cells(cell_census& count) const override {
        const cell_census own = array_.census();
        count.cells += own.cells;
        count.stuck += own.stuck;
        count.check_cells += own.check_cells;
    }
    void count_columns(column_census& count) const override { rcim::count_columns(array_, count); }
    void count_compensation(const map_shape& input, compensation_count& count) const override {
        if constexpr (compensates) {
            const compensation_count own = array_.compensation_cells();
            const auto positions = static_cast<std::uint64_t>(output_shape(input).plane());
            count.stuck += own.stuck;
            count.differing += own.differing;
            count.multiply_adds += own.stuck * positions * static_cast<std::uint64_t>(rotations_of(array_.chip().map));
            count.layer_multiply_adds += static_cast<std::uint64_t>(matrix_.inputs() * matrix_.outputs()) * positions;
        }
    }
    void take_sums(kernel::sum_counts& count) override {
        if (reads_) {
            count += reads_->take_counts();
        }
    }
    void fit_converters() override {
        if constexpr (CalibratedAdc<typename Design::adc_type>) {
            if (auto ranges = forward_.fitted(array_.chip().adc); !ranges.empty()) {
                array_.fit_ranges(std::move(ranges));
            }
        }
    }
    [[nodiscard]] shift_profile take_shift() override {
        if constexpr (shifts) {
            return forward_.take_shift();
        } else {
            return {};
        }
    }
    void inject(const shift_profile& profile) override {
        if constexpr (injects_shift<typename Design::noise_type>()) {
            if (!profile.empty()) {
                require_extents("inject", profile);
                array_.inject(profile.statistics(injecting_part(array_.chip().noise).grain));
            }
        }
    }
    void set_gains(const shift_profile& profile, shift_grain grain) override {
        if constexpr (shifts) {
            if (!profile.empty()) {
                require_extents("recalibrate", profile);
                array_.set_gains(profile.gains(grain));
            }
        }
    }
    void show_faults(fault_map& map) const override { array_.show_faults(map); }

    [[nodiscard]] bool learns() const override {
        return weights_learn() || (has_bias_ && rcim::learns<typename Design::update_type>() && !digital_held_);
    }
    [[nodiscard]] float max_abs_weight() const override { return array_.max_abs_weight(); }
    [[nodiscard]] std::string needs_whole_batch() const override {
        if constexpr (in_arrays) {
            return text(Design::dataflow_type::name(), ", whose arrays hold the activations of a whole batch");
        } else if constexpr (needs_row_volts<typename Design::noise_type>()) {
            return text(Design::noise_type::name(), ", which asks for the mean square of the voltages of a whole batch");
        } else {
            return {};
        }
    }

    void visit(archive& a) override {
        array_.visit(a);
        if (has_bias_) {
            const archive::scope scope(a, "bias");
            bias_.visit(a);
        }
        if (learner_) {
            const archive::scope scope(a, "learner");
            learner_->visit(a);
        }
    }

    /// Whether products and gradients are made in the frequency domain, with rounding errors of their own.
    [[nodiscard]] bool in_frequency_domain() const {
        if constexpr (transforms) {
            return matrix_.layout().transforms();
        } else {
            return false;
        }
    }

    [[nodiscard]] crossbar_array<Design, Plan>& array() { return array_; }
    [[nodiscard]] const crossbar_array<Design, Plan>& array() const { return array_; }
    [[nodiscard]] std::span<float> bias_values() { return bias_.value(); }
    [[nodiscard]] std::span<const float> bias_gradient() { return bias_.gradient(); }
    /// dL/dW of the last backward pass, [outputs][inputs] of the array.
    [[nodiscard]] matrix_view<const float> weight_gradient() override {
        return {array_.gradient(), array_.outputs(), array_.inputs(), array_.row_stride()};
    }

protected:
    /// Initial weights are uniform in +-gain / sqrt(inputs): gain 1 is the habit of PyTorch's layers (Kaiming uniform with
    /// a = sqrt 5), gain sqrt 6 keeps the variance through ReLU (He et al. 2015). taps: neighbouring inputs of one channel.
    weighted_layer(const Design& chip, index_t inputs, index_t outputs, bool bias, float gain, std::uint64_t seed, std::uint32_t place, index_t taps)
        : matrix_(chip.map, inputs, outputs, taps), array_(chip, matrix_.stored_inputs(), matrix_.stored_outputs(), seed, place, taps),
          bias_(innermost(chip.update), outputs, 0.0f), has_bias_(bias) {
        const random_source source(seed, purpose::weight_initialisation, place);
        const float bound = gain / std::sqrt(static_cast<float>(inputs));
        const index_t rows = outputs_drawn();
        const index_t cols = array_.inputs();
        std::vector<float> w(static_cast<std::size_t>(rows * cols));
        for (std::size_t i = 0; i < w.size(); ++i) {
            w[i] = (2.0f * source.uniform(i) - 1.0f) * bound;
        }
        if constexpr (circulant) {
            w = matrix_.layout().copied({w.data(), rows, cols});
        }
        array_.program({w.data(), array_.outputs(), cols});
    }

    /// Effective weights without the padding of their rows, and the biases.
    [[nodiscard]] std::pair<std::vector<float>, std::vector<float>> copied_parameters() {
        const matrix_view<const float> w = matrix(nullptr);
        std::vector<float> weights;
        for (index_t row = 0; row < w.rows; ++row) {
            weights.insert(weights.end(), w.row(row).begin(), w.row(row).end());
        }
        const std::span<const float> bias = bias_.value();
        return {std::move(weights), has_bias_ ? std::vector<float>(bias.begin(), bias.end()) : std::vector<float>{}};
    }

    /// Effective weights of the layer, [outputs][inputs]. Valid until they change.
    [[nodiscard]] matrix_view<const float> matrix(thread_pool* pool) {
        if constexpr (circulant) {
            return matrix_.weights(array_, pool);
        } else {
            return array_.weights();
        }
    }
    /// Floats from one output to the next in the matrix of the layer.
    [[nodiscard]] index_t matrix_stride() const { return row_stride_of(matrix_.inputs()); }
    /// The gradient by it, which product(dw) makes, becomes that by the array's weights.
    template <class Product>
    void gradient_of_matrix([[maybe_unused]] thread_pool& pool, Product&& product) {
        if constexpr (circulant) {
            product(matrix_.gradient());
            matrix_.reduce_gradient(array_, pool);
        } else {
            product(array_.gradient());
        }
    }

    /// Whether gradients of the weights are wanted.
    [[nodiscard]] bool weights_learn() const { return learner_ ? learner_->learns() : rcim::learns<typename Design::update_type>(); }

    [[nodiscard]] const float* bias() const { return has_bias_ ? bias_.value().data() : nullptr; }

    /// Gradients of the weights and biases by dy; product(x, dy) is that of the weights.
    template <class Product>
    void parameter_gradients(const batch_tensor& x, const batch_tensor& dy, const kernel::convolution_shape& shape, const pass_context& context,
                             Product&& product) {
        if (!weights_learn()) {
        } else if constexpr (in_arrays) {
            held_.write(array_, x, dy, shape, context);
            held_.gradient(array_.gradient(), array_.row_stride(), context.pool, product);
        } else {
            product(x.data(), dy.data());
        }
        if constexpr (prunes<typename Design::map_type>()) {
            if (weights_learn()) {
                array_.prune_gradient();
            }
        }
        bias_backward(dy, context);
    }

    /// Adds what a pass forward, or the errors of one backward, amount to.
    void count_forward(const batch_tensor& x, const batch_tensor& y, const pass_context& context) const {
        if (context.events && !context.calibrating && !context.profiling) {
            layer_events& events = context.events->at(array_.place());
            if (events.footprint.name.empty()) { // a text of some length, so once
                const std::string text = describe();
                events.footprint.name = text.substr(0, text.find(" on "));
            }
            describe_footprint(array_, y.shape().plane(), x.shape().size() + y.shape().size(), events.footprint);
            events.footprint.inputs = static_cast<std::uint64_t>(matrix_.inputs());
            events.footprint.outputs = static_cast<std::uint64_t>(matrix_.outputs());
            events[stage::forward] += with_maps(forward_events(array_, x.samples(), y.shape().plane()), x, y);
        }
    }
    void count_errors(const batch_tensor& dx, const batch_tensor& dy, const pass_context& context) const {
        if (context.events) {
            context.events->at(array_.place())[stage::errors] += with_maps(error_events(array_, dy.samples(), dy.shape().plane()), dx, dy);
        }
    }

    void bias_backward(const batch_tensor& dy, const pass_context& context) {
        if (has_bias_) {
            kernel::bias_gradient(dy.data(), matrix_.outputs(), dy.shape().plane(), dy.blocks(), bias_.gradient().data(), context.pool, context.share);
        }
    }

    static_assert(!CalibratedAdc<typename Design::adc_type> || Design::map_type::coded,
                  "rcim: roles Adc and Map: a range is calibrated to the sums of cells; add .with(bit_sliced<WeightBits, Encoding>{})");
    static constexpr bool masked = masks_columns<typename Design::map_type>();
    static constexpr bool circulant = circulates<typename Design::map_type>();
    static constexpr bool transforms = transforms_products<typename Design::map_type>();
    template <class Kernel>
    using frequency_of = frequency_products<typename Design::map_type, Kernel>;
    /// Whether weight gradients come from arrays that hold the activations.
    static constexpr bool in_arrays = Design::dataflow_type::gradients_in_arrays;
    static constexpr bool arithmetic = ArithmeticCode<typename Design::protect_type>;
    static constexpr bool compensates = compensates_stuck<typename Design::protect_type>();
    static constexpr bool integers = IntegerDac<typename Design::dac_type>;
    /// Whether forward reads go through converters that lose.
    static constexpr bool converts = Plan == plan::coded || Plan == plan::analog;
    /// Whether sums are off by wires and states of cells, in a way that can be profiled.
    static constexpr bool shifts = Plan == plan::analog && found_cells<Design>::moved;
    /// Whether errors are read back through the crossbars and converters of their own.
    static constexpr bool transposes = transposes_errors<typename Design::dataflow_type>();
    static_assert(!transposes || Design::map_type::coded || Plan == plan::reference,
                  "rcim: roles Dataflow and Map: errors go back through cells; add .with(bit_sliced<WeightBits, Encoding>{})");
    /// Whether errors go back cell by cell: through columns that a code corrects, or through converters.
    static constexpr bool reference_backward = (arithmetic || transposes) && Plan == plan::reference;

    /// y by the folded plan, where product(x, y) reads the effective weights and shape says how positions take inputs.
    template <class Product>
    void forward_folded(const batch_tensor& x, batch_tensor& y, const kernel::convolution_shape& shape, thread_pool& pool,
                        Product&& product) {
        if constexpr (!integers) {
            product(x.data(), y.data());
        } else {
            driven_x_.round(array_.chip().dac, x, arithmetic, shape.padding, pool);
            product(driven_x_.rounded().data(), y.data());
            if constexpr (arithmetic) {
                checked_reads(shape).correct_forward(driven_x_, y, pool);
            }
        }
    }

    /// dx likewise, by reads in the other direction. Without a code these are ideal: errors are not rounded.
    template <class Product>
    void backward_folded(const batch_tensor& dy, batch_tensor& dx, const kernel::convolution_shape& shape, thread_pool& pool,
                         Product&& product) {
        if constexpr (!arithmetic) {
            product(dy.data(), dx.data());
        } else {
            driven_dy_.round(array_.chip().dac, dy, true, 0, pool);
            product(driven_dy_.rounded().data(), dx.data());
            checked_reads(shape).correct_backward(driven_dy_, dx, pool);
        }
    }

    /// Lets calibrated converters, or a profile of shifts, look at the sums of x.
    void observe(const batch_tensor& x_in, const kernel::convolution_shape& shape_in, const pass_context& context) {
        // All rotations drive the same numbers, so one tells of all.
        const auto& x = in_first_rotation(x_in, shape_in, context.pool);
        const kernel::convolution_shape shape = stored_shape(shape_in);
        if constexpr (shifts) {
            if (context.profiling) {
                forward_.profile(array_, x, shape, context.image, context.pool);
            }
        }
        if constexpr (CalibratedAdc<typename Design::adc_type>) {
            if (context.calibrating) {
                forward_.observe(array_, x, shape, context.image, context.pool);
            }
        }
    }

    /// y through the converters of the coded and the analog plan, where product(weights, x, y) reads weights.
    template <class Product>
    void forward_converted(const batch_tensor& x, batch_tensor& y, const kernel::convolution_shape& shape, const pass_context& context,
                           Product&& product) {
        batch_tensor* const passed = notes_passed(y, context) ? &passed_ : nullptr;
        if constexpr (circulant) {
            matrix_.forward(x, y, passed, bias(), shape, context.pool,
                            [&](const batch_tensor& from, batch_tensor& to, batch_tensor* within, const kernel::convolution_shape& stored,
                                index_t first_position) {
                                forward_.read(array_, nullptr, from, to, within, stored, context.images(), context.pool, first_position);
                            });
        } else {
            forward_.read(array_, bias(), x, y, passed, shape, context.images(), context.pool);
        }
        compensate(array_.chip().dac, driven_x_, x, y, context.pool, product);
    }

    /// dy as gradients pass through the converters of the last forward read: each times the share of its conversions that was within range.
    const batch_tensor& through_converters(const batch_tensor& dy, thread_pool& pool) {
        if (!masked_) {
            return dy;
        }
        masked_dy_.reshape(dy.shape(), dy.samples());
        pool.run(dy.blocks(), [&](index_t begin, index_t end) {
            for (index_t i = begin * dy.block_stride(); i < end * dy.block_stride(); ++i) {
                masked_dy_.data()[i] = dy.data()[i] * passed_.data()[i];
            }
        });
        return masked_dy_;
    }

    /// dx by transposed reads through the converters of the dataflow; product(weights, dy, dx) likewise.
    template <class Product>
    void backward_converted(const batch_tensor& dy, batch_tensor& dx, const kernel::convolution_shape& shape, thread_pool& pool,
                            Product&& product) {
        if constexpr (circulant) {
            matrix_.backward(dy, dx, shape, pool, [&](const batch_tensor& from, batch_tensor& to, const kernel::convolution_shape& stored) {
                backward_.read(array_, from, to, stored, pool);
            });
        } else {
            backward_.read(array_, dy, dx, shape, pool);
        }
        compensate(error_path(array_.chip().dataflow).dac, driven_dy_, dy, dx, pool, product);
    }

    /// A forward read that converters do not take part in: weights that are tried are not in cells.
    void reads_ideally() { masked_ = false; }

    /// Whether a forward read notes what was converted within range: for a backward pass, where it can matter.
    bool notes_passed(const batch_tensor& y, const pass_context& context) {
        using adc = typename Design::adc_type;
        masked_ = SiteAdc<adc> && saturates<adc>() && context.training;
        if (masked_) {
            passed_.reshape(y.shape(), y.samples());
        }
        return masked_;
    }

    /// y by the reference plan, where gather(x, sample, position, column) fills the inputs of one position of the result.
    template <class Gather>
    void forward_reference(const batch_tensor& x, batch_tensor& y, const kernel::convolution_shape& shape, const pass_context& context,
                           Gather&& gather) {
        batch_tensor* const passed = notes_passed(y, context) ? &passed_ : nullptr;
        if constexpr (circulant) {
            matrix_.forward(x, y, passed, bias(), shape, context.pool,
                            [&](const batch_tensor& from, batch_tensor& to, batch_tensor* within, const kernel::convolution_shape&,
                                index_t first_position) {
                                read_reference_positions(from, to, within, nullptr, first_position, context, gather);
                            });
        } else {
            read_reference_positions(x, y, passed, bias(), 0, context, gather);
        }
    }

    /// dx by the reference plan, where scatter(maps, position, column, dx) adds what one position of dy gives to its inputs, in maps of this shape.
    template <class Scatter>
    void backward_reference(const batch_tensor& dy, batch_tensor& dx, const kernel::convolution_shape& shape, thread_pool& pool, Scatter&& scatter) {
        if constexpr (circulant) {
            matrix_.backward(dy, dx, shape, pool, [&](const batch_tensor& from, batch_tensor& to, const kernel::convolution_shape&) {
                read_reference_errors(from, to, scatter);
            });
        } else {
            read_reference_errors(dy, dx, scatter);
        }
    }

private:
    std::conditional_t<circulant, circulant_layer, whole_matrix> matrix_; ///< of the layer; its extents decide the array's

protected:
    crossbar_array<Design, Plan> array_;

private:
    [[nodiscard]] static update_context context_of(const update_step& step) { return {step.rate, step.step, step.elision}; }
    /// The numbers of whole maps go from layer to layer.
    static event_counts with_maps(event_counts count, const batch_tensor& in, const batch_tensor& out) {
        if constexpr (Design::map_type::coded) {
            count.bus_words += static_cast<std::uint64_t>(in.samples() * (in.shape().size() + out.shape().size()));
        }
        return count;
    }

    [[nodiscard]] index_t outputs_drawn() const {
        if constexpr (circulant) {
            return matrix_.layout().block_rows();
        } else {
            return array_.outputs();
        }
    }
    [[nodiscard]] const batch_tensor& in_first_rotation(const batch_tensor& x, [[maybe_unused]] const kernel::convolution_shape& shape,
                                                        [[maybe_unused]] thread_pool& pool) {
        if constexpr (circulant) {
            return matrix_.rotated(0, x, shape, pool);
        } else {
            return x;
        }
    }
    [[nodiscard]] kernel::convolution_shape stored_shape(const kernel::convolution_shape& shape) const {
        if constexpr (circulant) {
            return matrix_.stored_shape(shape);
        } else {
            return shape;
        }
    }
    [[nodiscard]] const float* missing_matrix([[maybe_unused]] thread_pool& pool) {
        if constexpr (circulant) {
            return matrix_.missing_weights(array_, pool);
        } else {
            return array_.missing_weights().data;
        }
    }

    /// One read of the array for every position of y. Draws are those of positions from first_position on.
    template <class Gather>
    void read_reference_positions(const batch_tensor& x, batch_tensor& y, batch_tensor* within, const float* offset, index_t first_position,
                                  const pass_context& context, Gather&& gather) {
        const index_t plane = y.shape().plane();
        const std::vector<double> row_volts = row_volts_of(x, plane, gather);
        // Of lanes beyond the last sample the largest activation of a batch is sought too.
        std::fill_n(y.data(), y.blocks() * y.block_stride(), 0.0f);
        context.pool.run(x.samples() * plane, [&](index_t begin, index_t end) {
            std::vector<float> column(static_cast<std::size_t>(array_.inputs()));
            std::vector<double> result(static_cast<std::size_t>(array_.outputs()));
            std::vector<float> passed(within != nullptr ? result.size() : 0);
            for (index_t job = begin; job < end; ++job) {
                const index_t position = job % plane;
                gather(x, job / plane, position, std::span(column));
                read_reference(array_, column, result,
                               {.image = context.images().of(job / plane),
                                .position = first_position + position,
                                .row_volts = row_volts},
                               integers ? largest_in(x, job / plane) : 0.0f, passed);
                for (index_t o = 0; o < array_.outputs(); ++o) {
                    y.at(job / plane, o * plane + position) =
                        static_cast<float>(result[static_cast<std::size_t>(o)]) + (offset != nullptr ? offset[o] : 0.0f);
                    if (within != nullptr) {
                        within->at(job / plane, o * plane + position) = passed[static_cast<std::size_t>(o)];
                    }
                }
            }
        });
    }

    /// One read in the other direction for every position of dy.
    template <class Scatter>
    void read_reference_errors(const batch_tensor& dy, batch_tensor& dx, Scatter&& scatter) {
        const index_t plane = dy.shape().plane();
        std::fill_n(dx.data(), dx.blocks() * dx.block_stride(), 0.0f);
        std::vector<float> column(static_cast<std::size_t>(array_.outputs()));
        std::vector<double> result(static_cast<std::size_t>(array_.inputs()));
        std::vector<double> sum(static_cast<std::size_t>(dx.shape().size()));
        std::vector<float> group_largest(masked ? static_cast<std::size_t>(array_.tiles().groups()) : 0);
        for (index_t sample = 0; sample < dy.samples(); ++sample) {
            std::fill(sum.begin(), sum.end(), 0.0);
            for (std::size_t group = 0; group < group_largest.size(); ++group) {
                group_largest[group] = largest_with_factors(dy, sample, static_cast<index_t>(group));
            }
            for (index_t position = 0; position < plane; ++position) {
                for (index_t o = 0; o < array_.outputs(); ++o) {
                    column[static_cast<std::size_t>(o)] = dy.at(sample, o * plane + position);
                }
                read_reference_transposed(array_, column, result, largest_in(dy, sample), group_largest);
                scatter(dx.shape(), position, std::span<const double>(result), std::span(sum));
            }
            for (index_t f = 0; f < dx.shape().size(); ++f) {
                dx.at(sample, f) = static_cast<float>(sum[static_cast<std::size_t>(f)]);
            }
        }
    }

    void require_extents(const char* where, const shift_profile& profile) const {
        const kernel::read_layout lines = forward_layout(array_);
        if (profile.sums.size() != static_cast<std::size_t>(lines.planes() * lines.lines.results)) {
            fail(where, "profile", text(lines.planes(), " planes x ", lines.lines.results, " outputs"), text(profile.sums.size(), " entries"));
        }
    }

    /// Root mean square of the voltage of each input over the pass, where noise asks for it.
    template <class Gather>
    std::vector<double> row_volts_of(const batch_tensor& x, index_t plane, Gather&& gather) const {
        std::vector<double> squares;
        if constexpr (needs_row_volts<typename Design::noise_type>()) {
            const auto& dac = array_.chip().dac;
            squares.assign(static_cast<std::size_t>(array_.inputs()), 0.0);
            std::vector<float> column(squares.size());
            for (index_t job = 0; job < x.samples() * plane; ++job) {
                gather(x, job / plane, job % plane, std::span(column));
                const float unit = input_unit(dac, integers ? largest_in(x, job / plane) : 0.0f);
                for (std::size_t i = 0; i < squares.size(); ++i) {
                    for (int cycle = 0; cycle < dac.cycles(); ++cycle) {
                        const double volts = dac.drive(static_cast<double>(column[i] / unit), cycle) * volts_per_unit(dac);
                        squares[i] += volts * volts;
                    }
                }
            }
            for (double& square : squares) {
                square = std::sqrt(square / static_cast<double>(x.samples() * plane * dac.cycles()));
            }
        }
        return squares;
    }

    /// Adds to y what the digital side knows that stuck cells took from it: one product of what they lack with what the DAC has sent.
    template <class Dac, class Product>
    void compensate(const Dac& dac, driven_batch& driven, const batch_tensor& x, batch_tensor& y, thread_pool& pool, Product&& product) {
        if constexpr (compensates) {
            const float* sent = x.data();
            if constexpr (IntegerDac<Dac>) {
                driven.round(dac, x, false, 0, pool);
                sent = driven.rounded().data();
            }
            lacking_.reshape(y.shape(), y.samples());
            product(missing_matrix(pool), sent, lacking_.data());
            pool.run(y.blocks() * y.shape().size(), [&](index_t begin, index_t end) {
                const index_t at = begin * samples_per_block;
                kernel::add(lacking_.data() + at, y.data() + at, end - begin);
            });
        }
    }

    static float largest_in(const batch_tensor& x, index_t sample) {
        std::vector<float> all;
        for (index_t f = 0; f < x.shape().size(); ++f) {
            all.push_back(x.at(sample, f));
        }
        return largest_magnitude(all);
    }

    /// The same of errors with the factors of a group of rows.
    float largest_with_factors(const batch_tensor& dy, index_t sample, index_t group) const {
        std::vector<float> all;
        if constexpr (masked) {
            for (index_t f = 0; f < dy.shape().size(); ++f) {
                all.push_back(dy.at(sample, f) * array_.factors().at(group, f / dy.shape().plane()));
            }
        }
        return largest_magnitude(all);
    }

    /// The sums to correct, of the words as they are now.
    protected_reads& checked_reads(const kernel::convolution_shape& shape) {
        if (!reads_ || unit_of_reads_ != array_.format().lsb) {
            unit_of_reads_ = array_.format().lsb;
            reads_.emplace(array_.words().table(), Design::dac_type::bits, array_.chip().protect.zeroes, array_.format().lsb);
        }
        if (revision_ != array_.revision() || shape_ != shape) {
            reads_->build(array_.words().planes(), array_.tiles(), array_.row_stride(), shape);
            revision_ = array_.revision();
            shape_ = shape;
        }
        return *reads_;
    }

    driven_batch driven_x_;
    driven_batch driven_dy_;
    std::conditional_t<in_arrays, held_activations<Design>, no_state> held_;
    std::conditional_t<converts || CalibratedAdc<typename Design::adc_type>, converted_forward<Design>, no_state> forward_;
    std::conditional_t<transposes, converted_backward<Design>, no_state> backward_;
    batch_tensor passed_; ///< share of the conversions of each result of the last forward read that were within range
    bool masked_ = false;
    batch_tensor masked_dy_;
    batch_tensor lacking_; ///< what stuck cells took from the last read that was compensated
    std::optional<protected_reads> reads_;
    float unit_of_reads_ = 0.0f;
    std::uint64_t revision_ = 0;
    kernel::convolution_shape shape_;
    digital_parameter<std::remove_cvref_t<decltype(innermost(std::declval<const typename Design::update_type&>()))>> bias_;
    bool has_bias_;
    bool digital_held_ = false;
    std::unique_ptr<weight_learner> learner_; ///< null: the design's rule learns
};

} // namespace rcim::inline RCIM_ABI
