#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/core/local_ranks.hpp>
#include <rcim/core/snapshot.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/nn/batch_norm.hpp>
#include <rcim/nn/conv2d.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/nn/max_pool.hpp>
#include <rcim/nn/relu.hpp>
#include <rcim/nn/residual_block.hpp>
#include <rcim/train/divergence_guard.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/adam.hpp>
#include <rcim/update/sgd.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "toy.hpp"

using namespace rcim;

namespace divergence_tests {

constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

constexpr auto digital = design<>{}.with(sgd{.learning_rate = 0.05f});
using digital_type = std::remove_const_t<decltype(digital)>;
constexpr auto chip = design<>{}
                          .with(multilevel_cell<2>{})
                          .with(bit_sliced<16, differential>{})
                          .with(stuck_at{.p_stuck_hrs = 0.02f, .p_stuck_lrs = 0.01f})
                          .with(adam{.learning_rate = 0.01f});
using chip_type = std::remove_const_t<decltype(chip)>;

digital_type with_rate(float rate) {
    digital_type result = digital;
    result.update.learning_rate = rate;
    return result;
}

/// Passes its input on, but for one image of some training steps, of which one number is NaN forward, or infinite backward.
class striking final : public layer {
public:
    [[nodiscard]] std::string describe() const override { return "striking"; }
    [[nodiscard]] map_shape output_shape(const map_shape& input) const override { return input; }
    void forward(const batch_tensor& x, batch_tensor& y, const pass_context& context) override {
        pass(x, y, context, forward_at, not_a_number);
    }
    void backward(const batch_tensor&, const batch_tensor&, const batch_tensor& dy, batch_tensor* dx,
                  const pass_context& context) override {
        if (dx != nullptr) {
            pass(dy, *dx, context, backward_at, std::numeric_limits<float>::infinity());
        }
    }

    std::vector<std::uint32_t> forward_at; ///< steps
    std::vector<std::uint32_t> backward_at;

private:
    static void pass(const batch_tensor& from, batch_tensor& to, const pass_context& context,
                     const std::vector<std::uint32_t>& steps, float strike) {
        to.reshape(from.shape(), from.samples());
        std::copy(from.data(), from.data() + from.blocks() * from.block_stride(), to.data());
        const bool now = context.training && std::find(steps.begin(), steps.end(), context.step) != steps.end();
        for (index_t n = 0; now && n < from.samples(); ++n) {
            if (context.images().of(n) % 64 == 37) {
                to.at(n, 2) = strike;
            }
        }
    }
};

/// LeNet in small, with everything that passes could change; the strikes come before the last layer.
template <class Design>
struct small_net {
    explicit small_net(const Design& design) {
        convolution =
            &network.emplace<conv2d<Design>>(design, conv2d_options{.in_channels = 1, .out_channels = 4, .kernel = 3}, 5u, 0u);
        norm = &network.emplace<batch_norm<Design>>(design, 4);
        network.emplace<relu>();
        sequence body;
        body.emplace<conv2d<Design>>(design, conv2d_options{.in_channels = 4, .out_channels = 4, .kernel = 1}, 5u, 1u);
        inner_norm = &body.emplace<batch_norm<Design>>(design, 4);
        network.emplace<residual_block>(std::move(body));
        strikes = &network.emplace<striking>();
        last = &network.emplace<dense<Design>>(design, dense_options{.in = 16, .out = 3}, 5u, 2u);
    }

