#pragma once

/// @file
/// Events -> energy, time and area (docs/costs.md).

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/events.hpp>
#include <rcim/cost/cost_report.hpp>
#include <rcim/cost/cost_table.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace rcim::inline RCIM_ABI {

namespace detail {

inline double number(std::uint64_t n) {
    return static_cast<double>(n);
}

/// Ledgers have an entry for every place; only layers with weights have events.
inline bool takes_part(const layer_events& layer) {
    return layer.footprint.weight_crossbars + layer.footprint.activation_crossbars > 0 || !(layer.total() == event_counts{});
}

inline void require_priceable(const event_ledger& ledger, const chip_model& chip) {
    if (ledger.images == 0) {
        fail("price", "event_ledger", "the events of at least one image, as fit and evaluate count them", "0 images");
    }
    if (std::none_of(ledger.layers().begin(), ledger.layers().end(), takes_part)) {
        fail("price", "event_ledger", "a layer with events", text("none in ", ledger.layers().size(), " layers"));
    }
    if (chip.positions_per_replica == 0) {
        fail("price", "chip_model::positions_per_replica", "at least 1", "0");
    }
    if (chip.parallel_row_writes == 0) {
        fail("price", "chip_model::parallel_row_writes", "at least 1", "0");
    }
}

/// Energy of one stage, in pJ; `copies` of the arrays go through it.
inline energy_parts stage_energy(const event_counts& n, const layer_footprint& layer, const cost_table& table, std::uint64_t copies) {
    const double columns = number(layer.crossbar_cols) / cost_cols;
    const double cells = number(layer.crossbar_rows * layer.crossbar_cols) / (cost_rows * cost_cols);
    energy_parts pj{};
    const auto put = [&](energy_part part, double value) { pj[static_cast<std::size_t>(part)] = value; };
    const double times = number(copies);
    put(energy_part::array_read,
        times * (number(n.row_activations) * table.line_read_pj * columns + number(n.array_reads) * table.crossbar_read_pj * cells));
    put(energy_part::dac, times * number(n.row_activations) * table.dac_pj);
    if (n.conversions > 0) {
        put(energy_part::adc, times * number(n.conversions) * (table.adc.energy_pj(layer.adc_bits) + table.sample_hold_pj));
    }
    put(energy_part::shift_add, times * number(n.shift_adds) * table.shift_add_pj);
    put(energy_part::array_write, times * (number(n.pulses) * table.cell_write_pj + number(n.row_writes) * table.row_write_pj * columns));
    put(energy_part::buffer, number(n.buffer_words) * table.buffer_word_pj);
    put(energy_part::bus, number(n.bus_words) * table.bus_word_pj);
    put(energy_part::digital, number(n.digital_words) * table.digital_word_pj);
    return pj;
}

/// Time of the writes of a stage: cells that take several pulses hold up their line, by their mean.
inline double write_ns(const event_counts& n, const cost_table& table) {
    const double pulses = n.cell_writes == 0 ? 1.0 : std::max(1.0, number(n.pulses) / number(n.cell_writes));
    return number(n.serial_writes) * table.row_write_ns * pulses;
}

inline area_parts layer_area(const layer_events& events, const cost_table& table, std::uint64_t copies, bool separate_error_copy) {
    const layer_footprint& layer = events.footprint;
    const double rows = number(layer.crossbar_rows);
    const double cols = number(layer.crossbar_cols);
    const double weights = number(layer.weight_crossbars * copies);
    const double activations = number(layer.activation_crossbars);
    // Weights that errors are read through as well have drivers on columns and converters on rows, too.
    const double both_ways = events[stage::errors].array_reads > 0 && !separate_error_copy ? weights : 0.0;
    const double crossbars = weights + activations;
    const bool converts = events.total().conversions > 0;
    area_parts um2{};
    const auto put = [&](area_part part, double value) { um2[static_cast<std::size_t>(part)] = value; };
    const double of_one = table.crossbar_um2 * rows * cols / (cost_rows * cost_cols);
    put(area_part::weight_crossbars, weights * of_one);
    put(area_part::activation_crossbars, activations * of_one);
    put(area_part::dac, (crossbars * rows + both_ways * cols) * table.dac_um2);
    if (converts) {
        put(area_part::adc, (crossbars + both_ways) * table.adcs_per_crossbar * table.adc.area_um2(layer.adc_bits));
        put(area_part::sample_hold, (crossbars * cols + both_ways * rows) * table.sample_hold_um2);
    }
    put(area_part::shift_add, (crossbars + both_ways) * table.shift_add_um2);
    put(area_part::buffer, number(layer.buffer_words) * table.buffer_word_um2);
    put(area_part::digital, number(layer.digital_words) * table.digital_word_um2);
    put(area_part::other, crossbars * table.other_um2_per_crossbar);
    return um2;
}

inline layer_cost layer_costs(const layer_events& events, std::size_t place, double images, double steps, const cost_table& table,
                              const chip_model& chip) {
    const layer_footprint& layer = events.footprint;
    const bool converts = events.total().conversions > 0;
    layer_cost cost{.name = layer.name.empty() ? text("layer ", place) : layer.name};
    if (converts && layer.adc_bits < 1) {
        fail("price", text("ADC bits of ", cost.name), "at least 1, as it converts", text(layer.adc_bits));
    }
    if ((layer.crossbar_rows == 0 || layer.crossbar_cols == 0) && !(events.total() == event_counts{})) {
        fail("price", text("crossbar of ", cost.name), "rows and columns", text(layer.crossbar_rows, " x ", layer.crossbar_cols));
    }
    cost.replicas =
        std::max<std::uint64_t>(1, layer.positions / chip.positions_per_replica + (layer.positions % chip.positions_per_replica != 0));
    cost.copies = cost.replicas * (chip.separate_error_copy ? 2 : 1);
    cost.read_cycle_ns = converts ? table.read_ns(number(layer.crossbar_cols), layer.adc_bits) : table.read_cycle_ns;
    cost.area_um2 = layer_area(events, table, cost.copies, chip.separate_error_copy);
    const std::uint64_t written = chip.replicas_are_written ? cost.copies : 1;
    for (int i = 0; i < stage_count; ++i) {
        const stage s = static_cast<stage>(i);
        const event_counts& n = events[s];
        cost.energy_pj[static_cast<std::size_t>(i)] = stage_energy(n, layer, table, s == stage::weights ? written : 1);
        double side_by_side_reads = 1.0;
        double side_by_side_writes = 1.0;
        double shares = images;
        if (s == stage::forward || s == stage::errors) {
            // A copy for errors lies the other way round: the slices of a word do not mix in it.
            const bool one_pass = s == stage::errors && chip.separate_error_copy;
            side_by_side_reads = number(cost.replicas) * (one_pass ? std::max(1, layer.error_passes) : 1);
        } else if (s == stage::gradients) {
            side_by_side_reads = number(chip.gradient_replicas == 0 ? cost.replicas : chip.gradient_replicas);
        } else if (s == stage::activations) {
            side_by_side_writes = number(chip.parallel_row_writes);
        } else {
            shares = steps;
        }
        cost.stage_ns[static_cast<std::size_t>(i)] =
            (number(n.serial_reads) * cost.read_cycle_ns / side_by_side_reads + write_ns(n, table) / side_by_side_writes) / shares;
    }
    return cost;
}

} // namespace detail

