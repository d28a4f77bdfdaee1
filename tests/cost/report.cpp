#include <rcim/core/error.hpp>
#include <rcim/cost/price.hpp>
#include <rcim/cost/report.hpp>
#include <rcim/cost/tables.hpp>

#include "ledgers.hpp"

#if __has_include(<nlohmann/json.hpp>)
#include <rcim/cost/report_json.hpp>
#endif

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("report: numbers in readable units") {
    CHECK(energy_text(0.0) == "0");
    CHECK(energy_text(0.021) == "0.021 pJ");
    CHECK(energy_text(3910.0) == "3.91 nJ");
    CHECK(energy_text(999.94) == "999.9 pJ");
    CHECK(energy_text(999.97) == "1 nJ");
    CHECK(energy_text(5e12) == "5 J");
    CHECK(time_text(50.88) == "50.88 ns");
    CHECK(time_text(2.5e9) == "2.5 s");
    CHECK(area_text(1200.0) == "1200 um2");
    CHECK(area_text(13120.0) == "0.01312 mm2");
    CHECK(area_text(85.4e6) == "85.4 mm2");
}

TEST_CASE("report: says under which constants, and has every stage, part and layer that costs something") {
    const cost_table table = round_table();
    const std::string out = to_text(price(two_layers(), table, {.positions_per_replica = 200}));
    for (const char* expected :
         {"costs under table round: made up", "converters under law bits: made up; area: made up", "4 images in 2 steps",
          "slowest of 5 stages: forward of conv, 1 us per image", "weight writes: 600 ns per step (dense)", "array_write", "standing",
          "activation_crossbars", "13.2 us ("}) {
        CAPTURE(out);
        CHECK(out.find(expected) != std::string::npos);
    }
    const std::string pipelayer = to_text(price(two_layers(), pipelayer_costs()));
    CHECK(pipelayer.find("converters under law integrate_and_fire") != std::string::npos);
    CHECK(pipelayer.find("\n  adc ") == std::string::npos);
    CHECK(to_text(price(two_layers(), panther_costs())).find("area: has none of its own: that of isaac_saberi") != std::string::npos);
}

TEST_CASE("report: columns of the energy table stand below each other") {
    std::istringstream lines(to_text(price(one_layer(), round_table())));
    std::vector<std::string> table;
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind("  energy", 0) == 0 || (!table.empty() && line.rfind("  time", 0) != 0)) {
            table.push_back(line);
        } else if (!table.empty()) {
            break;
        }
    }
    REQUIRE(table.size() == 12); // head, 9 parts, all, share
    const std::size_t end = table[0].find("forward") + 7;
    for (const std::string& line : table) {
        CAPTURE(line);
        CHECK(line.size() <= table[0].size());
        CHECK(line.size() >= 2);
        if (line.find("standing") == std::string::npos) {
            CHECK(line[end - 1] != ' ');
            CHECK(line[end] == ' ');
        }
    }
}

TEST_CASE("report: lifetimes as text") {
    const std::string out = to_text(lifetime(one_layer(), {.mean_writes = 1e6, .sigma = 0.5}, 1000));
    for (const char* expected : {"conv weights", "conv activations", "limited by conv activations", "first failure after ", " epochs"}) {
        CAPTURE(out);
        CHECK(out.find(expected) != std::string::npos);
    }
    event_ledger idle;
    idle.images = 1;
    CHECK(to_text(lifetime(idle, {})).find("never") != std::string::npos);
}