    rcim::network network{{1, 4, 4}, 5};
    conv2d<Design>* convolution;
    batch_norm<Design>* norm;
    batch_norm<Design>* inner_norm;
    striking* strikes;
    dense<Design>* last;
};

/// Overwrites all numbers of one array.
struct poke final : archive {
    poke(std::string name_, float number_) : name(std::move(name_)), number(number_) {}
    void on_array(const array& a) override {
        if (a.name == name) {
            std::fill_n(static_cast<float*>(a.data), a.bytes / sizeof(float), number);
            ++found;
        }
    }
    std::string name;
    float number;
    int found = 0;
};

template <class Net>
void overwrite(Net& net, const char* name, float number) {
    poke writing(name, number);
    net.visit(writing);
    REQUIRE(writing.found == 1);
}

std::string message_of(network& net, const dataset& data) {
    try {
        static_cast<void>(evaluate(net, data));
    } catch (const error& e) {
        return e.what();
    }
    return {};
}

bool contains(const std::string& all, std::string_view part) {
    return all.find(part) != std::string::npos;
}

constexpr auto advice = "; a lower learning rate, a clip or fewer faults may help";

TEST_CASE("evaluate and predict: name the layer whose output is not finite, and its parameter") {
    const dataset data = toy::data();
    const auto of = [&](auto&& harm) {
        small_net<digital_type> t(digital);
        harm(t);
        return message_of(t.network, data);
    };
    CHECK(of([](auto&) {}).empty());
    CHECK(of([](auto& t) { t.convolution->bias_values()[1] = not_a_number; }) ==
          "evaluate: outputs of the network: expected finite numbers, found the output of layer 0 (conv2d 4 x 1 x 3 x 3, "
          "stride 1, padding 0) "
          "for image 0 is nan (digital parameter 1 is nan)");
    CHECK(contains(of([](auto& t) { t.norm->running_mean()[2] = -std::numeric_limits<float>::infinity(); }),
                   "layer 1 (batch_norm) for image 0 is inf (digital parameter 2 is -inf)"));
    CHECK(contains(of([](auto& t) { t.inner_norm->scale().value()[0] = not_a_number; }),
                   "layer 1 (batch_norm) within layer 3 (residual_block) for image 0 is nan (digital parameter 0 is nan)"));
    CHECK(contains(of([](auto& t) { overwrite(*t.last, "weight", 3e38f); }),
                   "the output of layer 5 (dense 3 x 16) for image 0 is "));

    small_net<digital_type> t(digital);
    t.last->bias_values()[2] = not_a_number;
    batch_tensor x({1, 4, 4}, 3);
    CHECK_THROWS_WITH_AS(static_cast<void>(predict(t.network, x)),
                         "predict: outputs of the network: expected finite numbers, found the output of layer 5 (dense 3 x 16) "
                         "for image 0 is nan "
                         "(digital parameter 2 is nan)",
                         error);
}

TEST_CASE("evaluate: cells hold codes, so what is not finite comes from digital numbers, through converters of integers too") {
    const dataset data = toy::data();
    small_net<chip_type> t(chip);
    CHECK(message_of(t.network, data).empty());
    t.norm->shift().value()[3] = not_a_number;
    CHECK(contains(message_of(t.network, data), "layer 1 (batch_norm) for image 0 is nan (digital parameter 3 is nan)"));
}

TEST_CASE_TEMPLATE("evaluate: converters, which have a word for everything, hide nothing", Plan, std::integral_constant<plan, plan::analog>,
                   std::integral_constant<plan, plan::reference>) {
    const auto converting = design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<8, differential>{}).with(uniform_adc<8>{});
    using converting_type = std::remove_const_t<decltype(converting)>;
    static_assert(plan_of<converting_type> == plan::analog);
    for (const float strange : {not_a_number, std::numeric_limits<float>::infinity()}) {
        network net({1, 4, 4}, 5);
        auto& norm = net.emplace<batch_norm<digital_type>>(digital, 1);
        net.emplace<dense<converting_type, Plan::value>>(converting, dense_options{.in = 16, .out = 3}, 5u, 0u);
        CHECK(message_of(net, toy::data()).empty());
        norm.shift().value()[0] = strange;
        CHECK(contains(message_of(net, toy::data()), "the output of layer 0 (batch_norm) for image 0 is "));
    }
}

