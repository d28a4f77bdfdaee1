#pragma once

#include <rcim/adapt/concept.hpp>
#include <rcim/adapt/ksm_sigmoid.hpp>
#include <rcim/adapt/packed_mask.hpp>
#include <rcim/adapt/straight_through.hpp>
#include <rcim/nn/adaptable.hpp>
#include <rcim/nn/digital_parameter.hpp>
#include <rcim/update/adam.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Where masks of a method act.
enum class mask_place {
    none,
    columns, ///< factors of the periphery: nothing is written
    cells,   ///< products of mask and weight, written into the cells when learned: Piggyback, KSM
};

/// The crossbars of all layers that compete for a budget of re-programmed ones, and the penalty that keeps their mean below it.
struct tile_budget {
    double share = 0.0;   ///< of crossbars, [0, 1]
    double penalty = 1.0; ///< of the mean above the share, in the loss
    index_t tiles = 0;    ///< of all layers
    index_t chosen = 0;   ///< by their masks as of the last step

    [[nodiscard]] bool exceeded() const { return static_cast<double>(chosen) > share * static_cast<double>(tiles); }
};

/// How one layer is adapted.
template <class Estimator>
struct adapter_options {
    static_assert(sizeof(check_estimator<Estimator>) > 0);
    mask_place place = mask_place::none;
    index_t rows = 1; ///< inputs of one group of a mask in cells; 0: those of one kernel; on columns the design says it
    Estimator estimator{};
    adam mask_rule{.learning_rate = 1e-3f};
    adam weight_rule{.learning_rate = 1e-3f};
    std::vector<std::uint8_t> tiles{};     ///< crossbars whose weights are trained, to be written later; none: none
    std::shared_ptr<tile_budget> budget{}; ///< not null: which crossbars these are is learned
    ksm_sigmoid tile_estimator{};          ///< with a budget
    bool in_place = false; ///< what is trained is written into the cells at every step, and not only tried until `commit`
    std::uint64_t seed = 0;
};

/// Learns factors of columns or masks of weights, weights of some crossbars, and which crossbars these are (adapter_options); cells stay as
/// they are until `commit`, unless learning is in place.
///
/// With W what cells hold and G = dL/dW' by the weights W' in use, [outputs][inputs]:
/// - masks: W' = m W, and dL/dm = sum of G W over the group of m, times the slope of the estimator;
/// - trained crossbars: W' = W + dW, and dL/dW' = G;
/// - learned crossbars, after papers on XMA2 (a reconstruction): W' = W + P dW with P in {0, 1}, dL/dP = sum of G dW over the crossbar, plus the
///   penalty over the number of crossbars while more are chosen than the budget has.
///
/// Memory: three floats for each weight where any is trained, three for each group. O(weights) a step.
template <class Estimator>
class weight_adapter final : public weight_learner {
public:
    /// Takes the weights of the layer, with factors of 1, for what cells hold, and sets them in use.
    weight_adapter(adaptable_layer& layer, adapter_options<Estimator> options, std::uint32_t place)
        : options_(std::move(options)), tiles_(layer.tiles()), known_(layer.factors_known()),
          draws_(options_.seed, purpose::mask_learning, place), group_rows_(options_.place == mask_place::columns ? tiles_.block
                                                                            : options_.rows > 0 ? options_.rows
                                                                                                : layer.kernel_taps()),
          mask_(options_.mask_rule, options_.place == mask_place::none ? 0 : groups() * tiles_.outputs,
                options_.estimator.initial()),
          chosen_(options_.mask_rule, options_.budget ? tiles_.tiles() : 0, options_.tile_estimator.initial()) {
        if (options_.place == mask_place::columns && known_.bits == 0) {
            fail("weight_adapter", "masks on columns", "a design with .with(column_masked<...>{})", "none");
        }
        if (options_.tiles.empty()) {
            options_.tiles.assign(static_cast<std::size_t>(tiles_.tiles()), options_.budget ? 1 : 0);
        }
        if (options_.budget) {
            options_.budget->tiles += tiles_.tiles();
            options_.budget->chosen += std::count(options_.tiles.begin(), options_.tiles.end(), 1);
        }
        if (options_.tiles.size() != static_cast<std::size_t>(tiles_.tiles())) {
            fail("weight_adapter", "tiles", text(tiles_.tiles()), text(options_.tiles.size()));
        }
        const std::vector<float> open(known_.bits > 0 ? layer.factors().size() : 0, 1.0f);
        layer.adapt(open, {}, nullptr);
        const matrix_view<const float> w = layer.weights();
        for (index_t o = 0; o < w.rows; ++o) {
            base_.insert(base_.end(), w.row(o).begin(), w.row(o).end());
        }
        if (trains_weights()) {
            change_.emplace(options_.weight_rule, static_cast<index_t>(base_.size()), 0.0f);
        }
        apply(layer, mask_context{known_, draws_, false}, nullptr);
    }

