#include <laws/archetypes.hpp>
#include <laws/mapping_laws.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("encoding laws: offset") { encoding_laws<offset>(); }
TEST_CASE("encoding laws: differential") { encoding_laws<differential>(); }
TEST_CASE("encoding laws: sign_magnitude") { encoding_laws<sign_magnitude>(); }
TEST_CASE("encoding laws: an encoding of the user's") { encoding_laws<symmetric_offset>(); }