TEST_CASE("fit: says in which layer and pass a number stops being finite, before anything is updated") {
    const dataset data = toy::data(200);
    const fit_options options{.epochs = 2, .batch = 64, .evaluate = false};
    SUBCASE("forward, in one image") {
        small_net<chip_type> t(chip);
        t.strikes->forward_at = {5};
        const training_record record = fit(t.network, data, options);
        const auto image = detail::shuffled(200, 5, 1)[64 + 37];
        CHECK(record.stopped ==
              text("the output of layer 4 (striking) for image ", image, " is nan at step 2 of epoch 2", advice));
        CHECK(record.divergences == std::vector{record.stopped.substr(0, record.stopped.find(';'))});
        // As it was after five steps, moments of Adam and running statistics included.
        small_net<chip_type> u(chip);
        u.strikes->forward_at = {5};
        fit(u.network, data, {.epochs = 1, .batch = 64, .evaluate = false});
        struct one_step : callback {
            void on_step(const training_state&, const step_record&) override { stop = "one"; }
        } one;
        fit(u.network, data, {.epochs = 2, .batch = 64, .evaluate = false, .first_epoch = 1, .callbacks = {&one}});
        CHECK(state_fingerprint(t.network) == state_fingerprint(u.network));
    }
    SUBCASE("an error that goes back") {
        small_net<chip_type> t(chip);
        t.strikes->backward_at = {2};
        const training_record record = fit(t.network, data, options);
        CHECK(record.stopped == text("the error that goes back from layer 4 (striking) for image ",
                                     detail::shuffled(200, 5, 0)[128 + 37], " is inf at step 3 of epoch 1", advice));
        CHECK(std::isfinite(record.epochs.at(0).loss));
    }
    SUBCASE("the gradient of one layer") { // floats hold 1e25, but not its square
        network net({1, 4, 4}, 5);
        auto& first = net.emplace<dense<digital_type>>(digital, dense_options{.in = 16, .out = 4}, 5u, 0u);
        net.emplace<relu>();
        auto& second = net.emplace<dense<digital_type>>(digital, dense_options{.in = 4, .out = 3}, 5u, 1u);
        overwrite(first, "weight", 1e25f);
        overwrite(second, "weight", 1e-30f);
        const training_record record = fit(net, data, options);
        CHECK(record.stopped ==
              text("the squared norm of the gradient of layer 2 (dense 3 x 4) is inf at step 1 of epoch 1", advice));
        CHECK(net.max_abs_weight() == 1e25f);
    }
    SUBCASE("an update that overflows is found at the next step, or after the epoch") {
        for (const index_t steps : {1, 2}) {
            dataset bright = data;
            bright.deviation = {1e-3f};
            network net({1, 4, 4}, 5);
            net.emplace<dense<digital_type>>(with_rate(3e38f), dense_options{.in = 16, .out = 3}, 5u, 0u);
            const training_record record = fit(net, bright, {.epochs = 1, .batch = 64, .max_steps_per_epoch = steps});
            CAPTURE(record.stopped);
            CHECK(contains(record.stopped, steps == 1 ? "weight [0][0] is inf in layer 0 (dense 3 x 16) after epoch 1"
                                                      : "the output of layer 0 (dense 3 x 16) for image "));
            CHECK(contains(record.stopped, steps == 1 ? "" : " (weight [0][0] is inf) at step 2 of epoch 1"));
            CHECK(std::isnan(record.test_accuracy));
        }
    }
}

TEST_CASE("passes leave all state as it is") {
    small_net<chip_type> t(chip);
    thread_pool pool(2);
    const dataset data = toy::data(64);
    batch_tensor x, gradient;
    std::vector<int> labels;
    std::vector<index_t> all(64);
    std::iota(all.begin(), all.end(), index_t{0});
    load_batch(data.train, all, pixel_table(data.mean, data.deviation), x, labels, pool);
    const std::uint64_t before = state_fingerprint(t.network);
    softmax_cross_entropy loss_of;
    loss_of(t.network.forward(x, {pool, true}), labels, &gradient, pool);
    t.network.backward(gradient, {pool, true});
    const double square = t.network.gradient_square(pool);
    CHECK(square > 0.0);
    CHECK(t.network.gradient_square(pool) == square); // asking twice changes nothing
    CHECK(state_fingerprint(t.network) == before);
    update_report report;
    t.network.update({pool, 5, 0, 1.0f, report});
    CHECK(state_fingerprint(t.network) != before);
    CHECK(report.gradient_square <= square); // without the digital parameters'
    CHECK(report.gradient_square > 0.0);
}