#if __has_include(<nlohmann/json.hpp>)
TEST_CASE("report_json: a ledger comes back with all of its counts, and prices and lasts the same") {
    const event_ledger before = two_layers();
    const event_ledger after = ledger_from_json(nlohmann::json::parse(to_json(before).dump()));
    CHECK(after.images == before.images);
    CHECK(after.steps == before.steps);
    REQUIRE(after.layers().size() == before.layers().size());
    for (std::size_t place = 0; place < before.layers().size(); ++place) {
        const layer_events& from = before.layers()[place];
        const layer_events& to = after.layers()[place];
        CHECK(to.stages == from.stages);
        CHECK(to.significance == from.significance);
        CHECK(to.footprint.name == from.footprint.name);
        CHECK(to.footprint.adc_bits == from.footprint.adc_bits);
        std::vector<std::uint32_t> sorted = from.activation_lines.writes;
        std::sort(sorted.begin(), sorted.end());
        CHECK(to.activation_lines.writes == sorted);
        CHECK(to.weight_lines.crossbars == from.weight_lines.crossbars);
        CHECK(to.weight_lines.cells_per_line == from.weight_lines.cells_per_line);
    }
    CHECK(to_json(price(after, isaac_costs())) == to_json(price(before, isaac_costs())));
    CHECK(to_json(lifetime(after, {})) == to_json(lifetime(before, {})));
    const auto refused = [&](auto&& change) {
        nlohmann::json json = to_json(before);
        change(json);
        try {
            static_cast<void>(ledger_from_json(json, 1000));
        } catch (const error& problem) {
            return std::string(problem.what()).substr(std::string("ledger_from_json: ").size());
        }
        return std::string("accepted");
    };
    CHECK(refused([](auto&) {}) == "accepted");
    CHECK(refused([](auto& json) { json.erase("steps"); }) == "'steps': expected a member of an object as to_json writes it, found none");
    CHECK(refused([](auto& json) { json["images"] = -1; }) == "'images': expected a whole number, 0 to 18446744073709551615, found -1");
    CHECK(refused([](auto& json) { json["images"] = 1e300; }) == "'images': expected a whole number, 0 to 18446744073709551615, found 1e+300");
    CHECK(refused([](auto& json) { json["layers"][0]["footprint"]["adc_bits"] = std::uint64_t{1} << 31; }) ==
          "'adc_bits': expected a whole number, 0 to 2147483647, found 2147483648");
    CHECK(refused([](auto& json) { json["layers"][0]["stages"]["forward"].erase("pulses"); }).starts_with("'pulses': expected"));
    CHECK(refused([](auto& json) { json["layers"][0]["significance"].push_back(0); }) == "'significance': expected 34 counts, found 35");
    CHECK(refused([](auto& json) { json["layers"][0]["weight_lines"]["lines_by_writes"] = {{3, 1000}, {4, 1}}; }) ==
          "'lines_by_writes': expected at most 0 more lines, as most_lines says, found 1");
}

TEST_CASE("report_json: every count by its name") {
    event_counts counts;
    std::uint64_t next = 1;
    std::apply([&](const auto&... m) { ((counts.*m.second = next++), ...); }, event_counts::members());
    const nlohmann::json json = to_json(counts);
    CHECK(json.size() == std::tuple_size_v<decltype(event_counts::members())>);
    CHECK(json.at("array_reads") == 1);
    CHECK(json.at("digital_words") == json.size());
    CHECK(event_counts_from_json(json) == counts);
}

TEST_CASE("report_json: costs and tables by part, what never comes as null") {
    const cost_report report = price(one_layer(), round_table(), {.positions_per_replica = 200});
    const nlohmann::json json = to_json(report);
    CHECK(json.at("table") == "round");
    CHECK(json.at("adc") == "bits");
    CHECK(json.at("energy_pj") == report.pj());
    CHECK(json.at("layers").at(0).at("energy_pj").at("forward").at("adc") == 8500.0);
    CHECK(json.at("energy_pj_by_part").at("array_write") == 2832.0);
    CHECK(json.at("layers").at(0).at("stage_ns").at("errors") == 500.0);
    CHECK(json.at("slowest_stage") == "forward");
    CHECK(json.at("chip").at("positions_per_replica") == 200);
    CHECK(to_json(round_table()).at("bus_word_pj") == 17.0);
    event_ledger idle;
    idle.images = 1;
    CHECK(to_json(lifetime(idle, {})).dump().find("\"first\":null") != std::string::npos);
}
#endif
