#include <laws/archetypes.hpp>
#include <laws/wire_laws.hpp>
#include <rcim/wire/first_order.hpp>
#include <rcim/wire/ideal_wires.hpp>
#include <rcim/wire/nodal.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("wire laws: ideal_wires") { wire_laws(ideal_wires{}); }
TEST_CASE("wire laws: nodal") {
    wire_laws(nodal{});
    wire_laws(nodal{.word_line_ohm = 30.0, .bit_line_ohm = 5.0, .driver_ohm = 100.0, .sense_ohm = 20.0});
    wire_laws(nodal{.drive = drive_side::right, .sense = sense_side::top});
    wire_laws(nodal{.word_line_ohm = 0.0, .bit_line_ohm = 0.0, .driver_ohm = 0.0, .sense_ohm = 0.0});
    wire_laws(nodal{.word_line_ohm = 0.0, .driver_ohm = 0.0, .sense = sense_side::top});
    wire_laws(nodal{.bit_line_ohm = 0.0, .sense_ohm = 0.0, .drive = drive_side::right});
    wire_laws(nodal{.bit_line_ohm = 0.0, .driver_ohm = 0.0});
}
TEST_CASE("wire laws: first_order") {
    wire_laws(first_order{});
    wire_laws(first_order{.word_line_ohm = 30.0, .bit_line_ohm = 5.0, .driver_ohm = 100.0, .sense_ohm = 20.0});
    wire_laws(first_order{.drive = drive_side::right, .sense = sense_side::top});
    wire_laws(first_order{.word_line_ohm = 0.0, .bit_line_ohm = 0.0, .driver_ohm = 0.0, .sense_ohm = 0.0});
}
TEST_CASE("wire laws: wires of the user's") { wire_laws(fading_wires{}); }
