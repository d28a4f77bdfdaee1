#include <rcim/plot/bars.hpp>
#include <rcim/plot/figure.hpp>
#include <rcim/plot/histogram.hpp>
#include <rcim/plot/pareto.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "../data/scratch.hpp"
#include "hostile.hpp"

using namespace rcim;

namespace figures_tests {

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

template <class P>
std::string script_of(const P& drawn) {
    const plot::picture p = to_picture(drawn);
    return p.script({0, 0, p.width, p.height, p.width, p.height});
}

bool has(const std::string& script, const std::string& part) {
    return script.find(part) != std::string::npos;
}

plot::figure two_curves() {
    return {.title = "t",
            .x_label = "x",
            .y_label = "y",
            .curves = {{.title = "a", .x = {1, 2, 3}, .y = {4, no_number, 6}, .spread = {1, 1, no_number}},
                       {.title = "b", .x = {1}, .y = {2}}}};
}

TEST_CASE("the script of a figure") {
    const std::string script = script_of(two_curves());
    CHECK(script.starts_with(
        "set title 't'\nset xlabel 'x' offset 0,0.5\nset ylabel 'y'\nset grid\nset key below\nset linetype cycle 12\n"));
    CHECK(script.ends_with(
        "set xtics 1\nset xrange [0.5:3.5]\n$curve0 << END\n1 4 3 5\n3 6 6 6\nEND\n$curve1 << END\n1 2 2 2\nEND\n"
        "plot $curve0 using 1:2:3:4 with yerrorlines linetype 1 linewidth 2 pointtype 5 axes x1y1 title 'a (1 point left out: "
        "no number)', "
        "$curve1 using 1:2 with linespoints linetype 2 linewidth 2 pointtype 6 axes x1y1 title 'b'\n"));
}

TEST_CASE("axes on the right, names, logarithms, intervals as bands") {
    plot::figure f = two_curves();
    f.right_label = "r";
    f.y_range = "[0:9]";
    f.x_names = {"zero", "it's"};
    f.curves[1].right = true;
    std::string script = script_of(f);
    CHECK(has(script, "set yrange [0:9]\nset y2label 'r'\nset y2tics\nset ytics nomirror\nset xtics ('zero' 0, 'it''s' 1)\n"));
    CHECK(has(script, "axes x1y2 title 'b'"));
    f.x_names = std::vector<std::string>(30, "a long name");
    CHECK(has(script_of(f), "set xtics rotate by 35 right ("));

    f = {.curves = {{.title = "a",
                     .x = {0, 1, 10, 100},
                     .y = {1, 1, -1, 100},
                     .low = {0, -1, 0, 50},
                     .high = {2, 2, 2, 200},
                     .band = true}},
         .log_x = true,
         .log_y = true};
    script = script_of(f);
    CHECK(has(
        script,
        "set logscale x\nset xrange [0.8:120]\n$curve0 << END\n1 1 1 2\n100 100 50 200\nEND\n")); // no end of an interval below zero
    CHECK(has(script, "plot $curve0 using 1:3:4 with filledcurves linetype 1 fillstyle transparent solid 0.2 noborder axes "
                      "x1y1 notitle, $curve0 using 1:2 with linespoints"));
    CHECK(has(script, "'a (2 points left out: no number)'"));
    f.curves[0].points = false;
    CHECK(has(script_of(f), "using 1:2 with lines "));
}

TEST_CASE("what cannot be a figure is refused by name") {
    CHECK(error_of([] { script_of(plot::figure{.title = "t"}); }) ==
          "plot: figure 't': expected at least one point that is a number, found none");
    CHECK(error_of([] { script_of(plot::figure{.title = "t", .curves = {{.title = "a", .x = {no_number}, .y = {1}}}}); }) ==
          "plot: figure 't': expected at least one point that is a number, found none");
    CHECK(error_of([] {
              script_of(plot::figure{.curves = {{.title = "a", .x = {1, 2}, .y = {1}}}});
          }) == "plot: curve 'a': expected 2 numbers in y, as in x, found 1");
    CHECK(error_of([] {
              script_of(plot::figure{.curves = {{.title = "a", .x = {1}, .y = {1}, .spread = {1, 2}}}});
          }) == "plot: curve 'a': expected 1 numbers in spread, as in x, found 2");
    CHECK(error_of([] { script_of(plot::figure{.curves = {{.title = "a", .x = {1}, .y = {1}, .low = {1}}}}); }) ==
          "plot: curve 'a': expected both ends of intervals, found one");
}

TEST_CASE("a curve without a point stays in the key") {
    plot::figure f = two_curves();
    f.curves[1].y = {no_number};
    CHECK(has(script_of(f),
              ", NaN with linespoints linetype 2 linewidth 2 pointtype 6 title 'b (1 point left out: no number)'\n"));
}

TEST_CASE("bars are stacked from the data given") {
    const plot::bars b{.title = "t",
                       .x_label = "x",
                       .y_label = "y",
                       .names = {"one", "two"},
                       .parts = {{"p", {1, 2}}, {"q", {0.5, no_number}}}};
    const std::string script = script_of(b);
    CHECK(has(script, "set xrange [-0.6:1.6]\nset yrange [0:2.1]\n$bars << END\n0 1 0.5\n1 2 0\nEND\nplot $bars using 2 "
                      "linecolor rgb '#0072b2' title 'p', "
                      "$bars using 3 linecolor rgb '#56b4e9' title 'q (1 point left out: no number)'\n"));
    plot::bars wrong = b;
    wrong.parts[1].heights = {1};
    CHECK(error_of([&] { script_of(wrong); }) == "plot: part 'q' of bars 't': expected 2 heights, found 1");
    wrong.parts[1].heights = {1, -1};
    CHECK(error_of([&] { script_of(wrong); }) == "plot: part 'q' of bar 'two': expected a height >= 0, found -1");
    CHECK(error_of([&] { script_of(plot::bars{.title = "t"}); }) ==
          "plot: bars 't': expected at least one bar with a part, found none");
}

TEST_CASE("histograms count every finite value once") {
    std::vector<double> values{0.0, 0.1, 0.25, 0.5, 0.99, 1.0, no_number, std::numeric_limits<double>::infinity()};
    const plot::histogram h = plot::histogram_of<double>(values, 4, "t", "x");
    CHECK(h.counts == std::vector<std::uint64_t>{2, 1, 1, 2}); // the last bin is closed on both sides
    CHECK(h.left_out == 2);
    CHECK(has(script_of(h), "$bins << END\n0.125 2\n0.375 1\n0.625 1\n0.875 2\nEND\n"));
    const std::vector<float> alike(5, 3.0f);
    CHECK(plot::histogram_of<float>(alike, 10, "t", "x").counts == std::vector<std::uint64_t>{5});
    CHECK(error_of([&] { (void)plot::histogram_of<double>(std::vector<double>{no_number}, 4, "t", "x"); }) ==
          "plot: histogram 't': expected at least one finite number, found 1 values");
    CHECK(error_of([&] { (void)plot::histogram_of<double>(values, 0, "t", "x"); }) ==
          "plot: bins of a histogram: expected 1 to 10000, found 0");
    CHECK(error_of([&] { script_of(plot::histogram{.title = "t", .counts = {0}}); }) ==
          "plot: histogram 't': expected at least one count above zero, found none");
}

TEST_CASE("the front is what no other point beats") {
    std::mt19937 draw(1);
    for (int trial = 0; trial < 200; ++trial) {
        std::vector<plot::pareto_point> points(1 + draw() % 12);
        for (plot::pareto_point& p : points) { // few values, so that many are equal
            p = {static_cast<double>(draw() % 5), static_cast<double>(draw() % 5)};
        }
        if (trial % 3 == 0) {
            points[0].x = no_number;
        }
        for (const plot::better x : {plot::better::lower, plot::better::higher}) {
            for (const plot::better y : {plot::better::lower, plot::better::higher}) {
                const auto cost = [](double value, plot::better way) { return way == plot::better::lower ? value : -value; };
                std::vector<std::size_t> expected;
                for (std::size_t i = 0; i < points.size(); ++i) {
                    bool beaten = std::isnan(points[i].x);
                    for (const plot::pareto_point& other : points) {
                        const double dx = cost(other.x, x) - cost(points[i].x, x), dy = cost(other.y, y) - cost(points[i].y, y);
                        beaten = beaten || (dx <= 0 && dy <= 0 && dx + dy < 0);
                    }
                    if (!beaten) {
                        expected.push_back(i);
                    }
                }
                std::vector<std::size_t> found = plot::pareto_front(points, x, y);
                for (std::size_t k = 1; k < found.size(); ++k) {
                    CHECK(points[found[k - 1]].x <= points[found[k]].x);
                }
                std::sort(found.begin(), found.end());
                CHECK(found == expected);
            }
        }
    }
}

TEST_CASE("labels of a front overlap neither each other nor points") {
    plot::pareto p{.title = "t", .x_label = "x", .y_label = "y"};
    for (int i = 0; i < 60; ++i) { // a crowd on a line
        p.points.push_back({i * 0.1, 10.0 + i * 0.01, text("a rather long label ", i)});
    }
    const plot::picture picture = to_picture(p);
    const std::string script = picture.script({0, 0, picture.width, picture.height, picture.width, picture.height});
    std::vector<plot::detail::box> labels;
    for (std::size_t at = 0; (at = script.find("set label '", at)) != std::string::npos; ++at) {
        double x = 0, y = 0;
        const std::size_t end = script.find("' at screen ", at);
        REQUIRE(std::sscanf(script.c_str() + end, "' at screen %lf, screen %lf", &x, &y) == 2);
        const double left = x * picture.width, middle = (1 - y) * picture.height;
        if (middle > picture.height - 40) {
            continue; // the key
        }
        labels.push_back({left, middle - 7, left + 7 * static_cast<double>(end - at - 11), middle + 7});
    }
    CHECK(labels.size() >= 3);
    CHECK(labels.size() < 60);
    CHECK(has(script, text("front: 60 of 60 (", 60 - labels.size(), " labels do not fit)")));
    for (std::size_t i = 0; i < labels.size(); ++i) {
        for (std::size_t k = i + 1; k < labels.size(); ++k) {
            CHECK_FALSE(labels[i].meets(labels[k]));
        }
    }
    p.front = {60};
    CHECK(error_of([&] { script_of(p); }) == "plot: Pareto front 't': expected numbers below 60, found 60");
    CHECK(error_of([&] {
              script_of(plot::pareto{.title = "t", .points = {{no_number, 1}}});
          }) == "plot: Pareto front 't': expected at least one point that is a number, found 1 points");
}

TEST_CASE("files have the right content, and replace as a whole") {
    if (!can_draw()) {
        return;
    }
    const scratch here;
    plot::figure f = two_curves();
    f.title = f.x_label = f.y_label = f.right_label = f.curves[0].title = hostile;
    f.x_names = {hostile, "b"};
    here.file("a.png", {1, 2, 3});
    plot::draw(f, here / "a.png");
    const bytes png = read_plain(here / "a.png");
    REQUIRE(png.size() > 1000);
    CHECK(bytes(png.begin(), png.begin() + 8) == bytes{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
    CHECK(bytes(png.begin() + 16, png.begin() + 24) == bytes{0, 0, 3, 0xC0, 0, 0, 2, 0x58}); // 960 x 600
    plot::draw(f, here / "a.svg");
    const bytes read = read_plain(here / "a.svg");
    const std::string svg(read.begin(), read.end());
    CHECK(svg.starts_with("<?xml"));
    CHECK(has(svg, "width=\"960\" height=\"600\""));
    CHECK(has(svg, "#ffffff"));
    CHECK_FALSE(has(svg, "<script"));
    CHECK(has(svg, "a_b^{c} 'q'"));
    CHECK(has(svg, "&lt;i>&amp;amp; `date` $(x) @m \\n \\ # ;"));
    CHECK(here.count() == 2);

    plot::draw(std::vector{f, two_curves(), two_curves()}, here / "panels.png");
    const bytes panels = read_plain(here / "panels.png");
    CHECK(bytes(panels.begin() + 16, panels.begin() + 24) == bytes{0, 0, 7, 0x80, 0, 0, 4, 0xB0}); // 1920 x 1200
    CHECK(plot::draw_text(two_curves(), 60, 15).size() > 400);

    plot::draw(plot::pareto{.title = hostile, .points = {{1, 2, hostile}, {2, 3, "b"}}}, here / "pareto.png");
    plot::draw(plot::bars{.title = hostile, .names = {hostile, hostile}, .parts = {{hostile, {1, 2}}}}, here / "bars.png");
    plot::draw(plot::histogram{.title = hostile, .x_label = hostile, .counts = {1, 5}, .log_y = true}, here / "histogram.png");
    for (const char* const name : {"pareto.png", "bars.png", "histogram.png"}) {
        CHECK(read_plain(here / name).size() > 1000);
    }
}

TEST_CASE("the same picture, the same bytes") {
    if (!can_draw()) {
        return;
    }
    CHECK(plot::draw_svg(two_curves()) == plot::draw_svg(two_curves()));
}

TEST_CASE("what goes wrong with files and with gnuplot is said, and what stood there stays") {
    const scratch here;
    const plot::figure f = two_curves();
    const std::string kept = here.file("a.png", {1}).string();
    {
        const path_of_programs nothing(here.folder.string());
        CHECK_FALSE(plot::installed());
        CHECK(error_of([&] { plot::draw(f, kept); }) ==
              "plot: gnuplot: expected a program of this name; try apt-get install gnuplot-nox, found none");
        // A program that fails.
        here.file("gnuplot", {'#', '!', '/', 'b', 'i', 'n', '/', 's',  'h', '\n', 'e', 'c', 'h', 'o', ' ', 'o',
                              'u', 'c', 'h', ' ', '>', '&', '2', '\n', 'e', 'x',  'i', 't', ' ', '3', '\n'});
        CHECK_FALSE(plot::installed()); // no program yet
        std::filesystem::permissions(here / "gnuplot", std::filesystem::perms::owner_all);
        CHECK(error_of([&] { plot::draw(f, kept); }) == "plot: gnuplot: expected a picture, found ouch");
    }
    CHECK(read_plain(kept) == bytes{1});
    CHECK(error_of([&] { plot::require(here / "a.gif"); }) ==
          "plot: " + (here / "a.gif").string() + ": expected a name that ends in .png or .svg, found .gif");
    if (!can_draw()) {
        return;
    }
    const std::string nowhere = (here / "no folder/a.png").string();
    CHECK(error_of([&] { plot::draw(f, nowhere); }) ==
          "write_file: " + nowhere + ": expected a folder to write in, found No such file or directory");
    const std::string wrong = error_of([&] {
        plot::draw(plot::picture{100, 100, [](const plot::frame&) { return std::string("plot nonsense(\n"); }}, kept);
    });
    CHECK(has(wrong, "plot: gnuplot: expected a picture, found "));
    CHECK(has(wrong, "line 3"));
    CHECK(read_plain(kept) == bytes{1});
    CHECK(error_of([&] { plot::draw(std::vector<plot::figure>{}, kept); }) ==
          "plot: panels: expected at least one picture, found none");
}

} // namespace figures_tests
