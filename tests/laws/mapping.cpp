#include <laws/archetypes.hpp>
#include <laws/mapping_laws.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/direct.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/rounding.hpp>
#include <rcim/mapping/sign_magnitude.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE_TEMPLATE("rounding laws", R, nearest, stochastic, carried, toward_zero) { rounding_laws<R>(); }

TEST_CASE("map laws: direct") { map_laws(direct{}); }

TEST_CASE_TEMPLATE("map laws: bit_sliced", E, offset, differential, sign_magnitude, symmetric_offset) {
    map_laws(bit_sliced<2, E>{});
    map_laws(bit_sliced<8, E, nearest>{});
    map_laws(bit_sliced<12, E>{.scale = 0.5f});
    map_laws(bit_sliced<16, E>{.fraction_bits = 15, .scale = 3.0f});
    map_laws(bit_sliced<20, E>{.fraction_bits = -2});
}

TEST_CASE("map laws: a mapping of the user's") { map_laws(q3_5{}); }