/// What a training leaves behind, on so many threads and ranks.
struct outcome {
    std::uint64_t state = 0;
    std::vector<std::string> numbers; ///< NaN too
    std::vector<std::string> texts;
    std::uint64_t skipped = 0;
    bool operator==(const outcome&) const = default;
};

template <class Design>
outcome train(const Design& design, const std::vector<std::uint32_t>& forward_at, const std::vector<std::uint32_t>& backward_at,
              fit_options options, int threads, rank_group* ranks) {
    small_net<Design> t(design);
    t.strikes->forward_at = forward_at;
    t.strikes->backward_at = backward_at;
    thread_pool pool(threads);
    options.pool = &pool;
    options.ranks = ranks;
    const training_record record = fit(t.network, toy::data(200), options);
    outcome result;
    for (const epoch_record& e : record.epochs) {
        for (const double number : {e.loss, e.train_accuracy, e.rate, e.gradient_norm, e.test_loss}) {
            char exact[32];
            std::snprintf(exact, sizeof exact, "%a", number);
            result.numbers.emplace_back(exact);
        }
        result.skipped += e.skipped_steps;
    }
    result.texts = record.divergences;
    result.texts.push_back(record.stopped);
    result.state = state_fingerprint(t.network);
    return result;
}

/// The outcome of one thread, which is that of more and of ranks.
template <class Design>
outcome train_everywhere(const Design& design, const std::vector<std::uint32_t>& forward_at,
                         const std::vector<std::uint32_t>& backward_at, const fit_options& options) {
    const outcome alone = train(design, forward_at, backward_at, options, 1, nullptr);
    for (const int threads : {2, 3, 4}) {
        CHECK(train(design, forward_at, backward_at, options, threads, nullptr) == alone);
    }
    std::vector<outcome> of_rank(2);
    local_ranks(2).run([&](rank_group& group) {
        of_rank[static_cast<std::size_t>(group.rank())] = train(design, forward_at, backward_at, options, 1, &group);
    });
    CHECK(of_rank[0] == alone);
    CHECK(of_rank[1] == alone);
    return alone;
}

TEST_CASE("fit: a step that is skipped leaves no trace but its count, for any number of threads and ranks") {
    const fit_options options{.epochs = 3, .batch = 64, .on_divergence = skip_step{.in_a_row = 2}};
    const outcome clean = train_everywhere(chip, {}, {}, options);
    CHECK(clean.skipped == 0);
    CHECK(clean.texts == std::vector<std::string>{""});

    const outcome skipped = train_everywhere(chip, {1, 2}, {5}, options);
    CHECK(skipped.skipped == 3);
    REQUIRE(skipped.texts.size() == 3); // the first of two in a row, the third, no reason to stop
    CHECK(contains(skipped.texts[0], "the output of layer 4 (striking) for image "));
    CHECK(contains(skipped.texts[0], "at step 2 of epoch 1"));
    CHECK(contains(skipped.texts[1], "the error that goes back from layer 4 (striking) for image "));
    CHECK(skipped.texts[2].empty());
    CHECK(skipped.state != clean.state);
    CHECK(std::none_of(skipped.numbers.begin(), skipped.numbers.end(),
                       [](const auto& n) { return contains(n, "nan") || contains(n, "inf"); }));

    const outcome ended = train_everywhere(chip, {4, 5, 6}, {}, options);
    CHECK(contains(ended.texts.back(), "at step 3 of epoch 2, after 2 steps in a row that were left out"));
    CHECK(ended.skipped == 2);
}

