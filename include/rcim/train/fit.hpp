#pragma once

#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/bounds.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/events.hpp>
#include <rcim/core/random.hpp>
#include <rcim/core/ranks.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/data/dataset.hpp>
#include <rcim/kernel/batch_share.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/nn/softmax_cross_entropy.hpp>
#include <rcim/train/callback.hpp>
#include <rcim/train/divergence.hpp>
#include <rcim/train/evaluate.hpp>
#include <rcim/train/load_batch.hpp>
#include <rcim/train/not_finite.hpp>
#include <rcim/train/rank_agreement.hpp>
#include <rcim/train/record.hpp>
#include <rcim/train/schedule.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

struct fit_options {
    int epochs = 1;                     ///< the training ends before this epoch, >= 0
    index_t batch = 64;                 ///< images per step, >= 1; the last step of an epoch takes what is left
    std::optional<std::uint64_t> seed{}; ///< of the shuffles and of the draws in layers; the network's if not given
    thread_pool* pool = nullptr;        ///< null: the caller's thread alone; the result does not depend on it
    rate_schedule schedule = constant_rate{}; ///< factor on every learning rate
    rate_schedule elision = constant_rate{};  ///< factor on every threshold below which writes are left out, >= 0
    event_ledger* events = nullptr;     ///< training steps add what they amount to (cost/); null: nothing is counted
    rank_group* ranks = nullptr;        ///< 1 to 8 that share out each batch; every rank calls `fit` with replicas (docs/ranks.md); null: one
    bool evaluate = true;               ///< on the test images, after each epoch
    index_t max_steps_per_epoch = 0;    ///< 0: all
    int first_epoch = 0;                ///< epochs done before: continues their shuffles, draws and schedule
    std::vector<callback*> callbacks{}; ///< not owned, not null
    divergence_policy on_divergence{};  ///< what to do about numbers that are not finite; by default the training ends
};

