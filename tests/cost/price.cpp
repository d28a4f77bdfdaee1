#include <rcim/core/error.hpp>
#include <rcim/cost/price.hpp>
#include <rcim/cost/tables.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "ledgers.hpp"

using namespace rcim;
using namespace rcim_test;

TEST_CASE("price: energy of every part and stage by hand") {
    const cost_report report = price(one_layer(), round_table(), {.positions_per_replica = 200});
    const auto pj = [&](stage s, energy_part part) { return report.pj(s, part); };
    CHECK(pj(stage::forward, energy_part::array_read) == 100 * 2 + 10 * 100);
    CHECK(pj(stage::forward, energy_part::dac) == 100 * 3);
    CHECK(pj(stage::forward, energy_part::adc) == 1000 * (8 + 0.5));
    CHECK(pj(stage::forward, energy_part::shift_add) == 900 * 0.25);
    CHECK(pj(stage::forward, energy_part::array_write) == 0);
    CHECK(pj(stage::forward, energy_part::buffer) == 50 * 13);
    CHECK(pj(stage::forward, energy_part::bus) == 60 * 17);
    CHECK(pj(stage::errors, energy_part::array_read) == 40 * 2 + 20 * 100);
    CHECK(pj(stage::errors, energy_part::adc) == 200 * 8.5);
    CHECK(pj(stage::activations, energy_part::array_write) == 300 * 7 + 30 * 11);
    CHECK(pj(stage::gradients, energy_part::adc) == 10 * 8.5);
    CHECK(pj(stage::weights, energy_part::array_write) == 48 * 7 + 6 * 11);
    CHECK(pj(stage::weights, energy_part::digital) == 12 * 19);
    double sum = report.pj(energy_part::standing);
    double by_part = 0.0;
    for (int p = 0; p < energy_part_count; ++p) {
        by_part += report.pj(static_cast<energy_part>(p));
    }
    for (int s = 0; s < stage_count; ++s) {
        sum += report.pj(static_cast<stage>(s));
    }
    CHECK(report.pj() == doctest::Approx(sum));
    CHECK(report.pj() == doctest::Approx(by_part));
    CHECK(report.write_share() == near((2430 + 402) / report.pj()));
    CHECK(report.pj(energy_part::standing) == near(0.125 * (3 + 5) * report.seconds * 1e9));
    CHECK(report.watts() == near(report.pj() * 1e-12 / report.seconds));
}

TEST_CASE("price: the pipeline by hand") {
    // per image: forward 100 cycles, errors 50, gradients 20, each 10 ns; activations 15 lines of 20 ns
    const cost_report one = price(one_layer(), round_table(), {.positions_per_replica = 200});
    CHECK(one.layers.size() == 1);
    CHECK(one.layers[0].replicas == 1);
    CHECK(one.layers[0].stage_ns == std::array<double, stage_count>{1000, 500, 300, 200, 60});
    CHECK(one.pipeline_stages == 4);
    CHECK(one.slowest_ns == 1000);
    CHECK(one.slowest_layer == "conv");
    CHECK(one.slowest_stage == stage::forward);
    CHECK(one.update_ns == 3 * 20);
    CHECK(one.step_ns == (4 + 2 - 1) * 1000 + 60);
    CHECK(one.seconds == near(2 * 5060e-9));
    CHECK(one.unpipelined_seconds == near(4 * 2000e-9 + 2 * 60e-9));
    CHECK(one.images_per_second() == near(4 / (2 * 5060e-9)));

    // 4 replicas read 4 times faster, lines are written as before and now hold up the others
    const cost_report four = price(one_layer(), round_table(), {.positions_per_replica = 64});
    CHECK(four.layers[0].replicas == 4);
    CHECK(four.layers[0].stage_ns == std::array<double, stage_count>{250, 125, 300, 50, 60});
    CHECK(four.slowest_stage == stage::activations);
    CHECK(four.step_ns == 5 * 300 + 60);
    const cost_report wide = price(one_layer(), round_table(), {.parallel_row_writes = 3, .gradient_replicas = 2});
    CHECK(wide.layers[0].stage_ns == std::array<double, stage_count>{250, 125, 100, 100, 60});
}

