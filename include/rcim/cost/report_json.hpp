#pragma once

/// @file
/// Costs, lifetimes and ledgers as JSON. Needs nlohmann_json (target rcim::json); the umbrella header does not include this. Numbers
/// that are not finite ("never") become null when dumped.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/events.hpp>
#include <rcim/cost/cost_report.hpp>
#include <rcim/cost/cost_table.hpp>
#include <rcim/cost/gpu_model.hpp>
#include <rcim/cost/lifetime.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

namespace detail {

template <class Object, class Members>
nlohmann::json members_to_json(const Object& object, const Members& members) {
    nlohmann::json json;
    std::apply([&](const auto&... m) { ((json[m.first] = object.*m.second), ...); }, members);
    return json;
}

/// Throws `error` where an object lacks a member.
inline const nlohmann::json& member_of(const nlohmann::json& object, std::string_view name) {
    const auto at = object.is_object() ? object.find(std::string(name)) : object.end();
    if (at == object.end()) {
        fail("ledger_from_json", text("'", name, "'"), "a member of an object as to_json writes it",
             object.is_object() ? "none" : object.type_name());
    }
    return *at;
}

/// Throws `error` unless this is a whole number, not negative, that a T can hold.
template <class T>
T whole_number(const nlohmann::json& value, std::string_view name) {
    const bool negative = value.is_number_integer() && !value.is_number_unsigned() && value.get<std::int64_t>() < 0;
    if (!value.is_number_integer() || negative || !std::in_range<T>(value.get<std::uint64_t>())) {
        fail("ledger_from_json", text("'", name, "'"), text("a whole number, 0 to ", std::numeric_limits<T>::max()),
             value.is_number() ? value.dump() : value.type_name());
    }
    return value.get<T>();
}

template <class T>
T whole_member(const nlohmann::json& object, std::string_view name) {
    return whole_number<T>(member_of(object, name), name);
}

inline const nlohmann::json& array_member(const nlohmann::json& object, std::string_view name) {
    const nlohmann::json& found = member_of(object, name);
    if (!found.is_array()) {
        fail("ledger_from_json", text("'", name, "'"), "an array", found.type_name());
    }
    return found;
}

template <class Object, class Members>
void members_from_json(Object& object, const Members& members, const nlohmann::json& json) {
    const auto take = [&](const auto& m) {
        using number = std::remove_reference_t<decltype(object.*m.second)>;
        object.*m.second = whole_member<number>(json, m.first);
    };
    std::apply([&](const auto&... m) { (take(m), ...); }, members);
}

/// Lines by their number of writes, [[writes, lines], ...]: which line had how many is not kept.
inline nlohmann::json wear_to_json(const line_wear& wear) {
    std::vector<std::uint32_t> sorted = wear.writes;
    std::sort(sorted.begin(), sorted.end());
    nlohmann::json lines = nlohmann::json::array();
    for (std::size_t from = 0, to = 0; from < sorted.size(); from = to) {
        while (to < sorted.size() && sorted[to] == sorted[from]) {
            ++to;
        }
        lines.push_back({sorted[from], to - from});
    }
    return {{"cells_per_line", wear.cells_per_line}, {"crossbars", wear.crossbars}, {"lines_by_writes", std::move(lines)}};
}

/// Takes the lines from those that may still be asked for.
inline line_wear wear_from_json(const nlohmann::json& json, std::uint64_t& lines_left) {
    constexpr auto name = "lines_by_writes";
    line_wear wear{.cells_per_line = whole_member<std::uint64_t>(json, "cells_per_line"),
                   .crossbars = whole_member<std::uint64_t>(json, "crossbars")};
    for (const nlohmann::json& group : array_member(json, name)) {
        if (!group.is_array() || group.size() != 2) {
            fail("ledger_from_json", text("'", name, "'"), "pairs of writes and lines", "something else");
        }
        const auto lines = whole_number<std::uint64_t>(group[1], name);
        if (lines > lines_left) {
            fail("ledger_from_json", text("'", name, "'"), text("at most ", lines_left, " more lines, as most_lines says"),
                 text(lines));
        }
        lines_left -= lines;
        wear.writes.insert(wear.writes.end(), static_cast<std::size_t>(lines), whole_number<std::uint32_t>(group[0], name));
    }
    return wear;
}

inline nlohmann::json failure_to_json(const images_until_failure& images) {
    return {{"first", images.first}, {"one_percent", images.one_percent}};
}

template <class Parts, class Names>
nlohmann::json parts_to_json(const Parts& parts, const Names& names) {
    nlohmann::json json;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        json[std::string(names[i])] = parts[i];
    }
    return json;
}

} // namespace detail