namespace detail {

inline void check_fit_options(const network& net, const dataset& data, const fit_options& options) {
    if (options.epochs < 0) {
        fail("fit", "epochs", "at least 0", text(options.epochs));
    }
    if (options.first_epoch < 0 || options.first_epoch > options.epochs) {
        fail("fit", "first_epoch", text("0 to ", options.epochs, ", the number of epochs"), text(options.first_epoch));
    }
    if (options.batch < 1) {
        fail("fit", "batch", "at least 1", text(options.batch));
    }
    if (options.max_steps_per_epoch < 0) {
        fail("fit", "max_steps_per_epoch", "at least 0", text(options.max_steps_per_epoch));
    }
    if (std::find(options.callbacks.begin(), options.callbacks.end(), nullptr) != options.callbacks.end()) {
        fail("fit", "callbacks", "objects", "a null pointer");
    }
    check_policy(options.on_divergence);
    check(data.train, data.name + " train");
    check_fit("fit", net, data.train);
    if (options.evaluate) {
        check(data);
    }
    if (!net.learns()) {
        fail("fit", "network", "a layer that learns; add .with(sgd{...}) or another update rule to its design", "none");
    }
}

/// The order in which an epoch takes the images: the same for the same seed and epoch, whatever ran before.
inline std::vector<index_t> shuffled(index_t count, std::uint64_t seed, int epoch) {
    std::vector<index_t> order(static_cast<std::size_t>(count));
    std::iota(order.begin(), order.end(), index_t{0});
    const random_source source(seed, purpose::shuffle, 0, static_cast<std::uint32_t>(epoch));
    for (std::size_t i = order.size(); i > 1; --i) {
        std::swap(order[i - 1], order[source.below(i, static_cast<std::uint32_t>(i))]);
    }
    return order;
}

/// Throws, on every rank, unless all are about to train the same network alike, in a way that can be shared out. Returns whether any of them
/// has callbacks.
inline bool require_replicas(network& net, const dataset& data, const fit_options& options, std::uint64_t seed, rank_group& group) {
    if (group.size() > batch_shards) {
        fail("fit", "ranks", text("1 to ", batch_shards, ", the shards of a batch"), text(group.size()));
    }
    net.each([](layer& one) {
        if (const std::string reason = one.needs_whole_batch(); !reason.empty()) {
            fail("fit", text("layer on ranks (", one.describe(), ")"), "batches that can be shared out", reason);
        }
    });
    require_same_text(group, "fit", "network", text(net.describe(), "seed ", net.seed()));
    require_same_text(group, "fit", "options",
                      text("epochs ", options.first_epoch, " to ", options.epochs, "\nbatch ", options.batch, "\nseed ", seed, "\nsteps per epoch ",
                           options.max_steps_per_epoch, "\nevaluate ", options.evaluate, "\nevents ", options.events != nullptr, "\non divergence ",
                           text_of(options.on_divergence)));
    fingerprint pixels;
    pixels.add(data.mean);
    pixels.add(data.deviation);
    require_same(group, "fit",
                 std::array{std::pair{"state of the network", state_fingerprint(net)}, std::pair{"training images", fingerprint_of(data.train)},
                            std::pair{"test images", options.evaluate ? fingerprint_of(data.test) : 0}, std::pair{"normalisation", pixels.value()}});
    const std::vector<int> watched = group.all_gather("callbacks", options.callbacks.empty() ? 0 : 1);
    return std::find(watched.begin(), watched.end(), 1) != watched.end();
}

/// Where the first number of a training step is not finite: its passes made once more, under a watch. Collective. images: of the whole batch.
inline std::string where_a_step_fails(network& net, const batch_tensor& x, std::span<const int> labels, std::span<const index_t> images,
                                      pass_context context, softmax_cross_entropy& loss_of) {
    kernel::batch_share* const share = context.share;
    first_not_finite watch(net, context.pool,
                           [&](index_t n) { return images[static_cast<std::size_t>(share != nullptr ? share->number(n) : n)]; });
    context.events = nullptr;
    context.watch = &watch;
    batch_tensor gradient;
    const double loss = loss_of(net.forward(x, context), labels, &gradient, context.pool, share).loss;
    if (std::isfinite(loss)) {
        net.backward(gradient, context);
    }
    const std::string what = share != nullptr ? watch.what(share->group()) : watch.what();
    return !what.empty() ? what : text("the loss is ", loss, ", which no layer shows a second time,");
}

/// `fit` of one process, or with a share that of a rank.
inline training_record train(network& net, const dataset& data, const fit_options& options, kernel::batch_share* share) {
    detail::check_fit_options(net, data, options);
    detail::pool_or_serial owner(options.pool);
    thread_pool& pool = owner.get();
    const std::uint64_t seed = options.seed.value_or(net.seed());
    const pixel_table table(data.mean, data.deviation);
    const index_t images = data.train.size();
    const index_t all_steps = (images + options.batch - 1) / options.batch;
    const index_t steps = options.max_steps_per_epoch > 0 ? std::min(options.max_steps_per_epoch, all_steps) : all_steps;

    require_held("fit", "steps of all epochs", bound_of_sum({static_cast<std::uint64_t>(options.epochs), static_cast<std::uint64_t>(steps)}),
                 std::numeric_limits<std::uint32_t>::max(), "fewer epochs or larger batches: every step has draws of its own");

    training_state at{net, pool, options.first_epoch, options.epochs, 0, steps, 0, std::min(images, steps * options.batch)};
    training_record record;
    softmax_cross_entropy loss_of;
    batch_tensor x;
    batch_tensor gradient;
    std::vector<int> labels;
    std::vector<index_t> own_images;
    const bool watched = share != nullptr && require_replicas(net, data, options, seed, share->group());
    std::optional<shared_events> events;
    if (share != nullptr) {
        events.emplace(options.events, share->group());
    }
    divergence_handler divergence(options.on_divergence);
    const auto ask_callbacks = [&] {
        for (const callback* c : options.callbacks) {
            if (!c->stop.empty() && record.stopped.empty()) {
                record.stopped = c->stop;
            }
        }
        if (watched) { // what one rank ends, all end
            const std::vector<std::string> reasons = share->group().all_gather("callbacks that stop", record.stopped);
            const auto first = std::find_if(reasons.begin(), reasons.end(), [](const std::string& reason) { return !reason.empty(); });
            record.stopped = first != reasons.end() ? *first : std::string();
        }
    };

    for (callback* c : options.callbacks) {
        c->stop.clear();
        c->on_start(at);
    }
    ask_callbacks();
    bool again = false; // from where the epoch began
    for (; at.epoch < options.epochs && record.stopped.empty(); at.epoch += again ? 0 : 1) {
        divergence.begin_epoch(net);
        net.begin_epoch(at.epoch);
        again = false;
        const auto started = std::chrono::steady_clock::now();
        const std::vector<index_t> order = detail::shuffled(images, seed, at.epoch);
        epoch_record epoch{.epoch = at.epoch};
        update_report report;
        kernel::sum_counts sums;
        double right = 0.0;
        index_t seen = 0;
        at.step = at.images = 0;
        static_cast<void>(net.take_sums()); // of the evaluation before
        while (at.step < steps && record.stopped.empty()) {
            const auto step_index = static_cast<std::uint32_t>(at.epoch * steps + at.step);
            const index_t count = std::min(options.batch, images - at.step * options.batch);
            const auto batch = std::span(order).subspan(static_cast<std::size_t>(at.step * options.batch),
                                                        static_cast<std::size_t>(count));
            const float elision = options.elision({at.epoch, options.epochs, at.step, steps});
            if (!(elision >= 0.0f)) {
                fail("fit", text("elision at step ", at.step + 1, " of epoch ", at.epoch + 1), "a factor of at least 0", text(elision));
            }
            const pass_context context{.pool = pool, .training = true, .seed = seed, .step = step_index,
                                       .image = std::uint64_t{step_index} * static_cast<std::uint64_t>(options.batch),
                                       .events = options.events, .elision = elision, .share = share};
            if (share != nullptr) {
                share->take(count);
                own_images.clear();
                for (index_t i = 0; i < share->own_samples(); ++i) {
                    own_images.push_back(batch[static_cast<std::size_t>(share->number(i))]);
                }
            }
            load_batch(data.train, share != nullptr ? std::span<const index_t>(own_images) : batch, table, x, labels, pool);
            const loss_result result = loss_of(net.forward(x, context), labels, &gradient, pool, share);
            bool sound = std::isfinite(result.loss);
            if (sound) {
                net.backward(gradient, context);
                sound = std::isfinite(net.gradient_square(pool));
            }
            if (!sound) {
                sums += net.take_sums();
                const std::string where = where_a_step_fails(net, x, labels, batch, context, loss_of);
                static_cast<void>(net.take_sums()); // of the second pass
                const auto next = divergence.decide(net, text(where, " at step ", at.step + 1, " of epoch ", at.epoch + 1),
                                                    parameter_not_finite(net).empty(), record);
                if (next == after_divergence::skip) {
                    ++epoch.skipped_steps;
                    ++at.step;
                    at.images += count;
                    continue;
                }
                again = next == after_divergence::again;
                break;
            }
            divergence.step_made();
            seen += count;
            epoch.loss += result.loss * static_cast<double>(count);
            right += static_cast<double>(result.correct);
            const float rate = options.schedule({at.epoch, options.epochs, at.step, steps}) * divergence.state().rate_factor;
            update_report written;
            net.update({pool, seed, step_index, rate, written, options.events, elision});
            if (options.events) {
                options.events->images += static_cast<std::uint64_t>(count);
                ++options.events->steps;
            }
            report += written;
            epoch.rate = static_cast<double>(rate);
            ++at.step;
            at.images += count;
            const step_record step{result.loss, static_cast<double>(result.correct) / static_cast<double>(count), rate,
                                   std::sqrt(written.gradient_square)};
            for (callback* c : options.callbacks) {
                c->on_step(at, step);
            }
            ask_callbacks();
        }
        const std::string harm = again ? std::string() : parameter_not_finite(net);
        if (!harm.empty() && record.stopped.empty()) {
            again = divergence.decide(net, text(harm, " after epoch ", at.epoch + 1), false, record) == after_divergence::again;
        }
        if (again) {
            continue;
        }
        epoch.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
        epoch.images_per_second = static_cast<double>(at.images) / std::max(epoch.seconds, 1e-9);
        epoch.loss /= static_cast<double>(seen);
        epoch.train_accuracy = right / static_cast<double>(seen);
        epoch.gradient_norm = std::sqrt(report.gradient_square / static_cast<double>(std::max<index_t>(1, at.step - static_cast<index_t>(epoch.skipped_steps))));
        epoch.lost_updates =
            static_cast<double>(report.lost) / static_cast<double>(std::max<std::uint64_t>(1, report.increments));
        epoch.max_abs_weight = static_cast<double>(net.max_abs_weight());
        const cell_census cells = net.census();
        epoch.stuck_cells = static_cast<double>(cells.stuck) / static_cast<double>(std::max<std::uint64_t>(1, cells.cells));
        epoch.cell_writes = report.cell_writes;
        epoch.pulses = report.pulses;
        epoch.plain_cell_writes = report.plain_cell_writes;
        epoch.worn_cells = report.worn_cells;
        sums += net.take_sums();
        if (share != nullptr) {
            require_same(share->group(), "fit", std::array{std::pair{"state of the network after an epoch", state_fingerprint(net)}});
            const kernel::sum_counts own = std::exchange(sums, {});
            for (const kernel::sum_counts& part : share->group().all_gather("sums checked", own)) {
                sums += part;
            }
            events->add_others();
        }
        epoch.sums_checked = sums.checked;
        epoch.sums_corrected = sums.corrected;
        epoch.sums_uncorrectable = sums.uncorrectable;
        record.test_accuracy = std::numeric_limits<double>::quiet_NaN();
        if (options.evaluate && harm.empty()) {
            const auto step_index = static_cast<std::uint32_t>(at.epoch * steps + at.step);
            std::string not_finite;
            const evaluation result = evaluate_noting(
                net, data.test, table, {.batch = options.batch, .pool = &pool, .step = step_index, .ranks = options.ranks}, not_finite);
            if (not_finite.empty()) {
                epoch.test_loss = result.loss;
                epoch.test_accuracy = record.test_accuracy = result.accuracy;
            } else if (record.stopped.empty()) {
                again = divergence.decide(net, text(not_finite, " in the evaluation after epoch ", at.epoch + 1), false, record) ==
                        after_divergence::again;
                if (again) {
                    continue;
                }
            }
        }
        record.epochs.push_back(epoch);
        for (callback* c : options.callbacks) {
            c->on_epoch(at, epoch);
        }
        ask_callbacks();
    }
    for (callback* c : options.callbacks) {
        c->on_end(at, record);
    }
    return record;
}

} // namespace detail

/// Trains a network on the training images by softmax cross-entropy, and judges it on the test images after each epoch. The same
/// network, data, options and seed give the same bits with any number of threads and ranks, and `first_epoch` = n goes on exactly where n
/// epochs ended. Ends early where a callback asks for it, and where a number of the loss or the gradient is not finite: then before the
/// update that would have followed, with the layer where it starts in the record; or goes on as `on_divergence` says. Throws `error` on an
/// empty or unsound dataset, one that does not suit the network, options out of range, and a network in which nothing learns; before anything has changed.
///
/// On ranks every process calls it with a replica of the network and the same data and options; seconds, pool and callbacks are a rank's own.
/// Throws `error`, on every rank, where these differ, where a layer needs its batches in one piece, and where another rank has failed.
inline training_record fit(network& net, const dataset& data, const fit_options& options = {}) {
    if (options.ranks == nullptr || options.ranks->size() == 1) {
        return detail::train(net, data, options, nullptr);
    }
    training_record record;
    on_ranks(*options.ranks, "fit", [&] {
        kernel::batch_share share(*options.ranks);
        record = detail::train(net, data, options, &share);
    });
    return record;
}

} // namespace rcim::inline RCIM_ABI
