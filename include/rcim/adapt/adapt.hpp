#pragma once

#include <rcim/adapt/method.hpp>
#include <rcim/train/evaluate.hpp>
#include <rcim/train/fit.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// What a task keeps of one layer with weights.
struct task_weights {
    std::vector<float> factors{};      ///< of its columns, [groups][outputs]; empty without masks
    std::vector<std::uint8_t> tiles{}; ///< crossbars that are written for the task
    std::vector<float> target{};       ///< what is to be written, [outputs][inputs]; empty if nothing is
};

/// What adapting to a task came to.
struct adaptation_record {
    training_record selection{}; ///< of the epochs in which crossbars were chosen, if they were
    training_record training{};
    double accuracy = 0.0;               ///< on the test images, after all is written
    double accuracy_before_writes = 0.0; ///< as learned, of weights that are not in cells yet
    std::uint64_t mask_bits = 0;         ///< memory of masks, those of crossbars included, the classifier not
    std::uint64_t digital_words = 0;     ///< numbers of biases and batch normalisation
    std::uint64_t crossbars = 0;         ///< of the backbone
    std::uint64_t crossbars_written = 0; ///< of these
    std::uint64_t cells = 0;             ///< of the backbone
    std::uint64_t cells_in_written = 0;  ///< in crossbars that are written
    std::uint64_t classifier_cells = 0;
    update_report writes{};              ///< cells that changed, and their pulses, classifier included
    std::vector<task_weights> weights{}; ///< of each layer with weights, in order
};

/// Weights that stay as they are, whatever the design's update rule.
class held_weights final : public weight_learner {
public:
    [[nodiscard]] bool learns() const override { return false; }
    void update(adaptable_layer&, const update_step&) override {}
};

/// The layers of a network with weights, in order. The last is the classifier.
[[nodiscard]] inline std::vector<adaptable_layer*> adaptable_layers(network& net) {
    std::vector<adaptable_layer*> found;
    net.each([&](layer& one) {
        if (adaptable_layer* const weights = one.adaptable()) {
            found.push_back(weights);
        }
    });
    return found;
}

/// Lets the update rules of the designs learn again, from what cells hold and with the factors that are set.
inline void release(network& net) {
    for (adaptable_layer* const one : adaptable_layers(net)) {
        one->set_learner(nullptr);
    }
}

struct adapt_options {
    fit_options fit{};        ///< epochs, batch, seed, pool, events, ...; the epochs of the selection have a checkpoint of their own, FILE.selection
    int selection_epochs = 1; ///< the first ones of `fit`, in which the crossbars of a budget are chosen
    double penalty = 1.0;     ///< of more crossbars than the budget has, in their loss
    bool in_place =
        false; ///< what is trained is written at every step, so that reads see the cells, faults and converters, and all writes count
    bool new_classifier = true; ///< starts from random weights in place of those that are there
};

namespace detail {

/// The crossbars with the highest scores, a share of all, as flags for each layer; of equal scores the first ones.
inline std::vector<std::vector<std::uint8_t>> best_tiles(const std::vector<std::span<const float>>& scores, double share) {
    std::vector<std::pair<float, std::size_t>> all; // score, number
    for (const auto& of_layer : scores) {
        for (const float score : of_layer) {
            all.emplace_back(score, all.size());
        }
    }
    const auto keep = static_cast<std::size_t>(std::floor(share * static_cast<double>(all.size()) + 0.5));
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<std::uint8_t> flat(all.size(), 0);
    for (std::size_t i = 0; i < keep; ++i) {
        flat[all[i].second] = 1;
    }
    std::vector<std::vector<std::uint8_t>> tiles;
    auto from = flat.begin();
    for (const auto& of_layer : scores) {
        tiles.emplace_back(from, from + static_cast<std::ptrdiff_t>(of_layer.size()));
        from += static_cast<std::ptrdiff_t>(of_layer.size());
    }
    return tiles;
}

/// One call of `adapt`, in its parts.
template <class Estimator>
class adaptation {
public:
    adaptation(network& net, const dataset& data, const adaptation_method<Estimator>& method, const adapt_options& options)
        : net_(net), data_(data), method_(method), options_(options), layers_(adaptable_layers(net)), pool_(options.fit.pool),
          seed_(options.fit.seed.value_or(net.seed())) {
        const int epochs = options.fit.epochs - options.fit.first_epoch;
        if (!(method.budget >= 0.0 && method.budget <= 1.0)) {
            fail("adapt", "budget", "a share in [0, 1]", text(method.budget));
        }
        if (selects() && (options.selection_epochs < 0 || options.selection_epochs > epochs)) {
            fail("adapt", "selection_epochs", text("0 to ", epochs, ", those of the training"), text(options.selection_epochs));
        }
        if (layers_.empty()) {
            fail("adapt", "network", "a layer with weights", "none");
        }
    }

    adaptation_record run() {
        set_learners();
        if (options_.new_classifier) {
            start_classifier();
        }
        net_.each([&](layer& one) { one.hold_digital(method_.hold_batch_norm && one.adaptable() != layers_.back()); });
        fit_options rest = options_.fit;
        if (selects()) {
            rest.first_epoch += options_.selection_epochs;
            select_crossbars(rest.first_epoch);
        }
        record_.training = fit(net_, data_, rest);
        record_.accuracy_before_writes = options_.fit.evaluate ? record_.training.test_accuracy : 0.0;
        for (std::size_t n = 0; n < layers_.size(); ++n) {
            write(n);
        }
        record_.mask_bits += selects() ? record_.crossbars : 0;
        net_.each([&](layer& one) {
            one.hold_digital(false);
            for (const auto& numbers : one.parameters().digital) {
                record_.digital_words += numbers.size();
            }
        });
        if (options_.fit.evaluate) {
            record_.accuracy = evaluate(net_, data_, {.batch = options_.fit.batch, .pool = &pool_.get()}).accuracy;
        }
        return std::move(record_);
    }

private:
    using adapter = weight_adapter<Estimator>;