    [[nodiscard]] bool learns() const override { return options_.place != mask_place::none || trains_weights(); }

    void update(adaptable_layer& layer, const update_step& step) override {
        const matrix_view<const float> gradient = layer.weight_gradient();
        if (options_.place != mask_place::none) {
            mask_gradient(gradient);
            mask_.update(step);
        }
        if (change_) {
            weight_gradient(gradient);
            if (options_.budget) {
                choose(step);
            }
            change_->update(step);
        }
        apply(layer, mask_context{known_, draws_.fork(step.step), true}, &step.pool);
        if (options_.in_place && !on_trial_.empty()) {
            layer.reprogram(tried(), with_changed(on_trial_), step);
            changed_ = on_trial_;
        }
        if (layer_events* const events = layer.events_of(step); events != nullptr && learns()) {
            count_words(*events);
        }
    }

    /// Sets the factors that stay and writes what is to be written into the cells.
    void commit(adaptable_layer& layer, const update_step& step) {
        apply(layer, mask_context{known_, draws_, false}, &step.pool);
        const std::vector<std::uint8_t> written = with_changed(tiles_written());
        if (std::find(written.begin(), written.end(), 1) != written.end()) {
            layer.reprogram(tried(), written, step);
        }
    }

    /// Crossbars that `commit` writes: those that are trained, and with masks in cells those in which a weight is masked.
    [[nodiscard]] std::vector<std::uint8_t> tiles_written() const {
        std::vector<std::uint8_t> written = options_.tiles;
        if (options_.place == mask_place::cells) {
            for (index_t o = 0; o < tiles_.outputs; ++o) {
                for (index_t i = 0; i < tiles_.inputs; ++i) {
                    if (group_factor_[static_cast<std::size_t>(i / group_rows_ * tiles_.outputs + o)] != 1.0f) {
                        written[static_cast<std::size_t>(tiles_.tile_of(i, o))] = 1;
                    }
                }
            }
        }
        return written;
    }
    /// Weights as they are in use, [outputs][inputs]. Valid until the next step.
    [[nodiscard]] matrix_view<const float> tried() const { return {trial_.data(), tiles_.outputs, tiles_.inputs}; }
    /// One factor for each group of rows and output.
    [[nodiscard]] std::span<const float> mask() const { return group_factor_; }
    /// Bits of mask memory that the method keeps for this layer: of groups whose weights are not trained.
    [[nodiscard]] std::uint64_t mask_bits() const {
        std::uint64_t masked = 0;
        for (index_t b = 0; options_.place != mask_place::none && b < groups(); ++b) {
            for (index_t o = 0; o < tiles_.outputs; ++o) {
                masked += trained(b * group_rows_, o) ? 0 : 1;
            }
        }
        return masked *
               static_cast<std::uint64_t>(options_.place == mask_place::columns ? known_.bits : options_.estimator.bits());
    }
    /// What stands behind the mask of each crossbar; empty unless that is learned.
    [[nodiscard]] std::span<const float> tile_scores() const { return chosen_.value(); }