/// Every count under the name of its member.
[[nodiscard]] inline nlohmann::json to_json(const event_counts& counts) {
    return detail::members_to_json(counts, event_counts::members());
}

/// Throws `error` where a count is missing, or no whole number.
[[nodiscard]] inline event_counts event_counts_from_json(const nlohmann::json& json) {
    event_counts counts;
    detail::members_from_json(counts, event_counts::members(), json);
    return counts;
}

/// All that a ledger holds, except which line was written how often: {"images", "steps", "layers": [{"name", "footprint", "stages", ...}]}.
[[nodiscard]] inline nlohmann::json to_json(const event_ledger& ledger) {
    nlohmann::json layers = nlohmann::json::array();
    for (const layer_events& layer : ledger.layers()) {
        nlohmann::json stages;
        for (int s = 0; s < stage_count; ++s) {
            stages[std::string(stage_names[static_cast<std::size_t>(s)])] = to_json(layer[static_cast<stage>(s)]);
        }
        layers.push_back({{"name", layer.footprint.name},
                          {"footprint", detail::members_to_json(layer.footprint, layer_footprint::members())},
                          {"stages", std::move(stages)},
                          {"weight_lines", detail::wear_to_json(layer.weight_lines)},
                          {"activation_lines", detail::wear_to_json(layer.activation_lines)},
                          {"significance", layer.significance}});
    }
    return {{"images", ledger.images}, {"steps", ledger.steps}, {"layers", std::move(layers)}};
}

/// The ledger again, to price a run of yesterday. Lines come back in the order of their writes. Any number of lines with as many writes is one
/// pair in JSON, so a short text could ask for any memory: no ledger of more lines than `most_lines` is read (64 MB by default). Throws
/// `error` where something is missing or of another type, and where a count is negative or too large.
[[nodiscard]] inline event_ledger ledger_from_json(const nlohmann::json& json,
                                                   std::uint64_t most_lines = std::uint64_t{1} << 24) {
    event_ledger ledger;
    ledger.images = detail::whole_member<std::uint64_t>(json, "images");
    ledger.steps = detail::whole_member<std::uint64_t>(json, "steps");
    std::uint32_t place = 0;
    for (const nlohmann::json& from : detail::array_member(json, "layers")) {
        layer_events& layer = ledger.at(place++);
        detail::members_from_json(layer.footprint, layer_footprint::members(), detail::member_of(from, "footprint"));
        const nlohmann::json& name = detail::member_of(from, "name");
        if (!name.is_string()) {
            fail("ledger_from_json", "'name'", "a text", name.type_name());
        }
        layer.footprint.name = name.get<std::string>();
        const nlohmann::json& stages = detail::member_of(from, "stages");
        for (int s = 0; s < stage_count; ++s) {
            layer[static_cast<stage>(s)] =
                event_counts_from_json(detail::member_of(stages, stage_names[static_cast<std::size_t>(s)]));
        }
        layer.weight_lines = detail::wear_from_json(detail::member_of(from, "weight_lines"), most_lines);
        layer.activation_lines = detail::wear_from_json(detail::member_of(from, "activation_lines"), most_lines);
        const nlohmann::json& bins = detail::array_member(from, "significance");
        if (bins.size() != layer.significance.size()) {
            fail("ledger_from_json", "'significance'", text(layer.significance.size(), " counts"), text(bins.size()));
        }
        std::transform(bins.begin(), bins.end(), layer.significance.begin(),
                       [](const nlohmann::json& bin) { return detail::whole_number<std::uint64_t>(bin, "significance"); });
    }
    return ledger;
}

/// Every constant of a table under the name of its member, and its law of converters.
[[nodiscard]] inline nlohmann::json to_json(const cost_table& table) {
    nlohmann::json json = detail::members_to_json(table, cost_table::constants());
    json["name"] = table.name;
    json["source"] = table.source;
    json["adc"] = std::string(table.adc.name);
    json["mean_writes"] = table.cells.mean_writes;
    json["sigma"] = table.cells.sigma;
    return json;
}

