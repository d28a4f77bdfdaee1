#pragma once

/// @file
/// Two runs beside each other, under tables of costs.

#include <rcim/core/error.hpp>
#include <rcim/core/events.hpp>
#include <rcim/cost/gpu_model.hpp>
#include <rcim/cost/lifetime.hpp>
#include <rcim/cost/price.hpp>
#include <rcim/cost/tables.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

namespace rcim_bench {

using namespace rcim;

/// As PipeLayer is laid out: errors are read from copies of the weights that lie the other way round.
inline chip_model pipelayer_chip(std::uint64_t positions_per_replica = 64) {
    return {.positions_per_replica = positions_per_replica, .separate_error_copy = true};
}

/// How many times better one run is than another.
struct gain {
    double energy, speed;
    double first;      ///< images until the first cell fails, lines written as they were
    double levelled;   ///< the same writes spread over the lines of each array
    double one_percent; ///< until 1 % have failed, as they were
    double chip_wide;  ///< mean writes of all cells of the chip: if any could take the place of any other
    double write_share; ///< of the other run's energy
};

/// Mean writes of a cell per image, over the chip.
inline double mean_writes(const event_ledger& run) {
    double writes = 0.0;
    double cells = 0.0;
    for (const layer_events& layer : run.layers()) {
        writes += static_cast<double>(layer[stage::activations].pulses + layer[stage::weights].pulses);
        cells += static_cast<double>(layer.footprint.activation_cells + layer.footprint.weight_cells);
    }
    return writes / cells / static_cast<double>(run.images);
}

inline gain compare(const event_ledger& run, const event_ledger& other, const cost_table& table, const chip_model& chip) {
    const cost_report a = price(run, table, chip);
    const cost_report b = price(other, table, chip);
    const lifetime_report x = lifetime(run, table.cells);
    const lifetime_report y = lifetime(other, table.cells);
    const double longer = static_cast<double>(run.images) / static_cast<double>(other.images);
    return {.energy = b.joules() / a.joules() * longer,
            .speed = b.seconds / a.seconds * longer,
            .first = x.as_written.first / y.as_written.first,
            .levelled = x.levelled.first / y.levelled.first,
            .one_percent = x.as_written.one_percent / y.as_written.one_percent,
            .chip_wide = mean_writes(other) / mean_writes(run),
            .write_share = b.write_share()};
}

inline double geometric_mean(const std::vector<double>& values) {
    double sum = 0.0;
    for (const double v : values) {
        sum += std::log(v);
    }
    return std::exp(sum / static_cast<double>(values.size()));
}

} // namespace rcim_bench
