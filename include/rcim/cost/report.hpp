#pragma once

/// @file
/// Costs and lifetimes as text, for people.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/events.hpp>
#include <rcim/cost/cost_report.hpp>
#include <rcim/cost/lifetime.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

namespace detail {

inline std::string with_digits(double value, const char* unit) {
    std::array<char, 64> out{};
    std::snprintf(out.data(), out.size(), "%.4g%s%s", value, *unit == '\0' ? "" : " ", unit);
    return out.data();
}

/// In the largest unit, each a thousand times the one before, that leaves at least one before the point.
inline std::string in_units(double value, std::span<const char* const> units) {
    std::size_t unit = 0;
    while (unit + 1 < units.size() && std::isfinite(value) && std::abs(value) >= 999.95) {
        value /= 1e3;
        ++unit;
    }
    return value == 0.0 ? "0" : with_digits(value, units[unit]);
}

/// Rows of cells with columns flush, the first to the left and the others to the right.
inline std::string aligned(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t c = 0; c < row.size(); ++c) {
            widths[c] = std::max(widths[c], row[c].size());
        }
    }
    std::string out;
    for (const auto& row : rows) {
        std::string line = "  ";
        for (std::size_t c = 0; c < row.size(); ++c) {
            const std::string space(widths[c] - row[c].size(), ' ');
            line += c == 0 ? row[c] + space : "  " + space + row[c];
        }
        out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }
    return out;
}

inline std::string percent(double part, double all) {
    std::array<char, 32> out{};
    std::snprintf(out.data(), out.size(), "%.1f %%", all > 0.0 ? 100.0 * part / all : 0.0);
    return out.data();
}

} // namespace detail

/// "3.91 nJ".
[[nodiscard]] inline std::string energy_text(double pj) {
    static constexpr std::array units{"pJ", "nJ", "uJ", "mJ", "J", "kJ", "MJ"};
    return detail::in_units(pj, units);
}
/// "50.9 us".
[[nodiscard]] inline std::string time_text(double ns) {
    static constexpr std::array units{"ns", "us", "ms", "s", "ks"};
    return detail::in_units(ns, units);
}
/// Square micrometres, or from 0.01 mm2 on square millimetres.
[[nodiscard]] inline std::string area_text(double um2) {
    return um2 == 0.0 ? "0" : um2 < 9999.5 ? detail::with_digits(um2, "um2") : detail::with_digits(um2 * 1e-6, "mm2");
}

