#pragma once

#include <rcim/core/archive.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/events.hpp>
#include <rcim/core/matrix_view.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/crossbar/report.hpp>
#include <rcim/crossbar/shift.hpp>
#include <rcim/fault/fault_map.hpp>
#include <rcim/kernel/batch_share.hpp>
#include <rcim/kernel/checked_sums.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace rcim::inline RCIM_ABI {

class pass_watch;

/// What a layer may know about one pass through the network.
struct pass_context {
    thread_pool& pool;
    bool training = false;
    std::uint64_t seed = 0; ///< of the network; for draws
    std::uint32_t step = 0; ///< training steps before this pass
    bool calibrating = false; ///< converters look at the sums of this pass, and lose nothing
    std::uint64_t image = 0;  ///< number of the first sample among all that are read; for draws and states of reads
    bool profiling = false;   ///< layers look at what wires and states of cells make of the sums of this pass
    event_ledger* events = nullptr; ///< layers add what this pass amounts to; null: nothing is counted
    float elision = 1.0f;     ///< factor of the schedule on every threshold of elision
    kernel::batch_share* share = nullptr; ///< of which the batch is a rank's part; null: it is whole. Sums over samples are joined through it
    pass_watch* watch = nullptr; ///< looks at what every layer makes (nn/pass_watch.hpp); null: nobody

    /// Numbers of the samples' images.
    [[nodiscard]] kernel::image_numbers images() const { return {image, share}; }
    /// Samples of the whole batch, of which these are in hand.
    [[nodiscard]] index_t samples_of(const batch_tensor& x) const { return share != nullptr ? share->samples() : x.samples(); }
};

/// What a layer may know about one update.
struct update_step {
    thread_pool& pool;
    std::uint64_t seed = 0;
    std::uint32_t step = 0;
    float rate = 1.0f; ///< factor of the schedule on the learning rate
    update_report& report;
    event_ledger* events = nullptr; ///< layers add what this update amounts to; null: nothing is counted
    float elision = 1.0f;   ///< factor of the schedule on every threshold of elision
};

/// What a layer has learned, whatever its design.
struct parameter_view {
    matrix_view<const float> weights{};      ///< [outputs][inputs] as used; none: no rows
    std::vector<std::span<float>> digital{}; ///< biases, batch-norm parameters and running statistics
};

class adaptable_layer;
struct layer_outline;

/// One layer of a network: the boundary between designs, which are types, and networks, which are run-time values. Each
/// function is called once per batch. Passes leave what `visit` shows as it is: it changes with updates, epochs and time alone.
class layer {
public:
    layer() = default;
    layer(const layer&) = delete;
    layer& operator=(const layer&) = delete;
    virtual ~layer() = default;

    /// One line for people: kind, extents, design.
    [[nodiscard]] virtual std::string describe() const = 0;

    /// Throws `error` where the layer cannot take such an input.
    [[nodiscard]] virtual map_shape output_shape(const map_shape& input) const = 0;

    /// Sets the shape of y and fills it. Lanes of y beyond the last sample may hold any finite number.
    virtual void forward(const batch_tensor& x, batch_tensor& y, const pass_context& context) = 0;

    /// From x and y of the last `forward` and the gradient by y: gradients of the parameters (kept inside), and the gradient by
    /// x where dx is not null (its shape is set here). dy is zero in lanes beyond the last sample, and so is dx afterwards.
    virtual void backward(const batch_tensor& x, const batch_tensor& y, const batch_tensor& dy, batch_tensor* dx,
                          const pass_context& context) = 0;

    /// Sum of squares of the gradients of all parameters, of the last `backward`, before `update`; not finite where one of them is not.
    [[nodiscard]] virtual double gradient_square(thread_pool&) { return 0.0; }

    /// Applies the gradients of the last `backward`.
    virtual void update(const update_step&) {}

    /// Faults that arrive up to the beginning of this epoch stick.
    virtual void begin_epoch(int) {}

    /// Seconds pass, >= 0: cells that drift do so.
    virtual void age(double) {}

    /// Adds the layer's cells to the count.
    virtual void count_cells(cell_census&) const {}

    /// Adds how full the layer's columns are, by what their cells hold now.
    virtual void count_columns(column_census&) const {}

    /// Adds what it costs to compensate the layer's stuck cells digitally, for images that give inputs of this shape.
    virtual void count_compensation(const map_shape&, compensation_count&) const {}

    /// Adds the sums that a protecting code has checked in this layer since the last call; forward and backward reads of the folded
    /// plan.
    virtual void take_sums(kernel::sum_counts&) {}

    /// Fits the ranges of calibrated converters to the sums of the passes since the last call.
    virtual void fit_converters() {}

    /// What wires and states of cells have made of the sums of profiling passes since the last call; empty where there are no such reads.
    [[nodiscard]] virtual shift_profile take_shift() { return {}; }
    /// Injects statistics of a profile from now on, where the design does so and the profile is not empty.
    virtual void inject(const shift_profile&) {}
    /// Takes the digital gains that suit a profile, where it is not empty.
    virtual void set_gains(const shift_profile&, shift_grain) {}

    /// Adds the layer's crossbars to the map of the chip.
    virtual void show_faults(fault_map&) const {}

    /// Calls visit(layer) for this layer, or for the layers that it is made of, in order.
    virtual void each(const std::function<void(layer&)>& visit) { visit(*this); }

    [[nodiscard]] virtual parameter_view parameters() { return {}; }

    /// What adapts a layer with weights to a task (nn/adaptable.hpp); null for other layers.
    [[nodiscard]] virtual adaptable_layer* adaptable() { return nullptr; }
    /// Whether digital parameters (biases, batch normalisation) stay as they are, whatever their rule.
    virtual void hold_digital(bool) {}

    /// Programs the weights of a layer that has some: [outputs][inputs].
    virtual void program(matrix_view<const float>) {}

    /// Says what the layer computes, whatever its design, with parameters as they are used (nn/outline.hpp); false: it has no such form.
    virtual bool outline(layer_outline&) { return false; }

    /// Whether anything in the layer can be trained.
    [[nodiscard]] virtual bool learns() const { return false; }

    /// The largest magnitude of a weight as used, zero for a layer without weights.
    [[nodiscard]] virtual float max_abs_weight() const { return 0.0f; }

    /// Why ranks cannot share out the layer's batches (docs/ranks.md); empty where they can: what it makes of a sample does not depend on the
    /// others but through sums that `pass_context::share` joins. To be overridden by layers that learn and do so.
    [[nodiscard]] virtual std::string needs_whole_batch() const { return learns() ? "gradients that it does not join over ranks" : ""; }

    /// Shows all state that decides what the layer computes.
    virtual void visit(archive&) {}
};

} // namespace rcim::inline RCIM_ABI
