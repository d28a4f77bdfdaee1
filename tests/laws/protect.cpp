#include <laws/archetypes.hpp>
#include <laws/protect_laws.hpp>
#include <rcim/protect/an_code.hpp>
#include <rcim/protect/no_protection.hpp>
#include <rcim/protect/stuck_compensation.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("protect laws: no_protection") { CHECK(protect_laws(no_protection{}) == 0); }
TEST_CASE("protect laws: stuck_compensation") { CHECK(protect_laws(stuck_compensation{}) == 0); }
TEST_CASE("protect laws: a protection of the user's") { CHECK(protect_laws(bounded_sums{}) > 1000); }

TEST_CASE("protect laws: an_code") {
    CHECK(protect_laws(an_code<119>{}) == 2000); // all but zero
    for (const bool zeroes : {true, false}) {
        arithmetic_code_laws(an_code<119>{.zeroes = zeroes}, 16, 2);
        arithmetic_code_laws(an_code<47>{.zeroes = zeroes}, 16, 1);
        arithmetic_code_laws(an_code<69>{.zeroes = zeroes}, 8, 2);
        arithmetic_code_laws(an_code<465>{.zeroes = zeroes}, 8, 4);
    }
}
