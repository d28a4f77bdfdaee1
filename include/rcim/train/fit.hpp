#pragma once

#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/bounds.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/events.hpp>
#include <rcim/core/fingerprint.hpp>
#include <rcim/core/random.hpp>
#include <rcim/core/ranks.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/data/dataset.hpp>
#include <rcim/kernel/batch_share.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/nn/softmax_cross_entropy.hpp>
#include <rcim/train/callback.hpp>
#include <rcim/train/checkpoint.hpp>
#include <rcim/train/divergence.hpp>
#include <rcim/train/evaluate.hpp>
#include <rcim/train/fit_state.hpp>
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
#include <sstream>
#include <string>
#include <utility>
#include <variant>
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
    rcim::checkpoint checkpoint{};            ///< where to go on from and what to keep; by default nothing
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

/// What a training computes with, a line for each: what must be the same on all ranks, and where a training goes on.
inline std::string options_text(const fit_options& options, std::uint64_t seed) {
    return text("first epoch ", options.first_epoch, "\nbatch ", options.batch, "\nseed ", seed, "\nsteps per epoch ", options.max_steps_per_epoch,
                "\nevaluate ", options.evaluate, "\nevents ", options.events != nullptr, "\non divergence ", text_of(options.on_divergence));
}
inline std::uint64_t pixels_fingerprint(const dataset& data) {
    fingerprint pixels;
    pixels.add(data.mean);
    pixels.add(data.deviation);
    return pixels.value();
}
/// What a checkpoint is of.
inline std::string run_text(const network& net, const dataset& data, const fit_options& options, std::uint64_t seed) {
    std::ostringstream run;
    run << net.describe() << "seed of the network " << net.seed() << "\n" << options_text(options, seed) << "\ncallbacks "
        << options.callbacks.size() << "\ntraining images " << data.train.size() << " fingerprint " << std::hex << fingerprint_of(data.train)
        << "\ntest images fingerprint "
        << (options.evaluate ? fingerprint_of(data.test) : 0) << "\nnormalisation fingerprint " << pixels_fingerprint(data);
    return run.str();
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
                      text("epochs ", options.epochs, "\n", options_text(options, seed), "\ncheckpoint ", !options.checkpoint.file.empty()));
    require_same(group, "fit",
                 std::array{std::pair{"state of the network", state_fingerprint(net)}, std::pair{"training images", fingerprint_of(data.train)},
                            std::pair{"test images", options.evaluate ? fingerprint_of(data.test) : 0},
                            std::pair{"normalisation", pixels_fingerprint(data)}});
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

/// One call of `fit`: of a process that is alone, or with a share that of a rank.
class training {
public:
    training(network& net, const dataset& data, const fit_options& options, kernel::batch_share* share)
        : net_(net), data_(data), options_(options), share_(share), owner_((check_fit_options(net, data, options), options.pool)),
          pool_(owner_.get()), seed_(options.seed.value_or(net.seed())), table_(data.mean, data.deviation), images_(data.train.size()),
          steps_(steps_of(images_, options)), divergence_(options.on_divergence, state_.divergence),
          keeper_(options.checkpoint, options.checkpoint.file.empty() ? std::string() : run_text(net, data, options, seed_),
                  share != nullptr ? &share->group() : nullptr) {
        require_held("fit", "steps of all epochs", bound_of_sum({static_cast<std::uint64_t>(options.epochs), static_cast<std::uint64_t>(steps_)}),
                     std::numeric_limits<std::uint32_t>::max(), "fewer epochs or larger batches: every step has draws of its own");
        state_.epoch = options.first_epoch;
    }

    training_record run() {
        start();
        while (state_.epoch < options_.epochs && record().stopped.empty()) {
            if (steps_of_epoch() && close_epoch()) {
                begin_next_epoch();
            }
        }
        for (callback* c : options_.callbacks) {
            c->on_end(at(), record());
        }
        return std::move(record());
    }

private:
    static index_t steps_of(index_t images, const fit_options& options) {
        const index_t all = (images + options.batch - 1) / options.batch;
        return options.max_steps_per_epoch > 0 ? std::min(options.max_steps_per_epoch, all) : all;
    }

