#pragma once

#include <rcim/core/error.hpp>
#include <rcim/nn/layer.hpp>
#include <rcim/nn/sequence.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace rcim::inline RCIM_ABI {

/// A sequence of layers with its input shape and seed. Owns the layers and the numbers between them; movable, not copyable.
class network {
public:
    /// Throws `error` unless the extents are positive.
    network(map_shape input, std::uint64_t seed) : input_(input), output_(input), seed_(seed) {
        if (input.channels < 1 || input.height < 1 || input.width < 1) {
            fail("network", "input", "positive extents", to_text(input));
        }
    }

    /// Throws `error`, and adds nothing, if the layer cannot take the output of the one before it.
    network& add(std::unique_ptr<layer> next) {
        if (!next) {
            fail("network", text("layer ", size()), "a layer", "a null pointer");
        }
        try {
            output_ = sequence::output_shape_of(*next, size(), output_);
        } catch (const error& e) {
            throw error(text("network: ", e.what()));
        }
        layers_.add(std::move(next));
        return *this;
    }

    /// Makes a layer in place and gives it back. Throws like `add`.
    template <class Layer, class... Args>
    Layer& emplace(Args&&... args) {
        auto made = std::make_unique<Layer>(std::forward<Args>(args)...);
        Layer& result = *made;
        add(std::move(made));
        return result;
    }

    [[nodiscard]] map_shape input_shape() const noexcept { return input_; }
    [[nodiscard]] map_shape output_shape() const noexcept { return output_; }
    [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }

    /// The output of the last layer, valid until the next call of `forward` or `add`. x has to live, unchanged, until
    /// `backward` has returned. Throws `error` if x has another shape than the input.
    const batch_tensor& forward(const batch_tensor& x, const pass_context& context) {
        if (x.shape() != input_) {
            fail("network", "input", to_text(input_), to_text(x.shape()));
        }
        x_ = &x;
        return layers_.forward(x, context);
    }

    /// dy: the gradient by the output of the last `forward`, zero in lanes beyond the last sample. The gradient by the input is
    /// not computed, nor any below the first layer that learns. Throws `error` if dy has another shape or number of samples
    /// than the output.
    void backward(const batch_tensor& dy, const pass_context& context) {
        if (!x_) {
            fail("network", "backward", "a forward pass before it", "none");
        }
        if (dy.shape() != output_ || dy.samples() != x_->samples()) {
            fail("network", "gradient", text(to_text(output_), ", ", x_->samples(), " samples"),
                 text(to_text(dy.shape()), ", ", dy.samples(), " samples"));
        }
        layers_.backward(*x_, dy, nullptr, context);
    }

    /// Sum of squares of all gradients of the last `backward`, before `update`.
    [[nodiscard]] double gradient_square(thread_pool& pool) { return layers_.gradient_square(pool); }
    void update(const update_step& step) { layers_.update(step); }
    /// Calls visit(layer) for all layers in order, those inside of blocks too.
    void each(const std::function<void(layer&)>& visit) { layers_.each(visit); }

    /// Faults that arrive up to the beginning of this epoch stick, and override what their cells hold. `fit` calls it.
    void begin_epoch(int epoch) { layers_.begin_epoch(epoch); }
    /// Lets time pass, in seconds >= 0: cells that drift do so. Throws `error` on other numbers.
    void age(double seconds) { layers_.age(seconds); }
    /// All cells of the chip, and those of them that are stuck now.
    [[nodiscard]] cell_census census() const {
        cell_census count;
        layers_.count_cells(count);
        return count;
    }
    /// How full the columns of the crossbars are, and those beyond the full scale of their converters.
    [[nodiscard]] column_census columns() {
        column_census count;
        each([&](layer& one) { one.count_columns(count); });
        return count;
    }
    /// The stuck cells that the digital side compensates, and its multiply-adds per image.
    [[nodiscard]] compensation_count compensation() const {
        compensation_count count;
        layers_.count_compensation(input_, count);
        return count;
    }
    /// Sums that a protecting code has checked since the last call. Of one layer: layer::take_sums.
    [[nodiscard]] kernel::sum_counts take_sums() {
        kernel::sum_counts count;
        layers_.take_sums(count);
        return count;
    }
    /// The stuck cells of the chip as they are now. Throws `error` if two layers have the same place.
    [[nodiscard]] fault_map faults() const {
        fault_map map;
        layers_.show_faults(map);
        return map;
    }

    /// What the network computes, with weights as it uses them (nn/outline.hpp). Throws `error` at a layer that has no outline.
    [[nodiscard]] network_outline outline() {
        network_outline result{input_, {}};
        if (!layers_.outline(result.layers)) {
            const std::size_t i = result.layers.size();
            fail("network", text("layer ", i, " (", layers_[i].describe(), ")"), "a layer that has an outline", "none");
        }
        return result;
    }

    [[nodiscard]] bool learns() const { return layers_.learns(); }
    [[nodiscard]] float max_abs_weight() const { return layers_.max_abs_weight(); }

    /// Layers are named by their number: "00", "01", ...
    void visit(archive& a) { layers_.visit(a); }

    [[nodiscard]] std::size_t size() const noexcept { return layers_.size(); }
    /// i < size().
    [[nodiscard]] layer& operator[](std::size_t i) { return layers_[i]; }
    [[nodiscard]] const layer& operator[](std::size_t i) const { return layers_[i]; }

    /// One line per layer: number, description, output shape.
    [[nodiscard]] std::string describe() const {
        std::string result;
        map_shape shape = input_;
        for (std::size_t i = 0; i < size(); ++i) {
            shape = layers_[i].output_shape(shape);
            result += text(i < 10 ? "0" : "", i, " ", layers_[i].describe(), " -> ", to_text(shape), "\n");
        }
        return result;
    }

private:
    map_shape input_;
    map_shape output_;
    std::uint64_t seed_;
    sequence layers_;
    const batch_tensor* x_ = nullptr; ///< of the last forward pass
};

} // namespace rcim::inline RCIM_ABI
