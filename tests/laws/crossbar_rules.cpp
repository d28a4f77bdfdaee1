#include <laws/crossbar_laws.hpp>
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/clipped_on_write.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/row_write.hpp>
#include <rcim/update/whole_write.hpp>
#include <rcim/update/zeroed_on_use.hpp>

using namespace rcim;
using namespace rcim_test;

namespace crossbar_rules_tests {

// Update rules and roundings.

constexpr stuck_at many{.p_stuck_hrs = 0.15f, .p_stuck_lrs = 0.1f};
constexpr auto pairs = design<>{}.with(bit_sliced<16, differential>{}).with(multilevel_cell<2>{});

TEST_CASE("crossbar laws: rules that clip, zero and gate") {
    crossbar_laws(pairs.with(many).with(clipped_on_use<sgd>{}));
    crossbar_laws(pairs.with(many).with(gated_on_use<sgd>{}));
    crossbar_laws(design<>{}.with(bit_sliced<16, offset>{}).with(multilevel_cell<2>{}).with(many).with(zeroed_on_use<sgd>{}));
    crossbar_laws(design<>{}.with(bit_sliced<8, sign_magnitude>{}).with(many).with(clipped_on_write<sgd>{.theta = 3.0f}));
}

TEST_CASE("crossbar laws: roundings") {
    crossbar_laws(design<>{}.with(bit_sliced<8, differential, nearest>{}).with(multilevel_cell<3>{}).with(many));
    crossbar_laws(design<>{}.with(bit_sliced<8, offset, carried>{}).with(multilevel_cell<2>{}).with(many));
    crossbar_laws(design<>{}.with(bit_sliced<12, sign_magnitude, carried>{}).with(multilevel_cell<2>{}).with(many));
}

TEST_CASE("crossbar laws: rules that write whole lines or everything") {
    crossbar_laws(pairs.with(many).with(geometry<8, 32>{}).with(row_write<gated_on_use<>>{}));
    crossbar_laws(design<>{}.with(bit_sliced<8, offset>{}).with(multilevel_cell<2>{}).with(many).with(whole_write<>{}));
}

} // namespace crossbar_rules_tests
