#pragma once

/// @file
/// A run as one page of HTML that opens without a network: design, network, curves, faults, wear and costs. Needs gnuplot.

#include <rcim/core/build.hpp>
#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/events.hpp>
#include <rcim/core/policy.hpp>
#include <rcim/cost/cost_report.hpp>
#include <rcim/cost/lifetime.hpp>
#include <rcim/cost/report.hpp>
#include <rcim/data/file.hpp>
#include <rcim/design/design.hpp>
#include <rcim/design/plan.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/plot/crossbar_maps.hpp>
#include <rcim/plot/energy.hpp>
#include <rcim/plot/html.hpp>
#include <rcim/plot/training.hpp>
#include <rcim/train/record.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI::plot {

/// A picture and what it shows.
struct report_picture {
    picture drawn;
    std::string caption;
};

/// What a report says of a run. Sections without content are left out.
struct run_report {
    std::string title;
    std::string summary{};                                        ///< a sentence or two below it
    std::vector<std::pair<std::string, std::string>> headlines{}; ///< name and value of what matters most
    std::string design{};                                         ///< as one writes it
    html_table axes{};                                            ///< every axis of it with every parameter: axes_of(chip)
    html_table network{};                                         ///< layers_of(net)
    training_record record{};
    html_table accuracies{};
    html_table fault_counts{};            ///< fault_counts_of(crossbars_of(net))
    std::vector<report_picture> faults{}; ///< maps of stuck cells
    std::vector<report_picture> wear{};   ///< maps of writes
    std::vector<report_picture> others{}; ///< anything else
    std::optional<cost_report> costs{};
    std::optional<lifetime_report> lifetime{};
    std::vector<std::string> notes{};                            ///< note_on_plan(chip), and what else a reader should know
    std::vector<std::pair<std::string, std::string>> settings{}; ///< name and value: seed, data, options; the build is added
};

/// Every axis of a design: its policy with the values of all its fields, ideal ones too.
template <class... Slots>
[[nodiscard]] html_table axes_of(const rcim::design<Slots...>& chip) {
    return {{{"axis", "policy"},
             {"cell", describe(chip.cell)},
             {"faults", describe(chip.faults)},
             {"noise", describe(chip.noise)},
             {"wires", describe(chip.wire)},
             {"DAC", describe(chip.dac)},
             {"ADC", describe(chip.adc)},
             {"mapping", describe(chip.map)},
             {"protection", describe(chip.protect)},
             {"geometry", describe(chip.geometry)},
             {"dataflow", describe(chip.dataflow)},
             {"update", describe(chip.update)}},
            false};
}

/// Which plan runs the reads of a design, in a sentence.
template <class Design>
[[nodiscard]] std::string note_on_plan(const Design&) {
    switch (plan_of<Design>) {
    case plan::folded:
        return "Reads run on the folded plan: every effect is linear in the inputs, and one product with the effective weights "
               "equals reading cell by cell.";
    case plan::coded:
        return "Reads run on the coded plan: sums of every crossbar, slice and cycle are whole numbers, each through its own "
               "converter.";
    case plan::analog:
        return "Reads run on the analog plan: sums of every crossbar, slice and cycle are real numbers, each with its wires "
               "and noise and through its own converter.";
    case plan::reference:
        return "Reads run on the reference plan: cell by cell, one scalar loop.";
    }
    return {};
}

/// The layers of a network with their outputs.
[[nodiscard]] inline html_table layers_of(const network& net) {
    html_table table{{{"layer", "kind", "output"}, {"", "input", to_text(net.input_shape())}}, false};
    map_shape shape = net.input_shape();
    for (std::size_t i = 0; i < net.size(); ++i) {
        shape = net[i].output_shape(shape);
        const std::string description = net[i].describe();
        table.rows.push_back({text(i), description.substr(0, description.find(" on ")), to_text(shape)});
    }
    return table;
}

