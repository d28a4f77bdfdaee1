#include <laws/archetypes.hpp>
#include <laws/write_laws.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/clipped_on_write.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/update/zeroed_on_use.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("write laws: differential, plain") {
    write_laws_over_widths<differential>([](float) { return sgd{}; });
}
TEST_CASE("write laws: differential, clipped on write") {
    write_laws_over_widths<differential>([](float theta) { return clipped_on_write<sgd>{.theta = theta}; });
}
TEST_CASE("write laws: differential, clipped on use") {
    write_laws_over_widths<differential>([](float theta) { return clipped_on_use<sgd>{.theta = theta}; });
}
TEST_CASE("write laws: differential, zeroed on use") {
    write_laws_over_widths<differential>([](float theta) { return zeroed_on_use<sgd>{.theta = theta}; });
}
TEST_CASE("write laws: differential, gated on use") {
    write_laws_over_widths<differential>([](float theta) { return gated_on_use<sgd>{.theta = theta}; });
}
TEST_CASE("write laws: differential, clipped around gated, and wrappers of the user's") {
    write_laws_over_widths<differential>([](float theta) {
        return clipped_on_use<gated_on_use<rare_writes<>>>{.theta = theta, .inner = {.theta = theta}};
    });
}
