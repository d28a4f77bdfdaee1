#pragma once

#include <rcim/core/archive.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/snapshot.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/train/record.hpp>

#include <cmath>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace rcim::inline RCIM_ABI {

/// The training ends; the network stays as it was before the step.
struct stop_training {};

/// The batch is left out: no update. The training ends where that does not help.
struct skip_step {
    int in_a_row = 10; ///< steps that may be left out one after the other, >= 1
};

/// The network goes back to what it was when the epoch began, wear and faults that arrived included, and the epoch begins anew with lower
/// learning rates, which stay so. Events stay counted. Takes the memory of the network's state once more.
struct roll_back {
    int times = 3;            ///< in the whole training, >= 1
    float rate_factor = 0.5f; ///< on the rate of the schedule, each time, > 0 and < 1
};

/// What `fit` does about a step in whose loss or gradients a number is infinite or NaN; its update is not made in any case. Parameters that
/// an update itself makes infinite are found when they are next used, or when the epoch ends.
using divergence_policy = std::variant<stop_training, skip_step, roll_back>;

/// What a training knows of steps that went wrong; decides how it goes on.
struct divergence_state {
    float rate_factor = 1.0f;    ///< on the rate of the schedule
    std::int32_t roll_backs = 0; ///< so far
    std::int32_t in_a_row = 0;   ///< steps that were left out just now, one after the other

    void visit(archive& a) {
        a.visit("rate_factor", rate_factor);
        a.visit("roll_backs", roll_backs);
        a.visit("in_a_row", in_a_row);
    }
};

namespace detail {

inline void check_policy(const divergence_policy& policy) {
    if (const auto* skip = std::get_if<skip_step>(&policy); skip != nullptr && skip->in_a_row < 1) {
        fail("fit", "skip_step.in_a_row", "at least 1", text(skip->in_a_row));
    }
    if (const auto* back = std::get_if<roll_back>(&policy)) {
        if (back->times < 1) {
            fail("fit", "roll_back.times", "at least 1", text(back->times));
        }
        if (!(back->rate_factor > 0.0f && back->rate_factor < 1.0f)) {
            fail("fit", "roll_back.rate_factor", "a factor above 0 and below 1", text(back->rate_factor));
        }
    }
}

[[nodiscard]] inline std::string text_of(const divergence_policy& policy) {
    if (const auto* skip = std::get_if<skip_step>(&policy)) {
        return text("skip_step ", skip->in_a_row);
    }
    if (const auto* back = std::get_if<roll_back>(&policy)) {
        return text("roll_back ", back->times, " by ", back->rate_factor);
    }
    return "stop_training";
}

enum class after_divergence { stop, go_on, again };

/// Carries out a policy; keeps the network's state where it may be wanted.
class divergence_handler {
public:
    /// state: a part of the training's; kept by reference.
    divergence_handler(const divergence_policy& policy, divergence_state& state) : policy_(policy), state_(state) {}

    void begin_epoch(network& net) {
        if (std::holds_alternative<roll_back>(policy_)) {
            start_ = snapshot(net);
        }
    }
    void step_made() { state_.in_a_row = 0; }

    /// Something went wrong as `what` says; in_step: it was a step, from which the network itself has come to no harm. Puts the network back or
    /// writes into the record why the training ends.
    [[nodiscard]] after_divergence decide(network& net, const std::string& what, bool in_step, training_record& record) {
        if (state_.in_a_row == 0) {
            record.divergences.push_back(what);
        }
        constexpr auto advice = "; a lower learning rate, a clip or fewer faults may help";
        if (const auto* skip = std::get_if<skip_step>(&policy_); skip != nullptr && in_step) {
            if (state_.in_a_row++ < skip->in_a_row) {
                return after_divergence::go_on;
            }
            record.stopped = text(what, ", after ", skip->in_a_row, " steps in a row that were left out", advice);
        } else if (const auto* back = std::get_if<roll_back>(&policy_)) {
            if (state_.roll_backs < back->times) {
                ++state_.roll_backs;
                state_.rate_factor *= back->rate_factor;
                start_.restore(net);
                return after_divergence::again;
            }
            record.stopped = text(what, ", after ", back->times, back->times == 1 ? " roll-back" : " roll-backs", advice);
        } else {
            record.stopped = what + advice;
        }
        return after_divergence::stop;
    }

private:
    divergence_policy policy_;
    divergence_state& state_;
    snapshot start_; ///< of the epoch
};

} // namespace detail

} // namespace rcim::inline RCIM_ABI