TEST_CASE("price: layers in one pipeline, crossbars of other sizes, several pulses, places without events") {
    const cost_report report = price(two_layers(), round_table(), {.positions_per_replica = 200});
    REQUIRE(report.layers.size() == 2);
    CHECK(report.layers[1].name == "dense");
    // 64 x 256: lines cross twice the columns, as many cells
    CHECK(report.layers[1].energy_pj[0][0] == 200 * 2 * 2 + 4 * 100);
    CHECK(report.layers[1].energy_pj[0][2] == 40 * (6 + 0.5));
    CHECK(report.layers[1].energy_pj[4][4] == 300 * 7 + 20 * 11 * 2);
    CHECK(report.layers[1].stage_ns == std::array<double, stage_count>{80, 0, 0, 0, 10 * 20 * 3});
    CHECK(report.pipeline_stages == 5);
    CHECK(report.slowest_layer == "conv");
    CHECK(report.update_layer == "dense");
    CHECK(report.step_ns == (5 + 2 - 1) * 1000 + 600);
    CHECK(report.unpipelined_seconds == near(4 * 2080e-9 + 2 * 660e-9));
}

TEST_CASE("price: copies of weights pay for writes in energy and area, not in time") {
    const cost_table table = round_table();
    const cost_report one = price(one_layer(), table, {.positions_per_replica = 200});
    const cost_report four = price(one_layer(), table, {.positions_per_replica = 50});
    const cost_report unwritten = price(one_layer(), table, {.positions_per_replica = 50, .replicas_are_written = false});
    const cost_report eight = price(one_layer(), table, {.positions_per_replica = 50, .separate_error_copy = true});
    CHECK(four.pj(stage::weights, energy_part::array_write) == 4 * one.pj(stage::weights, energy_part::array_write));
    CHECK(four.pj(stage::weights, energy_part::digital) == one.pj(stage::weights, energy_part::digital));
    CHECK(unwritten.pj(stage::weights) == one.pj(stage::weights));
    CHECK(eight.pj(stage::weights, energy_part::array_write) == 8 * one.pj(stage::weights, energy_part::array_write));
    CHECK(four.pj(stage::activations) == one.pj(stage::activations));
    CHECK(four.update_ns == one.update_ns);
    CHECK(four.um2(area_part::weight_crossbars) == 4 * 3 * 1000);
    CHECK(eight.um2(area_part::weight_crossbars) == 8 * 3 * 1000);
    CHECK(eight.um2(area_part::activation_crossbars) == 5 * 1000);
    CHECK(eight.pj(stage::forward) == four.pj(stage::forward));
}

TEST_CASE("price: area of every part by hand") {
    const cost_report both_ways = price(one_layer(), round_table(), {.positions_per_replica = 200});
    CHECK(both_ways.um2(area_part::dac) == (3 + 5) * 128 + 3 * 128);
    CHECK(both_ways.um2(area_part::adc) == (3 + 5 + 3) * 4 * 8);
    CHECK(both_ways.um2(area_part::sample_hold) == (3 + 5 + 3) * 128 * 2);
    CHECK(both_ways.um2(area_part::shift_add) == (3 + 5 + 3) * 30);
    CHECK(both_ways.um2(area_part::buffer) == 4000);
    CHECK(both_ways.um2(area_part::digital) == 50);
    CHECK(both_ways.um2(area_part::other) == 8 * 600);
    event_ledger forward_only = one_layer();
    forward_only.at(0)[stage::errors] = {};
    const cost_report one_way = price(forward_only, round_table(), {.positions_per_replica = 200});
    CHECK(one_way.um2(area_part::adc) == (3 + 5) * 4 * 8);
    CHECK(one_way.mm2() * 1e6 == doctest::Approx(8000 + 1024 + 256 + 2048 + 240 + 4000 + 50 + 4800));
}

TEST_CASE("price: a crossbar waits for the columns that share a converter") {
    cost_table table = round_table();
    table.adc.conversion_ns = one_per_conversion;
    const cost_report report = price(two_layers(), table);
    CHECK(report.layers[0].read_cycle_ns == 128 / 4 * 8);
    CHECK(report.layers[1].read_cycle_ns == 256 / 4 * 6);
    table.adcs_per_crossbar = 256.0;
    CHECK(price(two_layers(), table).layers[0].read_cycle_ns == 10.0);
}