/// Energies in pJ, areas in um2, times as their names say; sums beside the parts.
[[nodiscard]] inline nlohmann::json to_json(const cost_report& report) {
    nlohmann::json layers = nlohmann::json::array();
    for (const layer_cost& layer : report.layers) {
        nlohmann::json energy;
        for (int s = 0; s < stage_count; ++s) {
            const auto i = static_cast<std::size_t>(s);
            energy[std::string(stage_names[i])] = detail::parts_to_json(layer.energy_pj[i], energy_part_names);
        }
        layers.push_back({{"name", layer.name},
                          {"replicas", layer.replicas},
                          {"copies", layer.copies},
                          {"read_cycle_ns", layer.read_cycle_ns},
                          {"energy_pj", std::move(energy)},
                          {"stage_ns", detail::parts_to_json(layer.stage_ns, stage_names)},
                          {"area_um2", detail::parts_to_json(layer.area_um2, area_part_names)}});
    }
    nlohmann::json by_stage;
    for (int s = 0; s < stage_count; ++s) {
        by_stage[std::string(stage_names[static_cast<std::size_t>(s)])] = report.pj(static_cast<stage>(s));
    }
    nlohmann::json by_part;
    for (int p = 0; p < energy_part_count; ++p) {
        by_part[std::string(energy_part_names[static_cast<std::size_t>(p)])] = report.pj(static_cast<energy_part>(p));
    }
    nlohmann::json area;
    for (int p = 0; p < area_part_count; ++p) {
        area[std::string(area_part_names[static_cast<std::size_t>(p)])] = report.um2(static_cast<area_part>(p));
    }
    return {{"table", report.table},
            {"table_source", report.table_source},
            {"adc", report.adc},
            {"adc_source", report.adc_source},
            {"adc_area", report.adc_area},
            {"chip",
             {{"positions_per_replica", report.chip.positions_per_replica},
              {"replicas_are_written", report.chip.replicas_are_written},
              {"separate_error_copy", report.chip.separate_error_copy},
              {"parallel_row_writes", report.chip.parallel_row_writes},
              {"gradient_replicas", report.chip.gradient_replicas}}},
            {"images", report.images},
            {"steps", report.steps},
            {"energy_pj", report.pj()},
            {"energy_pj_by_stage", std::move(by_stage)},
            {"energy_pj_by_part", std::move(by_part)},
            {"write_share", report.write_share()},
            {"pipeline_stages", report.pipeline_stages},
            {"slowest_ns", report.slowest_ns},
            {"slowest_layer", report.slowest_layer},
            {"slowest_stage", std::string(stage_names[static_cast<std::size_t>(report.slowest_stage)])},
            {"update_ns", report.update_ns},
            {"update_layer", report.update_layer},
            {"step_ns", report.step_ns},
            {"seconds", report.seconds},
            {"unpipelined_seconds", report.unpipelined_seconds},
            {"images_per_second", report.images_per_second()},
            {"power_w", report.watts()},
            {"area_mm2", report.mm2()},
            {"area_um2_by_part", std::move(area)},
            {"layers", std::move(layers)}};
}

/// Lifetimes in images.
[[nodiscard]] inline nlohmann::json to_json(const lifetime_report& report) {
    nlohmann::json classes = nlohmann::json::array();
    for (const wear_class& one : report.classes) {
        classes.push_back({{"name", one.name},
                           {"lines", one.lines},
                           {"cells", one.cells},
                           {"mean_writes_per_image", one.mean_writes},
                           {"most_writes_per_image", one.most_writes},
                           {"images_as_written", detail::failure_to_json(one.as_written)},
                           {"images_levelled", detail::failure_to_json(one.levelled)}});
    }
    return {{"mean_writes", report.cells.mean_writes},
            {"sigma", report.cells.sigma},
            {"images_per_epoch", report.images_per_epoch},
            {"images_as_written", detail::failure_to_json(report.as_written)},
            {"images_levelled", detail::failure_to_json(report.levelled)},
            {"limiting", report.limiting},
            {"limiting_levelled", report.limiting_levelled},
            {"classes", std::move(classes)}};
}

/// The modelled GPU's run.
[[nodiscard]] inline nlohmann::json to_json(const gpu_cost& cost) {
    return {{"seconds", cost.seconds},
            {"joules", cost.joules},
            {"compute_seconds", cost.compute_seconds},
            {"memory_seconds", cost.memory_seconds}};
}

} // namespace rcim::inline RCIM_ABI
