#include <laws/archetypes.hpp>
#include <laws/wire_laws.hpp>
#include <rcim/wire/ideal_wires.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("wire laws: ideal_wires") { wire_laws(ideal_wires{}); }
TEST_CASE("wire laws: wires of the user's") { wire_laws(fading_wires{}); }