    [[nodiscard]] training_record& record() { return state_.record; }
    [[nodiscard]] training_state at() {
        const index_t images = std::min(images_, steps_ * options_.batch);
        return {net_, pool_, state_.epoch, options_.epochs, state_.step, steps_, state_.images, images, !record().resumed.empty()};
    }
    [[nodiscard]] std::string step_text() const { return text(" at step ", state_.step + 1, " of epoch ", state_.epoch + 1); }

    void start() {
        if (share_ != nullptr) {
            watched_ = require_replicas(net_, data_, options_, seed_, share_->group());
        }
        keeper_.resume(net_, state_, options_.events, [this] { check_resumed(); });
        if (share_ != nullptr) {
            events_.emplace(options_.events, share_->group());
        }
        for (callback* c : options_.callbacks) {
            c->stop.clear();
            c->on_start(at());
        }
        keeper_.resume(options_.callbacks);
        ask_callbacks();
    }

    /// Rates that a schedule gives now must be those that it gave.
    void check_resumed() {
        if (state_.epoch > options_.epochs) {
            fail("fit", "epochs", text("at least ", state_.epoch, ", those that the checkpoint has done"), text(options_.epochs));
        }
        for (const epoch_record& done : record().epochs) {
            const double rate = static_cast<double>(options_.schedule({done.epoch, options_.epochs, steps_ - 1, steps_}));
            if (record().divergences.empty() && rate != done.rate) {
                fail("fit", text("schedule at the end of epoch ", done.epoch + 1), text(done.rate, ", as when the checkpoint was made"), text(rate));
            }
        }
    }

    void ask_callbacks() {
        for (const callback* c : options_.callbacks) {
            if (!c->stop.empty() && record().stopped.empty()) {
                record().stopped = c->stop;
            }
        }
        if (watched_) { // what one rank ends, all end
            const std::vector<std::string> reasons = share_->group().all_gather("callbacks that stop", record().stopped);
            const auto first = std::find_if(reasons.begin(), reasons.end(), [](const std::string& reason) { return !reason.empty(); });
            record().stopped = first != reasons.end() ? *first : std::string();
        }
    }

    /// The steps of an epoch that are not done yet. Returns whether the epoch is to be closed: not where it begins anew.
    bool steps_of_epoch() {
        if (state_.step == 0) {
            divergence_.begin_epoch(net_);
        }
        net_.begin_epoch(state_.epoch);
        epoch_started_ = clock::now();
        static_cast<void>(net_.take_sums()); // of the evaluation before
        const std::vector<index_t> order = shuffled(images_, seed_, state_.epoch);
        while (state_.step < steps_ && record().stopped.empty()) {
            const index_t count = std::min(options_.batch, images_ - state_.step * options_.batch);
            const after_divergence next = step(
                std::span(order).subspan(static_cast<std::size_t>(state_.step * options_.batch), static_cast<std::size_t>(count)));
            if (next == after_divergence::again) {
                begin_again();
                return false;
            }
            if (next == after_divergence::stop) {
                diverged_ = true;
                break;
            }
            // With `roll_back` the beginning of the epoch is state too, so only whole epochs are kept.
            if (state_.step < steps_ && !std::holds_alternative<roll_back>(options_.on_divergence) &&
                keeper_.on() && (keeper_.due(state_.step) || !record().stopped.empty())) {
                take_sums();
                save(text("step ", state_.step, " of ", steps_, " of epoch ", state_.epoch + 1, " of ", options_.epochs, " done"));
            }
        }
        return true;
    }

