#include <rcim/cell/cycle_variation.hpp>
#include <rcim/cell/device_variation.hpp>
#include <rcim/cell/drifting.hpp>
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/pulse_presets.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/chain.hpp>
#include <rcim/fault/wear_out.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/update/accumulated_rows.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/row_write.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/update/threshold_training.hpp>
#include <rcim/update/whole_write.hpp>

#include <crossbar/both_plans.hpp>
#include <doctest/doctest.h>

// Rules that elide writes and grains of writes: codes, conductances, wear and events are the same in both plans.

using namespace rcim_test;
using namespace rcim;

namespace plans_grains_tests {

constexpr design<> ideal{};
constexpr sgd plain{.learning_rate = 1.0f};
using cell2 = multilevel_cell<2>;
constexpr auto exact = ideal.with(cell2{});

template <class Design>
void compare_worn_plans(const Design& chip, std::uint64_t seed) {
    const auto worn =
        chip.with(geometry<8, 24>{}).with(chain<stuck_at, wear_out>{stuck_at{0.05f, 0.05f}, wear_out{.mean = 5.0, .sigma = 0.3f}});
    using design_type = std::remove_const_t<decltype(worn)>;
    array_of<design_type, plan::folded> folded(worn, 19, 9, seed, 3);
    array_of<design_type, plan::reference> reference(worn, 19, 9, seed, 3);
    compare_plans(folded, reference, describe(worn), seed, true);
}

TEST_CASE("both plans write the same: rules that elide") {
    compare_plans_of(exact.with(bit_sliced<8, offset>{}).with(threshold_training<>{.theta = 0.3f, .inner = plain}), 3000);
    compare_plans_of(exact.with(bit_sliced<8, differential>{}).with(accumulated_rows<>{.codes = 1.5f, .inner = plain}), 3010, true);
    compare_plans_of(exact.with(bit_sliced<16, sign_magnitude>{})
                         .with(row_write<accumulated_rows<>>{{.relative = 0.5f, .whole_crossbars = true, .inner = plain}}),
                     3020, true);
}

TEST_CASE("both plans write the same: grains") {
    compare_plans_of(exact.with(bit_sliced<8, offset>{}).with(row_write<>{plain}), 3100);
    compare_plans_of(exact.with(bit_sliced<16, differential, nearest>{}).with(row_write<gated_on_use<>>{{.theta = 0.4f, .inner = plain}}),
                     3110);
    compare_plans_of(ideal.with(multilevel_cell<3>{}).with(bit_sliced<16, sign_magnitude>{}).with(whole_write<>{plain}), 3120);
}

TEST_CASE("both plans wear the same cells of written lines") {
    compare_worn_plans(exact.with(bit_sliced<8, offset>{}).with(row_write<>{plain}), 3200);
    compare_worn_plans(exact.with(bit_sliced<8, differential>{}).with(whole_write<>{plain}), 3201);
    compare_worn_plans(exact.with(bit_sliced<8, differential>{}).with(plain), 3202);
    compare_worn_plans(ideal.with(cycle_variation<cell2>{.sigma = 0.05f}).with(bit_sliced<8, offset>{}).with(row_write<>{plain}), 3203);
}

TEST_CASE("both plans program the same lines of cells that are not exact") {
    constexpr auto pulses = pulses_of(reram_array_hfo2, cell2{});
    compare_plans_of(ideal.with(pulses).with(bit_sliced<8, differential>{}).with(row_write<>{plain}), 3300, true);
    compare_plans_of(
        ideal.with(drifting<device_variation<cell2>>{.mean = 0.05f, .spread = 0.02f, .seconds_per_step = 10.0, .inner = {.sigma = 0.1f}})
            .with(bit_sliced<8, offset, carried>{})
            .with(row_write<clipped_on_use<>>{{.theta = 0.4f, .inner = plain}}),
        3310, true);
    compare_plans_of(ideal.with(cycle_variation<cell2>{.sigma = 0.2f})
                         .with(bit_sliced<8, sign_magnitude>{})
                         .with(whole_write<gated_on_use<>>{{.theta = 0.4f, .inner = plain}}),
                     3320, true);
}

} // namespace plans_grains_tests
