#pragma once

/// @file
/// A model of a GPU, to set a chip's costs beside. It is a roofline with assumed parameters, not a measurement: ratios to it are as
/// good as its utilisation, which differs by ten times between small and large networks.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/events.hpp>
#include <rcim/cost/cost_report.hpp>

#include <algorithm>
#include <cmath>
#include <string>

namespace rcim::inline RCIM_ABI {

/// Of the class of a GTX 1080, to which PipeLayer compares itself: 8.87 TFLOPS, 180 W and 320 GB/s are the vendor's figures (recalled).
/// What else it takes is assumed.
struct gpu_model {
    std::string name = "GTX 1080 class";
    double peak_tflops = 8.87;     ///< single precision
    double utilisation = 0.35;     ///< of that, (0, 1]: assumed
    double power_w = 180.0;        ///< taken all the time: assumed
    double bandwidth_gb_s = 320.0; ///< of memory
    double bytes_per_word = 4.0;
    double passes = 3.0; ///< multiply-adds and memory traffic of training over those of inference: forward, errors, gradients
};

/// What the model says of a run.
struct gpu_cost {
    double seconds = 0.0;
    double joules = 0.0;
    double compute_seconds = 0.0; ///< arithmetic at the utilisation; the longer of both counts
    double memory_seconds = 0.0;  ///< a layer's numbers in and out for each image, its weights for each step
};

/// Training on as many images in as many steps as the ledger counts, from the layers' footprints: 2 operations x passes x inputs x
/// outputs x positions per image. Throws `error` for a ledger without images and parameters out of range.
[[nodiscard]] inline gpu_cost train_on_gpu(const event_ledger& ledger, const gpu_model& gpu = {}) {
    if (ledger.images == 0) {
        fail("train_on_gpu", "event_ledger", "the events of at least one image", "0 images");
    }
    const auto require = [&](const char* member, double value) {
        if (!(value > 0.0 && std::isfinite(value))) {
            fail(text("gpu_model ", gpu.name), member, "a finite number above 0", text(value));
        }
    };
    require("peak_tflops", gpu.peak_tflops);
    require("utilisation", gpu.utilisation);
    require("power_w", gpu.power_w);
    require("bandwidth_gb_s", gpu.bandwidth_gb_s);
    require("bytes_per_word", gpu.bytes_per_word);
    require("passes", gpu.passes);
    const double images = static_cast<double>(ledger.images);
    const double steps = static_cast<double>(ledger.steps);
    double multiply_adds = 0.0;
    double words = 0.0;
    for (const layer_events& layer : ledger.layers()) {
        const double weights = static_cast<double>(layer.footprint.inputs) * static_cast<double>(layer.footprint.outputs);
        multiply_adds += weights * static_cast<double>(layer.footprint.positions) * images;
        words += static_cast<double>(layer.footprint.buffer_words) * images + weights * steps;
    }
    gpu_cost cost;
    cost.compute_seconds = 2.0 * gpu.passes * multiply_adds / (gpu.peak_tflops * 1e12 * gpu.utilisation);
    cost.memory_seconds = gpu.passes * words * gpu.bytes_per_word / (gpu.bandwidth_gb_s * 1e9);
    cost.seconds = std::max(cost.compute_seconds, cost.memory_seconds);
    if (!(cost.seconds > 0.0)) {
        fail("train_on_gpu", "event_ledger", "a layer with inputs, outputs and positions",
             text("none in ", ledger.layers().size(), " layers"));
    }
    cost.joules = cost.seconds * gpu.power_w;
    return cost;
}

/// How many times faster than the modelled GPU the chip is, both being models.
[[nodiscard]] inline double speed_over_gpu(const cost_report& chip, const gpu_cost& gpu) {
    return gpu.seconds / chip.seconds;
}
/// How many times less energy the chip takes; infinite if it takes none.
[[nodiscard]] inline double energy_over_gpu(const cost_report& chip, const gpu_cost& gpu) {
    return gpu.joules / chip.joules();
}

/// Published ratios, to print beside one's own; no function uses them. Averages over the networks of the papers, from their abstracts.
namespace published {
inline constexpr double elision_energy_over_gpu = 19.23; ///< Wang L. et al., IEEE TC 72(11), 2023
inline constexpr double elision_speed_over_gpu = 30.08;
inline constexpr double elision_energy_over_reram = 4.97; ///< over the ReRAM accelerator without elision
inline constexpr double elision_speed_over_reram = 1.38;
inline constexpr double elision_lifetime_over_reram = 4.55;
inline constexpr double clipping_speed_over_gpu = 4.0; ///< Joardar et al., ACM TECS, 2021: time of training of the whole system
} // namespace published

} // namespace rcim::inline RCIM_ABI
