#pragma once

#include <rcim/core/archive.hpp>
#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/thread_pool.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/train/record.hpp>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <ostream>
#include <string>
#include <utility>

namespace rcim::inline RCIM_ABI {

/// Where a training stands when it calls back.
struct training_state {
    network& net;
    thread_pool& pool;
    int epoch = 0; ///< counts from 0
    int epochs = 0;
    index_t step = 0; ///< done in this epoch
    index_t steps_per_epoch = 0;
    index_t images = 0; ///< done in this epoch
    index_t images_per_epoch = 0;
    bool resumed = false; ///< whether it went on from a checkpoint when it started
};

/// Something that watches a training, changes its network (faults that arrive, checkpoints), or ends it. Called in the thread of
/// `fit`, in the order of the options. One object may serve several trainings, one after the other.
class callback {
public:
    callback() = default;
    callback(const callback&) = delete;
    callback& operator=(const callback&) = delete;
    virtual ~callback() = default;

    virtual void on_start(const training_state&) {}
    /// After the update of a step.
    virtual void on_step(const training_state&, const step_record&) {}
    /// After the evaluation of an epoch.
    virtual void on_epoch(const training_state&, const epoch_record&) {}
    virtual void on_end(const training_state&, const training_record&) {}
    /// Shows what it has learned from the training so far, for a checkpoint; what is put back comes after `on_start`.
    virtual void visit(archive&) {}

    /// Not empty: the training ends, with this reason in its record. After a step, the epoch is closed as far as it came. Empty
    /// again when a training starts.
    std::string stop;
};

/// Tells people how a training goes: on a terminal a bar with rate and time to go, elsewhere one plain line per epoch.
class progress : public callback {
public:
    progress() : progress(std::cerr, ::isatty(STDERR_FILENO) == 1) {}
    explicit progress(std::ostream& out, bool bar = false) : out_(out), bar_(bar) {}

    void on_start(const training_state& at) override {
        start_ = last_ = clock::now();
        images_before_ = at.images;
        if (at.epoch > 0 || at.step > 0) {
            out_ << text("goes on at step ", at.step + 1, " of epoch ", at.epoch + 1, "/", at.epochs, "\n") << std::flush;
        }
    }

    void on_step(const training_state& at, const step_record& step) override {
        const auto now = clock::now();
        if (at.step == 1 || loss_ == 0.0) {
            loss_ = step.loss;
        }
        loss_ += 0.05 * (step.loss - loss_);
        if (!bar_ || (now - last_ < std::chrono::milliseconds(100) && at.step != at.steps_per_epoch)) {
            return;
        }
        last_ = now;
        const double seconds = std::chrono::duration<double>(now - start_).count();
        const double rate = static_cast<double>(at.images - images_before_) / std::max(seconds, 1e-9);
        const double left = static_cast<double>(at.images_per_epoch - at.images) / rate;
        constexpr int width = 24;
        const auto filled = static_cast<std::size_t>(width * at.images / std::max<index_t>(1, at.images_per_epoch));
        const std::string bar = std::string(filled, '=') + std::string(width - filled, ' ');
        char line[160];
        std::snprintf(line, sizeof line, "\r\033[Kepoch %d/%d [%s]  loss %.4f  %.0f images/s  %.0f s to go", at.epoch + 1, at.epochs,
                      bar.c_str(), loss_, rate, std::ceil(left));
        out_ << line << std::flush;
    }

    void on_epoch(const training_state& at, const epoch_record& epoch) override {
        char line[200];
        int length = std::snprintf(line, sizeof line, "%sepoch %d/%d  loss %.4f  train %.2f %%", bar_ ? "\r\033[K" : "", at.epoch + 1,
                                   at.epochs, epoch.loss, 100.0 * epoch.train_accuracy);
        if (!std::isnan(epoch.test_accuracy)) {
            length += std::snprintf(line + length, sizeof line - static_cast<std::size_t>(length), "  test %.2f %%",
                                    100.0 * epoch.test_accuracy);
        }
        std::snprintf(line + length, sizeof line - static_cast<std::size_t>(length), "  %.0f images/s\n", epoch.images_per_second);
        out_ << line << std::flush;
        start_ = last_ = clock::now();
        images_before_ = 0;
    }

    void on_end(const training_state&, const training_record& record) override {
        if (!record.stopped.empty()) {
            out_ << "stopped: " << record.stopped << std::endl;
        }
    }

private:
    using clock = std::chrono::steady_clock;

    std::ostream& out_;
    bool bar_;
    clock::time_point start_{};
    clock::time_point last_{};
    index_t images_before_ = 0; ///< of this epoch, done before the training went on
    double loss_ = 0.0;
};

/// Ends a training once the test accuracy (the training accuracy, if nothing is evaluated) has not risen by more than
/// `min_delta` above its best for `patience` epochs in a row.
class early_stop : public callback {
public:
    /// patience >= 1 epochs; min_delta >= 0, as a share.
    explicit early_stop(int patience = 3, double min_delta = 0.0) : patience_(patience), min_delta_(min_delta) {
        if (patience < 1) {
            fail("early_stop", "patience", "at least 1 epoch", text(patience));
        }
        if (!(min_delta >= 0.0)) {
            fail("early_stop", "min_delta", "at least 0", text(min_delta));
        }
    }

    void on_start(const training_state&) override {
        best_ = -1.0;
        waited_ = 0;
    }

    void on_epoch(const training_state&, const epoch_record& epoch) override {
        const double accuracy = std::isnan(epoch.test_accuracy) ? epoch.train_accuracy : epoch.test_accuracy;
        if (accuracy > best_ + min_delta_ || best_ < 0.0) {
            best_ = accuracy;
            waited_ = 0;
        } else {
            ++waited_;
        }
        judge();
    }
    void visit(archive& a) override {
        a.visit("best", best_);
        a.visit("waited", waited_);
        judge();
    }

private:
    void judge() {
        if (waited_ >= patience_) {
            stop = text("no gain above ", best_, " for ", patience_, patience_ == 1 ? " epoch" : " epochs");
        }
    }

    int patience_;
    double min_delta_;
    double best_ = -1.0;
    int waited_ = 0;
};

} // namespace rcim::inline RCIM_ABI
