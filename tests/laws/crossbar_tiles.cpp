#include <laws/archetypes.hpp>
#include <laws/crossbar_laws.hpp>
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/fault/chain.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/update/clipped_on_use.hpp>

using namespace rcim;
using namespace rcim_test;

namespace crossbar_tiles_tests {

// Geometries, fault models, and policies of the user's.

constexpr stuck_at many{.p_stuck_hrs = 0.15f, .p_stuck_lrs = 0.1f};
constexpr auto pairs = design<>{}.with(bit_sliced<16, differential>{}).with(multilevel_cell<2>{});

TEST_CASE("crossbar laws: tiles and faults that follow them") {
    crossbar_laws(pairs.with(geometry<8, 32>{}).with(many));
    crossbar_laws(pairs.with(geometry<dynamic, dynamic>{.rows = 5, .cols = 11}).with(many).with(clipped_on_use<sgd>{}));
    crossbar_laws(pairs.with(chain<stuck_at, stuck_at>{many, many}));
}

TEST_CASE("crossbar laws: policies of the user's") {
    crossbar_laws(design<>{}.with(q3_5{}).with(square_law_cell{}).with(every_nth_stuck{}).with(square_tile{}).with(rare_writes<sign_sgd>{}));
    crossbar_laws(design<>{}.with(bit_sliced<16, symmetric_offset, toward_zero>{}).with(eight_level_adc{}).with(every_nth_stuck{.n = 4}));
}

} // namespace crossbar_tiles_tests
