#include <protect/both_plans.hpp>
#include <rcim/update/clipped_on_use.hpp>

using namespace rcim_test;

TEST_CASE("protect: both plans agree on offset words") {
    constexpr auto words = design<>{}.with(bit_serial_dac<12>{}).with(multilevel_cell<2>{});
    compare_reads_of(words.with(bit_sliced<16, offset>{}).with(an_code<119>{}).with(sgd{.learning_rate = 0.01f}), 3);
    compare_reads_of(words.with(bit_sliced<8, offset>{}).with(an_code<69>{.zeroes = false}).with(clipped_on_use<sgd>{.theta = 0.3f}), 4);
}
