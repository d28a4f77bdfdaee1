#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/cost/lifetime.hpp>
#include <rcim/cost/price.hpp>
#include <rcim/cost/tables.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/chain.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/fault/wear_out.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/train/evaluate.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/accumulated_rows.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/elided_rows.hpp>
#include <rcim/update/elided_slices.hpp>
#include <rcim/update/row_write.hpp>
#include <rcim/update/sampled_rows.hpp>
#include <rcim/update/whole_write.hpp>

#include <doctest/doctest.h>

#include <cstdint>

using namespace rcim;

namespace write_elision_tests {

constexpr sgd rule{.learning_rate = 0.02f, .momentum = 0.9f};
constexpr auto chip = design<>{}.with(multilevel_cell<4>{}).with(bit_sliced<16, differential>{}).with(geometry<128, 128>{}).with(bit_serial_dac<16>{});

const dataset& digits() {
    static const dataset data = procedural_digits({.train = 2048, .test = 500});
    return data;
}

struct outcome {
    training_record record;
    event_ledger events;
};
template <class Design>
outcome train(const Design& own, int epochs, int threads = 2) {
    network net = lenet5(own, 1, digits().train.shape);
    thread_pool pool(threads);
    outcome result;
    result.record = fit(net, digits(), {.epochs = epochs, .batch = 32, .pool = &pool, .events = &result.events});
    return result;
}

TEST_CASE("Wang et al., IEEE TC 2023, in short: fewer writes of activations and weights cost little accuracy and save energy, time and cells") {
    const outcome dense = train(chip.with(whole_write<sgd>{.inner = rule}).with(activation_arrays<>{}), 3);
    const outcome elided = train(chip.with(row_write<accumulated_rows<sgd>>{.inner = {.codes = 1.0f, .inner = rule}})
                                     .with(sampled_rows<outer_product, elided_slices<>>{.thinning = 1.5f, .inner = {.slices = 3}}),
                                 3);
    CHECK(dense.record.test_accuracy > 0.85);
    CHECK(elided.record.test_accuracy > dense.record.test_accuracy - 0.06);
    // Every write of the dense run is made or left out.
    for (const stage s : {stage::activations, stage::weights}) {
        const event_counts all = dense.events.total(s), some = elided.events.total(s);
        CHECK(all.rows_skipped == 0);
        CHECK(all.cells_skipped == 0);
        CHECK(some.row_writes + some.rows_skipped == all.row_writes);
        CHECK(some.cell_writes + some.cells_skipped == all.cell_writes);
    }
    CHECK(dense.events.total(stage::weights).digital_words > 0); // momentum
    CHECK(elided.events.total(stage::weights).digital_words == 2 * dense.events.total(stage::weights).digital_words);

    const chip_model layout{.separate_error_copy = true};
    const cost_report a = price(dense.events, pipelayer_costs(), layout), b = price(elided.events, pipelayer_costs(), layout);
    CHECK(a.write_share() > 0.799);
    CHECK(a.joules() / b.joules() > 4.97);
    CHECK(a.seconds / b.seconds > 1.38);
    const lifetime_report x = lifetime(dense.events, {}), y = lifetime(elided.events, {});
    CHECK(y.levelled.first / x.levelled.first > 1.0);
    // Where writes are cheap there is little to save.
    const double cheap = price(dense.events, nvsim_costs(), layout).joules() / price(elided.events, nvsim_costs(), layout).joules();
    CHECK(cheap > 1.0);
    CHECK(cheap < 1.2);
}

TEST_CASE("a chip that dies while everything is written survives where writes are left out") {
    const auto worn = chip.with(wear_out{.mean = 120.0, .sigma = 0.3f}).with(activation_arrays<>{});
    const outcome dense = train(worn.with(whole_write<clipped_on_use<sgd>>{.inner = {.inner = rule}}), 4);
    const outcome elided = train(worn.with(row_write<accumulated_rows<clipped_on_use<sgd>>>{.inner = {.codes = 16.0f, .inner = {.inner = rule}}}), 4);
    CHECK(dense.record.epochs.back().stuck_cells > 0.9);
    CHECK(dense.record.test_accuracy < 0.3);
    CHECK(elided.record.epochs.back().stuck_cells < 0.2);
    CHECK(elided.record.test_accuracy > 0.5);
}

TEST_CASE("faults, wear, clips, converters, waiting weights and elided activations in one loop, the same bits and events for any threads") {
    const auto all = chip.with(chain<stuck_at, wear_out>(stuck_at{.p_stuck_hrs = 0.01f, .p_stuck_lrs = 0.001f}, wear_out{.mean = 1000.0}))
                         .with(uniform_adc<12>{})
                         .with(row_write<accumulated_rows<clipped_on_use<sgd>>>{.inner = {.codes = 2.0f, .inner = {.inner = rule}}})
                         .with(elided_rows<outer_product, elided_slices<activation_arrays<>>>{.relative = 0.001f, .inner = {.slices = 2}});
    const auto few = [&](int threads) {
        network net = lenet5(all, 1, digits().train.shape);
        thread_pool pool(threads);
        event_ledger events;
        const auto record = fit(net, digits(), {.epochs = 1, .batch = 32, .pool = &pool, .events = &events, .evaluate = false, .max_steps_per_epoch = 3});
        return std::pair{record.epochs.back().loss, events.total()};
    };
    CHECK(few(1) == few(3));
}

TEST_CASE("evaluation counts what it reads, and is priced") {
    network net = lenet5(chip, 1, digits().train.shape);
    event_ledger events;
    static_cast<void>(evaluate(net, digits(), {.events = &events}));
    CHECK(events.images == 500);
    CHECK(events.steps == 0);
    CHECK(events.total(stage::forward).conversions > 0);
    CHECK(events.total(stage::errors) == event_counts{});
    CHECK(events.total(stage::weights) == event_counts{});
    CHECK(price(events, isaac_costs()).images_per_second() > 0.0);
}

} // namespace write_elision_tests