namespace detail {

[[nodiscard]] inline std::string fixed(double value, int digits) {
    if (!std::isfinite(value)) {
        return "";
    }
    std::array<char, 64> out{};
    std::snprintf(out.data(), out.size(), "%.*f", digits, value);
    return out.data();
}

} // namespace detail

/// Crossbars, cells and stuck cells of every layer. levels as in fault_cells.
[[nodiscard]] inline html_table fault_counts_of(const std::vector<layer_crossbars>& layers, int levels = 0) {
    html_table table{{{"layer", "crossbars", "cells that hold weights", "stuck at HRS", "stuck at LRS", "between", "stuck"}}};
    std::array<std::uint64_t, 6> all{};
    const auto add = [&](const std::string& name, const std::array<std::uint64_t, 6>& n) {
        table.rows.push_back(
            {name, text(n[0]), text(n[1]), text(n[2]), text(n[3]), text(n[4]),
             detail::fixed(100.0 * static_cast<double>(n[5]) / static_cast<double>(std::max<std::uint64_t>(1, n[1])), 2) +
                 " %"});
    };
    for (const layer_crossbars& l : layers) {
        const std::int32_t top = levels > 0 ? levels - 1 : detail::top_stuck_level(l.faults);
        std::array<std::uint64_t, 6> n{
            l.faults.crossbars().size(),
            static_cast<std::uint64_t>(l.tiles.inputs * l.tiles.outputs * l.tiles.slices * l.arrays)};
        for (const auto& [place, one] : l.faults.crossbars()) {
            for (const std::int32_t level : one.levels) {
                if (level != healthy) {
                    ++n[static_cast<std::size_t>(1.0f + detail::fault_category(level, top))];
                    ++n[5];
                }
            }
        }
        add(l.name, n);
        for (std::size_t i = 0; i < n.size(); ++i) {
            all[i] += n[i];
        }
    }
    if (layers.size() > 1) {
        add("all", all);
    }
    return table;
}

namespace detail {

/// On a page a caption is the title.
template <class P>
[[nodiscard]] report_picture untitled(P drawn) {
    std::string caption = std::exchange(drawn.title, std::string());
    if (!caption.empty() && caption.front() >= 'a' && caption.front() <= 'z') {
        caption.front() = static_cast<char>(caption.front() - 'a' + 'A');
    }
    return {to_picture(drawn), std::move(caption)};
}

} // namespace detail

/// A report with what a trained network and its record tell: layers, curves, accuracies, stuck cells layer by layer, and, with a ledger, the writes of word
/// lines. Other members are the caller's. levels: of a cell, 0: as many as it has stuck cells at. O(cells).
[[nodiscard]] inline run_report report_of(network& net, const training_record& record, std::string title,
                                          const event_ledger* events = nullptr, int levels = 0) {
    run_report r{.title = std::move(title), .network = layers_of(net), .record = record};
    r.headlines.emplace_back("test accuracy", std::isnan(record.test_accuracy)
                                                  ? "not evaluated"
                                                  : detail::fixed(100.0 * record.test_accuracy, 2) + " %");
    r.headlines.emplace_back("epochs", text(record.epochs.size()));
    const cell_census cells = net.census();
    const std::vector<layer_crossbars> layers = crossbars_of(net);
    if (!layers.empty()) {
        std::size_t crossbars = 0;
        for (const layer_crossbars& l : layers) {
            crossbars += l.faults.crossbars().size();
            if (l.faults.stuck() > 0) {
                r.faults.push_back(detail::untitled(fault_cells(l, {}, levels)));
            }
        }
        r.fault_counts = fault_counts_of(layers, levels);
        r.headlines.emplace_back("stuck cells", detail::fixed(100.0 * static_cast<double>(cells.stuck) /
                                                                  static_cast<double>(std::max<std::uint64_t>(1, cells.cells)),
                                                              2) +
                                                    " %");
        r.headlines.emplace_back("crossbars", text(crossbars));
    }
    if (events != nullptr) {
        for (const cell_map& m : written_lines(net, *events)) {
            r.wear.push_back(detail::untitled(m));
        }
    }
    if (!record.stopped.empty()) {
        r.notes.push_back("Training was stopped: " + record.stopped + ".");
    }
    return r;
}

