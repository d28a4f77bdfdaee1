#include <laws/archetypes.hpp>
#include <laws/cell_laws.hpp>
#include <rcim/cell/ideal_cell.hpp>
#include <rcim/cell/multilevel_cell.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("cell laws: ideal_cell") { cell_laws(ideal_cell{}); }

TEST_CASE_TEMPLATE("cell laws: multilevel_cell", C, multilevel_cell<1>, multilevel_cell<2>, multilevel_cell<3>, multilevel_cell<4>,
                   multilevel_cell<5>, multilevel_cell<6>, multilevel_cell<7>, multilevel_cell<8>) {
    cell_laws(C{});
    cell_laws(C{.on_off_ratio = 10.0});
    cell_laws(C{.on_off_ratio = 1.5, .g_on = 2.5e-6});
}

TEST_CASE("cell laws: a cell of the user's") { cell_laws(square_law_cell{}); }
