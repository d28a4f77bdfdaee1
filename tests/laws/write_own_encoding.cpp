#include <laws/archetypes.hpp>
#include <laws/write_laws.hpp>
#include <rcim/update/clipped_on_use.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("write laws: an encoding of the user's") {
    write_laws_over_widths<symmetric_offset>([](float) { return sign_sgd{}; });
    write_laws_over_widths<symmetric_offset>([](float theta) { return clipped_on_use<sign_sgd>{.theta = theta}; });
}
