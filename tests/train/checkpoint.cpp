#include <rcim/core/fingerprint.hpp>
#include <rcim/core/local_ranks.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/data/state_file.hpp>
#include <rcim/nn/conv2d.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/nn/relu.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/activation_arrays.hpp>
#include <rcim/update/elided_rows.hpp>

#include <data/scratch.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "toy.hpp"
#include "worn_net.hpp"

using namespace rcim;

namespace checkpoint_tests {

/// Ends a training after so many steps; shows a count of its own, so that callbacks are state too.
struct stopper final : callback {
    explicit stopper(int after_ = -1) : after(after_) {}
    void on_start(const training_state&) override { seen = 0; }
    void on_step(const training_state&, const step_record& step) override {
        ++seen;
        losses.push_back(step.loss);
        if (--after == 0) {
            stop = "interrupted";
        }
    }
    void visit(archive& a) override { a.visit("seen", seen); }

    int after;
    std::uint32_t seen = 0;
    std::vector<double> losses{}; ///< of this run of the program
};

/// All that a training leaves behind, but for its times.
struct outcome {
    std::uint64_t network = 0, events = 0;
    std::vector<double> numbers{};
    std::uint32_t steps = 0;
    std::string resumed{}, stopped{};

    friend bool operator==(const outcome& a, const outcome& b) {
        return a.network == b.network && a.events == b.events && a.numbers == b.numbers && a.steps == b.steps;
    }
};

template <class Make>
outcome train(const Make& make, const dataset& data, fit_options options, int stop_after, int threads = 1,
              bool with_events = true) {
    network net = make();
    thread_pool pool(threads);
    event_ledger ledger;
    stopper stop(stop_after);
    options.pool = &pool;
    options.events = with_events ? &ledger : nullptr;
    options.callbacks = {&stop};
    training_record record = fit(net, data, options);
    outcome result{state_fingerprint(net), state_fingerprint(ledger), {}, stop.seen, record.resumed, record.stopped};
    for (epoch_record& epoch : record.epochs) {
        epoch.seconds = epoch.images_per_second = 0.0;
        epoch.each([&](std::string_view, auto number) { result.numbers.push_back(static_cast<double>(number)); });
    }
    return result;
}

network toy_net() {
    network net({1, 4, 4}, 5);
    net.emplace<toy::linear>(16, 3);
    return net;
}

std::filesystem::path previous(std::filesystem::path file) {
    return file += ".previous";
}

TEST_CASE(
    "checkpoint: a training that is stopped after any of its steps goes on to the same bits, with any number of threads") {
    const dataset data = procedural_digits({.train = 80, .test = 16});
    const fit_options options{.epochs = 3, .batch = 16};
    const outcome straight = train(rcim_test::worn_net, data, options, -1);
    REQUIRE(straight.numbers.size() > 30);
    REQUIRE(straight.steps == 15);
    const scratch folder;
    for (int stop_after = 1; stop_after <= 15; ++stop_after) {
        CAPTURE(stop_after);
        fit_options kept = options;
        kept.checkpoint = {.file = folder / text(stop_after), .every_seconds = 1e9};
        const outcome first = train(rcim_test::worn_net, data, kept, stop_after, 1 + stop_after % 3);
        CHECK(first.steps == static_cast<std::uint32_t>(stop_after));
        CHECK(first.resumed.empty());
        const outcome second = train(rcim_test::worn_net, data, kept, 2, 1 + (stop_after + 1) % 3);
        const outcome last = train(rcim_test::worn_net, data, kept, -1, 2);
        CHECK(last == straight);
        CHECK(last.resumed.starts_with(kept.checkpoint.file.string()));
        // All done: nothing is left to do, and the record is there.
        CHECK(train(rcim_test::worn_net, data, kept, -1) == straight);
    }
}

template <class Dataflow>
network net_with_arrays(const Dataflow& dataflow) {
    const auto chip =
        design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<8, differential>{}).with(geometry<32, 32>{}).with(dataflow).with(sgd{.learning_rate = 0.05f});
    using chip_type = std::remove_const_t<decltype(chip)>;
    network net({1, 4, 4}, 7);
    net.emplace<dense<chip_type>>(chip, dense_options{.in = 16, .out = 5}, 7u, 0u);
    net.emplace<dense<chip_type>>(chip, dense_options{.in = 5, .out = 3}, 7u, 1u); // whose activations have both signs
    return net;
}

TEST_CASE("checkpoint: arrays of activations go on where they were, whether rows are packed or only cells that change are written") {
    const dataset data = toy::data();
    const scratch folder;
    const auto check = [&](const auto& dataflow, const std::string& name) {
        const auto make = [&] { return net_with_arrays(dataflow); };
        const fit_options options{.epochs = 2, .batch = 16, .max_steps_per_epoch = 3};
        const outcome straight = train(make, data, options, -1);
        for (const int stop_after : {1, 3, 4}) {
            CAPTURE(stop_after);
            fit_options kept = options;
            kept.checkpoint = {.file = folder / text(name, stop_after), .every_seconds = 1e9};
            static_cast<void>(train(make, data, kept, stop_after));
            CHECK(train(make, data, kept, -1) == straight);
        }
    };
    check(activation_arrays<8, 2>{.samples = 40, .packed = true}, "packed");
    check(activation_arrays<8, 2>{.changed_cells_only = true}, "changed");
    check(elided_rows<outer_product, activation_arrays<8, 2>>{.relative = 0.2f, .inner = {.samples = 24, .packed = true}}, "elided");
}

