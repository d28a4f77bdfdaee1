#pragma once

#include <rcim/core/archive.hpp>
#include <rcim/core/config.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// What one training step gave; seen from before its update.
struct step_record {
    double loss = 0.0;     ///< mean over the batch
    double accuracy = 0.0; ///< share of the batch that was classified rightly
    float rate = 1.0f;     ///< factor of the schedule
    double gradient_norm = 0.0; ///< of the crossbar weights' gradient that the update was made from
};

/// What one epoch gave. Accuracies are shares in [0, 1].
struct epoch_record {
    int epoch = 0;                ///< counts from 0
    double loss = 0.0;            ///< mean over the images trained on, each seen before the update it caused; NaN if there were none
    double train_accuracy = 0.0;  ///< over the same images and states
    double test_accuracy = std::numeric_limits<double>::quiet_NaN(); ///< after the epoch; NaN if not evaluated
    double test_loss = std::numeric_limits<double>::quiet_NaN();     ///< likewise
    double max_abs_weight = 0.0;  ///< largest magnitude of a weight as used, after the epoch
    double gradient_norm = 0.0;   ///< root of the mean over the steps of the squared norm of the crossbar weights' gradient
    double lost_updates = 0.0;    ///< share of the non-zero increments that rounding left without effect
    double rate = 1.0;            ///< factor of the schedule at the last step
    double stuck_cells = 0.0;     ///< share of the chip's cells that are stuck after the epoch
    std::uint64_t cell_writes = 0; ///< in this epoch; counted where a fault model wears, where cells are not exact and where words are protected
    std::uint64_t pulses = 0;      ///< that these writes took; counted only where cells are not exact
    std::uint64_t plain_cell_writes = 0; ///< where words are protected: those that the same changes would take without the code
    std::uint64_t worn_cells = 0; ///< cells that made their last write in this epoch
    std::uint64_t sums_checked = 0; ///< of columns and rows, for one bit of the inputs, that a code checked in training steps
    std::uint64_t sums_corrected = 0;     ///< of these
    std::uint64_t sums_uncorrectable = 0; ///< of these
    std::uint64_t skipped_steps = 0; ///< that were left out since a number was not finite (train/divergence.hpp)
    double seconds = 0.0;         ///< of training alone: shuffle, loading, forward, loss, backward, update
    double images_per_second = 0.0;

    /// Every number with its name.
    template <class Visit>
    void each(Visit&& visit) {
        visit("epoch", epoch);
        visit("loss", loss);
        visit("train_accuracy", train_accuracy);
        visit("test_accuracy", test_accuracy);
        visit("test_loss", test_loss);
        visit("max_abs_weight", max_abs_weight);
        visit("gradient_norm", gradient_norm);
        visit("lost_updates", lost_updates);
        visit("rate", rate);
        visit("stuck_cells", stuck_cells);
        visit("cell_writes", cell_writes);
        visit("pulses", pulses);
        visit("plain_cell_writes", plain_cell_writes);
        visit("worn_cells", worn_cells);
        visit("sums_checked", sums_checked);
        visit("sums_corrected", sums_corrected);
        visit("sums_uncorrectable", sums_uncorrectable);
        visit("seconds", seconds);
        visit("images_per_second", images_per_second);
    }
    void visit(archive& a) {
        each([&](std::string_view name, auto& number) { a.visit(name, number); });
    }
};

/// What a training gave.
struct training_record {
    std::vector<epoch_record> epochs;
    double test_accuracy = std::numeric_limits<double>::quiet_NaN(); ///< of the last epoch; NaN if not evaluated
    std::string resumed; ///< the checkpoint that it went on from, and from where; empty if it began at the beginning
    std::string stopped; ///< why the training ended before its last epoch; empty if it did not
    std::vector<std::string> divergences; ///< where numbers were not finite, in order; of steps in a row that were left out the first
};

} // namespace rcim::inline RCIM_ABI
