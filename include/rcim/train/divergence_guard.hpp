#pragma once

#include <rcim/core/error.hpp>
#include <rcim/train/callback.hpp>

#include <algorithm>
#include <limits>

namespace rcim::inline RCIM_ABI {

/// Ends a training whose loss is finite and yet has run away: for `patience` steps in a row its running mean, over about `over` steps, was
/// more than `times` its lowest, and above four fifths of the way back from that to the first loss. The second keeps small losses of a
/// network that has learned apart from those of one that has forgotten.
class divergence_guard : public callback {
public:
    /// times > 1; patience and over >= 1 steps. Throws `error`.
    explicit divergence_guard(double times = 1.25, index_t patience = 100, index_t over = 20)
        : times_(times), patience_(patience), share_(1.0 / static_cast<double>(std::max<index_t>(1, over))) {
        if (!(times > 1.0)) {
            fail("divergence_guard", "times", "above 1", text(times));
        }
        if (patience < 1) {
            fail("divergence_guard", "patience", "at least 1 step", text(patience));
        }
        if (over < 1) {
            fail("divergence_guard", "over", "at least 1 step", text(over));
        }
    }

    void on_start(const training_state&) override {
        sum_ = weight_ = 0.0;
        lowest_ = std::numeric_limits<double>::infinity();
        waited_ = 0;
    }

    void on_step(const training_state& at, const step_record& step) override {
        sum_ += share_ * (step.loss - sum_);
        weight_ += share_ * (1.0 - weight_);
        const double mean = sum_ / weight_;
        first_ = lowest_ < std::numeric_limits<double>::infinity() ? first_ : mean;
        lowest_ = std::min(lowest_, mean);
        waited_ = mean > times_ * lowest_ && mean > lowest_ + 0.8 * (first_ - lowest_) ? waited_ + 1 : 0;
        if (waited_ == patience_) {
            stop = text("the running mean of the loss, ", mean, " at step ", at.step, " of epoch ", at.epoch + 1,
                        ", was above ", times_, " times its lowest, ", lowest_, ", for ", patience_, " steps in a row");
        }
    }
    void visit(archive& a) override {
        a.visit("sum", sum_);
        a.visit("weight", weight_);
        a.visit("first", first_);
        a.visit("lowest", lowest_);
        a.visit_count("waited", waited_);
    }

private:
    double times_;
    index_t patience_;
    double share_;
    double sum_ = 0.0;
    double weight_ = 0.0; ///< of the losses in the sum
    double first_ = 0.0;
    double lowest_ = std::numeric_limits<double>::infinity();
    index_t waited_ = 0;
};

} // namespace rcim::inline RCIM_ABI
