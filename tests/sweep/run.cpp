#include <rcim/sweep/csv.hpp>
#include <rcim/sweep/run.hpp>

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include "../data/scratch.hpp"
#include "small_sweep.hpp"

using namespace rcim;

TEST_CASE("variants: every combination, the last axis fastest, and each design of its own type") {
    static_assert(small_sweep::designs.size == 6);
    static_assert(std::is_same_v<decltype(small_sweep::designs.design<4>())::cell_type, multilevel_cell<2>>);
    static_assert(std::is_same_v<decltype(small_sweep::designs.design<4>())::map_type, bit_sliced<8, differential>>);
    static_assert(small_sweep::designs.design<4>().faults.p_stuck_hrs == 0.1f);
    const auto all = bind_designs(small_sweep::designs, small_sweep::run{});
    std::string labels;
    for (const sweep_design& d : all) {
        labels += to_text(d.labels) + "\n";
    }
    CHECK(labels ==
          "map = offset, cell = multilevel_cell<1>\nmap = offset, cell = multilevel_cell<2>\nmap = offset, cell = four bits\n"
          "map = pair, cell = multilevel_cell<1>\nmap = pair, cell = multilevel_cell<2>\nmap = pair, cell = four bits\n");
    CHECK(all[4].text == describe(small_sweep::designs.design<4>()));
    // Parts put together are the whole.
    const auto parts = joined(bind_designs<0, 4>(small_sweep::designs, small_sweep::run{}),
                              bind_designs<1, 4>(small_sweep::designs, small_sweep::run{}),
                              bind_designs<2, 4>(small_sweep::designs, small_sweep::run{}),
                              bind_designs<3, 4>(small_sweep::designs, small_sweep::run{}));
    REQUIRE(parts.size() == all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        CHECK(parts[i].text == all[i].text);
        CHECK(parts[i].labels == all[i].labels);
    }
    // Several policies under one name, and none.
    constexpr auto list =
        variants(design<>{}, axis("chip", choice("ideal"), choice("real", multilevel_cell<2>{}, bit_sliced<8, offset>{})));
    CHECK(describe(list.design<0>()) == describe(design<>{}));
    CHECK(describe(list.design<1>()) == describe(design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<8, offset>{})));
}

TEST_CASE("run_sweep: each design runs as its own type, rows in the order of points") {
    const sweep s = small_sweep::make();
    const auto rows = run_sweep(s);
    REQUIRE(rows.size() == 48);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        CHECK(rows[i].point.key() == point_of(s, i).key());
        CHECK_FALSE(rows[i].failed());
        const int cell_bits = (i / 8) % 3 == 0 ? 1 : (i / 8) % 3 == 1 ? 2 : 4;
        CHECK(rows[i].results.number("cell_bits") == cell_bits);
        CHECK(rows[i].results.number("slices") == 8 / cell_bits);
        CHECK(rows[i].results.number("score") ==
              doctest::Approx(((i / 4) % 2 == 0 ? 0.1 : 0.3) * 3.0 + (i % 2 == 0 ? 1.0 : 2.0)));
        CHECK(rows[i].version == version_name());
    }
    CHECK(rows[0].point.name() == "map = offset, cell = multilevel_cell<1>; rate = 0.1, net = small; seed 1");
}

TEST_CASE("run_sweep: any number of threads gives the same rows") {
    const sweep s = small_sweep::make(true);
    const auto one = run_sweep(s);
    for (const int threads : {2, 5, 64}) {
        std::size_t told = 0;
        const auto many = run_sweep(s, {.threads = threads, .finished = [&](const sweep_row&) { ++told; }});
        REQUIRE(many.size() == one.size());
        CHECK(told == one.size());
        for (std::size_t i = 0; i < one.size(); ++i) {
            CHECK(many[i].point.key() == one[i].point.key());
            CHECK(many[i].results == one[i].results);
            CHECK(many[i].error == one[i].error);
        }
    }
}

TEST_CASE("run_sweep: what is known is not run again, failed points only if asked") {
    const sweep broken = small_sweep::make(true);
    small_sweep::calls() = 0;
    auto rows = run_sweep(broken, {.threads = 3});
    CHECK(small_sweep::calls() == 48);
    CHECK(std::count_if(rows.begin(), rows.end(), [](const sweep_row& r) { return r.failed(); }) == 12);
    CHECK(rows[4].error == "no such \"net\",\nwith this rate");
    CHECK(rows[4].results.empty());

    const sweep whole = small_sweep::make();
    small_sweep::calls() = 0;
    CHECK(run_sweep(whole, {}, rows).size() == 48);
    CHECK(small_sweep::calls() == 0);
    const auto mended = run_sweep(whole, {.retry_failed = true}, rows);
    CHECK(small_sweep::calls() == 12);
    CHECK(std::none_of(mended.begin(), mended.end(), [](const sweep_row& r) { return r.failed(); }));

    // Of rows of one point the last counts; rows of other sweeps and other seeds do not.
    rows.insert(rows.end(), mended.begin(), mended.end());
    CHECK(state_of(whole, rows, true).missing.empty());
    sweep other = small_sweep::make();
    other.name = "other";
    CHECK(state_of(other, rows).missing.size() == 48);
    sweep more = small_sweep::make();
    more.seeds = {2, 3};
    CHECK(state_of(more, rows).missing.size() == 24);
}