    /// Trains the weights of these crossbars from now on, from what was learned of them, and no longer which.
    void settle(std::vector<std::uint8_t> tiles) {
        options_.tiles = std::move(tiles);
        options_.budget = nullptr;
    }
    /// Starts from these weights, [outputs][inputs], where crossbars are trained: those of a new classifier.
    void start_from(adaptable_layer& layer, std::span<const float> weights) {
        for (std::size_t i = 0; change_ && i < base_.size(); ++i) {
            change_->value()[i] = weights[i] - base_[i];
        }
        apply(layer, mask_context{known_, draws_, false}, nullptr);
    }

    void visit(archive& a) override {
        a.visit("base", std::span(base_));
        const auto chosen = [&] { return static_cast<index_t>(std::count(options_.tiles.begin(), options_.tiles.end(), 1)); };
        const index_t before = chosen();
        a.visit("tiles", std::span(options_.tiles));
        if (options_.budget) {
            options_.budget->chosen += chosen() - before;
        }
        if (options_.in_place) {
            changed_.resize(options_.tiles.size());
            a.visit("changed", std::span(changed_));
        }
        const auto part = [&](const char* name, auto& parameter) {
            const archive::scope scope(a, name);
            parameter.visit(a);
        };
        part("mask", mask_);
        part("chosen", chosen_);
        if (change_) {
            part("change", *change_);
        }
    }

private:
    [[nodiscard]] index_t groups() const { return (tiles_.inputs + group_rows_ - 1) / group_rows_; }
    [[nodiscard]] bool trains_weights() const {
        return std::find(options_.tiles.begin(), options_.tiles.end(), 1) != options_.tiles.end();
    }
    [[nodiscard]] bool trained(index_t input, index_t output) const {
        return options_.tiles[static_cast<std::size_t>(tiles_.tile_of(input, output))] != 0;
    }
    [[nodiscard]] float base(index_t output, index_t input) const {
        return base_[static_cast<std::size_t>(output * tiles_.inputs + input)];
    }

    /// These crossbars, and those that were written in place and are not trained any more: they get back what they held.
    [[nodiscard]] std::vector<std::uint8_t> with_changed(std::vector<std::uint8_t> tiles) const {
        for (std::size_t i = 0; i < changed_.size(); ++i) {
            tiles[i] |= changed_[i];
        }
        return tiles;
    }

    /// One gradient for each weight, and what is learned (a number and the two moments of Adam) read and written in digital memory.
    void count_words(layer_events& events) const {
        const std::size_t trained_weights = [&] {
            std::size_t count = 0;
            for (index_t t = 0; change_ && t < tiles_.tiles(); ++t) {
                count += options_.tiles[static_cast<std::size_t>(t)] != 0
                             ? static_cast<std::size_t>(tiles_.rows_in(t / tiles_.col_tiles) *
                                                        tiles_.weights_in(t % tiles_.col_tiles))
                             : 0;
            }
            return count;
        }();
        constexpr std::size_t words = 3;
        events.footprint.digital_words = words * (mask_.value().size() + chosen_.value().size() + trained_weights);
        events[stage::weights].digital_words += 2 * events.footprint.digital_words;
        events[stage::weights].buffer_words += base_.size();
    }

    void mask_gradient(matrix_view<const float> gradient) {
        const std::span<float> sums = mask_.gradient();
        std::fill(sums.begin(), sums.end(), 0.0f);
        for (index_t o = 0; o < tiles_.outputs; ++o) {
            for (index_t i = 0; i < tiles_.inputs; ++i) {
                if (!trained(i, o)) {
                    float& sum = sums[static_cast<std::size_t>(i / group_rows_ * tiles_.outputs + o)];
                    sum = std::fma(gradient(o, i), base(o, i), sum);
                }
            }
        }
        options_.estimator.slopes(mask_.value(), sums);
    }