TEST_CASE("price: fewer writes take no more energy and no more time, under any table") {
    for (const cost_table& table : all_cost_tables()) {
        CAPTURE(table.name);
        event_ledger ledger = two_layers();
        cost_report before = price(ledger, table);
        CHECK(std::isfinite(before.pj()));
        CHECK(std::isfinite(before.mm2()));
        const double first = before.pj();
        for (int round = 0; round < 6; ++round) {
            event_counts& activations = ledger.at(0)[stage::activations];
            activations.row_writes -= 5;
            activations.cell_writes -= 50;
            activations.pulses -= 50;
            activations.serial_writes -= 10;
            event_counts& weights = ledger.at(0)[stage::weights];
            weights.row_writes -= 1;
            weights.cell_writes -= 8;
            weights.pulses -= 8;
            weights.serial_writes -= 1;
            const cost_report after = price(ledger, table);
            CHECK(after.pj() < before.pj());
            CHECK(after.seconds <= before.seconds);
            CHECK(after.watts() > 0.0);
            before = after;
        }
        CHECK(before.pj(stage::activations) == 0.0);
        CHECK(before.pj() < first);
    }
}

TEST_CASE("price: PipeLayer's two readings, by hand") {
    const event_ledger ledger = one_layer();
    const cost_report cells = price(ledger, pipelayer_costs(), {.positions_per_replica = 200});
    const cost_report lines = price(ledger, pipelayer_per_row_costs(), {.positions_per_replica = 200});
    CHECK(cells.pj(energy_part::array_write) == doctest::Approx(348 * 3910.0));
    CHECK(lines.pj(energy_part::array_write) == doctest::Approx(36 * 3910.0));
    CHECK(cells.pj(energy_part::array_read) == doctest::Approx(190 * 1.08));
    CHECK(cells.pj(energy_part::adc) == 0.0);
    CHECK(cells.layers[0].stage_ns[0] == doctest::Approx(100 * 29.31));
    CHECK(cells.layers[0].stage_ns[2] == doctest::Approx(15 * 50.88));
    CHECK(cells.adc == "integrate_and_fire");
}

TEST_CASE("price: where writes take what a saving of 4.97 times needs (Wang et al. 2023): PipeLayer's per cell, not per line") {
    // By formula, of the kind of LeNet-5: 150 inputs, 16 outputs, 100 positions, batches of 64, 16-bit numbers in 4-bit cells, pairs.
    event_ledger ledger;
    ledger.images = 64;
    ledger.steps = 1;
    layer_events& layer = ledger.at(0);
    layer.footprint = {.name = "conv2",
                       .inputs = 150,
                       .outputs = 16,
                       .positions = 100,
                       .crossbar_rows = 128,
                       .crossbar_cols = 128,
                       .weight_crossbars = 4,
                       .activation_crossbars = 8,
                       .adc_bits = 8};
    const std::uint64_t reads = 64 * 100;
    const std::uint64_t cells = 4; // of a number
    layer[stage::forward] = {.array_reads = reads * 4 * 16, .row_activations = reads * 150 * 2 * 16, .serial_reads = reads * 16};
    layer[stage::errors] = {.array_reads = reads * 4 * 16, .row_activations = reads * 16 * 2 * 16, .serial_reads = reads * 16};
    layer[stage::activations] = {
        .row_writes = reads * 5, .cell_writes = reads * 150 * cells, .pulses = reads * 150 * cells, .serial_writes = reads};
    layer[stage::gradients] = {.array_reads = 64 * 16 * 5 * 16, .row_activations = 64 * 100 * 16 * 5 * 16, .serial_reads = 64 * 16 * 16};
    layer[stage::weights] = {
        .row_writes = 150 * 4, .cell_writes = 150 * 16 * 2 * cells, .pulses = 150 * 16 * 2 * cells, .serial_writes = 150};
    const double needed = 1.0 - 1.0 / 4.97; // 79.9 %
    const double per_cell = price(ledger, pipelayer_costs()).write_share();
    const double per_line = price(ledger, pipelayer_per_row_costs()).write_share();
    CHECK(per_cell > needed);
    CHECK(per_line < needed);
    // figures of docs/costs.md
    CHECK(per_cell == doctest::Approx(0.997).epsilon(0.001));
    CHECK(per_line == doctest::Approx(0.72).epsilon(0.005));
    CHECK(price(ledger, nvsim_costs()).write_share() == doctest::Approx(0.019).scale(0.0).epsilon(0.02));
}

TEST_CASE("price: a copy for errors takes one pass for all slices") {
    event_ledger ledger = one_layer();
    ledger.at(0).footprint.error_passes = 4;
    const chip_model shared{.positions_per_replica = 200};
    const chip_model copied{.positions_per_replica = 200, .separate_error_copy = true};
    const auto errors_ns = [&](const chip_model& chip) {
        return price(ledger, round_table(), chip).layers[0].stage_ns[static_cast<std::size_t>(stage::errors)];
    };
    CHECK(errors_ns(shared) == 500);
    CHECK(errors_ns(copied) == 125);
}

