#include <rcim/sweep/run.hpp>
#include <rcim/sweep/select.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "../data/scratch.hpp"
#include "small_sweep.hpp"

using namespace rcim;

TEST_CASE("runner_registry: runners by name, in its order") {
    runner_registry registry;
    registry.add(small_sweep::make());
    sweep other = small_sweep::make();
    other.name = "other";
    registry.add(other);
    CHECK(registry.named({}).size() == 2);
    const std::vector<std::string> both{"other", "small"};
    CHECK(registry.named(both)[0].name == "small");
    const std::vector<std::string> one{"other"};
    REQUIRE(registry.named(one).size() == 1);
    CHECK(registry.named(one)[0].name == "other");
    const std::vector<std::string> wrong{"smal"};
    CHECK(error_of([&] { (void)registry.named(wrong); }) ==
          "runner_registry: smal: expected one of small, other, found none of that name");
    CHECK(error_of([&] { registry.add(other); }) ==
          "runner_registry: other: expected a name that no other runner has, found one that has it");
    other.seeds.clear();
    other.name = "third";
    CHECK(error_of([&] { registry.add(other); }) ==
          "sweep: third: expected at least one design and one seed, found 6 designs and 0 seeds");
}

TEST_CASE("where: a part by an axis or a setting, whose points keep their keys") {
    const sweep whole = small_sweep::make();
    const std::vector<std::string> cells{"four bits", "multilevel_cell<1>"};
    const std::vector<std::string> rate{"0.3"};
    const sweep part = where(where(whole, "cell", cells), "rate", rate);
    CHECK(size_of(part) == 4 * 2 * 2);
    const auto rows = run_sweep(part);
    for (const sweep_row& row : rows) {
        CHECK(row.point.settings.number("rate") == 0.3);
        CHECK(row.results.number("cell_bits") != 2.0);
    }
    CHECK(state_of(whole, rows).missing.size() == 48 - 16);
    CHECK(error_of([&] { (void)where(whole, "cells", cells); }) ==
          "sweep small: cells: expected an axis of the designs or a setting, found none; a point has map = offset, cell = "
          "multilevel_cell<1>, rate = 0.1, "
          "net = small");
    CHECK(error_of([&] { (void)where(whole, "rate", std::vector<std::string>{"0.2"}); }) ==
          "sweep small: rate: expected one of 0.1, 0.3, found 0.2");
    CHECK(error_of([&] {
              (void)where(whole, "map", std::vector<std::string>{"pair", "x"});
          }) == "sweep small: map: expected one of offset, pair, found x");
}

TEST_CASE("objective_of: as the sweep declares it, or with an aim of its own") {
    const sweep s = small_sweep::make();
    CHECK(objective_of(s, "score").aim == goal::maximise);
    CHECK(objective_of(s, "slices").aim == goal::minimise);
    CHECK(objective_of(s, "score:min").aim == goal::minimise);
    CHECK(objective_of(s, "a:b:max").name == "a:b");
    CHECK(error_of([&] { (void)objective_of(s, "score:up"); }) ==
          "objective: score:up: expected NAME:min or NAME:max, found up");
    CHECK(error_of([&] { (void)objective_of(s, "area"); }) ==
          "objective: area: expected NAME:min, NAME:max or one of score, slices, found area");
}