TEST_CASE("fit: a training that is rolled back is the training at the lower rate from there on, for any number of threads and "
          "ranks") {
    // 1e22 and 1e10 explode, 0.01 does not.
    const fit_options options{.epochs = 2, .batch = 64, .on_divergence = roll_back{.times = 3, .rate_factor = 1e-12f}};
    const outcome rolled = train_everywhere(with_rate(1e22f), {}, {}, options);
    REQUIRE(rolled.texts.size() == 3);
    CHECK(rolled.texts.back().empty());
    CHECK(rolled.numbers.size() == 10);

    fit_options direct = options;
    direct.schedule = [](const schedule_point&) { return 1e-12f * 1e-12f; };
    outcome low = train(with_rate(1e22f), {}, {}, direct, 1, nullptr);
    CHECK(low.texts.size() == 1);
    low.texts = rolled.texts;
    CHECK(low == rolled);

    // A strike at the same step whatever the rate: goes back as often as it may; the wear of cells with it.
    fit_options twice = options;
    twice.on_divergence = roll_back{.times = 2, .rate_factor = 0.5f};
    const outcome ended = train_everywhere(chip, {6}, {}, twice);
    CHECK(ended.texts.size() == 4);
    CHECK(contains(ended.texts.back(), "at step 3 of epoch 2, after 2 roll-backs"));
    CHECK(ended.numbers.size() == 10);
}

TEST_CASE("fit: policies out of range") {
    toy::net t;
    const auto text_of = [&](const divergence_policy& policy) {
        try {
            fit(t.network, toy::data(), {.on_divergence = policy});
        } catch (const error& e) {
            return std::string(e.what());
        }
        return std::string();
    };
    CHECK(text_of(skip_step{.in_a_row = 0}) == "fit: skip_step.in_a_row: expected at least 1, found 0");
    CHECK(text_of(roll_back{.times = 0}) == "fit: roll_back.times: expected at least 1, found 0");
    CHECK(text_of(roll_back{.rate_factor = 1.0f}) ==
          "fit: roll_back.rate_factor: expected a factor above 0 and below 1, found 1");
    CHECK(text_of(roll_back{.rate_factor = not_a_number}) ==
          "fit: roll_back.rate_factor: expected a factor above 0 and below 1, found nan");
    CHECK(text_of(stop_training{}).empty());
}

TEST_CASE("divergence_guard: ends a training that has forgotten, not one that rests, is noisy or small") {
    toy::net t;
    thread_pool pool;
    const training_state at{t.network, pool, 0, 1, 7, 10};
    const auto steps_until_stop = [&](auto&& loss) {
        divergence_guard guard(1.25, 10, 5);
        guard.on_start(at);
        for (int i = 0; i < 1000; ++i) {
            guard.on_step(at, {.loss = loss(i)});
            if (!guard.stop.empty()) {
                CHECK(contains(guard.stop, "the running mean of the loss, "));
                CHECK(contains(guard.stop, " at step 7 of epoch 1, was above 1.25 times its lowest, "));
                return i + 1;
            }
        }
        return -1;
    };
    const auto learns = [](int i) { return std::max(0.1, 2.3 - 0.02 * i); };
    CHECK(steps_until_stop(learns) == -1);
    CHECK(steps_until_stop([&](int i) { return i < 200 ? learns(i) : 2.3; }) == 217);
    CHECK(steps_until_stop([&](int i) { return i < 200 ? learns(i) : 1e6; }) == 210);
    CHECK(steps_until_stop([&](int i) { return i % 7 == 0 ? 5.0 * learns(i) : learns(i); }) ==
          -1); // noise, above its mean for less than 10 steps
    CHECK(steps_until_stop([](int i) { return 2.3 * (i % 2 == 0 ? 1.2 : 0.8); }) == -1); // learns nothing
    CHECK(steps_until_stop([](int i) { return 0.001 * (1.0 + i % 100 / 20) + 2.3 * std::exp(-i); }) ==
          -1); // five times its lowest, of a learned net
    CHECK_THROWS_WITH_AS(divergence_guard(1.0), "divergence_guard: times: expected above 1, found 1", error);
    CHECK_THROWS_WITH_AS(divergence_guard(2.0, 0), "divergence_guard: patience: expected at least 1 step, found 0", error);
    CHECK_THROWS_WITH_AS(divergence_guard(2.0, 1, 0), "divergence_guard: over: expected at least 1 step, found 0", error);
}

} // namespace divergence_tests