TEST_CASE("price: images that were only evaluated are one batch without weight writes") {
    event_ledger ledger = one_layer();
    ledger.steps = 0;
    ledger.at(0)[stage::weights] = {};
    const cost_report report = price(ledger, round_table(), {.positions_per_replica = 200});
    CHECK(report.update_ns == 0);
    CHECK(report.step_ns == (4 + 4 - 1) * 1000);
    CHECK(report.seconds == near(7000e-9));
}

TEST_CASE("price: what it refuses") {
    const cost_table table = round_table();
    CHECK_THROWS_WITH_AS(
        static_cast<void>(price(event_ledger{}, table)),
        "price: event_ledger: expected the events of at least one image, as fit and evaluate count them, found 0 images",
        error);
    event_ledger empty;
    empty.images = 1;
    empty.steps = 1;
    static_cast<void>(empty.at(3));
    CHECK_THROWS_WITH_AS(static_cast<void>(price(empty, table)),
                         "price: event_ledger: expected a layer with events, found none in 4 layers", error);
    CHECK_THROWS_AS(static_cast<void>(price(one_layer(), table, {.positions_per_replica = 0})), error);
    CHECK_THROWS_AS(static_cast<void>(price(one_layer(), table, {.parallel_row_writes = 0})), error);
    event_ledger no_bits = one_layer();
    no_bits.at(0).footprint.adc_bits = 0;
    CHECK_THROWS_WITH_AS(static_cast<void>(price(no_bits, table)), "price: ADC bits of conv: expected at least 1, as it converts, found 0",
                         error);
    event_ledger no_crossbar = one_layer();
    no_crossbar.at(0).footprint.crossbar_cols = 0;
    CHECK_THROWS_AS(static_cast<void>(price(no_crossbar, table)), error);
    event_ledger no_time = one_layer();
    for (int s = 0; s < stage_count; ++s) {
        no_time.at(0)[static_cast<stage>(s)].serial_reads = 0;
        no_time.at(0)[static_cast<stage>(s)].serial_writes = 0;
    }
    CHECK_THROWS_AS(static_cast<void>(price(no_time, table)), error);
    for (const double wrong : {-1.0, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
        cost_table broken = table;
        broken.bus_word_pj = wrong;
        CHECK_THROWS_AS(static_cast<void>(price(one_layer(), broken)), error);
    }
    cost_table no_adc = table;
    no_adc.adcs_per_crossbar = 0.0;
    CHECK_THROWS_AS(static_cast<void>(price(one_layer(), no_adc)), error);
    no_adc = table;
    no_adc.adc = {};
    CHECK_THROWS_AS(static_cast<void>(price(one_layer(), no_adc)), error);
}

TEST_CASE("cost tables: named, valid, and what is computed in them") {
    for (const cost_table& table : all_cost_tables()) {
        CAPTURE(table.name);
        CHECK_NOTHROW(table.validate());
        CHECK(cost_table_named(table.name).source == table.source);
        CHECK(table.read_cycle_ns > 0.0);
        CHECK(table.row_write_ns > 0.0);
        CHECK(table.cell_write_pj + table.row_write_pj > 0.0);
    }
    CHECK(panther_costs().cell_write_pj == doctest::Approx(1.29).epsilon(0.001));
    CHECK(panther_costs().read_ns(128, 8) == doctest::Approx(100.0));
    CHECK(panther_costs().read_ns(128, 10) == doctest::Approx(125.0));
    CHECK(mnsim_costs().cell_write_pj == doctest::Approx(9.0));          // 9 V^2 / 10 kilohm x 10 ns
    CHECK(mnsim_costs().read_ns(128, 8) == doctest::Approx(8 * 7.8125)); // (8 + 2) / 1.28 for each of 8 columns
    CHECK(mnsim_costs().line_read_pj == doctest::Approx(128 * 0.0225 * 50.5e-6 * 3160.0));
    CHECK(nvsim_costs().line_read_pj == doctest::Approx(128 * 0.016)); // 0.16 uW x 100 ns
    CHECK(isaac_costs().cell_write_pj == doctest::Approx(7.2727).epsilon(1e-4));
    CHECK(isaac_costs().bus_word_pj == doctest::Approx(2.16).epsilon(0.001));
    CHECK_THROWS_WITH_AS(
        static_cast<void>(cost_table_named("dadiannao")),
        "cost_table_named: table of costs: expected isaac, pipelayer, pipelayer_per_row, panther, nvsim, mnsim, found dadiannao", error);
}
