#include <rcim/core/fingerprint.hpp>

#include <adapt/small.hpp>
#include <data/scratch.hpp>
#include <doctest/doctest.h>

using namespace rcim_test;

namespace adapt_checkpoint_tests {

struct stopper final : callback {
    explicit stopper(int after_) : after(after_) {}
    void on_step(const training_state&, const step_record&) override {
        if (--after == 0) {
            throw error("killed");
        }
    }
    int after;
};

TEST_CASE("checkpoint: an adaptation that is killed while it chooses crossbars, or later, goes on to the same bits") {
    dataset task = other_task();
    task.train.images.resize(static_cast<std::size_t>(96 * task.train.shape.size()));
    task.train.labels.resize(96);
    const auto chip = masked_chip<shifting<2>>();
    auto method = xma2(0.3);
    method.mask_rule.learning_rate = 3e-2f;
    const scratch folder;
    for (const bool in_place : {false, true}) {
        CAPTURE(in_place);
        const auto run = [&](int stop_after, const std::string& file) {
            network net = small_net(chip, 3);
            event_ledger events;
            stopper stop(stop_after);
            adapt_options options{.fit = {.epochs = 3, .batch = 32, .events = &events, .callbacks = {&stop}},
                                  .selection_epochs = 1,
                                  .in_place = in_place};
            if (!file.empty()) {
                options.fit.checkpoint = {.file = folder / file, .every_steps = 1};
            }
            const adaptation_record record = adapt(net, task, method, options);
            return std::tuple{state_fingerprint(net), state_fingerprint(events), record.accuracy,
                              record.mask_bits,       record.crossbars_written,  record.training.epochs.size()};
        };
        const auto straight = run(-1, "");
        REQUIRE(std::get<4>(straight) > 0);
        for (const int stop_after : {1, 2, 3, 4, 7}) {
            CAPTURE(stop_after);
            const std::string file = text(in_place, "-", stop_after);
            CHECK_THROWS_WITH_AS(static_cast<void>(run(stop_after, file)), "killed", error);
            CHECK(run(-1, file) == straight);
        }
    }
}

} // namespace adapt_checkpoint_tests
