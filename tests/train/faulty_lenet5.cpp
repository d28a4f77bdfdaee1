#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/core/archive.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/sgd.hpp>

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace rcim;

namespace faulty_lenet5_tests {

/// All state, by name.
struct snapshot : archive {
    std::map<std::string, std::string> arrays;

protected:
    void on_array(const array& a) override { arrays[a.name] = std::string(static_cast<const char*>(a.data), a.bytes); }
};

constexpr auto faulty = design<>{}
                            .with(multilevel_cell<2>{})
                            .with(bit_sliced<16, differential>{})
                            .with(stuck_at{.p_stuck_hrs = 0.0904f, .p_stuck_lrs = 0.0175f})
                            .with(clipped_on_use<sgd>{.theta = 0.25f, .inner = {.learning_rate = 0.05f, .momentum = 0.5f}});

TEST_CASE("fit: a faulty LeNet-5 ends in the same bits with one, two and three threads") {
    const dataset data = procedural_digits({.train = 300, .test = 100});
    snapshot first;
    training_record first_record;
    for (const int threads : {1, 2, 3}) {
        network net = lenet5(faulty, 7);
        thread_pool pool(threads);
        const training_record record = fit(net, data, {.epochs = 2, .batch = 64, .pool = &pool});
        snapshot now;
        net.visit(now);
        if (threads == 1) {
            first.arrays = now.arrays;
            first_record = record;
            CHECK(!first.arrays.empty());
        }
        CHECK(now.arrays == first.arrays);
        for (std::size_t e = 0; e < 2; ++e) {
            CHECK(record.epochs[e].loss == first_record.epochs[e].loss);
            CHECK(record.epochs[e].test_loss == first_record.epochs[e].test_loss);
            CHECK(record.epochs[e].gradient_norm == first_record.epochs[e].gradient_norm);
            CHECK(record.epochs[e].lost_updates == first_record.epochs[e].lost_updates);
        }
    }
}

TEST_CASE("fit: a faulty LeNet-5 goes on exactly where it ended") {
    const dataset data = procedural_digits({.train = 200, .test = 10});
    network whole = lenet5(faulty, 7), parts = lenet5(faulty, 7);
    fit(whole, data, {.epochs = 3, .evaluate = false});
    fit(parts, data, {.epochs = 1});
    fit(parts, data, {.epochs = 3, .first_epoch = 1});
    snapshot a, b;
    whole.visit(a);
    parts.visit(b);
    CHECK(a.arrays == b.arrays);
}

TEST_CASE("fit: a faulty LeNet-5 learns procedural digits") {
    network net = lenet5(faulty, 7);
    const training_record record = fit(net, procedural_digits({.train = 3000, .test = 500}), {.epochs = 3});
    CHECK(record.stopped.empty());
    CHECK(record.test_accuracy > 0.8);
    CHECK(record.epochs[2].max_abs_weight <= 0.25);
}

} // namespace faulty_lenet5_tests
