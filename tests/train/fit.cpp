#include <rcim/train/fit.hpp>

#include "toy.hpp"

#include <doctest/doctest.h>
#include <statistics.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <numeric>
#include <vector>

using namespace rcim;

namespace fit_tests {

struct counter : callback {
    void on_start(const training_state&) override { ++starts; }
    void on_step(const training_state& at, const step_record& step) override {
        ++steps;
        images = at.images;
        rates.push_back(step.rate);
        norms.push_back(step.gradient_norm);
        if (steps == stop_at) {
            stop = "enough";
        }
    }
    void on_epoch(const training_state&, const epoch_record&) override { ++epochs; }
    void on_end(const training_state&, const training_record&) override { ++ends; }

    int starts = 0, steps = 0, epochs = 0, ends = 0, stop_at = -1;
    index_t images = 0;
    std::vector<float> rates;
    std::vector<double> norms;
};

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

TEST_CASE("fit: learns, and the record adds up") {
    toy::net t;
    const dataset data = toy::data();
    counter count;
    const training_record record = fit(t.network, data, {.epochs = 6, .batch = 16, .callbacks = {&count}});
    REQUIRE(record.epochs.size() == 6);
    CHECK(record.stopped.empty());
    CHECK(record.epochs[5].loss < 0.5 * record.epochs[0].loss);
    CHECK(record.test_accuracy > 0.9);
    CHECK(record.test_accuracy == record.epochs[5].test_accuracy);
    CHECK(record.test_accuracy == evaluate(t.network, data).accuracy);
    CHECK(record.epochs[5].epoch == 5);
    CHECK(record.epochs[5].max_abs_weight == static_cast<double>(t.layer.max_abs_weight()));
    CHECK(record.epochs[5].lost_updates == 0.25);
    CHECK(record.epochs[5].gradient_norm > 0.0);
    CHECK(record.epochs[5].images_per_second > 0.0);
    CHECK(record.epochs[5].rate == 1.0);
    CHECK(count.starts == 1);
    CHECK(count.steps == 6 * 7); // 100 images: six batches of 16 and one of 4
    CHECK(count.images == 100);
    CHECK(count.epochs == 6);
    CHECK(count.ends == 1);
    for (std::size_t i = 0; i < t.layer.steps.size(); ++i) {
        CHECK(t.layer.steps[i] == i);
    }
}

TEST_CASE("fit: gradient_norm is the root of the mean over steps of the squared norm") {
    struct constant_gradient : layer {
        [[nodiscard]] std::string describe() const override { return "constant_gradient"; }
        [[nodiscard]] map_shape output_shape(const map_shape& input) const override { return input; }
        void forward(const batch_tensor& x, batch_tensor& y, const pass_context&) override {
            y.reshape(x.shape(), x.samples());
            std::copy(x.data(), x.data() + x.blocks() * x.block_stride(), y.data());
        }
        void backward(const batch_tensor&, const batch_tensor&, const batch_tensor&, batch_tensor*, const pass_context&) override {}
        void update(const update_step& step) override { step.report.gradient_square += step.step % 2 == 0 ? 9.0 : 25.0; }
        [[nodiscard]] bool learns() const override { return true; }
    };
    network net({1, 4, 4}, 1);
    net.emplace<constant_gradient>();
    counter count;
    const training_record record = fit(net, toy::data(64), {.epochs = 1, .batch = 16, .callbacks = {&count}});
    CHECK(count.norms == std::vector<double>{3.0, 5.0, 3.0, 5.0});
    CHECK(record.epochs[0].gradient_norm == doctest::Approx(std::sqrt(17.0)));
    CHECK(record.epochs[0].lost_updates == 0.0);
}

TEST_CASE("fit: one, two and three threads give the same bits") {
    std::vector<float> weights;
    training_record first;
    for (const int threads : {1, 2, 3}) {
        toy::net t;
        thread_pool pool(threads);
        const training_record record = fit(t.network, toy::data(200), {.epochs = 3, .batch = 64, .pool = &pool});
        if (threads == 1) {
            weights = t.layer.weights();
            first = record;
        }
        CHECK(same_bits(weights, t.layer.weights()));
        for (std::size_t e = 0; e < 3; ++e) {
            CHECK(record.epochs[e].loss == first.epochs[e].loss);
            CHECK(record.epochs[e].test_loss == first.epochs[e].test_loss);
            CHECK(record.epochs[e].train_accuracy == first.epochs[e].train_accuracy);
            CHECK(record.epochs[e].gradient_norm == first.epochs[e].gradient_norm);
        }
    }
}

TEST_CASE("fit: the seed decides the order, evaluation and callbacks do not matter") {
    const auto weights = [](const fit_options& options) {
        toy::net t;
        fit(t.network, toy::data(), options);
        return t.layer.weights();
    };
    const auto base = weights({.epochs = 2, .batch = 16});
    CHECK(same_bits(base, weights({.epochs = 2, .batch = 16, .seed = 5})));
    CHECK(!same_bits(base, weights({.epochs = 2, .batch = 16, .seed = 6})));
    CHECK(same_bits(base, weights({.epochs = 2, .batch = 16, .evaluate = false})));
    CHECK(!same_bits(base, weights({.epochs = 2, .batch = 16, .schedule = cosine{}})));
}

TEST_CASE("fit: first_epoch goes on exactly where a training ended") {
    toy::net whole, parts;
    fit(whole.network, toy::data(), {.epochs = 4, .batch = 16, .schedule = step_decay{.every = 1, .factor = 0.5f}});
    fit(parts.network, toy::data(), {.epochs = 2, .batch = 16, .schedule = step_decay{.every = 1, .factor = 0.5f}});
    const auto rest = fit(parts.network, toy::data(),
                          {.epochs = 4, .batch = 16, .schedule = step_decay{.every = 1, .factor = 0.5f}, .first_epoch = 2});
    REQUIRE(rest.epochs.size() == 2);
    CHECK(rest.epochs[0].epoch == 2);
    CHECK(rest.epochs[1].rate == 0.125);
    CHECK(same_bits(whole.layer.weights(), parts.layer.weights()));
    CHECK(whole.layer.steps == parts.layer.steps);
}

TEST_CASE("fit: each epoch takes every image once, in an order of its own") {
    const auto first = detail::shuffled(1000, 7, 0), again = detail::shuffled(1000, 7, 0), second = detail::shuffled(1000, 7, 1);
    CHECK(first == again);
    CHECK(first != second);
    CHECK(first != detail::shuffled(1000, 8, 0));
    std::vector<index_t> sorted = first, all(1000);
    std::sort(sorted.begin(), sorted.end());
    std::iota(all.begin(), all.end(), index_t{0});
    CHECK(sorted == all);
    CHECK(detail::shuffled(0, 7, 0).empty());
    CHECK(detail::shuffled(1, 7, 0) == std::vector<index_t>{0});

    // All orders of five are equally likely, whatever the order of the epoch before and of another seed.
    std::vector<double> orders(120);
    rcim_test::uniform_pairs epochs, seeds;
    std::vector<index_t> before;
    const auto number = [](const std::vector<index_t>& order) {
        std::size_t n = 0;
        for (std::size_t i = 0; i < 5; ++i) { // in the factorial base
            const auto lower = std::count_if(order.begin() + static_cast<std::ptrdiff_t>(i), order.end(), [&](index_t x) { return x < order[i]; });
            n = n * (5 - i) + static_cast<std::size_t>(lower);
        }
        return n;
    };
    const auto place = [&](const std::vector<index_t>& order) { return (static_cast<double>(number(order)) + 0.5) / 120.0; };
    for (int epoch = 0; epoch < 60000; ++epoch) {
        const auto order = detail::shuffled(5, 11, epoch);
        orders[number(order)] += 1.0;
        if (epoch % 2 == 1) {
            epochs.add(place(before), place(order));
        }
        seeds.add(place(order), place(detail::shuffled(5, 12, epoch)));
        before = order;
    }
    CHECK(rcim_test::equally_likely(orders));
    CHECK(epochs.independent());
    CHECK(seeds.independent());
}

TEST_CASE("fit: schedule, limit of steps, no evaluation") {
    toy::net t;
    counter count;
    const training_record record =
        fit(t.network, toy::data(),
            {.epochs = 2, .batch = 16, .schedule = warm_up<>{.epochs = 1.0f}, .evaluate = false, .max_steps_per_epoch = 4, .callbacks = {&count}});
    CHECK(count.rates == std::vector<float>{0.25f, 0.5f, 0.75f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f});
    CHECK(count.images == 64);
    CHECK(std::isnan(record.test_accuracy));
    CHECK(std::isnan(record.epochs[0].test_loss));
    toy::net u;
    CHECK(fit(u.network, toy::data(), {.epochs = 0}).epochs.empty());
    CHECK(u.layer.steps.empty());
}

TEST_CASE("fit: a callback ends the training within an epoch") {
    toy::net t;
    counter count;
    count.stop_at = 9;
    const training_record record = fit(t.network, toy::data(), {.epochs = 5, .batch = 16, .callbacks = {&count}});
    CHECK(record.stopped == "enough");
    CHECK(record.epochs.size() == 2);
    CHECK(count.steps == 9);
    CHECK(count.epochs == 2);
    CHECK(count.ends == 1);
    CHECK(!std::isnan(record.test_accuracy));
}

TEST_CASE("fit: a loss that is not finite ends the training before its update, and the record says so") {
    toy::net t;
    t.layer.breaks_at = 9;
    counter count;
    const training_record record = fit(t.network, toy::data(), {.epochs = 5, .batch = 16, .callbacks = {&count}});
    CHECK(record.stopped == "the output of layer 0 (linear) for image 17 is nan at step 3 of epoch 2; a lower learning rate, a clip or fewer faults may help");
    REQUIRE(record.epochs.size() == 2);
    CHECK(!std::isnan(record.epochs[1].loss)); // of the two steps before
    CHECK(!std::isnan(record.test_accuracy));
    CHECK(t.layer.steps.size() == 9);
    CHECK(count.epochs == 2);
}

TEST_CASE("fit: errors") {
    toy::net t;
    const auto text_of = [&](const dataset& data, const fit_options& options) {
        try {
            fit(t.network, data, options);
        } catch (const error& e) {
            return std::string(e.what());
        }
        return std::string();
    };
    dataset data = toy::data();
    CHECK(text_of(data, {.epochs = -1}) == "fit: epochs: expected at least 0, found -1");
    CHECK(text_of(data, {.batch = 0}) == "fit: batch: expected at least 1, found 0");
    CHECK(text_of(data, {.epochs = 2, .first_epoch = 3}) == "fit: first_epoch: expected 0 to 2, the number of epochs, found 3");
    CHECK(text_of(data, {.max_steps_per_epoch = -1}) == "fit: max_steps_per_epoch: expected at least 0, found -1");
    CHECK(text_of(data, {.callbacks = {nullptr}}) == "fit: callbacks: expected objects, found a null pointer");

    CHECK(text_of(data, {.epochs = 2000000000, .batch = 1}) ==
          "fit: steps of all epochs: expected at most 4294967295 in magnitude, which its accumulator holds (fewer epochs or larger batches: every "
          "step has draws of its own), found up to 200000000000");

    dataset empty = data;
    empty.train.images.clear();
    empty.train.labels.clear();
    CHECK(text_of(empty, {}) == "toy train: labels: expected at least one, found none");
    dataset no_test = data;
    no_test.test.images.clear();
    no_test.test.labels.clear();
    CHECK(text_of(no_test, {}) == "toy test: labels: expected at least one, found none");
    CHECK(text_of(no_test, {.evaluate = false}).empty());

    dataset wide = data;
    wide.train.shape = wide.test.shape = {1, 2, 8};
    CHECK(text_of(wide, {}) ==
          "fit: shape of the images: expected 1 x 4 x 4, the input of the network, found 1 x 2 x 8");
    dataset many = data;
    many.train.classes = many.test.classes = 4;
    CHECK(text_of(many, {}) == "fit: classes of the images: expected at most 3, the outputs of the network, found 4");
    dataset mislabelled = data;
    mislabelled.train.labels[7] = 3;
    CHECK(text_of(mislabelled, {}) == "toy train: label 7: expected 0 to 2, found 3");

    t.layer.learning = false;
    CHECK(text_of(data, {}) ==
          "fit: network: expected a layer that learns; add .with(sgd{...}) or another update rule to its design, found none");
}

TEST_CASE("evaluate: counts what is right, whatever the batch and the threads") {
    toy::net t;
    const dataset data = toy::data(60, 50);
    fit(t.network, data, {.epochs = 1});
    const evaluation one = evaluate(t.network, data, {.batch = 50});
    CHECK(one.images == 50);
    thread_pool pool(3);
    for (const index_t batch : {1, 16, 17, 1000}) {
        const evaluation other = evaluate(t.network, data, {.batch = batch, .pool = &pool});
        CHECK(other.accuracy == one.accuracy);
        CHECK(other.loss == doctest::Approx(one.loss));
    }
    batch_tensor x;
    std::vector<int> labels;
    std::vector<index_t> all(50);
    std::iota(all.begin(), all.end(), index_t{0});
    load_batch(data.test, all, pixel_table(data.mean, data.deviation), x, labels, pool);
    const std::vector<int> classes = predict(t.network, x);
    index_t right = 0;
    for (std::size_t i = 0; i < 50; ++i) {
        right += classes[i] == labels[i] ? 1 : 0;
    }
    CHECK(static_cast<double>(right) / 50.0 == one.accuracy);

    CHECK_THROWS_WITH_AS((void)evaluate(t.network, data, {.batch = 0}), "evaluate: batch: expected at least 1, found 0", error);
    x.at(20, 3) = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_WITH_AS((void)predict(t.network, x), "predict: sample 20, feature 3: expected a finite number, found nan", error);
    x.at(20, 3) = std::numeric_limits<float>::infinity();
    CHECK_THROWS_WITH_AS(require_finite(x, "x"), "x: sample 20, feature 3: expected a finite number, found inf", error);
    x.at(20, 3) = 0.0f;
    x.at(50, 3) = std::numeric_limits<float>::quiet_NaN(); // a lane beyond the last sample
    CHECK_NOTHROW(require_finite(x, "x"));
    batch_tensor narrow({1, 4, 3}, 1);
    CHECK_THROWS_WITH_AS((void)predict(t.network, narrow), "predict: shape: expected 1 x 4 x 4, the input of the network, found 1 x 4 x 3",
                         error);
}

} // namespace fit_tests
