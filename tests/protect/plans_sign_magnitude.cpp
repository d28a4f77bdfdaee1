#include <protect/both_plans.hpp>
#include <rcim/convert/lossless_adc.hpp>
#include <rcim/update/clipped_on_use.hpp>

using namespace rcim_test;

TEST_CASE("protect: both plans agree on pairs that are subtracted before the converter") {
    constexpr auto pairs = design<>{}.with(bit_serial_dac<9>{}).with(bit_sliced<8, sign_magnitude>{});
    compare_reads_of(pairs.with(multilevel_cell<4>{}).with(an_code<465>{}).with(sgd{.learning_rate = 0.05f}), 5);
    compare_reads_of(pairs.with(multilevel_cell<2>{}).with(lossless_adc{}).with(an_code<69>{}).with(clipped_on_use<sgd>{.theta = 0.2f}), 6);
}
