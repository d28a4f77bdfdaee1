#pragma once

#include <rcim/core/error.hpp>
#include <rcim/nn/layer.hpp>
#include <rcim/nn/outline.hpp>
#include <rcim/nn/pass_watch.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Layers one after the other, with the memory between them: what a network and the branches of a residual block share. Without
/// layers it is the identity. Movable, not copyable.
class sequence {
public:
    sequence() = default;
    sequence(sequence&&) noexcept = default;
    sequence& operator=(sequence&&) noexcept = default;

    /// Throws `error` on a null pointer.
    sequence& add(std::unique_ptr<layer> next) {
        if (!next) {
            fail("sequence", text("layer ", layers_.size()), "a layer", "a null pointer");
        }
        layers_.push_back(std::move(next));
        outputs_.emplace_back();
        return *this;
    }

    /// Makes a layer in place and gives it back.
    template <class Layer, class... Args>
    Layer& emplace(Args&&... args) {
        auto made = std::make_unique<Layer>(std::forward<Args>(args)...);
        Layer& result = *made;
        add(std::move(made));
        return result;
    }

    [[nodiscard]] bool empty() const noexcept { return layers_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return layers_.size(); }
    /// i < size().
    [[nodiscard]] layer& operator[](std::size_t i) { return *layers_[i]; }
    [[nodiscard]] const layer& operator[](std::size_t i) const { return *layers_[i]; }

    /// Throws `error` with the number and description of the first layer that cannot take its input.
    [[nodiscard]] map_shape output_shape(map_shape shape) const {
        for (std::size_t i = 0; i < layers_.size(); ++i) {
            shape = output_shape_of(*layers_[i], i, shape);
        }
        return shape;
    }

    /// The output shape of the layer that is or shall be number i, whose number and description go into the error.
    [[nodiscard]] static map_shape output_shape_of(const layer& one, std::size_t i, const map_shape& input) {
        try {
            return one.output_shape(input);
        } catch (const error& e) {
            throw error(text("layer ", i, " (", one.describe(), "): ", e.what()));
        }
    }

    /// The output of the last layer, valid until the next call of `forward` or `add`; x itself if there is none.
    const batch_tensor& forward(const batch_tensor& x, const pass_context& context) {
        const batch_tensor* in = &x;
        for (std::size_t i = 0; i < layers_.size(); ++i) {
            layers_[i]->forward(*in, outputs_[i], context);
            if (context.watch) {
                context.watch->forward(*layers_[i], outputs_[i]);
            }
            in = &outputs_[i];
        }
        return *in;
    }

    /// x: as in the last `forward`. Where dx is null, stops at the first layer that learns. At least one layer, or dx null.
    void backward(const batch_tensor& x, const batch_tensor& dy, batch_tensor* dx, const pass_context& context) {
        std::size_t first = 0;
        while (!dx && first < layers_.size() && !layers_[first]->learns()) {
            ++first;
        }
        const batch_tensor* gradient = &dy;
        for (std::size_t i = layers_.size(); i-- > first;) {
            batch_tensor* const next = i > first ? &gradients_[i % 2] : dx;
            layers_[i]->backward(i > 0 ? outputs_[i - 1] : x, outputs_[i], *gradient, next, context);
            if (context.watch) {
                context.watch->backward(*layers_[i], next);
            }
            gradient = next;
        }
    }

    [[nodiscard]] double gradient_square(thread_pool& pool) {
        double sum = 0.0;
        for (const auto& one : layers_) {
            sum += one->gradient_square(pool);
        }
        return sum;
    }
    void update(const update_step& step) {
        for (const auto& one : layers_) {
            one->update(step);
        }
    }

    void each(const std::function<void(layer&)>& visit) {
        for (const auto& one : layers_) {
            one->each(visit);
        }
    }
    void begin_epoch(int epoch) {
        for (const auto& one : layers_) {
            one->begin_epoch(epoch);
        }
    }
    void age(double seconds) {
        for (const auto& one : layers_) {
            one->age(seconds);
        }
    }
    void count_cells(cell_census& count) const {
        for (const auto& one : layers_) {
            one->count_cells(count);
        }
    }
    void count_compensation(map_shape input, compensation_count& count) const {
        for (const auto& one : layers_) {
            one->count_compensation(input, count);
            input = one->output_shape(input);
        }
    }
    void take_sums(kernel::sum_counts& count) {
        for (const auto& one : layers_) {
            one->take_sums(count);
        }
    }
    void show_faults(fault_map& map) const {
        for (const auto& one : layers_) {
            one->show_faults(map);
        }
    }

    [[nodiscard]] bool learns() const {
        return std::any_of(layers_.begin(), layers_.end(), [](const auto& one) { return one->learns(); });
    }

    [[nodiscard]] float max_abs_weight() const {
        float result = 0.0f;
        for (const auto& one : layers_) {
            result = std::max(result, one->max_abs_weight());
        }
        return result;
    }

    /// Layers are named by their number: "00", "01", ...
    void visit(archive& a) {
        for (std::size_t i = 0; i < layers_.size(); ++i) {
            const archive::scope scope(a, text(i < 10 ? "0" : "", i));
            layers_[i]->visit(a);
        }
    }

    /// Appends the outline of every layer; false at the first that has none.
    bool outline(std::vector<layer_outline>& to) {
        for (const auto& one : layers_) {
            layer_outline next{.name = one->describe(), .kind = {}};
            if (!one->outline(next)) {
                return false;
            }
            to.push_back(std::move(next));
        }
        return true;
    }

    /// Descriptions joined by ", "; "identity" if there is no layer.
    [[nodiscard]] std::string describe() const {
        std::string result;
        for (const auto& one : layers_) {
            result += (result.empty() ? "" : ", ") + one->describe();
        }
        return result.empty() ? "identity" : result;
    }

private:
    std::vector<std::unique_ptr<layer>> layers_;
    std::vector<batch_tensor> outputs_;     ///< one for each layer
    std::array<batch_tensor, 2> gradients_; ///< by the inputs of the layers, in turn
};

} // namespace rcim::inline RCIM_ABI
