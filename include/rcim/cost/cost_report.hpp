#pragma once

/// @file
/// What `price` answers with: energy, time and area of a chip that learns, by layer, stage and part.

#include <rcim/core/config.hpp>
#include <rcim/core/events.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// What energy goes to.
enum class energy_part : int {
    array_read,  ///< cells and lines of crossbars that are read
    dac,         ///< drivers of their lines
    adc,         ///< conversions, with sample and hold
    shift_add,   ///< of conversions
    array_write, ///< pulses on cells and written lines
    buffer,      ///< numbers of layers' buffers
    bus,         ///< numbers between layers
    digital,     ///< digital memory of update rules
    standing,    ///< what is on as long as the chip trains: of no stage
};
inline constexpr int energy_part_count = 9;
inline constexpr std::array<std::string_view, energy_part_count> energy_part_names{
    "array_read", "dac", "adc", "shift_add", "array_write", "buffer", "bus", "digital", "standing"};
using energy_parts = std::array<double, energy_part_count>; ///< pJ

/// What area goes to.
enum class area_part : int { weight_crossbars, activation_crossbars, dac, adc, sample_hold, shift_add, buffer, digital, other };
inline constexpr int area_part_count = 9;
inline constexpr std::array<std::string_view, area_part_count> area_part_names{
    "weight_crossbars", "activation_crossbars", "dac", "adc", "sample_hold", "shift_add", "buffer", "digital", "other"};
using area_parts = std::array<double, area_part_count>; ///< um2

/// How the chip is laid out; no part of the events, so that one run is priced under many layouts.
struct chip_model {
    /// A layer that reads its weights at more positions of an image than this has copies of them, ceil(positions / this), which read
    /// at the same time, so that stages take about as long as each other. PipeLayer replicates its early layers; the rule is a
    /// reconstruction.
    std::uint64_t positions_per_replica = 64;
    bool replicas_are_written = true;      ///< each copy pays for weight writes; all are written at the same time
    bool separate_error_copy = false;      ///< errors are read from copies of their own: twice the weight writes and crossbars
    std::uint64_t parallel_row_writes = 1; ///< word lines of a layer's activation arrays that are written at the same time
    std::uint64_t gradient_replicas = 0;   ///< of activation arrays, parts read at the same time; 0: as many as replicas
    friend bool operator==(const chip_model&, const chip_model&) = default;
};

/// One layer of the report.
struct layer_cost {
    std::string name{};
    std::uint64_t replicas = 1; ///< of its weights, without the copies for errors
    std::uint64_t copies = 1;   ///< of its weights, all of them
    double read_cycle_ns = 0.0;
    std::array<energy_parts, stage_count> energy_pj{}; ///< of the whole run
    std::array<double, stage_count> stage_ns{};        ///< of one image, on average; of `weights`, of one step
    area_parts area_um2{};

    [[nodiscard]] double pj(stage s) const {
        const energy_parts& parts = energy_pj[static_cast<std::size_t>(s)];
        return std::accumulate(parts.begin(), parts.end(), 0.0);
    }
};

/// Energy, time and area of a run.
struct cost_report {
    std::string table{};
    std::string table_source{};
    std::string adc{}; ///< the law of converters
    std::string adc_source{};
    std::string adc_area{}; ///< where their area is from
    chip_model chip{};
    std::uint64_t images = 0;
    std::uint64_t steps = 0;
    std::vector<layer_cost> layers{}; ///< those with events, in the order of the ledger

    double standing_pj = 0.0; ///< of what is on all the time

    std::uint64_t pipeline_stages = 0;
    double slowest_ns = 0.0; ///< the slowest stage of the pipeline: each of the others waits for it
    std::string slowest_layer{};
    stage slowest_stage = stage::forward;
    double update_ns = 0.0; ///< writes of the weights of the slowest layer, once a step
    std::string update_layer{};
    double step_ns = 0.0;             ///< (stages + batch - 1) x slowest + update
    double seconds = 0.0;             ///< of the run
    double unpipelined_seconds = 0.0; ///< if every stage of every image waited for the one before

    [[nodiscard]] double pj(stage s, energy_part part) const {
        double sum = 0.0;
        for (const layer_cost& layer : layers) {
            sum += layer.energy_pj[static_cast<std::size_t>(s)][static_cast<std::size_t>(part)];
        }
        return sum;
    }
    [[nodiscard]] double pj(stage s) const {
        double sum = 0.0;
        for (const layer_cost& layer : layers) {
            sum += layer.pj(s);
        }
        return sum;
    }
    [[nodiscard]] double pj(energy_part part) const {
        double sum = part == energy_part::standing ? standing_pj : 0.0;
        for (int s = 0; s < stage_count; ++s) {
            sum += pj(static_cast<stage>(s), part);
        }
        return sum;
    }
    [[nodiscard]] double pj() const {
        double sum = standing_pj;
        for (const layer_cost& layer : layers) {
            for (int s = 0; s < stage_count; ++s) {
                sum += layer.pj(static_cast<stage>(s));
            }
        }
        return sum;
    }
    [[nodiscard]] double um2(area_part part) const {
        double sum = 0.0;
        for (const layer_cost& layer : layers) {
            sum += layer.area_um2[static_cast<std::size_t>(part)];
        }
        return sum;
    }
    [[nodiscard]] double mm2() const {
        double sum = 0.0;
        for (int p = 0; p < area_part_count; ++p) {
            sum += um2(static_cast<area_part>(p));
        }
        return sum * 1e-6;
    }
    [[nodiscard]] double joules() const { return pj() * 1e-12; }
    [[nodiscard]] double watts() const { return joules() / seconds; }
    [[nodiscard]] double images_per_second() const { return static_cast<double>(images) / seconds; }
    [[nodiscard]] double images_per_step() const { return static_cast<double>(images) / static_cast<double>(steps); }

    /// The share of energy that goes to writes of cells; 0 where nothing costs energy.
    [[nodiscard]] double write_share() const {
        const double all = pj();
        return all > 0.0 ? pj(energy_part::array_write) / all : 0.0;
    }
};

} // namespace rcim::inline RCIM_ABI
