#include <laws/wire_laws.hpp>
#include <rcim/wire/first_order.hpp>
#include <rcim/wire/nodal.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace rcim;
using namespace rcim_test;

namespace first_order_tests {

template <class W>
std::vector<double> transfer_of(const W& wire, const std::vector<double>& g, index_t rows, index_t cols) {
    std::vector<double> t(g.size(), 7.0);
    wire.transfer({g.data(), rows, cols}, t);
    return t;
}
nodal exact(const first_order& w) {
    return {.word_line_ohm = w.word_line_ohm,
            .bit_line_ohm = w.bit_line_ohm,
            .driver_ohm = w.driver_ohm,
            .sense_ohm = w.sense_ohm,
            .drive = w.drive,
            .sense = w.sense};
}
first_order times(first_order w, double factor) {
    w.word_line_ohm *= factor;
    w.bit_line_ohm *= factor;
    w.driver_ohm *= factor;
    w.sense_ohm *= factor;
    return w;
}

TEST_CASE("first_order: what it leaves out falls with the square of the resistances") {
    for (const drive_side drive : {drive_side::left, drive_side::right}) {
        for (const sense_side sense : {sense_side::bottom, sense_side::top}) {
            const drawn_crossbar bar{14, 19, 5};
            const std::vector<double> g = bar.conductances(), v = bar.voltages(0), in = bar.injections();
            const first_order whole{
                .word_line_ohm = 3.0, .bit_line_ohm = 2.0, .driver_ohm = 9.0, .sense_ohm = 5.0, .drive = drive, .sense = sense};
            const auto off = [&](double factor) {
                const first_order wire = times(whole, factor);
                return apart(transfer_of(wire, g, 14, 19), transfer_of(exact(wire), g, 14, 19)) / largest_of(g);
            };
            const auto read_off = [&](double factor, bool cells) {
                const first_order wire = times(whole, factor);
                const wire_answer a = wire_read(wire, bar, g, v, in), b = wire_read(exact(wire), bar, g, v, in);
                return cells ? apart(a.cell_voltage, b.cell_voltage) : apart(a.current, b.current) / largest_of(b.current);
            };
            CHECK(off(1.0) < 1e-3);
            CHECK(off(0.1) < 0.015 * off(1.0));
            CHECK(read_off(0.1, false) < 0.015 * read_off(1.0, false));
            CHECK(read_off(0.1, true) < 0.015 * read_off(1.0, true));
        }
    }
}

TEST_CASE("first_order: exact for one cell, and where word lines or bit lines have no resistance") {
    const first_order one{.driver_ohm = 300.0, .sense_ohm = 500.0};
    CHECK(transfer_of(one, {1e-3}, 1, 1)[0] == doctest::Approx(1.0 / 1800.0).epsilon(1e-15));
    const drawn_crossbar bar{11, 17, 6};
    const std::vector<double> g = bar.conductances(), v = bar.voltages(0), in = bar.injections();
    for (const first_order& wire : {first_order{.word_line_ohm = 0.0, .bit_line_ohm = 90.0, .driver_ohm = 0.0},
                                    first_order{.word_line_ohm = 90.0, .bit_line_ohm = 0.0, .sense_ohm = 0.0}}) {
        const std::vector<double> expected = transfer_of(exact(wire), g, 11, 17);
        CHECK(apart(transfer_of(wire, g, 11, 17), expected) <= 1e-14 * largest_of(expected));
        const wire_answer a = wire_read(wire, bar, g, v, in), b = wire_read(exact(wire), bar, g, v, in);
        CHECK(apart(a.current, b.current) <= 1e-13 * largest_of(b.current));
        CHECK(apart(a.cell_voltage, b.cell_voltage) <= 1e-13);
    }
    const first_order none{.word_line_ohm = 0.0, .bit_line_ohm = 0.0, .driver_ohm = 0.0, .sense_ohm = 0.0};
    CHECK(transfer_of(none, g, 11, 17) == g);
}

TEST_CASE("first_order: cells that follow no straight line count as their chords") {
    const drawn_crossbar bar{6, 7, 7};
    const std::vector<double> g = bar.conductances();
    std::vector<double> v = bar.voltages(0), chords = g;
    v[2] = 0.0;
    for (std::size_t i = 0; i < g.size(); ++i) {
        const double u = v[i / 7];
        chords[i] = u == 0.0 ? g[i] : sinh_law{}.current(g[i], u) / u;
    }
    CHECK(wire_read(first_order{}, bar, g, v, {}, sinh_law{}).current == wire_read(first_order{}, bar, chords, v).current);
}

TEST_CASE("first_order: lines that let nothing through") {
    const std::vector<double> g(16 * 16, 1.0);
    const std::vector<double> t = transfer_of(first_order{.word_line_ohm = 1e12, .bit_line_ohm = 1e12}, g, 16, 16);
    CHECK(std::all_of(t.begin(), t.end(), [](double x) { return x >= 0.0 && x <= 1.0; }));
    CHECK(t[15] < 1e-180);
}

} // namespace first_order_tests