    void weight_gradient(matrix_view<const float> gradient) {
        const std::span<float> to = change_->gradient();
        for (index_t o = 0; o < tiles_.outputs; ++o) {
            for (index_t i = 0; i < tiles_.inputs; ++i) {
                to[static_cast<std::size_t>(o * tiles_.inputs + i)] = trained(i, o) ? gradient(o, i) : 0.0f;
            }
        }
        if (options_.budget) {
            const std::span<float> sums = chosen_.gradient();
            std::fill(sums.begin(), sums.end(), 0.0f);
            for (index_t o = 0; o < tiles_.outputs; ++o) {
                for (index_t i = 0; i < tiles_.inputs; ++i) {
                    float& sum = sums[static_cast<std::size_t>(tiles_.tile_of(i, o))];
                    sum = std::fma(gradient(o, i), change_->value()[static_cast<std::size_t>(o * tiles_.inputs + i)], sum);
                }
            }
        }
    }

    /// A step of the masks of the crossbars.
    void choose(const update_step& step) {
        tile_budget& all = *options_.budget;
        const std::span<float> gradient = chosen_.gradient();
        for (float& g : gradient) {
            g += all.exceeded() ? static_cast<float>(all.penalty / static_cast<double>(all.tiles)) : 0.0f;
        }
        options_.tile_estimator.slopes(chosen_.value(), gradient);
        const auto count = [&] { return static_cast<index_t>(std::count(options_.tiles.begin(), options_.tiles.end(), 1)); };
        all.chosen -= count();
        chosen_.update(step);
        std::vector<float> factor(gradient.size());
        options_.tile_estimator.factors(chosen_.value(), factor, mask_context{known_, draws_.fork(step.step), true});
        std::transform(factor.begin(), factor.end(), options_.tiles.begin(),
                       [](float f) { return static_cast<std::uint8_t>(f != 0.0f); });
        all.chosen += count();
    }

    void apply(adaptable_layer& layer, const mask_context& context, thread_pool* pool) {
        group_factor_.resize(mask_.value().size());
        options_.estimator.factors(mask_.value(), group_factor_, context);
        const bool in_cells = options_.place == mask_place::cells;
        on_trial_ = options_.tiles;
        if (in_cells) {
            std::fill(on_trial_.begin(), on_trial_.end(), 1);
        }
        if (in_cells || change_) {
            trial_.resize(base_.size());
            for (index_t o = 0; o < tiles_.outputs; ++o) {
                for (index_t i = 0; i < tiles_.inputs; ++i) {
                    const auto at = static_cast<std::size_t>(o * tiles_.inputs + i);
                    trial_[at] = trained(i, o) ? base_[at] + change_->value()[at]
                                 : in_cells
                                     ? base_[at] * group_factor_[static_cast<std::size_t>(i / group_rows_ * tiles_.outputs + o)]
                                     : base_[at];
                }
            }
        } else {
            on_trial_.clear();
        }
        std::vector<float> factors;
        if (known_.bits > 0) {
            factors = options_.place == mask_place::columns
                          ? factors_of_groups(tiles_, group_factor_, options_.tiles)
                          : std::vector<float>(static_cast<std::size_t>(tiles_.groups() * tiles_.outputs), 1.0f);
        }
        const bool tries = !options_.in_place && !on_trial_.empty();
        layer.adapt(factors, tries ? trial_weights{tried(), on_trial_} : trial_weights{}, pool);
    }

    adapter_options<Estimator> options_;
    tiling tiles_;
    factor_set known_;
    random_source draws_;
    index_t group_rows_;
    digital_parameter<adam> mask_;                  ///< real numbers behind factors, [group][output]
    digital_parameter<adam> chosen_;                ///< behind the masks of crossbars
    std::optional<digital_parameter<adam>> change_; ///< of weights, [output][input]
    std::vector<float> base_;                       ///< weights of the cells, [output][input]
    std::vector<float> trial_;
    std::vector<std::uint8_t> on_trial_; ///< crossbars whose weights are not those of the backbone
    std::vector<std::uint8_t> changed_;  ///< crossbars whose cells were written in place in the last step
    std::vector<float> group_factor_;
};

} // namespace rcim::inline RCIM_ABI