TEST_CASE("checkpoint: on ranks as in one process, and from one to the other") {
    const dataset data = procedural_digits({.train = 48, .test = 16});
    const scratch folder;
    fit_options options{.epochs = 2, .batch = 16};
    const outcome straight = train(rcim_test::worn_net, data, options, -1);
    options.checkpoint = {.file = folder / "a", .every_seconds = 1e9, .every_steps = 1};
    const auto on_two = [&](int stop_after) {
        std::vector<outcome> of_rank(2);
        local_ranks(2).run([&](rank_group& group) {
            fit_options own = options;
            own.ranks = &group;
            of_rank[static_cast<std::size_t>(group.rank())] = train(rcim_test::worn_net, data, own, stop_after);
        });
        CHECK(of_rank[0] == of_rank[1]);
        return of_rank[1];
    };
    static_cast<void>(on_two(2));
    CHECK(train(rcim_test::worn_net, data, options, 2).steps == 4);
    CHECK(on_two(-1) == straight);
    std::filesystem::remove(folder / "a");
    std::filesystem::remove(previous(folder / "a"));
    static_cast<void>(train(rcim_test::worn_net, data, options, 1));
    CHECK(on_two(-1) == straight);
    // A damaged file stops all ranks with the cause.
    rcim::write_file(folder / "a", "RCIMSTAT");
    std::filesystem::remove(previous(folder / "a"));
    const std::string message = error_of([&] { static_cast<void>(on_two(-1)); });
    CHECK_MESSAGE(message.find("begins with RCIMSTAT") != std::string::npos, message);
}

TEST_CASE("checkpoint: a training cut off at any write is gone on with; a file that is damaged anywhere is passed over for the "
          "one before") {
    const dataset data = toy::data();
    const scratch folder;
    fit_options options{.epochs = 3, .batch = 16};
    const outcome straight = train(toy_net, data, options, -1, 1, false);
    options.checkpoint = {.file = folder / "a", .every_seconds = 0.0};
    const auto go_on = [&](int stop_after) { return train(toy_net, data, options, stop_after, 1, false); };
    static_cast<void>(go_on(12));
    const bytes newest = read_plain(folder / "a"), before = read_plain(previous(folder / "a"));
    REQUIRE(newest != before);
    CHECK(folder.count() == 2);

    std::vector<bytes> damaged;
    for (std::size_t i = 0; i < newest.size(); i += i < 40 ? 1 : 61) {
        damaged.push_back(bytes(newest.begin(), newest.begin() + static_cast<std::ptrdiff_t>(i)));
        bytes flipped = newest;
        flipped[i] ^= static_cast<std::uint8_t>(1u << i % 8);
        if (i < 12 || i >= 16) { // four bytes of the header are spare
            damaged.push_back(std::move(flipped));
        }
    }
    damaged.push_back(newest + bytes{0});
    REQUIRE(damaged.size() > 150);
    options.checkpoint.every_seconds = 1e9; // what follows need not be kept at every step
    for (const bytes& content : damaged) {
        write_file(folder / "a", content);
        write_file(previous(folder / "a"), before);
        const outcome last = go_on(-1);
        REQUIRE(last == straight);
        REQUIRE(last.resumed.find("; the newest is passed over: state file: ") != std::string::npos);
        REQUIRE(last.resumed.find("step 5 of 7 of epoch 2 of 3") == std::string::npos);
    }

    const auto message = [&] { return error_of([&] { static_cast<void>(go_on(-1)); }); };
    write_file(folder / "a", bytes(newest.begin(), newest.end() - 1));
    write_file(previous(folder / "a"), bytes{});
    CHECK(message() == text("state file: ", (folder / "a").string(), ", its length: expected ", newest.size(),
                            " bytes, as it says itself, found ", newest.size() - 1,
                            "; it is cut short or mixed up; and state file: ", previous(folder / "a").string(),
                            ": expected one that begins with RCIMSTAT, found an empty file"));
    bytes newer = newest;
    newer[8] = 2;
    write_file(folder / "a", newer);
    CHECK(message().find("expected format 1, which this version of rcim writes and reads, found format 2") !=
          std::string::npos);
    std::filesystem::remove(folder / "a");
    CHECK(message().find("rename that one to go on from it, or remove it to begin anew") != std::string::npos);
}

