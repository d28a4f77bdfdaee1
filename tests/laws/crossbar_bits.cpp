#include <laws/crossbar_laws.hpp>
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>

using namespace rcim;
using namespace rcim_test;

// Encodings, widths of weights and of cells, over many stuck cells.

namespace crossbar_bits_tests {

constexpr stuck_at many{.p_stuck_hrs = 0.15f, .p_stuck_lrs = 0.1f};

TEST_CASE("crossbar laws: offset on cells of all widths") {
    crossbar_laws(design<>{}.with(bit_sliced<16, offset>{}).with(many));
    crossbar_laws(design<>{}.with(bit_sliced<2, offset>{}).with(multilevel_cell<1>{}).with(many));
    crossbar_laws(design<>{}.with(bit_sliced<16, offset>{}).with(multilevel_cell<3>{}).with(many));
    crossbar_laws(design<>{}.with(bit_sliced<12, offset>{}).with(multilevel_cell<5>{.on_off_ratio = 20.0}).with(many));
}

TEST_CASE("crossbar laws: differential on cells of all widths") {
    crossbar_laws(design<>{}.with(bit_sliced<8, differential>{}).with(many));
    crossbar_laws(design<>{}.with(bit_sliced<16, differential>{}).with(multilevel_cell<2>{}).with(many));
    crossbar_laws(design<>{}.with(bit_sliced<4, differential>{}).with(multilevel_cell<4>{}).with(many));
    crossbar_laws(design<>{}.with(bit_sliced<16, differential>{}).with(multilevel_cell<8>{}).with(many));
}

} // namespace crossbar_bits_tests
