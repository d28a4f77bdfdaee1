// The exact network of wires: numbers from elsewhere (papers, SPICE: ir_drop/ in $RCIM_REFERENCE), limits, symmetries, laws of cells.

#include <laws/wire_laws.hpp>
#include <rcim/wire/ideal_wires.hpp>
#include <rcim/wire/nodal.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

using namespace rcim;
using namespace rcim_test;

namespace nodal_tests {

std::vector<double> transfer_of(const nodal& wire, const std::vector<double>& g, index_t rows, index_t cols) {
    std::vector<double> t(g.size(), 7.0);
    wire.transfer({g.data(), rows, cols}, t);
    return t;
}
std::vector<double> through(const std::vector<double>& transfer, const std::vector<double>& v) {
    std::vector<double> current(transfer.size() / v.size(), 0.0);
    for (std::size_t i = 0; i < transfer.size(); ++i) {
        current[i % current.size()] += transfer[i] * v[i / current.size()];
    }
    return current;
}
/// The largest difference as a share of each number.
double relative(const std::vector<double>& found, const std::vector<double>& expected) {
    REQUIRE(found.size() == expected.size());
    double largest = 0.0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        largest = std::max(largest, found[i] == expected[i] ? 0.0 : std::abs(found[i] - expected[i]) / std::abs(expected[i]));
    }
    return largest;
}
std::vector<double> transposed(const std::vector<double>& g, index_t rows, index_t cols) {
    std::vector<double> turned(g.size());
    for (index_t r = 0; r < rows; ++r) {
        for (index_t c = 0; c < cols; ++c) {
            turned[static_cast<std::size_t>(c * rows + r)] = g[static_cast<std::size_t>(r * cols + c)];
        }
    }
    return turned;
}

double fraction(double factor, index_t n) {
    const volatile double product = factor * static_cast<double>(n);
    return product - std::floor(product);
}

const nodal uneven{.word_line_ohm = 7.0, .bit_line_ohm = 3.0, .driver_ohm = 50.0, .sense_ohm = 20.0};

TEST_CASE("nodal: currents of 2 x 2 and 4 x 4 cells, exact rational solve of PytorX's circuit "
          "(He, Lin, Ewetz, Yuan, Fan, DAC 2019, 10.1145/3316781.3317870)") {
    struct golden {
        double segment_siemens;
        std::vector<double> current;
    };
    // Sources and sense amplifiers through 0.25 S; infinity: no wires and no ends.
    const double none = std::numeric_limits<double>::infinity();
    for (const golden& one : {golden{none, {9.554721428571e-05, 1.668330000000e-04}},
                              golden{0.375, {9.541989628494e-05, 1.665049268786e-04}},
                              golden{0.0357, {9.542009086091e-05, 1.659333915234e-04}},
                              golden{none, {2.859756428571e-04, 4.047852857143e-04, 5.235949285714e-04, 6.424045714286e-04}},
                              golden{0.375, {2.842614386563e-04, 4.012453886232e-04, 5.178665480152e-04, 6.343573569466e-04}},
                              golden{0.0357, {2.833958572744e-04, 3.914092062203e-04, 4.974770473553e-04, 6.039074708806e-04}}}) {
        const auto n = static_cast<index_t>(one.current.size());
        CAPTURE(n);
        CAPTURE(one.segment_siemens);
        const bool ideal = one.segment_siemens == none;
        const nodal wire{.word_line_ohm = 1.0 / one.segment_siemens,
                         .bit_line_ohm = 1.0 / one.segment_siemens,
                         .driver_ohm = ideal ? 0.0 : 4.0,
                         .sense_ohm = ideal ? 0.0 : 4.0};
        std::vector<double> g, v;
        for (index_t i = 0; i < n * n; ++i) {
            g.push_back(333e-9 + (333e-6 - 333e-9) * static_cast<double>(i % 8) / 7.0);
        }
        for (index_t i = 0; i < n; ++i) {
            v.push_back(static_cast<double>(i + 1) / static_cast<double>(n));
        }
        // Thirteen digits are given.
        CHECK(relative(wire_read(wire, {n, n, 1}, g, v).current, one.current) <= 1e-12);
        CHECK(relative(through(transfer_of(wire, g, n, n), v), one.current) <= 1e-12);
    }
}

