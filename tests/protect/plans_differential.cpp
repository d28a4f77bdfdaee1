#include <protect/both_plans.hpp>
#include <rcim/update/clipped_on_use.hpp>

using namespace rcim_test;

TEST_CASE("protect: both plans agree on differential pairs") {
    constexpr auto pairs = design<>{}.with(bit_serial_dac<16>{}).with(sgd{.learning_rate = 0.01f});
    compare_reads_of(pairs.with(multilevel_cell<2>{}).with(bit_sliced<16, differential>{}).with(an_code<119>{}), 1);
    compare_reads_of(pairs.with(multilevel_cell<1>{}).with(bit_sliced<8, differential>{}).with(an_code<29>{.zeroes = false}), 2);
}

TEST_CASE("protect: both plans agree where words are clipped") {
    compare_reads_of(design<>{}
                         .with(bit_serial_dac<16>{})
                         .with(multilevel_cell<2>{})
                         .with(bit_sliced<16, differential>{})
                         .with(an_code<119>{})
                         .with(clipped_on_use<sgd>{.theta = 0.1f, .inner = {.learning_rate = 0.01f}}),
                     7);
}
