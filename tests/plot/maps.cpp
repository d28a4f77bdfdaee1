#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/wear_out.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/plot/crossbar_maps.hpp>
#include <rcim/plot/crossbar_read_maps.hpp>
#include <rcim/plot/run_report.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/wire/nodal.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "../data/scratch.hpp"
#include "hostile.hpp"

using namespace rcim;

namespace maps_tests {

constexpr float none = std::numeric_limits<float>::quiet_NaN();

std::string script_of(const plot::cell_map& m) {
    const plot::picture p = to_picture(m);
    return p.script({0, 0, p.width, p.height, p.width, p.height});
}
bool has(const std::string& script, const std::string& part) {
    return script.find(part) != std::string::npos;
}

/// Wears, in crossbars so small that layers take many, with edge tiles.
auto small_chip() {
    return design<>{}
        .with(multilevel_cell<2>{.on_off_ratio = 50.0f})
        .with(bit_sliced<8, differential>{})
        .with(geometry<16, 20>{})
        .with(wear_out{.mean = 3.0, .sigma = 0.4f, .hrs_share = 0.5f})
        .with(sgd{.learning_rate = 0.2f});
}

TEST_CASE("the script of a map: dots, gaps, outlines, categories") {
    plot::cell_map m{.title = "t",
                     .tiles = {{.row = 0, .col = 0, .rows = 2, .cols = 2, .values = {0, 1, 2, none}},
                               {.row = 1, .col = 1, .rows = 1, .cols = 1, .values = {1}}},
                     .categories = {{"well", plot::pale}, {"it's", plot::blue}, {"gone", plot::vermilion}}};
    const std::string script = script_of(m);
    CHECK(has(
        script,
        "$map << END\n0 1 NaN NaN\n2 NaN NaN NaN\nNaN NaN NaN NaN\nNaN NaN NaN 1\nEND\nplot $map matrix with image notitle\n"));
    CHECK(has(script, "set palette defined (0 '#dcdcdc', 1 '#dcdcdc', 1 '#0072b2', 2 '#0072b2', 2 '#d55e00', 3 '#d55e00')\nset "
                      "cbrange [-0.5:2.5]\n"));
    CHECK(has(script, "set object rectangle from -0.5,-0.5 to 1.5,1.5 front"));
    CHECK(has(script, "set object rectangle from 2.5,2.5 to 3.5,3.5 front"));
    CHECK(has(script, "set label 'it''s' at screen "));
    m.tiles[0].values[0] = 3;
    CHECK(error_of([&] { script_of(m); }) == "plot: cell (0, 0) of map 't': expected a category below 3, found 3");
}

TEST_CASE("a map with more cells than dots shows means and shares") {
    plot::map_tile tile{.rows = 4, .cols = 6};
    for (int i = 0; i < 24; ++i) {
        tile.values.push_back(static_cast<float>(i));
    }
    plot::cell_map m{.title = "t", .value = "v", .tiles = {tile}, .most_dots = 3};
    CHECK(has(script_of(m), "$map << END\n3.5 5.5 7.5\n15.5 17.5 19.5\nEND\n"));
    CHECK(has(script_of(m), "set cbrange [3.5:19.5]\nset cblabel 'v'"));
    for (float& value : m.tiles[0].values) {
        value = value < 3 ? 1.0f : 0.0f;
    }
    m.tiles[0].values[3] = none;
    m.categories = {{"well", plot::pale}, {"ill", plot::blue}};
    CHECK(has(script_of(m), "$map << END\n50 33.3333 0\n0 0 0\nEND\n"));
    CHECK(has(script_of(m), "set cblabel 'not well (%)'"));
}

TEST_CASE("maps that cannot be are refused by name") {
    CHECK(error_of([] { script_of({.title = "t"}); }) == "plot: map 't': expected at least one crossbar, found none");
    CHECK(error_of([] {
              script_of({.title = "t", .tiles = {{.rows = 2, .cols = 2, .values = {1, 2, 3}}}});
          }) == "plot: crossbar (0, 0) of map 't': expected a place from (0, 0) on, and a value for each of at least one cell, "
                "found 3 values for 2 x 2");
    CHECK(error_of([] { script_of({.title = "t", .tiles = {{.rows = 1, .cols = 1, .values = {none}}}}); }) ==
          "plot: map 't': expected at least one cell with a value, found none");
}

TEST_CASE("stuck cells of a map, crossbar by crossbar") {
    fault_map map;
    map.add({3, 0, 0, 0}, 2, 3).at(0, 0) = 0;
    map.add({3, 0, 0, 1}, 2, 3).at(1, 2) = 3;
    map.add({3, 1, 0, 0}, 2, 3).at(0, 1) = 1;
    map.add({3, 1, 0, 1}, 2, 3);
    const plot::cell_map m = plot::fault_cells(map, 3);
    REQUIRE(m.tiles.size() == 4);
    CHECK(m.col_names == std::vector<std::string>{"plus 0", "minus 0"}); // higher than wide: arrays side by side
    CHECK(m.tiles[0].values == std::vector<float>{1, 0, 0, 0, 0, 0});    // HRS
    CHECK(m.tiles[1].values == std::vector<float>{0, 3, 0, 0, 0, 0});    // between
    CHECK(m.tiles[2].values == std::vector<float>{0, 0, 0, 0, 0, 2});    // LRS
    CHECK(m.tiles[2].col == 1);
    CHECK(m.categories.size() == 4);
    CHECK(plot::fault_cells(map, 3, {}, 8).tiles[2].values[5] == 3.0f); // level 3 of 8
    const plot::cell_map one = plot::fault_cells(map, 3, {.array = 1, .row_tile = 1, .col_tile = 0});
    CHECK(one.tiles.size() == 1);
    CHECK(one.x_label == "bit line");
    CHECK(error_of([&] { (void)plot::fault_cells(map, 1); }) ==
          "plot: map 'stuck cells of layer 1': expected a layer of the fault map, found 4 crossbars of others");
    CHECK(error_of([&] { (void)plot::fault_cells(map, 3, {.row_tile = 2}); }) ==
          "plot: map 'stuck cells of layer 3': expected a crossbar within 2 x 1 in 2 arrays, found (2, -1) of array -1");
    map.add({3, 0, 2, 0}, 2, 3);
    CHECK(error_of([&] { (void)plot::fault_cells(map, 3); }) ==
          "plot: map 'stuck cells of layer 3': expected layer 3, tile (0, 1), array 0, found none");
}

TEST_CASE("maps of a trained network are those of its cells") {
    const auto chip = small_chip();
    network net({1, 6, 6}, 5);
    net.emplace<dense<decltype(small_chip())>>(chip, dense_options{.in = 36, .out = 11}, 5u, 0u);
    net.emplace<relu>();
    auto& last = net.emplace<dense<decltype(small_chip())>>(chip, dense_options{.in = 11, .out = 10}, 5u, 1u);
    dataset data = procedural_digits({.train = 128, .test = 32});
    for (image_set* const set : {&data.train, &data.test}) { // the middle of the images
        std::vector<std::uint8_t> pixels;
        for (index_t n = 0; n < set->size(); ++n) {
            for (index_t y = 11; y < 17; ++y) {
                for (index_t x = 11; x < 17; ++x) {
                    pixels.push_back(set->images[static_cast<std::size_t>((n * 28 + y) * 28 + x)]);
                }
            }
        }
        set->images = pixels;
        set->shape = {1, 6, 6};
    }
    event_ledger events;
    const training_record record = fit(net, data, {.epochs = 2, .batch = 16, .events = &events});
    const std::vector<plot::layer_crossbars> layers = plot::crossbars_of(net);
    REQUIRE(layers.size() == 2);
    CHECK(layers[0].name == "0 dense 11 x 36");
    CHECK(layers[1].name == "2 dense 10 x 11");
    CHECK(layers[1].place == 1);
    CHECK(layers[0].arrays == 2);

    // Stuck cells: as many as the census says, and none where there is no weight.
    std::uint64_t stuck = 0, cells = 0;
    for (const plot::layer_crossbars& l : layers) {
        for (const plot::map_tile& tile : plot::fault_cells(l, {}, 4).tiles) {
            for (const float value : tile.values) {
                cells += std::isnan(value) ? 0 : 1;
                stuck += value > 0.0f ? 1 : 0;
            }
        }
    }
    CHECK(stuck == net.census().stuck);
    CHECK(stuck > 50);
    CHECK(cells == net.census().cells);

    // Conductances and writes, cell by cell.
    const auto& array = last.array();
    const plot::cell_map siemens = plot::conductances(array), writes = plot::written_cells(array);
    const tiling& t = array.tiles();
    REQUIRE(t.col_tiles == 2);
    double written = 0.0;
    for (std::size_t n = 0; n < siemens.tiles.size(); ++n) {
        const auto a = static_cast<int>(n) / static_cast<int>(t.tiles());
        const index_t c = static_cast<index_t>(n) % t.col_tiles, r = static_cast<index_t>(n) / t.col_tiles % t.row_tiles;
        for (index_t i = 0; i < t.rows_in(r); ++i) {
            for (index_t k = 0; k < t.weights_in(c) * t.slices; ++k) {
                const auto at = static_cast<std::size_t>(i * 20 + k);
                const index_t o = c * t.weights_per_row + k / t.slices;
                CHECK(siemens.tiles[n].values[at] ==
                      doctest::Approx(1e6 * array.conductance(a, o, r * t.rows + i, static_cast<int>(k % t.slices))));
                const float count = writes.tiles[n].values[at];
                CHECK(count >= 0.0f);
                written += static_cast<double>(count);
                // A cell with no writes left is one that is stuck now.
                const bool worn = array.writes_left(a, o, r * t.rows + i, static_cast<int>(k % t.slices)) == 0;
                CHECK(worn == (layers[1]
                                   .faults
                                   .find({1, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(c),
                                          static_cast<std::uint32_t>(a)})
                                   ->at(i, k) != healthy));
            }
        }
        CHECK(std::isnan(siemens.tiles[n].values.back()));
    }
    CHECK(written > 100.0);

    // Word lines: what the ledger counted, in all strips once.
    const std::vector<plot::cell_map> lines = plot::written_lines(net, events);
    REQUIRE(lines.size() == 2);
    for (std::size_t l = 0; l < 2; ++l) {
        double sum = 0.0;
        for (const plot::map_tile& tile : lines[l].tiles) {
            sum += std::accumulate(tile.values.begin(), tile.values.end(), 0.0) / static_cast<double>(tile.cols);
        }
        CHECK(sum == doctest::Approx(static_cast<double>(events.layers()[l].weight_lines.total())));
        CHECK(sum > 0.0);
    }
    CHECK(error_of([&] { (void)plot::written_lines(line_wear{.writes = std::vector<std::uint32_t>(5)}, t, "t"); }) ==
          "plot: map 't': expected writes of 22 word lines in each array, found 5");

    CHECK(plot::level_histogram(array, "t").counts.size() == 4);
    const auto counts = plot::level_histogram(array, "t").counts;
    CHECK(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}) == static_cast<std::uint64_t>(11 * 10 * 4 * 2));
    CHECK(error_of([&] { (void)plot::weight_histogram(net[1], "t"); }) ==
          "plot: histogram 't': expected a layer with weights, found relu");

    const plot::html_table table = plot::fault_counts_of(layers, 4);
    CHECK(table.rows.back()[0] == "all");
    CHECK(table.rows.back()[2] == text(cells));
    CHECK(std::stoul(table.rows.back()[3]) + std::stoul(table.rows.back()[4]) == stuck);

    if (!can_draw()) {
        return;
    }
    const scratch here;
    plot::cell_map named = plot::fault_cells(layers[0]);
    named.title = named.x_label = named.categories[0].name = hostile;
    plot::draw(named, here / "a.png");
    CHECK(read_plain(here / "a.png").size() > 1000);

    plot::run_report report = plot::report_of(net, record, hostile, &events, 4);
    report.design = describe(chip);
    report.axes = plot::axes_of(chip);
    report.notes.push_back(plot::note_on_plan(chip));
    const auto page_file = here.file("report.html", {1, 2});
    plot::write_html_report(page_file, report);
    const bytes read = read_plain(page_file);
    const std::string page(read.begin(), read.end());
    CHECK(page.starts_with("<!DOCTYPE html>\n"));
    CHECK(page.ends_with("</html>\n"));
    CHECK(has(page, "<title>" + plot::escaped(hostile) + "</title>"));
    CHECK_FALSE(has(page, "<script"));
    CHECK_FALSE(has(page, "://"));
    CHECK(has(page, "\n    .with(geometry&lt;16, 20&gt;"));
    CHECK(has(page, "folded plan"));
    for (const char* const pair : {"section", "figure", "svg", "table", "details", "main", "div"}) {
        const auto count = [&](const std::string& tag) {
            std::size_t n = 0;
            for (std::size_t at = 0; (at = page.find(tag, at)) != std::string::npos; ++at) {
                n += page[at + tag.size()] == ' ' || page[at + tag.size()] == '>' || page[at + tag.size()] == '\n' ? 1 : 0;
            }
            return n;
        };
        CHECK_MESSAGE(count(text("<", pair)) == count(text("</", pair)), pair);
        CHECK(count(text("<", pair)) > 0);
    }
    CHECK(error_of([&] { (void)plot::html_report({.title = " \n"}); }) == "html_report: title: expected some text, found none");
    const std::string nowhere = (here / "no folder/a.html").string();
    CHECK(error_of([&] { plot::write_html_report(nowhere, report); }) ==
          "write_file: " + nowhere + ": expected a folder to write in, found No such file or directory");
    const path_of_programs nothing(here.folder.string());
    CHECK(error_of([&] { plot::write_html_report(page_file, report); }) ==
          "plot: gnuplot: expected a program of this name; try apt-get install gnuplot-nox, found none");
    CHECK(read_plain(page_file) == read);
}

