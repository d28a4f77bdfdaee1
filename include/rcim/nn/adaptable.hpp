#pragma once

#include <rcim/core/matrix_view.hpp>
#include <rcim/crossbar/column_factors.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/nn/layer.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace rcim::inline RCIM_ABI {

class adaptable_layer;

/// Learns in place of the update rule of a layer with weights, whatever its design: masks on columns, weights of some crossbars, or nothing.
class weight_learner {
public:
    weight_learner() = default;
    weight_learner(const weight_learner&) = delete;
    weight_learner& operator=(const weight_learner&) = delete;
    virtual ~weight_learner() = default;

    /// Whether it wants gradients at all.
    [[nodiscard]] virtual bool learns() const = 0;
    /// Called once per step, after the backward pass.
    virtual void update(adaptable_layer& layer, const update_step& step) = 0;
    /// Shows all state that decides how it goes on.
    virtual void visit(archive&) {}
};

/// The factors that the columns of a layer can take, whatever their type; without masks 1 alone.
struct factor_set {
    int bits = 0; ///< of memory for each column; 0: columns have no factors
    float (*nearest)(float) = nullptr;
    std::uint32_t (*code)(float) = nullptr;
    float (*factor)(std::uint32_t) = nullptr;
    std::string name{};
};

/// What a layer whose weights live in crossbars shows to those who adapt it to a task.
class adaptable_layer {
public:
    /// [outputs][inputs], as reads use them: with factors and what is tried.
    [[nodiscard]] virtual matrix_view<const float> weights() const = 0;
    /// Of the loss by `weights`, of the last backward pass.
    [[nodiscard]] virtual matrix_view<const float> weight_gradient() = 0;
    [[nodiscard]] virtual const tiling& tiles() const = 0;
    /// Neighbouring inputs that belong to one kernel: 1 for a dense layer.
    [[nodiscard]] virtual index_t kernel_taps() const = 0;
    /// Cells of one crossbar that hold weights, both arrays of a pair counted; 0 where weights are not in cells.
    [[nodiscard]] virtual std::uint64_t cells_of_tile(index_t tile) const = 0;
    [[nodiscard]] virtual factor_set factors_known() const = 0;
    /// [groups][outputs]; empty without masks.
    [[nodiscard]] virtual std::span<const float> factors() const = 0;

    /// Where the events of this layer are counted; null if nowhere.
    [[nodiscard]] virtual layer_events* events_of(const update_step& step) const = 0;

    /// See crossbar_array::adapt and crossbar_array::reprogram.
    virtual void adapt(std::span<const float> factors, const trial_weights& trial, thread_pool* pool) = 0;
    virtual void reprogram(matrix_view<const float> w, std::span<const std::uint8_t> tiles, const update_step& step) = 0;

    /// Who learns from now on; null: the design's update rule again.
    virtual void set_learner(std::unique_ptr<weight_learner> learner) = 0;
    [[nodiscard]] virtual weight_learner* learner() = 0;

protected:
    // Layers end as `layer`s. A virtual destructor here would be compiled twice more for every class of every design.
    ~adaptable_layer() = default;
};

} // namespace rcim::inline RCIM_ABI