namespace detail {

inline constexpr const char* report_style = R"css(
:root { color-scheme: light dark; --ink: #1c1c1e; --paper: #ffffff; --soft: #f4f5f7; --line: #d5d8dd; --dim: #5b616b; --accent: #0072b2; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8ea; --paper: #16181c; --soft: #21242a; --line: #3a3f48; --dim: #a2a9b4; --accent: #56b4e9; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 68rem; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .4rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.4rem 0 .6rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
p { max-width: 52rem; margin: .5rem 0; }
.summary { color: var(--dim); }
.headlines { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1.4rem 0 0; }
.headlines div { background: var(--soft); border-radius: .5rem; padding: .7rem .9rem; }
.headlines dt { color: var(--dim); font-size: .82rem; }
.headlines dd { margin: .1rem 0 0; font-size: 1.3rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
pre { background: var(--soft); border-radius: .5rem; padding: .8rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; font: .84rem/1.5 ui-monospace, monospace; }
.scroll { overflow-x: auto; margin: .8rem 0; }
table { border-collapse: collapse; font-size: .88rem; }
th, td { text-align: left; padding: .28rem .9rem .28rem 0; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: 400; overflow-wrap: anywhere; }
thead th { color: var(--dim); border-bottom-width: 2px; vertical-align: bottom; }
.numbers th + th, .numbers td { text-align: right; padding: .28rem 0 .28rem 1.1rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; white-space: nowrap; }
.numbers thead th { white-space: normal; }
.pictures { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: flex-end; margin: 1rem 0 1.6rem; }
figure { margin: 0; max-width: 100%; }
figure svg { display: block; max-width: 100%; height: auto; }
figure svg text { font-family: system-ui, sans-serif; }
figure svg [color="black"] { color: var(--ink); }
figure svg [fill="black"], figure svg [fill="rgb(0,0,0)"] { fill: var(--ink); }
figure svg [stroke="black"], figure svg [stroke="rgb(  0,   0,   0)"] { stroke: var(--ink); }
figure svg image { image-rendering: pixelated; }
@media (prefers-color-scheme: dark) { figure svg [color="rgb(148,   0, 211)"] { color: #c58aff; } figure svg [stroke="rgb(148,   0, 211)"] { stroke: #c58aff; } }
figcaption { color: var(--dim); font-size: .85rem; }
details { margin: .6rem 0; } summary { cursor: pointer; color: var(--accent); }
footer { margin-top: 3rem; color: var(--dim); font-size: .82rem; }
@media print { body { max-width: none; padding: 0; } details::details-content { display: block; } }
)css";

/// One policy of a design to a line.
[[nodiscard]] inline std::string broken_design(std::string design) {
    for (std::size_t at = 0; (at = design.find(".with(", at)) != std::string::npos; at += 11) {
        design.insert(at, "\n    ");
    }
    return design;
}

[[nodiscard]] inline html_table epochs_table(const training_record& record) {
    html_table table{{{"epoch", "loss", "training accuracy (%)", "test accuracy (%)", "test loss", "largest weight",
                       "gradient norm", "updates lost (%)", "stuck cells (%)", "images/s"}}};
    for (const epoch_record& e : record.epochs) {
        table.rows.push_back({text(e.epoch + 1), fixed(e.loss, 4), fixed(100.0 * e.train_accuracy, 2),
                              fixed(100.0 * e.test_accuracy, 2), fixed(e.test_loss, 4), fixed(e.max_abs_weight, 3),
                              fixed(e.gradient_norm, 4), fixed(100.0 * e.lost_updates, 2), fixed(100.0 * e.stuck_cells, 2),
                              fixed(e.images_per_second, 0)});
    }
    return table;
}

[[nodiscard]] inline html_table energy_table(const cost_report& costs) {
    html_table table{{{"energy"}}};
    for (const std::string_view name : stage_names) {
        table.rows[0].emplace_back(name);
    }
    table.rows[0].insert(table.rows[0].end(), {"all", "share"});
    for (int p = 0; p < energy_part_count; ++p) {
        const auto part = static_cast<energy_part>(p);
        if (costs.pj(part) == 0.0) {
            continue;
        }
        std::vector<std::string> row{spaced(energy_part_names[static_cast<std::size_t>(p)])};
        for (int s = 0; s < stage_count; ++s) {
            row.push_back(part == energy_part::standing ? "" : energy_text(costs.pj(static_cast<stage>(s), part)));
        }
        row.insert(row.end(), {energy_text(costs.pj(part)), rcim::detail::percent(costs.pj(part), costs.pj())});
        table.rows.push_back(std::move(row));
    }
    return table;
}

[[nodiscard]] inline html_table layer_cost_table(const cost_report& costs) {
    html_table table{{{"layer", "replicas", "energy", "forward, per image", "errors, per image", "area"}}};
    for (const layer_cost& layer : costs.layers) {
        double pj = 0.0;
        double um2 = 0.0;
        for (int s = 0; s < stage_count; ++s) {
            pj += layer.pj(static_cast<stage>(s));
        }
        for (const double area : layer.area_um2) {
            um2 += area;
        }
        table.rows.push_back({layer.name, text(layer.replicas), energy_text(pj),
                              time_text(layer.stage_ns[static_cast<std::size_t>(stage::forward)]),
                              time_text(layer.stage_ns[static_cast<std::size_t>(stage::errors)]), area_text(um2)});
    }
    return table;
}

[[nodiscard]] inline html_table lifetime_table(const lifetime_report& lifetime) {
    const auto images = [](double n) { return std::isfinite(n) ? rcim::detail::with_digits(n, "") : std::string("never"); };
    html_table table{{{"cells of", "cells", "writes per image", "images until the first fails", "1 % fail",
                       "first, writes levelled", "1 %, levelled"}}};
    for (const wear_class& one : lifetime.classes) {
        table.rows.push_back({one.name, rcim::detail::with_digits(one.cells, ""),
                              rcim::detail::with_digits(one.mean_writes, ""), images(one.as_written.first),
                              images(one.as_written.one_percent), images(one.levelled.first),
                              images(one.levelled.one_percent)});
    }
    table.rows.push_back({"all", "", "", images(lifetime.as_written.first), images(lifetime.as_written.one_percent),
                          images(lifetime.levelled.first), images(lifetime.levelled.one_percent)});
    return table;
}

} // namespace detail

/// The page. Throws `error` without a title, where gnuplot is missing or fails. One run of gnuplot for each picture.
[[nodiscard]] inline std::string html_report(const run_report& r) {
    if (printable(r.title).find_first_not_of(' ') == std::string::npos) {
        fail("html_report", "title", "some text", "none");
    }
    int number = 0;
    std::string s = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                    "content=\"width=device-width, initial-scale=1\">\n<title>" +
                    escaped(r.title) + "</title>\n<style>" + detail::report_style +
                    "</style>\n</head>\n<body>\n<header>\n<h1>" + escaped(r.title) + "</h1>\n";
    const auto section = [&](const char* title) { s += text("</section>\n<section>\n<h2>", title, "</h2>\n"); };
    const auto table = [&](const html_table& one) { s += one.rows.size() > 1 ? to_html(one) : ""; };
    const auto folded = [&](const char* title, const html_table& one) {
        s += one.rows.size() > 1 ? text("<details><summary>", title, "</summary>\n", to_html(one), "</details>\n") : "";
    };
    const auto show = [&](const std::vector<report_picture>& pictures) {
        s += "<div class=\"pictures\">\n";
        for (const report_picture& p : pictures) {
            s += to_html(p.drawn, p.caption, number++);
        }
        s += "</div>\n";
    };
    if (!r.summary.empty()) {
        s += "<p class=\"summary\">" + escaped(r.summary) + "</p>\n";
    }
    if (!r.headlines.empty()) {
        s += "<dl class=\"headlines\">\n";
        for (const auto& [name, value] : r.headlines) {
            s += "<div><dt>" + escaped(name) + "</dt><dd>" + escaped(value) + "</dd></div>\n";
        }
        s += "</dl>\n";
    }
    s += "</header>\n<main>\n<section>\n";
    if (!r.record.epochs.empty()) {
        section("Learning");
        show({{to_picture(learning_curves(r.record, "")),
               "Accuracy and loss over the epochs; training accuracy is that of each batch before its update"}});
        folded("Every epoch", detail::epochs_table(r.record));
    }
    if (r.accuracies.rows.size() > 1) {
        section("Accuracy");
        table(r.accuracies);
    }
    if (!r.design.empty() || r.axes.rows.size() > 1) {
        section("Design");
        if (!r.design.empty()) {
            s += "<pre><code>";
            const std::string design = detail::broken_design(r.design);
            for (std::size_t at = 0; at <= design.size();) { // line by line: what is printable has no ends of lines
                const std::size_t end = std::min(design.find('\n', at), design.size());
                s += escaped(std::string_view(design).substr(at, end - at)) + (end < design.size() ? "\n" : "");
                at = end + 1;
            }
            s += "</code></pre>\n";
        }
        folded("Every axis with every parameter", r.axes);
    }
    if (!r.notes.empty()) {
        section("Notes");
        for (const std::string& note : r.notes) {
            s += "<p>" + escaped(note) + "</p>\n";
        }
    }
    if (r.network.rows.size() > 1) {
        section("Network");
        table(r.network);
    }
    if (r.fault_counts.rows.size() > 1 || !r.faults.empty()) {
        section("Stuck cells");
        table(r.fault_counts);
        show(r.faults);
    }
    if (!r.wear.empty()) {
        section("Wear");
        show(r.wear);
    }
    if (r.costs) {
        const cost_report& c = *r.costs;
        section("Costs");
        s += "<p>" +
             escaped(text("Under table ", c.table, " (", c.table_source, "); converters under law ", c.adc, " (", c.adc_source,
                          "). ", c.images, " images in ", c.steps, " steps: energy ", energy_text(c.pj()), ", ",
                          energy_text(c.pj() / static_cast<double>(std::max<std::uint64_t>(1, c.images))), " per image; time ",
                          time_text(c.seconds * 1e9), "; area ", area_text(c.mm2() * 1e6), ".")) +
             "</p>\n";
        show({detail::untitled(energy_by_stage(c))});
        table(detail::energy_table(c));
        show({detail::untitled(energy_by_layer(c))});
        table(detail::layer_cost_table(c));
    }
    if (r.lifetime) {
        section("Lifetime");
        s += "<p>" +
             escaped(text("Cells that take ", rcim::detail::with_digits(r.lifetime->cells.mean_writes, ""),
                          " writes on average, sigma ", r.lifetime->cells.sigma,
                          " of the logarithm. Levelled: writes spread evenly over a class.")) +
             "</p>\n";
        table(detail::lifetime_table(*r.lifetime));
    }
    if (!r.others.empty()) {
        section("More pictures");
        show(r.others);
    }
    section("Settings and build");
    html_table settings{{{"setting", "value"}}, false};
    for (const auto& [name, value] : r.settings) {
        settings.rows.push_back({name, value});
    }
    settings.rows.push_back({"rcim", version_name()});
    settings.rows.push_back({"compiler", compiler_name()});
    settings.rows.push_back({"instruction sets", isa_name()});
    table(settings);
    s += "</section>\n</main>\n<footer>Made by rcim " + escaped(version_name()) + ".</footer>\n</body>\n</html>\n";
    const std::string empty = "<section>\n</section>\n"; // before the first
    s.erase(s.find(empty), empty.size());
    return s;
}

/// Writes the page; what stood there is replaced as a whole. Throws `error` like html_report, and where the file cannot be written.
inline void write_html_report(const std::filesystem::path& path, const run_report& r) {
    write_file(path, html_report(r));
}

} // namespace rcim::inline RCIM_ABI::plot
