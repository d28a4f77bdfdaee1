#include <laws/archetypes.hpp>
#include <laws/write_laws.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/clipped_on_write.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/update/zeroed_on_use.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("write laws: offset, plain") {
    write_laws_over_widths<offset>([](float) { return sgd{}; });
}
TEST_CASE("write laws: offset, clipped on write") {
    write_laws_over_widths<offset>([](float theta) { return clipped_on_write<sgd>{.theta = theta}; });
}
TEST_CASE("write laws: offset, clipped on use") {
    write_laws_over_widths<offset>([](float theta) { return clipped_on_use<sgd>{.theta = theta}; });
}
TEST_CASE("write laws: offset, zeroed on use") {
    write_laws_over_widths<offset>([](float theta) { return zeroed_on_use<sgd>{.theta = theta}; });
}
