#pragma once

#include <rcim/adapt/rounded_factor.hpp>
#include <rcim/adapt/straight_through.hpp>
#include <rcim/adapt/weight_adapter.hpp>

#include <string>

namespace rcim::inline RCIM_ABI {

/// A way to adapt a network to a task: what is learned besides the classifier, which every task has for itself.
template <class Estimator = straight_through>
struct adaptation_method {
    std::string name{};
    mask_place place = mask_place::none; ///< of masks
    index_t rows = 1;                    ///< inputs of one group of a mask in cells; 0: one kernel
    Estimator estimator{};
    double budget = 0.0; ///< share of the crossbars that are re-programmed: 0: none, 1: all, else which is learned
    bool hold_batch_norm = false;
    adam mask_rule{.learning_rate = 1e-4f}; ///< as Piggyback's
    adam weight_rule{.learning_rate = 1e-3f};
};

/// The classifier alone, on the features of the backbone.
[[nodiscard]] inline adaptation_method<> classifier_only() {
    return {.name = "classifier", .hold_batch_norm = true};
}

/// One bit for each weight, written into the cells: A. Mallya, D. Davis, S. Lazebnik, "Piggyback", ECCV 2018.
[[nodiscard]] inline adaptation_method<> piggyback() {
    return {.name = "piggyback", .place = mask_place::cells};
}

/// One bit for each kernel, likewise: L. Yang et al., CVPR 2021 (KSM); `soft` adds its soft part.
[[nodiscard]] inline adaptation_method<ksm_sigmoid> kernel_masks(bool soft = false) {
    return {.name = soft ? "ksm_soft" : "ksm",
            .place = mask_place::cells,
            .rows = 0,
            .estimator = {.soft = soft},
            .mask_rule = {.learning_rate = 2e-4f}};
}

/// One bit for each column of a block of rows, no cell is written: F. Zhang et al., ASP-DAC 2022 (XBM; its equations are a reconstruction). For designs with
/// column_masked<..., gating>.
template <class Estimator = straight_through>
[[nodiscard]] adaptation_method<Estimator> xbm(Estimator estimator = {}) {
    return {.name = "xbm", .place = mask_place::columns, .estimator = estimator};
}

/// A shift for each column of a block of rows, likewise: F. Zhang et al., DAC 2022 (XMA). For designs with column_masked<..., shifting<...>>, or with scaling.
template <class Estimator = rounded_factor>
[[nodiscard]] adaptation_method<Estimator> xma(Estimator estimator = {}) {
    return {.name = "xma", .place = mask_place::columns, .estimator = estimator, .mask_rule = {.learning_rate = 1e-2f}};
}

/// A share of the crossbars is re-programmed, the columns of the others have factors: F. Zhang et al., Frontiers in Electronics 2022 (XMA2).
template <class Estimator = rounded_factor>
[[nodiscard]] adaptation_method<Estimator> xma2(double budget, Estimator estimator = {}) {
    return {.name = "xma2",
            .place = mask_place::columns,
            .estimator = estimator,
            .budget = budget,
            .mask_rule = {.learning_rate = 1e-2f}};
}

/// All weights, written anew for each task.
[[nodiscard]] inline adaptation_method<> finetune_all() {
    return {.name = "finetune", .budget = 1.0};
}

} // namespace rcim::inline RCIM_ABI
