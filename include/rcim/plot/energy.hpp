#pragma once

/// @file
/// Where the energy of a run went.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/events.hpp>
#include <rcim/cost/cost_report.hpp>
#include <rcim/plot/bars.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI::plot {

namespace detail {

/// Words of names in code: "array_read" as people write it.
[[nodiscard]] inline std::string spaced(std::string_view name) {
    std::string result(name);
    std::replace(result.begin(), result.end(), '_', ' ');
    return result;
}

/// Picojoules in the unit that leaves the largest bar at least one, and its name.
struct energy_unit {
    double pj = 1.0;
    const char* name = "pJ";

    explicit energy_unit(double largest_pj) {
        for (const char* const next : {"nJ", "uJ", "mJ", "J", "kJ", "MJ"}) {
            if (largest_pj < 1e3 * pj) {
                break;
            }
            pj *= 1e3;
            name = next;
        }
    }
};

template <class Energy> // of bar b and part p, pJ
[[nodiscard]] bars energy_bars(std::string title, std::string x_label, std::vector<std::string> names,
                               const std::vector<std::string>& parts, Energy&& energy) {
    double largest = 0.0;
    std::vector<bar_part> stacked;
    std::vector<double> sums(names.size(), 0.0);
    for (std::size_t p = 0; p < parts.size(); ++p) {
        bar_part part{parts[p], {}};
        for (std::size_t b = 0; b < names.size(); ++b) {
            part.heights.push_back(energy(b, p));
            sums[b] += part.heights.back();
        }
        if (std::any_of(part.heights.begin(), part.heights.end(), [](double h) { return h != 0.0; })) {
            stacked.push_back(std::move(part));
        }
    }
    for (const double sum : sums) {
        largest = std::max(largest, sum);
    }
    const energy_unit unit(largest);
    for (bar_part& part : stacked) {
        for (double& height : part.heights) {
            height /= unit.pj;
        }
    }
    return {.title = std::move(title),
            .x_label = std::move(x_label),
            .y_label = std::string("energy (") + unit.name + ")",
            .names = std::move(names),
            .parts = std::move(stacked)};
}

} // namespace detail

/// Energy of a run by stage of training, each bar by what it went to; what is on all the time is a bar of its own.
[[nodiscard]] inline bars energy_by_stage(const cost_report& report) {
    std::vector<std::string> names(stage_names.begin(), stage_names.end());
    if (report.standing_pj > 0.0) {
        names.emplace_back("all the time");
    }
    std::vector<std::string> parts;
    for (const std::string_view part : energy_part_names) {
        parts.push_back(detail::spaced(part));
    }
    return detail::energy_bars(text("energy by stage, constants of ", report.table), "stage", std::move(names), parts,
                               [&](std::size_t b, std::size_t p) {
                                   const auto part = static_cast<energy_part>(p);
                                   return b < stage_names.size()          ? report.pj(static_cast<stage>(b), part)
                                          : part == energy_part::standing ? report.standing_pj
                                                                          : 0.0;
                               });
}

/// Energy of a run by layer, each bar by stage.
[[nodiscard]] inline bars energy_by_layer(const cost_report& report) {
    std::vector<std::string> names;
    for (const layer_cost& layer : report.layers) {
        names.push_back(layer.name.substr(0, layer.name.find(',')));
    }
    const std::vector<std::string> parts(stage_names.begin(), stage_names.end());
    return detail::energy_bars(text("energy by layer, constants of ", report.table), "layer", std::move(names), parts,
                               [&](std::size_t b, std::size_t p) { return report.layers[b].pj(static_cast<stage>(p)); });
}

} // namespace rcim::inline RCIM_ABI::plot