TEST_CASE("reference numbers: currents of 8 x 8 to 128 x 128 cells, from a nodal solve that agrees with SPICE, to 1e-9") {
    const char* root = std::getenv("RCIM_REFERENCE");
    const std::filesystem::path folder = root == nullptr ? "" : std::filesystem::path(root) / "ir_drop";
    if (root == nullptr || !std::filesystem::is_directory(folder)) {
        MESSAGE("ir_drop/ is not here: set RCIM_REFERENCE to the folder that holds it");
        return;
    }
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string file = entry.path().filename().string();
        if (!file.starts_with("currents_") || !file.ends_with("ohm.csv")) {
            continue;
        }
        ++files;
        INFO(file);
        const index_t n = std::stol(file.substr(9));
        const double ohm = std::stod(file.substr(file.find('_', 9) + 1));
        std::ifstream in(entry.path());
        REQUIRE(in.is_open());
        std::string line;
        std::getline(in, line);
        REQUIRE(line.starts_with("j,ideal_A,exact_A"));
        std::vector<double> ideal, exact;
        while (std::getline(in, line)) {
            std::stringstream cells(line);
            std::string cell;
            std::getline(cells, cell, ',');
            REQUIRE(std::stol(cell) == static_cast<long>(exact.size()));
            std::getline(cells, cell, ',');
            ideal.push_back(std::stod(cell));
            std::getline(cells, cell, ',');
            exact.push_back(std::stod(cell));
        }
        REQUIRE(static_cast<index_t>(exact.size()) == n);

        const drawn_crossbar bar{n, n, 1};
        std::vector<double> g, v;
        for (index_t i = 0; i < n * n; ++i) {
            g.push_back(1.0 / 300000.0 + (1.0 / 3000.0 - 1.0 / 300000.0) * fraction(0.6180339887498949, i + 1));
        }
        for (index_t i = 0; i < n; ++i) {
            v.push_back(0.2 * fraction(0.7548776662466927, i + 1));
        }
        const nodal wire{.word_line_ohm = ohm, .bit_line_ohm = ohm, .driver_ohm = ohm, .sense_ohm = ohm};
        CHECK(relative(wire_read(ideal_wires{}, bar, g, v).current, ideal) <= 1e-12);
        const std::vector<double> cell_by_cell = wire_read(wire, bar, g, v).current;
        CHECK(relative(cell_by_cell, exact) <= 1e-9);
        const std::vector<double> by_transfer = through(transfer_of(wire, g, n, n), v);
        CHECK(relative(by_transfer, exact) <= 1e-9);
        CHECK(relative(by_transfer, cell_by_cell) <= 1e-12);
    }
    CHECK(files >= 6);
}

TEST_CASE("nodal: one cell is three resistances in series, with either end at any corner") {
    for (const drive_side drive : {drive_side::left, drive_side::right}) {
        for (const sense_side sense : {sense_side::bottom, sense_side::top}) {
            const nodal wire{.driver_ohm = 300.0, .sense_ohm = 500.0, .drive = drive, .sense = sense};
            const std::vector<double> g{1e-3};
            CHECK(transfer_of(wire, g, 1, 1)[0] == doctest::Approx(1.0 / 1800.0).epsilon(1e-15));
            const wire_answer read = wire_read(wire, {1, 1, 1}, g, {0.9});
            CHECK(read.current[0] == doctest::Approx(0.9 / 1800.0).epsilon(1e-14));
            CHECK(read.cell_voltage[0] == doctest::Approx(0.5).epsilon(1e-14));
        }
    }
}

