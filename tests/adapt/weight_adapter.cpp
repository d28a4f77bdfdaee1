#include <adapt/small.hpp>

#include <rcim/fault/stuck_at.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace rcim_test;

TEST_CASE("weight_adapter: the gradient of a factor is the sum over its column of gradient times weight") {
    const auto chip = masked_chip<gating>();
    using chip_type = std::remove_const_t<decltype(chip)>;
    dense<chip_type> layer(chip, {.in = 60, .out = 7, .bias = false}, 11, 0);
    const matrix_view<const float> w = layer.weights();
    std::vector<float> before(w.data, w.data + w.rows * w.stride);
    adapter_options<straight_through> options{.place = mask_place::columns, .mask_rule = {.learning_rate = 1e-3f}};
    auto made = std::make_unique<weight_adapter<straight_through>>(layer, options, 0);
    auto* const adapter = made.get();
    layer.set_learner(std::move(made));
    CHECK(adapter->mask().size() == 3 * 7);
    CHECK(std::all_of(adapter->mask().begin(), adapter->mask().end(), [](float f) { return f == 1.0f; }));
    CHECK(adapter->mask_bits() == 21);

    thread_pool pool(1);
    batch_tensor x({60, 1, 1}, 2), y, dy({7, 1, 1}, 2), dx;
    const random_source draw(5, purpose::test);
    for (index_t s = 0; s < 2; ++s) {
        for (index_t f = 0; f < 60; ++f) {
            x.at(s, f) = draw.uniform(static_cast<std::uint64_t>(s * 60 + f)) - 0.5f;
        }
        for (index_t f = 0; f < 7; ++f) {
            dy.at(s, f) = draw.uniform(static_cast<std::uint64_t>(1000 + s * 7 + f)) - 0.5f;
        }
    }
    layer.forward(x, y, {.pool = pool, .training = true});
    layer.backward(x, y, dy, &dx, {.pool = pool, .training = true});
    // Adam's first step goes by the sign of the gradient: 5 steps of 1e-3 cross the threshold from 1e-2 where it is positive.
    update_report report;
    for (std::uint32_t step = 0; step < 7; ++step) {
        layer.update({pool, 1, step, 1.0f, report});
    }
    for (index_t b = 0; b < 3; ++b) {
        for (index_t o = 0; o < 7; ++o) {
            double expected = 0.0;
            for (index_t i = b * 24; i < std::min<index_t>(60, b * 24 + 24); ++i) {
                double of_weight = 0.0;
                for (index_t s = 0; s < 2; ++s) {
                    of_weight += static_cast<double>(dy.at(s, o) * x.at(s, i));
                }
                expected += of_weight * static_cast<double>(before[static_cast<std::size_t>(o * w.stride + i)]);
            }
            CHECK(adapter->mask()[static_cast<std::size_t>(b * 7 + o)] == (expected > 0.0 ? 0.0f : 1.0f));
            for (index_t i = b * 24; i < std::min<index_t>(60, b * 24 + 24);
                 ++i) { // and the weights in use follow, not the cells
                CHECK(layer.weights()(o, i) == (expected > 0.0 ? 0.0f : before[static_cast<std::size_t>(o * w.stride + i)]));
            }
        }
    }
    // Everything open again gives back what the cells held all the time.
    layer.adapt(std::vector<float>(21, 1.0f), {}, nullptr);
    CHECK(std::equal(before.begin(), before.end(), layer.weights().data));
    CHECK(report.increments == 0);
}

TEST_CASE("weight_adapter: crossbars are chosen within their budget, those first in which changes help most") {
    CHECK(detail::best_tiles({std::vector<float>{1.0f, 3.0f}, std::vector<float>{2.0f, 3.0f, 0.0f}}, 0.6) ==
          std::vector<std::vector<std::uint8_t>>{{0, 1}, {1, 1, 0}});
    CHECK(detail::best_tiles({std::vector<float>{1.0f, 3.0f}}, 0.0) == std::vector<std::vector<std::uint8_t>>{{0, 0}});
    network net = small_net(masked_chip<shifting<2>>(), 3);
    fit(net, small_digits(), {.epochs = 1, .batch = 32, .evaluate = false});
    const adaptation_record record = adapt(net, other_task(), xma2(0.25), {.fit = {.epochs = 2, .batch = 32}});
    CHECK(record.crossbars > 6);
    CHECK(record.crossbars_written ==
          static_cast<std::uint64_t>(std::floor(0.25 * static_cast<double>(record.crossbars) + 0.5)));
    CHECK(record.selection.epochs.size() == 1);
    CHECK(record.training.epochs.size() == 1);
}

TEST_CASE("weight_adapter: refuses what it cannot do") {
    network plain = small_net(small_chip(), 3);
    CHECK_THROWS_WITH_AS(adapt(plain, other_task(), xbm()), doctest::Contains("column_masked"), error);
    network net = small_net(masked_chip<gating>(), 3);
    CHECK_THROWS_WITH_AS(adapt(net, other_task(), xma2(1.5)), doctest::Contains("budget"), error);
    CHECK_THROWS_WITH_AS(adapt(net, other_task(), xma2(0.5), {.fit = {.epochs = 1}, .selection_epochs = 2}),
                         doctest::Contains("selection_epochs"), error);
    dataset wrong = other_task();
    wrong.train.shape = {2, 14, 28};
    CHECK_THROWS_WITH_AS(adapt(net, wrong, piggyback()), doctest::Contains("shape"), error);
}

TEST_CASE("adapt: cells are held afterwards, until they are released") {
    network net = small_net(masked_chip<gating>(), 3);
    adapt(net, other_task(), xbm(), {.fit = {.epochs = 1, .batch = 32, .max_steps_per_epoch = 2}});
    const auto cells = [&] {
        std::vector<float> all;
        for (adaptable_layer* const one : adaptable_layers(net)) {
            const matrix_view<const float> w = one->weights();
            for (index_t o = 0; o < w.rows; ++o) {
                all.insert(all.end(), w.row(o).begin(), w.row(o).end());
            }
        }
        return all;
    };
    const std::vector<float> before = cells();
    fit(net, other_task(), {.epochs = 1, .batch = 32, .evaluate = false, .max_steps_per_epoch = 2}); // batch normalisation learns
    CHECK(cells() == before);
    release(net);
    fit(net, other_task(), {.epochs = 1, .batch = 32, .evaluate = false, .max_steps_per_epoch = 2});
    CHECK(cells() != before);
}

TEST_CASE("adapt: in place the cells are what is trained, and every write counts") {
    const auto run = [](const auto& chip, bool in_place) {
        network net = small_net(chip, 3);
        fit(net, small_digits(), {.epochs = 2, .batch = 32, .evaluate = false});
        event_ledger events;
        const adaptation_record record =
            adapt(net, other_task(), finetune_all(), {.fit = {.epochs = 3, .batch = 32, .events = &events}, .in_place = in_place});
        std::uint64_t cells = 0;
        for (const layer_events& one : events.layers()) {
            cells += one[stage::weights].cell_writes;
        }
        return std::pair(record, cells);
    };
    const auto faulty = small_chip().with(stuck_at{.p_stuck_hrs = 0.05f, .p_stuck_lrs = 0.02f});
    const auto [tried, written_once] = run(faulty, false);
    const auto [in_cells, written_always] = run(faulty, true);
    CHECK(in_cells.accuracy == in_cells.accuracy_before_writes); // faults were seen while learning
    CHECK(tried.accuracy < tried.accuracy_before_writes);
    CHECK(written_always > 3 * written_once);
}