/// Energy by part and stage, time and area by layer, and under which constants.
[[nodiscard]] inline std::string to_text(const cost_report& report) {
    using rows = std::vector<std::vector<std::string>>;
    std::string out = "costs under table " + report.table + ": " + report.table_source + "\n";
    out += "converters under law " + report.adc + ": " + report.adc_source + "; area: " + report.adc_area + "\n";
    out += text(report.images, " images in ", report.steps, " steps; ", report.chip.positions_per_replica, " positions per replica",
                report.chip.replicas_are_written ? "" : ", of which one is written", ", ", report.chip.parallel_row_writes,
                " activation rows written at once", report.chip.separate_error_copy ? ", separate copies for errors" : "", "\n");

    const double all = report.pj();
    rows energy{{"energy"}};
    for (const std::string_view name : stage_names) {
        energy[0].emplace_back(name);
    }
    energy[0].insert(energy[0].end(), {"all", "share"});
    for (int p = 0; p < energy_part_count; ++p) {
        const auto part = static_cast<energy_part>(p);
        if (report.pj(part) == 0.0) {
            continue;
        }
        auto& row = energy.emplace_back(1, std::string(energy_part_names[static_cast<std::size_t>(p)]));
        for (int s = 0; s < stage_count; ++s) {
            row.push_back(part == energy_part::standing ? "" : energy_text(report.pj(static_cast<stage>(s), part)));
        }
        row.insert(row.end(), {energy_text(report.pj(part)), detail::percent(report.pj(part), all)});
    }
    auto& sums = energy.emplace_back(1, "all");
    for (int s = 0; s < stage_count; ++s) {
        sums.push_back(energy_text(report.pj(static_cast<stage>(s))));
    }
    sums.push_back(energy_text(all));
    auto& shares = energy.emplace_back(1, "share");
    for (int s = 0; s < stage_count; ++s) {
        shares.push_back(detail::percent(report.pj(static_cast<stage>(s)), all));
    }
    out += detail::aligned(energy);

    rows times{{"time", "replicas", "cycle"}};
    for (int s = 0; s < stage_count; ++s) {
        times[0].emplace_back(stage_names[static_cast<std::size_t>(s)]);
    }
    times[0].insert(times[0].end(), {"energy", "area"});
    for (const layer_cost& layer : report.layers) {
        auto& row = times.emplace_back(std::vector{layer.name, text(layer.replicas), time_text(layer.read_cycle_ns)});
        double pj = 0.0;
        double um2 = 0.0;
        for (int s = 0; s < stage_count; ++s) {
            row.push_back(time_text(layer.stage_ns[static_cast<std::size_t>(s)]));
            pj += layer.pj(static_cast<stage>(s));
        }
        for (const double part : layer.area_um2) {
            um2 += part;
        }
        row.insert(row.end(), {energy_text(pj), area_text(um2)});
    }
    out += detail::aligned(times);

    rows area{{"area"}, {""}};
    for (int p = 0; p < area_part_count; ++p) {
        const double um2 = report.um2(static_cast<area_part>(p));
        if (um2 > 0.0) {
            area[0].emplace_back(area_part_names[static_cast<std::size_t>(p)]);
            area[1].push_back(area_text(um2));
        }
    }
    area[0].emplace_back("all");
    area[1].push_back(area_text(report.mm2() * 1e6));
    out += detail::aligned(area);

    if (report.slowest_ns > 0.0) {
        out += text("  slowest of ", report.pipeline_stages, " stages: ", stage_names[static_cast<std::size_t>(report.slowest_stage)],
                    " of ", report.slowest_layer, ", ", time_text(report.slowest_ns), " per image\n");
    }
    if (report.update_ns > 0.0) {
        out += text("  weight writes: ", time_text(report.update_ns), " per step (", report.update_layer, ")\n");
    }
    out += text("  time ", time_text(report.seconds * 1e9), " (", time_text(report.unpipelined_seconds * 1e9), " without the pipeline), ",
                detail::with_digits(report.images_per_second(), "images/s"), "; energy ", energy_text(all), ", ",
                energy_text(all / static_cast<double>(report.images)), " per image; power ", detail::with_digits(report.watts(), "W"),
                "; writes of cells ", detail::percent(report.write_share(), 1.0), " of energy\n");
    return out;
}

/// Images until cells fail, by class.
[[nodiscard]] inline std::string to_text(const lifetime_report& report) {
    const auto images = [&](double n) { return std::isfinite(n) ? detail::with_digits(n, "") : std::string("never"); };
    std::string out = text("images until cells fail that take ", detail::with_digits(report.cells.mean_writes, ""),
                           " writes on average, sigma ", report.cells.sigma, "; levelled: writes spread evenly over a class\n");
    std::vector<std::vector<std::string>> rows{
        {"class", "cells", "writes/image", "most", "first", "1 %", "first, levelled", "1 %, levelled"}};
    const auto add = [&](const images_until_failure& as_written, const images_until_failure& levelled, std::vector<std::string> row) {
        row.insert(row.end(),
                   {images(as_written.first), images(as_written.one_percent), images(levelled.first), images(levelled.one_percent)});
        rows.push_back(std::move(row));
    };
    double cells = 0.0;
    for (const wear_class& one : report.classes) {
        cells += one.cells;
        add(one.as_written, one.levelled,
            {one.name, detail::with_digits(one.cells, ""), detail::with_digits(one.mean_writes, ""),
             detail::with_digits(one.most_writes, "")});
    }
    add(report.as_written, report.levelled, {"all", detail::with_digits(cells, ""), "", ""});
    out += detail::aligned(rows);
    if (!report.limiting.empty()) {
        out += text("  limited by ", report.limiting, "; levelled, by ", report.limiting_levelled, "\n");
    }
    if (report.images_per_epoch > 0.0) {
        out += text("  first failure after ", images(report.epochs(report.as_written.first)), " epochs, levelled ",
                    images(report.epochs(report.levelled.first)), "\n");
    }
    return out;
}

} // namespace rcim::inline RCIM_ABI
