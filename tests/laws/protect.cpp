#include <laws/archetypes.hpp>
#include <laws/protect_laws.hpp>
#include <rcim/protect/no_protection.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("protect laws: no_protection") { CHECK(protect_laws(no_protection{}) == 0); }
TEST_CASE("protect laws: a protection of the user's") { CHECK(protect_laws(bounded_sums{}) > 1000); }
