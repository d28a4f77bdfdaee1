#include <rcim/train/callback.hpp>

#include <rcim/train/fit.hpp>

#include "toy.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace rcim;

namespace callback_tests {

training_record run_through(early_stop& watcher, std::vector<double> accuracies, bool evaluated = true) {
    network net({1, 1, 1}, 1);
    thread_pool pool(1);
    training_state at{net, pool};
    watcher.stop.clear();
    watcher.on_start(at);
    training_record record;
    for (const double accuracy : accuracies) {
        if (!watcher.stop.empty()) {
            break;
        }
        epoch_record epoch;
        (evaluated ? epoch.test_accuracy : epoch.train_accuracy) = accuracy;
        record.epochs.push_back(epoch);
        watcher.on_epoch(at, epoch);
    }
    record.stopped = watcher.stop;
    return record;
}

TEST_CASE("early_stop: ends after `patience` epochs without a gain") {
    early_stop two(2);
    training_record record = run_through(two, {0.5, 0.6, 0.6, 0.55, 0.7});
    CHECK(record.epochs.size() == 4);
    CHECK(record.stopped == "no gain above 0.6 for 2 epochs");
    CHECK(run_through(two, {0.5, 0.4, 0.6, 0.6, 0.7}).stopped.empty());
    CHECK(run_through(two, {0.0, 0.0, 0.0}).epochs.size() == 3);

    early_stop fussy(1, 0.05);
    CHECK(run_through(fussy, {0.5, 0.56, 0.60, 0.9}).epochs.size() == 3);
    CHECK(run_through(fussy, {0.5, 0.5}, false).stopped == "no gain above 0.5 for 1 epoch");

    CHECK_THROWS_WITH_AS(early_stop(0), "early_stop: patience: expected at least 1 epoch, found 0", error);
    CHECK_THROWS_WITH_AS(early_stop(1, -0.1), "early_stop: min_delta: expected at least 0, found -0.1", error);
}

TEST_CASE("early_stop: ends a training") {
    toy::net t;
    early_stop watcher(1, 1.0);
    const training_record record = fit(t.network, toy::data(), {.epochs = 9, .batch = 16, .callbacks = {&watcher}});
    CHECK(record.epochs.size() == 2);
    CHECK(record.stopped.starts_with("no gain above "));
    // The same object serves a second training.
    CHECK(fit(t.network, toy::data(), {.epochs = 9, .batch = 16, .callbacks = {&watcher}}).epochs.size() == 2);
}

TEST_CASE("progress: plain lines where there is no terminal") {
    std::ostringstream out;
    progress lines(out);
    network net({1, 1, 1}, 1);
    thread_pool pool(1);
    training_state at{net, pool, 1, 5, 7, 7, 100, 100};
    lines.on_start(at);
    lines.on_step(at, {});
    epoch_record epoch{.epoch = 1, .loss = 0.25, .train_accuracy = 0.875, .test_accuracy = 0.5};
    epoch.images_per_second = 1234.4;
    lines.on_epoch(at, epoch);
    epoch.test_accuracy = std::numeric_limits<double>::quiet_NaN();
    lines.on_epoch(at, epoch);
    lines.on_end(at, {.epochs = {}, .stopped = "enough"});
    CHECK(out.str() == "goes on at step 8 of epoch 2/5\n"
                       "epoch 2/5  loss 0.2500  train 87.50 %  test 50.00 %  1234 images/s\n"
                       "epoch 2/5  loss 0.2500  train 87.50 %  1234 images/s\n"
                       "stopped: enough\n");
}

TEST_CASE("progress: a bar on a terminal") {
    std::ostringstream out;
    progress bar(out, true);
    toy::net t;
    fit(t.network, toy::data(), {.epochs = 1, .batch = 16, .callbacks = {&bar}});
    CHECK(out.str().find("\r\033[Kepoch 1/1 [========================]  loss ") != std::string::npos);
    CHECK(out.str().find("images/s  0 s to go") != std::string::npos);
    CHECK(out.str().find("\r\033[Kepoch 1/1  loss ") != std::string::npos);
}

} // namespace callback_tests
