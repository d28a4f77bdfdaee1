#pragma once

/// @file
/// The methods of the study, each on the chip that it needs.

#include <rcim/adapt/task_book.hpp>
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/programming_error.hpp>
#include <rcim/cost/price.hpp>
#include <rcim/cost/tables.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/column_masked.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/nn/map_weights.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/train/schedule.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

#include "harness.hpp"

namespace rcim_bench {

using namespace rcim;
using nlohmann::json;

/// What columns of a chip can do.
enum class periphery { plain, gates, shifts };

struct way {
    std::string name;
    periphery columns = periphery::plain;
    index_t rows = 0;    ///< of a mask's block
    double budget = 0.0; ///< of crossbars
    bool from_backbone = true;
};
inline std::vector<way> ways() {
    return {{"classifier"},
            {"batch norm"},
            {"piggyback"},
            {"piggyback bn held"}, // as its authors ship it
            {"ksm"},
            {"xbm", periphery::gates, 72},
            {"xbm_sigmoid", periphery::gates, 72},
            {"xma", periphery::shifts, 72},
            {"xma2 10 %", periphery::shifts, 72, 0.1},
            {"xma2 30 %", periphery::shifts, 72, 0.3},
            {"finetune", periphery::plain, 0, 1.0},
            {"from scratch", periphery::plain, 0, 1.0, false}};
}

// Hundreds of steps are few for rates that were made for tens of thousands: 1e-4 (Piggyback's) leaves XBM 9 points lower here.
constexpr float mask_rate = 3e-4f;
constexpr float factor_rate = 3e-2f; ///< of shifts
constexpr float weight_rate = 2e-3f;

/// Calls use(method) with the method of a name.
template <class Use>
auto with_method(const way& w, Use&& given) {
    const auto use = [&](auto method) {
        method.mask_rule.learning_rate = w.columns == periphery::shifts ? factor_rate : mask_rate;
        method.weight_rule.learning_rate = weight_rate;
        return given(method);
    };
    if (w.name == "classifier") {
        return use(classifier_only());
    } else if (w.name == "batch norm") { // what masks have to beat
        return use(adaptation_method<>{.name = w.name});
    } else if (w.name == "piggyback") {
        return use(piggyback());
    } else if (w.name == "piggyback bn held") {
        auto published = piggyback();
        published.hold_batch_norm = true;
        return use(published);
    } else if (w.name == "ksm") {
        return use(kernel_masks());
    } else if (w.name == "xbm") {
        return use(xbm());
    } else if (w.name == "xbm_sigmoid") {
        return use(xbm(ksm_sigmoid{}));
    } else if (w.columns == periphery::shifts) {
        return use(w.budget > 0.0 ? xma2(w.budget) : xma());
    }
    return use(finetune_all());
}

/// What is wrong with a chip.
struct flaws {
    double stuck = 0.0; ///< cells in %, HRS:LRS as 9.04:1.75
    double error = 0.0; ///< deviation of a programmed cell, in steps of one level

    [[nodiscard]] stuck_at faults() const {
        const double share = 0.01 * stuck / 0.1079;
        return {.p_stuck_hrs = static_cast<float>(share * 0.0904), .p_stuck_lrs = static_cast<float>(share * 0.0175)};
    }
};

/// Crossbars of 128 x 128 cells of two bits, signed 8-bit weights over four slices in pairs; what is digital learns by Adam.
template <class Map>
auto chip_with(const Map& map, const flaws& wrong, float rate) {
    const auto sigma = static_cast<float>(wrong.error);
    return design<>{}
        .with(programming_error<multilevel_cell<2>>{.sigma = {sigma, sigma, sigma, sigma}})
        .with(map)
        .with(wrong.faults())
        .with(geometry<128, 128>{})
        .with(adam{.learning_rate = rate});
}

template <class Design>
network build(int depth, const Design& chip, std::uint64_t seed) {
    return depth == 0 ? vgg8(chip, seed) : resnet(chip, seed, depth);
}
inline network chip_for(const way& w, int depth, const flaws& wrong, float rate, std::uint64_t seed) {
    using weights = bit_sliced<8, differential>;
    const weights fitted{.fitted = true};
    switch (w.columns) {
    case periphery::gates:
        return build(depth, chip_with(column_masked<weights, gating>{.map = fitted, .rows = w.rows}, wrong, rate), seed);
    case periphery::shifts:
        return build(depth, chip_with(column_masked<weights, shifting<2>>{.map = fitted, .rows = w.rows}, wrong, rate), seed);
    default:
        return build(depth, chip_with(fitted, wrong, rate), seed);
    }
}

/// Joules and seconds of a ledger under every table.
inline json costs_of(const event_ledger& ledger, const chip_model& chip = {}) {
    json costs = json::object();
    for (const cost_table& table : all_cost_tables()) {
        cost_table priced = table;
        if (priced.name == "mnsim") {
            priced.adc = saberi_law; // its own ends at 10 bits
        }
        const cost_report report = price(ledger, priced, chip);
        costs[table.name] = {{"joules", report.joules()}, {"seconds", report.seconds}};
    }
    return costs;
}

} // namespace rcim_bench
