#pragma once

#include <rcim/core/error.hpp>
#include <rcim/train/callback.hpp>
#include <rcim/train/schedule.hpp>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Spends a budget of accuracy on elision: a factor on every threshold that grows while the network keeps up with a reference, and falls where
/// it does not.
///
///     accuracy_budget budget({.points = 0.005, .reference = accuracies_without_elision});
///     fit(net, data, {.epochs = 10, .elision = budget.schedule(), .callbacks = {&budget}});
///
/// The accuracy that it looks at is that of the test images (of the training images where nothing is evaluated), so give it a dataset whose
/// test images are there for that, and judge the network on others. A reconstruction: how the published system chooses thresholds was not
/// at hand.
class accuracy_budget : public callback {
public:
    struct settings {
        double points = 0.005;    ///< of accuracy that may be lost, as a share, >= 0
        std::vector<double> reference{}; ///< accuracy after each epoch without elision; beyond its end the last, and if empty the best so far
        float first = 1.0f;       ///< factor in the first epoch, >= 0
        float growth = 2.0f;      ///< of the factor after an epoch within the budget, >= 1
        float retreat = 4.0f;     ///< by which it falls after one beyond, >= 1
        float most = 1e6f;        ///< the factor does not grow beyond
    };

    explicit accuracy_budget(settings s) : settings_(std::move(s)), factor_(settings_.first) {
        if (!(settings_.points >= 0.0)) {
            fail("accuracy_budget", "points", "at least 0", text(settings_.points));
        }
        if (!(settings_.first >= 0.0f && settings_.growth >= 1.0f && settings_.retreat >= 1.0f && settings_.most >= settings_.first)) {
            fail("accuracy_budget", "factors", "first >= 0, growth >= 1, retreat >= 1, most >= first",
                 text(settings_.first, ", ", settings_.growth, ", ", settings_.retreat, ", ", settings_.most));
        }
    }

    /// For `fit_options::elision`. Valid as long as this lives.
    [[nodiscard]] rate_schedule schedule() const {
        return [this](const schedule_point&) { return factor_; };
    }
    [[nodiscard]] float factor() const noexcept { return factor_; }
    /// The factor of each epoch so far.
    [[nodiscard]] const std::vector<float>& factors() const noexcept { return factors_; }

    void on_start(const training_state&) override {
        factor_ = settings_.first;
        factors_.clear();
        best_ = 0.0;
    }
    void visit(archive& a) override {
        a.visit("factor", factor_);
        a.visit_list("factors", factors_);
        a.visit("best", best_);
    }
    void on_epoch(const training_state&, const epoch_record& epoch) override {
        const double accuracy = std::isnan(epoch.test_accuracy) ? epoch.train_accuracy : epoch.test_accuracy;
        best_ = std::max(best_, accuracy);
        const std::vector<double>& reference = settings_.reference;
        const double target = reference.empty() ? best_ : reference[std::min(factors_.size(), reference.size() - 1)];
        factors_.push_back(factor_);
        factor_ = accuracy >= target - settings_.points ? std::min(settings_.most, factor_ * settings_.growth) : factor_ / settings_.retreat;
    }

private:
    settings settings_;
    float factor_;
    std::vector<float> factors_;
    double best_ = 0.0;
};

} // namespace rcim::inline RCIM_ABI