TEST_CASE("a crossbar that is read: voltages and currents are those of its wires") {
    const auto chip = design<>{}
                          .with(multilevel_cell<2>{.on_off_ratio = 50.0f})
                          .with(bit_sliced<8, differential>{})
                          .with(geometry<16, 20>{})
                          .with(nodal{.sense_ohm = 7.0});
    crossbar_array<std::remove_const_t<decltype(chip)>, plan::reference> array(chip, 20, 9, 3, 2);
    std::vector<float> w(20 * 9);
    for (std::size_t i = 0; i < w.size(); ++i) {
        w[i] = 0.01f * static_cast<float>(i) - 0.9f;
    }
    array.program({w.data(), 9, 20});
    const std::array drive{0.3};
    const plot::solved_crossbar s = plot::solve_crossbar(array, {.row_tile = 1, .col_tile = 1, .array = 1}, drive);
    CHECK(s.rows == 16);
    CHECK(s.cols == 20);
    for (index_t c = 0; c < 20; ++c) {
        double sum = 0.0, ideal = 0.0;
        for (index_t r = 0; r < 16; ++r) {
            const bool used = r < 4 && c < 16; // 20 inputs, 9 outputs in tiles of 16 x 5
            const double g =
                used ? array.conductance(1, 5 + c / 4, 16 + r, static_cast<int>(c % 4)) : chip.cell.conductance(0, 4);
            const auto cell = static_cast<std::size_t>(r * 20 + c);
            CHECK(s.cell_current[cell] == doctest::Approx(g * s.cell_voltage[cell]));
            CHECK(s.cell_voltage[cell] < 0.3);
            sum += s.cell_current[cell];
            ideal += g * 0.3;
        }
        CHECK(s.current[static_cast<std::size_t>(c)] == doctest::Approx(sum)); // Kirchhoff
        CHECK(s.ideal[static_cast<std::size_t>(c)] == doctest::Approx(ideal));
    }
    CHECK(plot::lost_voltages(s).tiles[0].values[5] == doctest::Approx(1e3 * (0.3 - s.cell_voltage[5])));
    CHECK(plot::cell_currents(s).tiles[0].values[5] == doctest::Approx(1e6 * s.cell_current[5]));
    CHECK(plot::column_currents(s).curves[1].y[3] == doctest::Approx(1e6 * s.current[3]));
    CHECK(error_of([&] { (void)plot::solve_crossbar(array, {.row_tile = 2}, drive); }) ==
          "plot: solve_crossbar: expected a crossbar within 2 x 2 of 2 arrays, found layer 0, tile (2, 0), array 0");
    CHECK(error_of([&] { (void)plot::solve_crossbar(array, {}, std::vector<double>(3)); }) ==
          "plot: voltages of word lines: expected 1 or 16, found 3");
}