    /// Makes a step, or leaves it out.
    after_divergence step(std::span<const index_t> batch) {
        const auto step_index = static_cast<std::uint32_t>(state_.epoch * steps_ + state_.step);
        const auto count = static_cast<index_t>(batch.size());
        const schedule_point point{state_.epoch, options_.epochs, state_.step, steps_};
        const float elision = options_.elision(point);
        if (!(elision >= 0.0f)) {
            fail("fit", "elision" + step_text(), "a factor of at least 0", text(elision));
        }
        const pass_context context{.pool = pool_, .training = true, .seed = seed_, .step = step_index,
                                   .image = std::uint64_t{step_index} * static_cast<std::uint64_t>(options_.batch),
                                   .events = options_.events, .elision = elision, .share = share_};
        if (share_ != nullptr) {
            share_->take(count);
            own_images_.clear();
            for (index_t i = 0; i < share_->own_samples(); ++i) {
                own_images_.push_back(batch[static_cast<std::size_t>(share_->number(i))]);
            }
        }
        load_batch(data_.train, share_ != nullptr ? std::span<const index_t>(own_images_) : batch, table_, x_, labels_, pool_);
        const loss_result result = loss_of_(net_.forward(x_, context), labels_, &gradient_, pool_, share_);
        bool sound = std::isfinite(result.loss);
        if (sound) {
            net_.backward(gradient_, context);
            sound = std::isfinite(net_.gradient_square(pool_));
        }
        if (!sound) {
            const after_divergence next = diverge(batch, context);
            if (next == after_divergence::go_on) {
                ++state_.sums.skipped_steps;
                ++state_.step;
                state_.images += count;
            }
            return next;
        }
        divergence_.step_made();
        const float rate = options_.schedule(point) * state_.divergence.rate_factor;
        update_report written;
        net_.update({pool_, seed_, step_index, rate, written, options_.events, elision});
        if (options_.events) {
            options_.events->images += static_cast<std::uint64_t>(count);
            ++options_.events->steps;
        }
        state_.report += written;
        state_.seen += count;
        state_.sums.loss += result.loss * static_cast<double>(count);
        state_.right += static_cast<double>(result.correct);
        state_.sums.rate = static_cast<double>(rate);
        ++state_.step;
        state_.images += count;
        const step_record made{result.loss, static_cast<double>(result.correct) / static_cast<double>(count), rate,
                               std::sqrt(written.gradient_square)};
        const training_state now = at();
        for (callback* c : options_.callbacks) {
            c->on_step(now, made);
        }
        ask_callbacks();
        return after_divergence::go_on;
    }

    after_divergence diverge(std::span<const index_t> batch, const pass_context& context) {
        take_sums();
        const std::string where = where_a_step_fails(net_, x_, labels_, batch, context, loss_of_);
        static_cast<void>(net_.take_sums()); // of the second pass
        return divergence_.decide(net_, where + step_text(), parameter_not_finite(net_).empty(), record());
    }

    /// Judges the network and records the epoch, as far as it came. Returns false where it begins anew.
    bool close_epoch() {
        const std::string harm = parameter_not_finite(net_);
        if (!harm.empty() && record().stopped.empty()) {
            diverged_ = true;
            if (divergence_.decide(net_, text(harm, " after epoch ", state_.epoch + 1), false, record()) == after_divergence::again) {
                return begin_again();
            }
        }
        epoch_record epoch = state_.sums;
        epoch.epoch = state_.epoch;
        epoch.seconds = state_.seconds + seconds_of_epoch();
        epoch.images_per_second = static_cast<double>(state_.images) / std::max(epoch.seconds, 1e-9);
        epoch.loss /= static_cast<double>(state_.seen);
        epoch.train_accuracy = state_.right / static_cast<double>(state_.seen);
        const update_report& report = state_.report;
        epoch.gradient_norm =
            std::sqrt(report.gradient_square / static_cast<double>(std::max<index_t>(1, state_.step - static_cast<index_t>(epoch.skipped_steps))));
        epoch.lost_updates = static_cast<double>(report.lost) / static_cast<double>(std::max<std::uint64_t>(1, report.increments));
        epoch.max_abs_weight = static_cast<double>(net_.max_abs_weight());
        const cell_census cells = net_.census();
        epoch.stuck_cells = static_cast<double>(cells.stuck) / static_cast<double>(std::max<std::uint64_t>(1, cells.cells));
        epoch.cell_writes = report.cell_writes;
        epoch.pulses = report.pulses;
        epoch.plain_cell_writes = report.plain_cell_writes;
        epoch.worn_cells = report.worn_cells;
        if (share_ != nullptr) {
            require_same(share_->group(), "fit", std::array{std::pair{"state of the network after an epoch", state_fingerprint(net_)}});
        }
        take_sums();
        epoch.sums_checked = state_.checked.checked;
        epoch.sums_corrected = state_.checked.corrected;
        epoch.sums_uncorrectable = state_.checked.uncorrectable;
        record().test_accuracy = std::numeric_limits<double>::quiet_NaN();
        if (options_.evaluate && harm.empty() && !evaluate_epoch(epoch)) {
            return begin_again();
        }
        record().epochs.push_back(epoch);
        const training_state now = at();
        for (callback* c : options_.callbacks) {
            c->on_epoch(now, epoch);
        }
        ask_callbacks();
        return true;
    }