TEST_CASE("nodal: without resistance the transfer is the conductances, to the last bit") {
    const nodal wire{.word_line_ohm = 0.0, .bit_line_ohm = 0.0, .driver_ohm = 0.0, .sense_ohm = 0.0};
    for (const auto& [rows, cols] : {std::pair<index_t, index_t>{9, 5}, {5, 9}, {1, 1}, {33, 17}}) {
        const drawn_crossbar bar{rows, cols, 4};
        const std::vector<double> g = bar.conductances(), v = bar.voltages(0), in = bar.injections();
        CHECK(transfer_of(wire, g, rows, cols) == g);
        const wire_answer found = wire_read(wire, bar, g, v, in), expected = wire_read(ideal_wires{}, bar, g, v, in);
        CHECK(apart(found.current, expected.current) <= 1e-14 * largest_of(expected.current)); // two orders of the same sums
        CHECK(found.cell_voltage == expected.cell_voltage);
        const wire_answer bent = wire_read(wire, bar, g, v, in, sinh_law{}), as_bent = wire_read(ideal_wires{}, bar, g, v, in, sinh_law{});
        CHECK(apart(bent.current, as_bent.current) <= 1e-14 * largest_of(as_bent.current));
        CHECK(bent.cell_voltage == as_bent.cell_voltage);
        wire.sensitivities(matrix_view<const double>(g.data(), rows, cols), [&](index_t, matrix_view<const double> s) {
            int broken = 0;
            for (index_t c = 0; c < s.rows; ++c) {
                for (index_t k = 0; k < s.cols; ++k) {
                    broken += s(c, k) == (c == k ? 1.0 : 0.0) ? 0 : 1;
                }
            }
            CHECK(broken == 0);
        });
    }
}

TEST_CASE("nodal: resistances that go to zero go to the array without them") {
    const drawn_crossbar bar{12, 12, 6};
    const std::vector<double> g = bar.conductances();
    for (double nodal::* const which : {&nodal::word_line_ohm, &nodal::bit_line_ohm, &nodal::driver_ohm, &nodal::sense_ohm}) {
        nodal none = uneven;
        none.*which = 0.0;
        const std::vector<double> limit = transfer_of(none, g, 12, 12);
        for (const double ohm : {1e-3, 1e-6, 1e-9, 1e-12, 1e-15, 1e-100, 1e-300}) {
            CAPTURE(ohm);
            nodal some = uneven;
            some.*which = ohm;
            // Cells of at most 1e-4 S, 12 to a line.
            CHECK(apart(transfer_of(some, g, 12, 12), limit) <= (12.0 * 12.0 * 1e-4 * ohm + 1e-14) * largest_of(limit));
        }
    }
}

TEST_CASE("nodal: transfer and currents agree from much less to much more resistance than cells have") {
    for (const auto& [rows, cols] : {std::pair<index_t, index_t>{24, 24}, {40, 7}, {7, 40}, {1, 30}, {30, 1}}) {
        const drawn_crossbar bar{rows, cols, 8};
        std::vector<double> g = bar.conductances();
        for (std::size_t i = 0; i < g.size(); i += 5) {
            g[i] *= 1e-6; // hardly a cell
        }
        const std::vector<double> v = bar.voltages(0);
        for (const double factor : {1e-6, 1.0, 100.0, 1e4}) {
            CAPTURE(factor);
            nodal wire = uneven;
            wire.word_line_ohm *= factor;
            wire.bit_line_ohm *= factor;
            wire.driver_ohm *= factor;
            wire.sense_ohm *= factor;
            CHECK(relative(through(transfer_of(wire, g, rows, cols), v), wire_read(wire, bar, g, v).current) <= 1e-10);
        }
    }
}

TEST_CASE("nodal: reciprocity, and arrays that lie another way") {
    const index_t rows = 13, cols = 21;
    const drawn_crossbar bar{rows, cols, 9};
    const std::vector<double> g = bar.conductances();
    const std::vector<double> t = transfer_of(uneven, g, rows, cols);
    // Driven at the feet and sensed at the drivers: the transposed array, its corner mirrored.
    const nodal swapped{.word_line_ohm = uneven.bit_line_ohm,
                        .bit_line_ohm = uneven.word_line_ohm,
                        .driver_ohm = uneven.sense_ohm,
                        .sense_ohm = uneven.driver_ohm,
                        .drive = drive_side::right,
                        .sense = sense_side::top};
    CHECK(relative(transposed(transfer_of(swapped, transposed(g, rows, cols), cols, rows), cols, rows), t) <= 1e-13);
    // Each answer by the judge too, which turns nothing.
    const std::vector<double> v = drawn_crossbar{cols, rows, 2}.voltages(0);
    CHECK(relative(wire_read(swapped, {cols, rows, 1}, transposed(g, rows, cols), v).current,
                   through(transposed(t, rows, cols), v)) <= 1e-12);

    nodal mirrored = uneven;
    mirrored.drive = drive_side::right;
    mirrored.sense = sense_side::top;
    std::vector<double> turned(g.rbegin(), g.rend()), expected(t.rbegin(), t.rend());
    CHECK(transfer_of(mirrored, turned, rows, cols) == expected);
}

