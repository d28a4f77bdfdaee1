#pragma once

/// @file
/// Learning-rate schedules: values that map a place in the training to a factor on every learning rate. Any callable
/// `float(const schedule_point&)` is a schedule.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>

#include <algorithm>
#include <cmath>
#include <functional>

namespace rcim::inline RCIM_ABI {

/// A step of the training, seen from its beginning.
struct schedule_point {
    int epoch = 0;  ///< counts from 0
    int epochs = 1; ///< of the whole training
    index_t step = 0; ///< within the epoch, counts from 0
    index_t steps_per_epoch = 1;

    /// Epochs done before this step, with fractions.
    [[nodiscard]] double progress() const noexcept {
        return epoch + static_cast<double>(step) / static_cast<double>(steps_per_epoch);
    }
};

/// Asked once per step; must depend on its argument alone.
using rate_schedule = std::function<float(const schedule_point&)>;

/// 1 throughout.
struct constant_rate {
    float operator()(const schedule_point&) const noexcept { return 1.0f; }
};

/// 1 in the first `every` epochs, then `factor` times less or more after each further `every`.
struct step_decay {
    int every = 10;      ///< epochs, >= 1
    float factor = 0.1f; ///< of one step down

    float operator()(const schedule_point& at) const {
        if (every < 1) {
            fail("step_decay", "every", "at least 1 epoch", text(every));
        }
        return std::pow(factor, static_cast<float>(at.epoch / every));
    }
};

/// Half a cosine from 1 at the first step down to `floor` at the end of the last.
/// I. Loshchilov, F. Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017, without restarts.
struct cosine {
    float floor = 0.0f;

    float operator()(const schedule_point& at) const noexcept {
        const double turn = 3.141592653589793 * std::min(1.0, at.progress() / std::max(1, at.epochs));
        return static_cast<float>(floor + 0.5 * (1.0 - floor) * (1.0 + std::cos(turn)));
    }
};

/// The inner schedule, times a ramp that rises in equal parts with each step and reaches 1 at the last step of the warm-up.
template <class Inner = constant_rate>
struct warm_up {
    float epochs = 1.0f; ///< length of the ramp, fractions allowed; 0 is none
    Inner inner{};

    float operator()(const schedule_point& at) const {
        const double steps = static_cast<double>(epochs) * static_cast<double>(at.steps_per_epoch);
        const double done = at.progress() * static_cast<double>(at.steps_per_epoch) + 1.0;
        const float factor = inner(at);
        return done < steps ? static_cast<float>(factor * (done / steps)) : factor;
    }
};

} // namespace rcim::inline RCIM_ABI
