#include <laws/archetypes.hpp>
#include <laws/geometry_laws.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("geometry laws: unbounded") { geometry_laws(unbounded{}); }

TEST_CASE("geometry laws: static extents") {
    geometry_laws(geometry<128, 128>{});
    geometry_laws(geometry<16, 24>{});
    geometry_laws(geometry<1, 1>{});
    geometry_laws(geometry<25, 5>{});
}

TEST_CASE("geometry laws: a geometry of the user's") {
    geometry_laws(square_tile{});
    geometry_laws(square_tile{.side = 9});
}

TEST_CASE("geometry laws: dynamic extents") {
    for (const index_t rows : {1, 24, 200}) {
        geometry_laws(geometry<dynamic, 32>{.rows = rows});
        geometry_laws(geometry<32, dynamic>{.cols = rows});
        geometry_laws(geometry<dynamic, dynamic>{.rows = rows, .cols = 17});
    }
}