TEST_CASE("nodal: sources give what cells and wires take, segment by segment") {
    const index_t rows = 6, cols = 9;
    const drawn_crossbar bar{rows, cols, 12};
    const std::vector<double> g = bar.conductances(), v = bar.voltages(0);
    for (const bool bent : {false, true}) {
        const wire_answer read = bent ? wire_read(uneven, bar, g, v, {}, sinh_law{}) : wire_read(uneven, bar, g, v);
        std::vector<double> cell(g.size());
        double sources = 0.0, taken = 0.0;
        for (std::size_t i = 0; i < g.size(); ++i) {
            cell[i] = bent ? sinh_law{}.current(g[i], read.cell_voltage[i]) : g[i] * read.cell_voltage[i];
            sources += v[i / static_cast<std::size_t>(cols)] * cell[i];
            taken += cell[i] * read.cell_voltage[i];
        }
        const auto at = [&](index_t r, index_t c) { return cell[static_cast<std::size_t>(r * cols + c)]; };
        for (index_t r = 0; r < rows; ++r) {
            double along = 0.0;
            for (index_t c = cols; c-- > 0;) {
                along += at(r, c);
                taken += along * along * (c == 0 ? uneven.driver_ohm : uneven.word_line_ohm);
            }
        }
        for (index_t c = 0; c < cols; ++c) {
            double down = 0.0;
            for (index_t r = 0; r < rows; ++r) {
                down += at(r, c);
                taken += down * down * (r + 1 == rows ? uneven.sense_ohm : uneven.bit_line_ohm);
            }
            CHECK(down == doctest::Approx(read.current[static_cast<std::size_t>(c)]).epsilon(1e-14));
        }
        CHECK(taken == doctest::Approx(sources).epsilon(1e-12));
    }
}

TEST_CASE("nodal: more resistance never draws more power from fixed sources; a single current may rise") {
    const drawn_crossbar bar{10, 8, 14};
    const std::vector<double> g = bar.conductances();
    std::vector<double> v = bar.voltages(0);
    v[3] = -1.0;
    const auto power = [&](const nodal& wire) {
        const std::vector<double> u = wire_read(wire, bar, g, v).cell_voltage;
        double sum = 0.0;
        for (std::size_t i = 0; i < g.size(); ++i) {
            sum += v[i / 8] * g[i] * u[i];
        }
        return sum;
    };
    for (double nodal::* const which : {&nodal::word_line_ohm, &nodal::bit_line_ohm, &nodal::driver_ohm, &nodal::sense_ohm}) {
        nodal wire = uneven;
        double before = std::numeric_limits<double>::infinity();
        for (const double ohm : {0.0, 0.5, 3.0, 40.0, 1e3}) {
            wire.*which = ohm;
            const double now = power(wire);
            CHECK(now < before);
            before = now;
        }
    }
    // Bit lines of more resistance keep the large cell from loading the word line that the small one shares with it.
    const std::vector<double> uneven_pair{1e-2, 1e-5, 0.0, 0.0};
    const auto second = [&](double ohm) {
        const nodal wire{.word_line_ohm = 0.0, .bit_line_ohm = ohm, .driver_ohm = 100.0, .sense_ohm = 0.0};
        return wire_read(wire, {2, 2, 1}, uneven_pair, {1.0, 0.0}).current[1];
    };
    CHECK(second(100.0) > 1.1 * second(1.0));
}