TEST_CASE("curves of a record and of repetitions, energy in a fitting unit") {
    training_record record;
    record.epochs = {{.epoch = 0, .loss = 2.0, .train_accuracy = 0.5, .test_accuracy = 0.25},
                     {.epoch = 1, .loss = 1.0, .train_accuracy = 0.75}};
    const plot::figure f = plot::learning_curves(record, "t");
    REQUIRE(f.curves.size() == 3);
    CHECK(f.curves[0].y == std::vector<double>{50, 75});
    CHECK(f.curves[1].x == std::vector<double>{1}); // the second epoch was not evaluated
    CHECK(f.curves[2].right);

    const plot::curve c = plot::curve_of("t", {1, 2, 3}, {{1, 3, 5}, {4, std::nan("")}, {}});
    CHECK(c.y[0] == 3.0);
    CHECK(c.low[0] == 1.0);
    CHECK(c.high[0] == 5.0);
    CHECK(c.y[1] == 4.0);
    CHECK(std::isnan(c.y[2]));
    CHECK(error_of([] { (void)plot::curve_of("t", {1}, {}); }) ==
          "plot: curve 't': expected 1 lists of repetitions, as many as values, found 0");

    cost_report cost{.table = "t"};
    cost.layers.resize(1);
    cost.layers[0].name = "conv2d 6 x 1, stride 1";
    cost.layers[0].energy_pj[0][2] = 2.5e9;
    cost.layers[0].energy_pj[1][0] = 1.0e9;
    cost.standing_pj = 5.0e8;
    const plot::bars stages = plot::energy_by_stage(cost);
    CHECK(stages.y_label == "energy (mJ)");
    REQUIRE(stages.parts.size() == 3);
    CHECK(stages.parts[0].title == "array read");
    CHECK(stages.parts[0].heights == std::vector<double>{0, 1, 0, 0, 0, 0});
    CHECK(stages.parts[1].heights == std::vector<double>{2.5, 0, 0, 0, 0, 0});
    CHECK(stages.parts[2].heights == std::vector<double>{0, 0, 0, 0, 0, 0.5});
    CHECK(stages.names.back() == "all the time");
    CHECK(plot::energy_by_layer(cost).names == std::vector<std::string>{"conv2d 6 x 1"});
    CHECK(plot::detail::energy_unit(999.0).name == std::string("pJ"));
    CHECK(plot::detail::energy_unit(1000.0).name == std::string("nJ"));
}

} // namespace maps_tests