TEST_CASE("checkpoint: of another run is refused with what differs, and nothing has changed") {
    const dataset data = toy::data();
    const scratch folder;
    fit_options options{.epochs = 3, .batch = 16, .schedule = cosine{}};
    options.checkpoint = {.file = folder / "a"};
    static_cast<void>(train(toy_net, data, options, 9, 1, false));
    const bytes kept = read_plain(folder / "a");
    const auto message = [&](const dataset& d, const fit_options& o) {
        network net = toy_net();
        const std::uint64_t before = state_fingerprint(net);
        const std::string words = error_of([&] {
            stopper stop;
            fit_options with = o;
            with.callbacks = {&stop};
            static_cast<void>(fit(net, d, with));
        });
        CHECK(state_fingerprint(net) == before);
        CHECK(read_plain(folder / "a") == kept);
        return words;
    };
    dataset replaced = data;
    replaced.train.images[100] ^= 1;
    CHECK(message(replaced, options).find("a, what it is of: expected training images 100 fingerprint ") != std::string::npos);
    replaced = data;
    replaced.test.labels[3] = 2;
    CHECK(message(replaced, options).find("expected test images fingerprint ") != std::string::npos);
    fit_options other = options;
    other.batch = 32;
    CHECK(message(data, other) ==
          text("checkpoint: ", (folder / "a").string(),
               ", what it is of: expected batch 32, found batch 16; remove it to begin anew, or name another file"));
    other = options;
    other.epochs = 4; // a cosine over more epochs has given other rates before
    CHECK(message(data, other).starts_with("fit: schedule at the end of epoch 1: expected 0.8"));
    other = options;
    other.epochs = 0;
    CHECK(message(data, other) == "fit: epochs: expected at least 1, those that the checkpoint has done, found 0");
    other = options;
    other.checkpoint.every_seconds = -1.0;
    CHECK(message(data, other).starts_with("fit: checkpoint: expected every_seconds and every_steps of at least 0"));

    // Another network: its description differs.
    network net({1, 4, 4}, 5);
    net.emplace<toy::linear>(16, 3);
    net.emplace<relu>();
    const std::string words = error_of([&] { static_cast<void>(fit(net, data, options)); });
    CHECK_MESSAGE(words.find("what it is of: expected 01 relu -> 3 x 1 x 1, found seed of the network 5") != std::string::npos,
                  words);
}

TEST_CASE("checkpoint: early stopping has stopped when the run is started again; more epochs go on") {
    const dataset data = toy::data();
    const scratch folder;
    fit_options options{.epochs = 30, .batch = 16, .checkpoint = {.file = folder / "a"}};
    const auto run = [&] {
        network net = toy_net();
        early_stop stop(2, 0.01);
        options.callbacks = {&stop};
        return fit(net, data, options);
    };
    const training_record first = run();
    REQUIRE(first.stopped.starts_with("no gain above"));
    const training_record again = run();
    CHECK(again.stopped == first.stopped);
    CHECK(again.epochs.size() == first.epochs.size());

    options = {.epochs = 2, .batch = 16, .checkpoint = {.file = folder / "b"}};
    static_cast<void>(train(toy_net, data, options, -1, 1, false));
    options.epochs = 4;
    CHECK(train(toy_net, data, options, -1, 1, false) == train(toy_net, data, {.epochs = 4, .batch = 16}, -1, 1, false));
}

TEST_CASE("checkpoint: where it cannot be written, the training says so and what stands there is left") {
    const dataset data = toy::data();
    const scratch folder;
    fit_options options{.epochs = 2, .batch = 16};
    options.checkpoint = {.file = folder / "none" / "a"};
    const auto message = [&] { return error_of([&] { static_cast<void>(train(toy_net, data, options, -1, 1, false)); }); };
    CHECK(message() == text("write_file: ", (folder / "none" / "a").string(),
                            ": expected a folder to write in, found No such file or directory"));
    options.checkpoint = {.file = folder / "a"};
    static_cast<void>(train(toy_net, data, options, 3, 1, false));
    const bytes kept = read_plain(folder / "a");
    std::filesystem::create_directory(previous(folder / "a"));
    CHECK(message().find("expected a name that can be taken") != std::string::npos);
    CHECK(read_plain(folder / "a") == kept);
    CHECK(folder.count() == 2);
}

TEST_CASE("state_file: a network's state, and what is not one") {
    const scratch folder;
    network net = rcim_test::worn_net();
    save_state(folder / "net", net);
    network other = rcim_test::worn_net();
    const dataset data = procedural_digits({.train = 32, .test = 16});
    static_cast<void>(fit(other, data, {.batch = 16}));
    REQUIRE(state_fingerprint(other) != state_fingerprint(net));
    load_state(folder / "net", other);
    CHECK(state_fingerprint(other) == state_fingerprint(net));
    CHECK(evaluate(other, data).loss == evaluate(net, data).loss);

    network wider({1, 28, 28}, 7);
    wider.emplace<conv2d<rcim_test::worn_chip_type>>(
        rcim_test::worn_chip, conv2d_options{.in_channels = 1, .out_channels = 4, .kernel = 5, .stride = 3}, 7u, 0u);
    const std::string message = error_of([&] { load_state(folder / "net", wider); });
    CHECK_MESSAGE(message.find("the array that comes next: expected state/00/") != std::string::npos, message);
    CHECK_MESSAGE(message.find(" 4 x 25, found state/00/") != std::string::npos, message);
}

} // namespace checkpoint_tests