    [[nodiscard]] bool selects() const { return method_.budget > 0.0 && method_.budget < 1.0; }
    [[nodiscard]] bool classifier(std::size_t n) const { return n + 1 == layers_.size(); }
    /// Writes outside the steps of training: after all of them, the first ones before the others.
    [[nodiscard]] update_step write_step(std::uint32_t number) {
        return {pool_.get(), seed_,          static_cast<std::uint32_t>(options_.fit.epochs) << 20 | number,
                1.0f,        record_.writes, options_.fit.events,
                1.0f};
    }

    void set_learners() {
        const auto budget =
            selects() ? std::make_shared<tile_budget>(tile_budget{.share = method_.budget, .penalty = options_.penalty})
                      : nullptr;
        for (std::size_t n = 0; n < layers_.size(); ++n) {
            adapter_options<Estimator> own{.estimator = method_.estimator,
                                           .mask_rule = method_.mask_rule,
                                           .weight_rule = method_.weight_rule,
                                           .in_place = options_.in_place,
                                           .seed = seed_};
            if (!classifier(n)) {
                own.place = method_.place;
                own.rows = method_.rows;
                own.budget = budget;
            }
            if (classifier(n) || method_.budget == 1.0) {
                own.tiles.assign(static_cast<std::size_t>(layers_[n]->tiles().tiles()), 1);
            }
            auto made = std::make_unique<adapter>(*layers_[n], std::move(own), static_cast<std::uint32_t>(n));
            adapters_.push_back(made.get());
            layers_[n]->set_learner(std::move(made));
        }
    }

    /// Uniform weights, as of a layer that is made.
    void start_classifier() {
        const tiling& t = layers_.back()->tiles();
        const random_source draws(seed_, purpose::mask_learning, static_cast<std::uint32_t>(layers_.size()), 1);
        const float bound = 1.0f / std::sqrt(static_cast<float>(t.inputs));
        std::vector<float> w(static_cast<std::size_t>(t.inputs * t.outputs));
        for (std::size_t i = 0; i < w.size(); ++i) {
            w[i] = (2.0f * draws.uniform(i) - 1.0f) * bound;
        }
        adapters_.back()->start_from(*layers_.back(), w);
        if (options_.in_place) {
            adapters_.back()->commit(*layers_.back(), write_step(1));
        }
    }

    /// Trains until an epoch, and keeps the crossbars with the highest scores.
    void select_crossbars(int until) {
        fit_options first = options_.fit;
        first.epochs = until;
        first.evaluate = false;
        if (!first.checkpoint.file.empty()) {
            first.checkpoint.file += ".selection";
        }
        first.schedule = [this](schedule_point at) {
            at.epochs = options_.fit.epochs;
            return options_.fit.schedule(at);
        };
        record_.selection = fit(net_, data_, first);
        std::vector<std::span<const float>> scores;
        for (std::size_t n = 0; !classifier(n); ++n) {
            scores.push_back(adapters_[n]->tile_scores());
        }
        auto tiles = best_tiles(scores, method_.budget);
        for (std::size_t n = 0; n < tiles.size(); ++n) {
            adapters_[n]->settle(std::move(tiles[n]));
        }
    }

    /// Writes what a layer has learned into its cells, records what the task keeps of it, and holds its weights.
    void write(std::size_t n) {
        adaptable_layer& layer = *layers_[n];
        adapter& learner = *adapters_[n];
        learner.commit(layer, write_step(0));
        task_weights kept{
            .factors = {layer.factors().begin(), layer.factors().end()}, .tiles = learner.tiles_written(), .target = {}};
        if (std::find(kept.tiles.begin(), kept.tiles.end(), 1) != kept.tiles.end()) {
            const matrix_view<const float> w = learner.tried();
            kept.target.assign(w.data, w.data + w.size());
        }
        for (std::size_t tile = 0; tile < kept.tiles.size(); ++tile) {
            const std::uint64_t cells = layer.cells_of_tile(static_cast<index_t>(tile));
            if (classifier(n)) {
                record_.classifier_cells += cells;
                continue;
            }
            ++record_.crossbars;
            record_.cells += cells;
            record_.crossbars_written += kept.tiles[tile];
            record_.cells_in_written += kept.tiles[tile] != 0 ? cells : 0;
        }
        record_.mask_bits += learner.mask_bits();
        record_.weights.push_back(std::move(kept));
        layer.set_learner(std::make_unique<held_weights>());
    }

    network& net_;
    const dataset& data_;
    const adaptation_method<Estimator>& method_;
    const adapt_options& options_;
    std::vector<adaptable_layer*> layers_;
    pool_or_serial pool_;
    std::uint64_t seed_;
    std::vector<adapter*> adapters_; ///< owned by their layers until they are written
    adaptation_record record_;
};

} // namespace detail

/// Adapts a network to a task, from the weights that its cells hold now: learns what the method says in the training loop of `fit`, with the faults and
/// converters of the chip (weights that are only tried are read ideally), writes what is to be written, and judges the result. Digital parameters learn by the
/// innermost rule of the design. Afterwards weights are held, and the network is in use for this task. Throws `error` like `fit`, and where a
/// method masks columns that have no factors.
template <class Estimator>
adaptation_record adapt(network& net, const dataset& data, const adaptation_method<Estimator>& method,
                        const adapt_options& options = {}) {
    detail::check_fit("adapt", net, data.train);
    return detail::adaptation<Estimator>(net, data, method, options).run();
}

} // namespace rcim::inline RCIM_ABI