TEST_CASE("nodal: cells that follow no straight line") {
    // One cell: i = g v0 sinh(u / v0) with u + R i = 1.
    const sinh_law law;
    const nodal one{.driver_ohm = 2e3, .sense_ohm = 1e3};
    const wire_answer read = wire_read(one, {1, 1, 1}, {1e-3}, {1.0}, {}, law);
    CHECK(read.cell_voltage[0] + 3e3 * law.current(1e-3, read.cell_voltage[0]) == doctest::Approx(1.0).epsilon(1e-14));
    // Many, strongly bent, behind much resistance, also where currents at the drivers' voltages would be 1e200 times larger: the equations hold at every cell.
    const drawn_crossbar bar{16, 16, 15};
    const std::vector<double> g = bar.conductances(), v = bar.voltages(0), in = bar.injections();
    for (const double volts : {0.05, 2e-3}) {
        CAPTURE(volts);
        const sinh_law steep{.volts = volts};
        const wire_answer found = wire_read(uneven, bar, g, v, in, steep);
        std::vector<double> chords(g.size());
        for (std::size_t i = 0; i < g.size(); ++i) {
            const double u = found.cell_voltage[i];
            chords[i] = u == 0.0 ? g[i] : steep.current(g[i], u) / u;
        }
        const wire_answer again = wire_read(uneven, bar, chords, v, in);
        CHECK(apart(again.cell_voltage, found.cell_voltage) <= 1e-12);
        CHECK(relative(again.current, found.current) <= 1e-10);
    }
}

/// No law of a cell: its slope has the wrong sign.
struct falling_law {
    [[nodiscard]] double current(double conductance, double v) const { return -conductance * v; }
    [[nodiscard]] double slope(double conductance, double) const { return conductance; }
};
template <class Body>
std::string words_of(Body&& body) {
    try {
        body();
    } catch (const error& e) {
        return e.what();
    }
    return "";
}

TEST_CASE("nodal: errors say what was expected and found") {
    const std::vector<double> g(6, 1e-4);
    std::vector<double> out(6), bad = g, current(3);
    bad[4] = -1e-4;
    const std::vector<double> v{0.1, 0.2};
    CHECK(words_of([&] { nodal{}.transfer({bad.data(), 2, 3}, out); }).find("nodal: conductance of the cell (1, 1): expected") == 0);
    bad[4] = std::numeric_limits<double>::quiet_NaN();
    CHECK(words_of([&] { nodal{}.transfer({bad.data(), 2, 3}, out); }).find("found nan") != std::string::npos);
    CHECK(words_of([&] { nodal{}.transfer({g.data(), 2, 2}, out); }) == "nodal: transfer: expected 4 numbers, found 6");
    CHECK(words_of([&] { nodal{.sense_ohm = -1.0}.transfer({g.data(), 2, 3}, out); }).find("nodal: sense_ohm: expected") == 0);
    CHECK(words_of([&] { nodal{}.currents({.conductance = {g.data(), 3, 2}, .voltage = v, .current = current}, ohmic{}); }) ==
          "nodal: voltage: expected 3 numbers, found 2");
    const nodal far{.driver_ohm = 3e4};
    CHECK(words_of([&] { far.currents({.conductance = {g.data(), 2, 3}, .voltage = v, .current = current}, falling_law{}); })
              .find("nodal: Newton's method: expected a step below") == 0);
    CHECK(describe(nodal{.drive = drive_side::right}).ends_with(".drive = drive_side::right, .sense = sense_side::bottom}"));
}

TEST_CASE("nodal: arrays without rows or without columns") {
    std::vector<double> none;
    for (const auto& [rows, cols] : {std::pair<index_t, index_t>{0, 3}, {3, 0}, {0, 0}}) {
        nodal{}.transfer({none.data(), rows, cols}, none);
        const std::vector<double> v(static_cast<std::size_t>(rows), 1.0);
        std::vector<double> current(static_cast<std::size_t>(cols), 7.0);
        nodal{}.currents({.conductance = {none.data(), rows, cols}, .voltage = v, .current = current}, ohmic{});
        CHECK(current == std::vector<double>(static_cast<std::size_t>(cols), 0.0));
        nodal{}.sensitivities(matrix_view<const double>(none.data(), rows, cols), [](index_t, matrix_view<const double>) {});
    }
}

} // namespace nodal_tests