TEST_CASE("run_sweep: an error that ends it, after the rows were handed on") {
    const sweep s = small_sweep::make(true);
    std::vector<sweep_row> kept;
    const auto keep = [&](const sweep_row& row) { kept.push_back(row); };
    CHECK(error_of([&] { (void)run_sweep(s, {.stop_at_failure = true, .finished = keep}); }) ==
          "sweep small: map = offset, cell = multilevel_cell<1>; rate = 0.3, net = small; seed 1: expected results, found no "
          "such \"net\",\nwith this "
          "rate");
    REQUIRE(kept.size() == 5);
    CHECK(kept.back().failed());
    int left = 3;
    const auto full = [&](const sweep_row&) {
        if (--left == 0) {
            fail("disk", "row", "room", "none");
        }
    };
    CHECK(error_of([&] { (void)run_sweep(s, {.threads = 2, .finished = full}); }) == "disk: row: expected room, found none");
}

TEST_CASE("run_sweep: progress") {
    std::ostringstream out;
    const sweep s = small_sweep::make(true);
    (void)run_sweep(s, {.progress = &out});
    CHECK(out.str().find("failed: map = pair, cell = four bits; rate = 0.3, net = small; seed 2: no such") !=
          std::string::npos);
    CHECK(out.str().find("[48/48] 0 s, 0 s to go  map = pair, cell = four bits; rate = 0.3, net = large; seed 2\n") !=
          std::string::npos);
}

TEST_CASE("check: sweeps without points and points that cannot be told apart") {
    sweep s = small_sweep::make();
    s.name.clear();
    CHECK(error_of([&] { check(s); }) == "sweep: name: expected a name, found none");
    s = small_sweep::make();
    s.designs.push_back(s.designs[0]);
    CHECK(error_of([&] { check(s); }) ==
          "sweep: small: expected designs that differ in their text or their labels, found " + s.designs[0].text + " twice");
    s = small_sweep::make();
    s.designs.clear();
    CHECK(error_of([&] { check(s); }) ==
          "sweep: small: expected at least one design and one seed, found 0 designs and 2 seeds");
    s = small_sweep::make();
    s.seeds = {1, 1};
    CHECK(error_of([&] { check(s); }) == "sweep: small: expected seeds that differ, found one twice");
    s = small_sweep::make();
    s.designs[2].run = nullptr;
    CHECK(error_of([&] { check(s); }) ==
          "sweep: small, " + s.designs[2].text + ": expected a function that runs it, found none");
    CHECK(error_of([&] { (void)run_sweep(small_sweep::make(), {.threads = 0}); }) ==
          "work_off: threads: expected 1 to 1024, found 0");
}

TEST_CASE("keys tell points apart whatever their names hold") {
    sweep_point a{.sweep = "s", .design = "d", .labels = {{"x", "1"}}, .settings = {{"y", 1}}, .seed = 1};
    sweep_point b = a;
    CHECK(a.key() == b.key());
    b.labels = {{"x", 1}};
    CHECK(a.key() != b.key());
    b = a;
    b.labels = {};
    b.settings = {{"x", "1"}, {"y", 1}};
    CHECK(a.key() != b.key());
    b = a;
    b.settings = {{"y", 1.0000000000000002}};
    CHECK(a.key() != b.key());
}

TEST_CASE("to_csv: fields under one head, quoted where they must be") {
    sweep_row a{
        .point = {.sweep = "s", .design = "f{1, 2}", .labels = {{"cell", "two"}}, .settings = {{"rate", 0.5}}, .seed = 3},
        .results = {{"rate", 7}, {"note", "say \"no\""}},
        .seconds = 1.5};
    sweep_row b{.point = {.sweep = "s", .design = "g", .seed = 4}, .error = "line\nbreak"};
    CHECK(to_csv(std::vector{a, b}) == "sweep,design,seed,cell,rate,rate,note,seconds,error\r\n"
                                       "s,\"f{1, 2}\",3,two,0.5,7,\"say \"\"no\"\"\",1.5,\r\n"
                                       "s,g,4,,,,,0,\"line\nbreak\"\r\n");
}
