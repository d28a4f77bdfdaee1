#include <rcim/sweep/grid.hpp>
#include <rcim/sweep/named_values.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "../data/scratch.hpp"

using namespace rcim;

TEST_CASE("grid: the last setting changes fastest") {
    const grid g{{"rate", {0.0, 0.5}}, {"net", {"small", "large", "huge"}}};
    REQUIRE(g.size() == 6);
    std::string all;
    for (std::size_t i = 0; i < g.size(); ++i) {
        all += to_text(g.at(i)) + "\n";
    }
    CHECK(all == "rate = 0, net = small\nrate = 0, net = large\nrate = 0, net = huge\n"
                 "rate = 0.5, net = small\nrate = 0.5, net = large\nrate = 0.5, net = huge\n");
    CHECK(grid{}.size() == 1);
    CHECK(grid{}.at(0).empty());
}

TEST_CASE("grid: what it refuses") {
    CHECK(error_of([] { grid{{"a", {}}}; }) == "grid: a: expected at least one value, found none");
    CHECK(error_of([] { grid{{"a", {1}}, {"a", {2}}}; }) == "grid: axis 1: expected a name of its own, found a");
    CHECK(error_of([] { grid{{"a", {1, 2, 1.0}}}; }) == "grid: a: expected values that differ, found 1 twice");
    CHECK(error_of([] { grid{{"a", {std::nan("")}}}; }) == "grid: a: expected numbers and words, found NaN");
    CHECK(error_of([] { grid{{"", {1}}}; }) == "grid: axis 0: expected a name, found none");
}

TEST_CASE("named_values: numbers and words by name") {
    named_values v{{"n", 3}, {"w", "word"}, {"x", 0.1}};
    v.set("n", 4);
    CHECK(v.size() == 3);
    CHECK(v.number("n") == 4.0);
    CHECK(v.word("w") == "word");
    CHECK(v.find("y") == nullptr);
    CHECK(error_of([&] { (void)v.number("w"); }) == "named_values: w: expected a number, found word");
    CHECK(error_of([&] { (void)v.word("x"); }) == "named_values: x: expected a word, found 0.1");
    CHECK(error_of([&] { (void)v.number("y"); }) == "named_values: y: expected a number, found only n, w, x");
    // The shortest digits that give the number back.
    CHECK(sweep_value(0.1).to_text() == "0.1");
    CHECK(sweep_value(1.0 / 3.0).to_text() == "0.3333333333333333");
    CHECK(std::stod(sweep_value(std::nextafter(0.1, 1.0)).to_text()) == std::nextafter(0.1, 1.0));
    CHECK_FALSE(sweep_value(0.1) == sweep_value("0.1"));
}