/// Prices a run.
///
/// Energy: every event times its constant; all conversions of a layer at the bits of its forward reads. Weight writes are paid for by each
/// copy of the weights, as `chip` says.
///
/// Time: every stage of every layer but the weight writes is a stage of one pipeline, through which images follow each other; a step of B
/// images through S stages takes (S + B - 1) x the slowest, then the weights are written, all layers at the same time. B is the mean of the
/// run, times are means over its images; images that were only evaluated are one batch. Parts of an image's stage that replicas share are not
/// rounded up to whole cycles.
///
/// Throws `error` where the ledger has no image or event, a layer converts with no bits, or a constant is out of range.
[[nodiscard]] inline cost_report price(const event_ledger& ledger, const cost_table& table, const chip_model& chip = {}) {
    detail::require_priceable(ledger, chip);
    table.validate();
    cost_report report{.table = table.name,
                       .table_source = table.source,
                       .adc = std::string(table.adc.name),
                       .adc_source = std::string(table.adc.source),
                       .adc_area = std::string(table.adc.area_source),
                       .chip = chip,
                       .images = ledger.images,
                       .steps = ledger.steps};
    const double images = detail::number(ledger.images);
    const double steps = detail::number(std::max<std::uint64_t>(1, ledger.steps));
    double serial_ns = 0.0; // of one image
    double crossbars = 0.0;
    for (std::size_t place = 0; place < ledger.layers().size(); ++place) {
        const layer_events& events = ledger.layers()[place];
        if (!detail::takes_part(events)) {
            continue;
        }
        layer_cost cost = detail::layer_costs(events, place, images, steps, table, chip);
        for (int i = 0; i < stage_count; ++i) {
            const stage s = static_cast<stage>(i);
            const double ns = cost.stage_ns[static_cast<std::size_t>(i)];
            if (s == stage::weights) {
                if (ns > report.update_ns) {
                    report.update_ns = ns;
                    report.update_layer = cost.name;
                }
                continue;
            }
            serial_ns += ns;
            report.pipeline_stages += ns > 0.0 ? 1 : 0;
            if (ns > report.slowest_ns) {
                report.slowest_ns = ns;
                report.slowest_layer = cost.name;
                report.slowest_stage = s;
            }
        }
        crossbars += detail::number(events.footprint.weight_crossbars * cost.copies + events.footprint.activation_crossbars);
        report.layers.push_back(std::move(cost));
    }
    const double stages = detail::number(report.pipeline_stages);
    report.step_ns = report.slowest_ns > 0.0 ? (stages + images / steps - 1.0) * report.slowest_ns : 0.0;
    report.step_ns += report.update_ns;
    if (!(report.step_ns > 0.0)) {
        fail("price", "event_ledger", text("reads or writes that take time under the table ", table.name), "none");
    }
    report.seconds = report.step_ns * steps * 1e-9;
    double updates_ns = 0.0; // of one step, layer by layer
    for (const layer_cost& layer : report.layers) {
        updates_ns += layer.stage_ns[static_cast<std::size_t>(stage::weights)];
    }
    report.unpipelined_seconds = (serial_ns * images + updates_ns * steps) * 1e-9;
    report.standing_pj = table.static_mw_per_crossbar * crossbars * report.step_ns * steps; // mW x ns
    return report;
}

} // namespace rcim::inline RCIM_ABI
