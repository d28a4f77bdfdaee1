#include <laws/archetypes.hpp>
#include <laws/crossbar_laws.hpp>
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>

using namespace rcim;
using namespace rcim_test;

// Encodings, widths of weights and of cells, over many stuck cells.

namespace crossbar_more_bits_tests {

constexpr stuck_at many{.p_stuck_hrs = 0.15f, .p_stuck_lrs = 0.1f};

TEST_CASE("crossbar laws: sign_magnitude on cells of all widths") {
    crossbar_laws(design<>{}.with(bit_sliced<12, sign_magnitude>{}).with(many));
    crossbar_laws(design<>{}.with(bit_sliced<8, sign_magnitude>{}).with(multilevel_cell<1>{}).with(many));
    crossbar_laws(design<>{}.with(bit_sliced<16, sign_magnitude>{}).with(multilevel_cell<5>{}).with(many));
}

TEST_CASE("crossbar laws: healthy cells give back what is programmed") {
    programming_law(design<>{}.with(bit_sliced<16, offset>{}));
    programming_law(design<>{}.with(bit_sliced<16, differential>{}).with(multilevel_cell<3>{}));
    programming_law(design<>{}.with(bit_sliced<4, sign_magnitude>{}).with(multilevel_cell<2>{}));
    programming_law(design<>{}.with(q3_5{}).with(square_law_cell{}));
}

} // namespace crossbar_more_bits_tests
