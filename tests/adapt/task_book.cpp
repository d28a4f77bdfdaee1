#include <rcim/cell/programming_error.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/fault/wear_out.hpp>

#include <adapt/small.hpp>
#include <doctest/doctest.h>

using namespace rcim_test;

namespace task_book_tests {

const adapt_options brief{.fit = {.epochs = 1, .batch = 32, .max_steps_per_epoch = 8}, .selection_epochs = 0};

std::uint64_t cells_written(const event_ledger& ledger) {
    std::uint64_t cells = 0;
    for (const layer_events& one : ledger.layers()) {
        cells += one[stage::weights].cell_writes;
    }
    return cells;
}

TEST_CASE("packed_mask: codes of any width come back") {
    const random_source draw(3, purpose::test);
    const auto check = [&](auto factor) {
        using f = decltype(factor);
        const factor_set known{f::bits, f::nearest, f::code, f::factor, f::name()};
        std::vector<float> factors(77);
        for (std::size_t i = 0; i < factors.size(); ++i) {
            factors[i] = f::factor(draw.below(i, 1u << f::bits));
        }
        const packed_mask mask(factors, known);
        CHECK(mask.bits() == 77u * static_cast<unsigned>(f::bits));
        CHECK(mask.factors(known) == factors);
        factors[5] = 0.3f;
        CHECK_THROWS_WITH_AS(packed_mask(factors, known), doctest::Contains("factor 5"), error);
    };
    check(gating{});
    check(shifting<3>{});
    check(shifting<5, 4>{});
    factor_set wide{scaling::bits, scaling::nearest, scaling::code, scaling::factor, scaling::name()};
    const std::vector<float> scales{1.0f, -7.5f, 0.25f, 0.0f, 3.0f};
    CHECK(packed_mask(scales, wide).factors(wide) == scales);
}

TEST_CASE(
    "task_book: masks switched back and forth leave all tasks' outputs as they were, on a faulty chip through its converters") {
    const auto chip = masked_chip<gating>()
                          .with(stuck_at{.p_stuck_hrs = 0.02f, .p_stuck_lrs = 0.005f})
                          .with(bit_serial_dac<8>{})
                          .with(uniform_adc<8>{});
    static_assert(plan_of<std::remove_const_t<decltype(chip)>> == plan::coded);
    network net = small_net(chip, 3);
    fit(net, small_digits(), {.epochs = 1, .batch = 32, .evaluate = false, .max_steps_per_epoch = 6});
    task_book book(net, "digits", task_crossbars::spare);
    const std::vector<float> first = outputs_of(net, small_digits());
    const adaptation_record one = adapt(net, other_task(), xbm(), brief);
    CHECK(one.crossbars_written == 0);
    CHECK(one.mask_bits > 0);
    book.keep("other", one);
    const std::vector<float> second = outputs_of(net, other_task());
    CHECK(second != outputs_of(net, small_digits()));
    auto faster = xbm(ksm_sigmoid{});
    faster.mask_rule.learning_rate = 2e-3f;
    book.keep("third", adapt(net, small_digits(9), faster, brief));
    const std::vector<float> third = outputs_of(net, small_digits(9));
    for (int round = 0; round < 2; ++round) {
        event_ledger events;
        const switch_report there = book.switch_to("digits", nullptr, &events);
        CHECK(outputs_of(net, small_digits()) == first);
        CHECK(there.crossbars_written == 0);
        CHECK(there.mask_bits == one.mask_bits + 10u * 2u); // the classifier's columns have bits, too
        CHECK(there.digital_words == one.digital_words);
        book.switch_to("other", nullptr, &events);
        CHECK(outputs_of(net, other_task()) == second);
        book.switch_to("third", nullptr, &events);
        CHECK(outputs_of(net, small_digits(9)) == third);
        CHECK(cells_written(events) == 0);
    }
    CHECK(book.size() == 3);
    CHECK(book.current() == "third");
    CHECK_THROWS_WITH_AS(book.switch_to("fourth"), doctest::Contains("digits, other, third"), error);
    CHECK_THROWS_WITH_AS(book.keep("other", one), doctest::Contains("a new one"), error);
}

TEST_CASE("task_book: rewritten crossbars come back exactly on exact cells, with writes that are counted, and not on others") {
    const auto run = [](const auto& chip, bool exact) {
        network net = small_net(chip, 3);
        fit(net, small_digits(), {.epochs = 1, .batch = 32, .evaluate = false, .max_steps_per_epoch = 6});
        task_book book(net);
        const std::vector<float> first = outputs_of(net, small_digits());
        const adaptation_record record =
            adapt(net, other_task(), xma2(0.3), {.fit = {.epochs = 2, .batch = 32, .max_steps_per_epoch = 6}});
        book.keep("other", record);
        const std::vector<float> second = outputs_of(net, other_task());
        event_ledger events;
        const switch_report there = book.switch_to("backbone", nullptr, &events);
        // The chosen crossbars and the one of the classifier.
        CHECK(there.crossbars_written == record.crossbars_written + 1);
        CHECK((outputs_of(net, small_digits()) == first) == exact);
        const std::uint64_t cells = cells_written(events);
        CHECK(cells > 0);
        const switch_report again = book.switch_to("other", nullptr, &events);
        CHECK(again.crossbars_written == record.crossbars_written + 1);
        CHECK((outputs_of(net, other_task()) == second) == exact);
        if (exact) {
            CHECK(cells_written(events) == 2 * cells);
        }
        CHECK(book.switch_to("other").crossbars_written == 0);
    };
    run(masked_chip<shifting<2>>(), true);
    run(small_chip(column_masked<bit_sliced<8, differential>, shifting<2>>{})
            .template without<cell_kind>()
            .with(programming_error<multilevel_cell<2>>{.sigma = {0.02f, 0.02f, 0.02f, 0.02f}}),
        false);
}

TEST_CASE("task_book: crossbars that were tried in place and not chosen hold what they held before") {
    network net = small_net(masked_chip<shifting<2>>(), 3);
    fit(net, small_digits(), {.epochs = 1, .batch = 32, .evaluate = false, .max_steps_per_epoch = 6});
    task_book book(net, "digits");
    const std::vector<float> first = outputs_of(net, small_digits());
    auto method = xma2(0.3);
    method.mask_rule.learning_rate = 1e-4f; // all crossbars stay on, and are written, until some are chosen
    const adaptation_record record =
        adapt(net, other_task(), method,
              {.fit = {.epochs = 2, .batch = 32, .max_steps_per_epoch = 6}, .selection_epochs = 1, .in_place = true});
    CHECK(record.crossbars_written > 0);
    CHECK(record.crossbars_written < record.crossbars);
    book.keep("other", record);
    const std::vector<float> second = outputs_of(net, small_digits());
    CHECK(second != first);
    book.switch_to("digits");
    CHECK(outputs_of(net, small_digits()) == first);
    book.switch_to("other");
    CHECK(outputs_of(net, small_digits()) == second);
}

TEST_CASE("task_book: spare crossbars keep what they hold, without a write") {
    const auto chip = small_chip(column_masked<bit_sliced<8, differential>, shifting<2>>{})
                          .without<cell_kind>()
                          .with(programming_error<multilevel_cell<2>>{.sigma = {0.02f, 0.02f, 0.02f, 0.02f}});
    network net = small_net(chip, 3);
    fit(net, small_digits(), {.epochs = 1, .batch = 32, .evaluate = false, .max_steps_per_epoch = 4});
    task_book book(net, "backbone", task_crossbars::spare);
    const std::vector<float> first = outputs_of(net, small_digits());
    book.keep("other", adapt(net, other_task(), finetune_all(), brief));
    const std::vector<float> second = outputs_of(net, other_task());
    event_ledger events;
    book.switch_to("backbone", nullptr, &events);
    CHECK(outputs_of(net, small_digits()) == first);
    book.switch_to("other", nullptr, &events);
    CHECK(outputs_of(net, other_task()) == second);
    CHECK(cells_written(events) == 0);
}

TEST_CASE("task_book: switches wear cells out") {
    const auto chip = small_chip().with(wear_out{.mean = 6.0, .sigma = 0.3f, .hrs_share = 0.9f});
    network net = small_net(chip, 3);
    const dataset digits = small_digits();
    task_book book(net);
    book.keep("other", adapt(net, other_task(), finetune_all(), brief));
    const std::uint64_t before = net.census().stuck;
    for (int n = 0; n < 12; ++n) {
        book.switch_to(n % 2 == 0 ? "backbone" : "other");
    }
    CHECK(net.census().stuck > before + 1000);
}

} // namespace task_book_tests
