#include <adapt/small.hpp>

#include <doctest/doctest.h>

using namespace rcim_test;

TEST_CASE("adaptation in short: the study of bench/adaptation on a small net") {
    network base = small_net(design<>{}.with(adam{.learning_rate = 2e-3f}), 3);
    fit(base, small_digits(), {.epochs = 12, .batch = 32, .evaluate = false});
    const dataset task = other_task();
    const auto run = [&](const auto& chip, auto method) {
        network net = small_net(chip, 3);
        map_weights(base, net);
        task_book book(net);
        method.mask_rule.learning_rate = method.name == "xma" ? 3e-2f : 5e-4f;
        method.weight_rule.learning_rate = 3e-3f;
        event_ledger events;
        const adaptation_record record = adapt(net, task, method, {.fit = {.epochs = 12, .batch = 32, .events = &events}});
        book.keep("other", record);
        const std::vector<float> outputs = outputs_of(net, task);
        book.switch_to("backbone");
        book.switch_to("other");
        CHECK(outputs_of(net, task) == outputs);
        MESSAGE(method.name << ": " << 100.0 * record.accuracy << " %, " << record.mask_bits << " bits, " << record.crossbars_written << " of "
                            << record.crossbars << " crossbars written");
        return record;
    };
    const adaptation_record classifier = run(small_chip(), classifier_only());
    const adaptation_record bits = run(masked_chip<gating>(), xbm());
    const adaptation_record shifts = run(masked_chip<shifting<2>>(), xma());
    const adaptation_record elements = run(small_chip(), piggyback());
    const adaptation_record all = run(small_chip(), finetune_all());
    // 25 x 8, 72 x 16 and 400 x 32 weights: blocks of 24 rows make 2 x 8, 3 x 16 and 17 x 32 columns.
    CHECK(elements.mask_bits == 25 * 8 + 72 * 16 + 400 * 32);
    CHECK(bits.mask_bits == 2 * 8 + 3 * 16 + 17 * 32);
    CHECK(shifts.mask_bits == 2 * bits.mask_bits);
    CHECK(bits.crossbars_written == 0);
    CHECK(shifts.crossbars_written == 0);
    CHECK(all.crossbars_written == all.crossbars);
    CHECK(classifier.accuracy > 0.15);
    CHECK(bits.accuracy > classifier.accuracy + 0.1);
    CHECK(shifts.accuracy > classifier.accuracy + 0.15);
    CHECK(all.accuracy > elements.accuracy + 0.1);
    CHECK(elements.accuracy > classifier.accuracy + 0.2);
}
