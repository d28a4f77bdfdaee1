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
    fit_options fit{};          ///< epochs, batch, seed, pool, events, ...
    int selection_epochs = 1;   ///< the first ones of `fit`, in which the crossbars of a budget are chosen
    double penalty = 1.0;       ///< of more crossbars than the budget has, in their loss
    bool in_place = false;      ///< what is trained is written at every step, so that reads see the cells, faults and converters, and all writes count
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

} // namespace detail

/// Adapts a network to a task, from the weights that its cells hold now: learns what the method says in the training loop of `fit`, with the faults and
/// converters of the chip (weights that are only tried are read ideally), writes what is to be written, and judges the result. Digital parameters learn by the
/// innermost rule of the design. Afterwards weights are held, and the network is in use for this task. Throws `error` like `fit`, and where a
/// method masks columns that have no factors.
template <class Estimator>
adaptation_record adapt(network& net, const dataset& data, const adaptation_method<Estimator>& method,
                        const adapt_options& options = {}) {
    if (!(method.budget >= 0.0 && method.budget <= 1.0)) {
        fail("adapt", "budget", "a share in [0, 1]", text(method.budget));
    }
    const bool choose = method.budget > 0.0 && method.budget < 1.0;
    if (choose && (options.selection_epochs < 0 || options.selection_epochs > options.fit.epochs - options.fit.first_epoch)) {
        fail("adapt", "selection_epochs",
             text("0 to ", options.fit.epochs - options.fit.first_epoch, ", those of the training"),
             text(options.selection_epochs));
    }
    detail::check_fit("adapt", net, data.train);
    const std::vector<adaptable_layer*> layers = adaptable_layers(net);
    if (layers.empty()) {
        fail("adapt", "network", "a layer with weights", "none");
    }
    detail::pool_or_serial owner(options.fit.pool);
    thread_pool& pool = owner.get();
    const std::uint64_t seed = options.fit.seed.value_or(net.seed());
    const auto budget =
        choose ? std::make_shared<tile_budget>(tile_budget{.share = method.budget, .penalty = options.penalty}) : nullptr;

    adaptation_record record;
    std::vector<weight_adapter<Estimator>*> adapters;
    for (std::size_t n = 0; n < layers.size(); ++n) {
        const bool classifier = n + 1 == layers.size();
        adapter_options<Estimator> own{
            .estimator = method.estimator, .mask_rule = method.mask_rule, .weight_rule = method.weight_rule, .in_place = options.in_place, .seed = seed};
        if (!classifier) {
            own.place = method.place;
            own.rows = method.rows;
            own.budget = budget;
        }
        if (classifier || method.budget == 1.0) {
            own.tiles.assign(static_cast<std::size_t>(layers[n]->tiles().tiles()), 1);
        }
        auto made = std::make_unique<weight_adapter<Estimator>>(*layers[n], std::move(own), static_cast<std::uint32_t>(n));
        adapters.push_back(made.get());
        layers[n]->set_learner(std::move(made));
    }
    if (options.new_classifier) {
        const tiling& t = layers.back()->tiles();
        const random_source draws(seed, purpose::mask_learning, static_cast<std::uint32_t>(layers.size()), 1);
        const float bound = 1.0f / std::sqrt(static_cast<float>(t.inputs));
        std::vector<float> w(static_cast<std::size_t>(t.inputs * t.outputs));
        for (std::size_t i = 0; i < w.size(); ++i) {
            w[i] = (2.0f * draws.uniform(i) - 1.0f) * bound;
        }
        adapters.back()->start_from(*layers.back(), w);
        if (options.in_place) {
            const auto first = static_cast<std::uint32_t>(options.fit.epochs) << 20 | 1u; // as below
            adapters.back()->commit(*layers.back(), {pool, seed, first, 1.0f, record.writes, options.fit.events, 1.0f});
        }
    }
    net.each([&](layer& one) { one.hold_digital(method.hold_batch_norm && one.adaptable() != layers.back()); });

    fit_options rest = options.fit;
    if (choose) {
        fit_options first = options.fit;
        first.epochs = rest.first_epoch = options.fit.first_epoch + options.selection_epochs;
        first.evaluate = false;
        first.schedule = [&options](schedule_point at) {
            at.epochs = options.fit.epochs;
            return options.fit.schedule(at);
        };
        record.selection = fit(net, data, first);
        std::vector<std::span<const float>> scores;
        for (std::size_t n = 0; n + 1 < adapters.size(); ++n) {
            scores.push_back(adapters[n]->tile_scores());
        }
        auto tiles = detail::best_tiles(scores, method.budget);
        for (std::size_t n = 0; n < tiles.size(); ++n) {
            adapters[n]->settle(std::move(tiles[n]));
        }
    }
    record.training = fit(net, data, rest);

    const evaluate_options judge{.batch = options.fit.batch, .pool = &pool};
    record.accuracy_before_writes = options.fit.evaluate ? record.training.test_accuracy : 0.0;
    const auto step = static_cast<std::uint32_t>(options.fit.epochs) << 20; // of the writes, after all steps of training
    for (std::size_t n = 0; n < layers.size(); ++n) {
        weight_adapter<Estimator>& adapter = *adapters[n];
        adapter.commit(*layers[n], {pool, seed, step, 1.0f, record.writes, options.fit.events, 1.0f});
        task_weights kept;
        kept.factors.assign(layers[n]->factors().begin(), layers[n]->factors().end());
        kept.tiles = adapter.tiles_written();
        const bool written = std::find(kept.tiles.begin(), kept.tiles.end(), 1) != kept.tiles.end();
        if (written) {
            const matrix_view<const float> w = adapter.tried();
            kept.target.assign(w.data, w.data + w.size());
        }
        for (std::size_t tile = 0; tile < kept.tiles.size(); ++tile) {
            const std::uint64_t cells = layers[n]->cells_of_tile(static_cast<index_t>(tile));
            if (n + 1 == layers.size()) {
                record.classifier_cells += cells;
                continue;
            }
            ++record.crossbars;
            record.cells += cells;
            record.crossbars_written += kept.tiles[tile];
            record.cells_in_written += kept.tiles[tile] != 0 ? cells : 0;
        }
        record.mask_bits += adapter.mask_bits();
        record.weights.push_back(std::move(kept));
        layers[n]->set_learner(std::make_unique<held_weights>());
    }
    record.mask_bits += choose ? record.crossbars : 0;
    net.each([&](layer& one) {
        one.hold_digital(false);
        for (const auto& numbers : one.parameters().digital) {
            record.digital_words += numbers.size();
        }
    });
    if (options.fit.evaluate) {
        record.accuracy = evaluate(net, data, judge).accuracy;
    }
    return record;
}

} // namespace rcim::inline RCIM_ABI