    /// Returns false where the epoch begins anew.
    bool evaluate_epoch(epoch_record& epoch) {
        const auto step_index = static_cast<std::uint32_t>(state_.epoch * steps_ + state_.step);
        std::string not_finite;
        const evaluation result = evaluate_noting(
            net_, data_.test, table_, {.batch = options_.batch, .pool = &pool_, .step = step_index, .ranks = options_.ranks}, not_finite);
        if (not_finite.empty()) {
            epoch.test_loss = result.loss;
            epoch.test_accuracy = record().test_accuracy = result.accuracy;
        } else if (record().stopped.empty()) {
            diverged_ = true;
            return divergence_.decide(net_, text(not_finite, " in the evaluation after epoch ", state_.epoch + 1), false, record()) !=
                   after_divergence::again;
        }
        return true;
    }

    /// Forgets what the epoch has given so far. Returns false: the epoch is not closed.
    bool begin_again() {
        diverged_ = false;
        state_.begin_epoch();
        return false;
    }
    void begin_next_epoch() {
        const bool whole = state_.step == steps_ && !diverged_; // an epoch that a callback cut short was kept as it stood
        ++state_.epoch;
        state_.begin_epoch();
        if (whole) {
            save(text("epoch ", state_.epoch, " of ", options_.epochs, " done"));
        }
    }

    /// Sums that codes have checked since the last call, over all ranks, and events likewise.
    void take_sums() {
        const kernel::sum_counts own = net_.take_sums();
        if (share_ == nullptr) {
            state_.checked += own;
            return;
        }
        for (const kernel::sum_counts& part : share_->group().all_gather("sums checked", own)) {
            state_.checked += part;
        }
        events_->add_others();
    }

    void save(const std::string& place) {
        if (!keeper_.on()) {
            return;
        }
        const double before = state_.seconds;
        state_.seconds += state_.step > 0 ? seconds_of_epoch() : 0.0;
        keeper_.save(net_, state_, options_.events, options_.callbacks, place);
        state_.seconds = before;
    }

    using clock = std::chrono::steady_clock;
    [[nodiscard]] double seconds_of_epoch() const { return std::chrono::duration<double>(clock::now() - epoch_started_).count(); }

    network& net_;
    const dataset& data_;
    const fit_options& options_;
    kernel::batch_share* share_;
    pool_or_serial owner_;
    thread_pool& pool_;
    std::uint64_t seed_;
    pixel_table table_;
    index_t images_;
    index_t steps_; ///< of an epoch
    fit_state state_;
    divergence_handler divergence_;
    checkpoint_keeper keeper_;
    std::optional<shared_events> events_;
    bool watched_ = false;  ///< a rank has callbacks
    bool diverged_ = false; ///< numbers are not finite, and that ends the training
    clock::time_point epoch_started_{};

    softmax_cross_entropy loss_of_;
    batch_tensor x_;
    batch_tensor gradient_;
    std::vector<int> labels_;
    std::vector<index_t> own_images_;
};

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
        return detail::training(net, data, options, nullptr).run();
    }
    training_record record;
    on_ranks(*options.ranks, "fit", [&] {
        kernel::batch_share share(*options.ranks);
        record = detail::training(net, data, options, &share).run();
    });
    return record;
}

} // namespace rcim::inline RCIM_ABI
