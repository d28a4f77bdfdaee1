#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/multibit_dac.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/core/archive.hpp>
#include <rcim/core/local_ranks.hpp>
#include <rcim/data/digits.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/block_circulant.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/nn/average_pool.hpp>
#include <rcim/nn/batch_norm.hpp>
#include <rcim/nn/conv2d.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/nn/dropout.hpp>
#include <rcim/nn/max_pool.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/nn/relu.hpp>
#include <rcim/nn/residual_block.hpp>
#include <rcim/noise/chain.hpp>
#include <rcim/noise/telegraph.hpp>
#include <rcim/noise/thermal.hpp>
#include <rcim/protect/an_code.hpp>
#include <rcim/train/fit.hpp>
#include <rcim/update/adam.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/sgd.hpp>

#include <doctest/doctest.h>

#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "toy.hpp"

using namespace rcim;

namespace ranks_tests {

/// Everything that a training leaves behind, byte by byte.
struct outcome {
    std::map<std::string, std::vector<unsigned char>> state;
    std::vector<double> numbers; ///< of every step and epoch, but for times
    std::vector<std::uint64_t> counts;
    bool operator==(const outcome&) const = default;
};

struct collector final : archive {
    explicit collector(outcome& to_) : to(to_) {}
    void on_array(const array& a) override {
        const auto* const from = static_cast<const unsigned char*>(a.data);
        to.state[a.name].assign(from, from + a.bytes);
    }
    outcome& to;
};

struct watcher final : callback {
    explicit watcher(outcome& to_) : to(to_) {}
    void on_step(const training_state& at, const step_record& s) override {
        to.numbers.insert(to.numbers.end(), {s.loss, s.accuracy, s.gradient_norm, static_cast<double>(at.images)});
    }
    outcome& to;
};

using maker = std::function<network()>;

outcome train(const maker& make, const dataset& data, fit_options options, int threads, rank_group* ranks,
              bool with_events = false) {
    outcome result;
    network net = make();
    watcher watch(result);
    thread_pool pool(threads);
    event_ledger ledger;
    options.pool = &pool;
    options.ranks = ranks;
    options.callbacks = {&watch};
    options.events = with_events ? &ledger : nullptr;
    const training_record record = fit(net, data, options);
    for (const epoch_record& e : record.epochs) {
        result.numbers.insert(result.numbers.end(), {e.loss, e.train_accuracy, e.test_accuracy, e.test_loss, e.max_abs_weight,
                                                     e.gradient_norm, e.lost_updates, e.stuck_cells});
        result.counts.insert(result.counts.end(), {e.cell_writes, e.sums_checked, e.sums_corrected, e.sums_uncorrectable});
    }
    for (const layer_events& layer : ledger.layers()) {
        for (const event_counts& stage : layer.stages) {
            std::apply([&](const auto&... m) { (result.counts.push_back(stage.*m.second), ...); }, event_counts::members());
        }
        result.counts.insert(result.counts.end(), {layer.footprint.positions, layer.weight_lines.total()});
    }
    result.counts.insert(result.counts.end(), {ledger.images, ledger.steps});
    collector all(result);
    net.visit(all);
    return result;
}

/// The same bits on 1 to 4 ranks (and so many as one wishes) with one or two threads each as in one process.
void same_on_ranks(const maker& make, const dataset& data, const fit_options& options,
                   const std::vector<int>& sizes = {1, 2, 3, 4}, bool with_events = false) {
    const outcome alone = train(make, data, options, 1, nullptr, with_events);
    REQUIRE(alone.state.size() > 1);
    for (const int size : sizes) {
        for (const int threads : {1, 2}) {
            CAPTURE(size);
            CAPTURE(threads);
            std::vector<outcome> of_rank(static_cast<std::size_t>(size));
            local_ranks(size).run([&](rank_group& group) {
                of_rank[static_cast<std::size_t>(group.rank())] = train(make, data, options, threads, &group, with_events);
            });
            for (const outcome& one : of_rank) {
                CHECK(one.state == alone.state);
                CHECK(one.numbers == alone.numbers);
                CHECK(one.counts == alone.counts);
            }
        }
    }
}

constexpr auto faulty = design<>{}
                            .with(multilevel_cell<2>{})
                            .with(bit_sliced<16, differential>{})
                            .with(stuck_at{.p_stuck_hrs = 0.0904f, .p_stuck_lrs = 0.0175f});

const auto plain_chip = faulty.with(clipped_on_use<sgd>{.theta = 0.5f, .inner = {.learning_rate = 0.05f, .momentum = 0.9f}});
using plain_type = std::remove_const_t<decltype(plain_chip)>;

plain_type with_rate(float rate) {
    plain_type chip = plain_chip;
    chip.update.inner.learning_rate = rate;
    return chip;
}

/// A convolution on this chip, pooling, a dense layer on the plain one.
template <class Design>
network small_net(const Design& chip) {
    network net({1, 28, 28}, 3);
    net.emplace<conv2d<Design>>(chip, conv2d_options{.in_channels = 1, .out_channels = 4, .kernel = 5, .stride = 2}, 3u, 0u);
    net.emplace<max_pool>(2);
    net.emplace<relu>();
    net.emplace<dense<plain_type>>(plain_chip, dense_options{.in = net.output_shape().size(), .out = 10}, 3u, 1u);
    return net;
}

/// A layer of one's own that joins its sum: one factor on everything.
struct one_factor : layer {
    float factor = 1.0f, gradient = 0.0f;

    [[nodiscard]] std::string describe() const override { return "one_factor"; }
    [[nodiscard]] map_shape output_shape(const map_shape& input) const override { return input; }
    [[nodiscard]] bool learns() const override { return true; }
    [[nodiscard]] std::string needs_whole_batch() const override { return {}; }
    void forward(const batch_tensor& x, batch_tensor& y, const pass_context&) override { times(x, y); }
    void backward(const batch_tensor& x, const batch_tensor&, const batch_tensor& dy, batch_tensor* dx,
                  const pass_context& pass) override {
        const auto sum_of = [&](index_t first, index_t blocks, index_t width) {
            return kernel::join_shards(std::min(blocks, width), [&](index_t shard) {
                double sum = 0.0;
                for (index_t b = first + shard; b < first + blocks; b += width) {
                    for (index_t i = b * x.block_stride(); i < (b + 1) * x.block_stride(); ++i) {
                        sum += static_cast<double>(dy.data()[i]) * static_cast<double>(x.data()[i]);
                    }
                }
                return sum;
            });
        };
        gradient = static_cast<float>(pass.share == nullptr
                                          ? sum_of(0, x.blocks(), batch_shards)
                                          : pass.share->join_parts<double>("one_factor", [&](const kernel::shard_node& n) {
                                                return sum_of(n.first_block, n.blocks, n.width);
                                            }));
        if (dx != nullptr) {
            times(dy, *dx);
        }
    }
    void update(const update_step& step) override { factor -= 0.01f * step.rate * gradient; }
    void visit(archive& a) override { a.visit("factor", factor); }

private:
    void times(const batch_tensor& from, batch_tensor& to) const {
        to.reshape(from.shape(), from.samples());
        for (index_t i = 0; i < from.blocks() * from.block_stride(); ++i) {
            to.data()[i] = factor * from.data()[i];
        }
    }
};

std::string thrown_by(const std::function<void()>& body) {
    try {
        body();
    } catch (const error& e) {
        return e.what();
    }
    return "nothing";
}

TEST_CASE("fit on ranks: LeNet-5 on a faulty chip, clipped sgd, a last batch that does not fill its blocks") {
    // Batches of 96 (six shards) and one of 20: two blocks for up to four ranks, one of them partly filled.
    const dataset data = procedural_digits({.train = 212, .test = 90});
    same_on_ranks([&] { return lenet5(plain_chip, 7); }, data, {.epochs = 1, .batch = 96}, {1, 2, 3, 4}, true);
}

TEST_CASE("fit on ranks: batch normalisation, residual blocks, dropout, a layer of one's own; more than eight blocks, up to "
          "eight ranks") {
    const dataset data = procedural_digits({.train = 330, .test = 50});
    const auto chip = faulty.with(adam{.learning_rate = 0.003f});
    using type = std::remove_const_t<decltype(chip)>;
    const maker make = [&] {
        network net({1, 28, 28}, 5);
        net.emplace<conv2d<type>>(
            chip, conv2d_options{.in_channels = 1, .out_channels = 4, .kernel = 3, .stride = 4, .bias = false}, 5u, 0u);
        net.emplace<batch_norm<type>>(chip, 4);
        net.emplace<relu>();
        sequence body;
        body.emplace<conv2d<type>>(chip, conv2d_options{.in_channels = 4, .out_channels = 4, .kernel = 3, .padding = 1}, 5u,
                                   1u);
        body.emplace<batch_norm<type>>(chip, 4);
        net.emplace<residual_block>(std::move(body));
        net.emplace<dropout>(0.3f, 9u);
        net.emplace<one_factor>();
        net.emplace<dense<plain_type>>(plain_chip, dense_options{.in = net.output_shape().size(), .out = 10}, 5u, 2u);
        return net;
    };
    // 180 samples: twelve blocks, the last of which has four, in a node that is not the last of its rank; then 150.
    same_on_ranks(make, data, {.epochs = 2, .batch = 180}, {2, 3, 4, 8});
    same_on_ranks(make, data, {.epochs = 1, .batch = 145, .max_steps_per_epoch = 1}, {3, 5});
}

TEST_CASE("fit on ranks: converters, and noise that is a draw and a state, addressed by images") {
    const dataset data = procedural_digits({.train = 188, .test = 20});
    const auto chip =
        design<>{}
            .with(multilevel_cell<2>{.on_off_ratio = 1e3, .g_on = 100e-6})
            .with(bit_sliced<8, differential>{})
            .with(chain<thermal, telegraph>(thermal{.bandwidth_hz = 1e9}, telegraph{.dwell_images = 10, .clamp = true}))
            .with(geometry<64, 64>{})
            .with(multibit_dac<8, unsigned_inputs>{})
            .with(uniform_adc<8>{})
            .with(sgd{.learning_rate = 0.05f});
    static_assert(plan_of<std::remove_const_t<decltype(chip)>> == plan::analog);
    dataset plain = data;
    plain.mean = {0.0f};
    plain.deviation = {1.0f};
    same_on_ranks([&] { return small_net(chip); }, plain, {.epochs = 1, .batch = 150}, {2, 3});
}

TEST_CASE("fit on ranks: the coded plan, in which few samples are read along rows") {
    const dataset data = procedural_digits({.train = 135, .test = 20});
    const auto chip = design<>{}
                          .with(multilevel_cell<2>{})
                          .with(bit_sliced<8, differential>{})
                          .with(stuck_at{.p_stuck_hrs = 0.02f})
                          .with(bit_serial_dac<8>{})
                          .with(uniform_adc<6>{})
                          .with(sgd{.learning_rate = 0.05f});
    using type = std::remove_const_t<decltype(chip)>;
    static_assert(plan_of<type> == plan::coded);
    same_on_ranks(
        [&] {
            network net({1, 28, 28}, 3); // stride 1, so that a rank with seven samples takes the other way
            net.emplace<average_pool>(2);
            net.emplace<conv2d<type>>(chip, conv2d_options{.in_channels = 1, .out_channels = 3, .kernel = 3}, 3u, 0u);
            net.emplace<max_pool>(2);
            net.emplace<dense<plain_type>>(plain_chip, dense_options{.in = net.output_shape().size(), .out = 10}, 3u, 1u);
            return net;
        },
        data, {.epochs = 1, .batch = 128}, {2, 4});
}

TEST_CASE("fit on ranks: circulant blocks in the frequency domain, and sums that a code checks") {
    const dataset data = procedural_digits({.train = 140, .test = 20});
    const auto dense_net = [](const auto& chip) {
        using type = std::remove_cvref_t<decltype(chip)>;
        network net({1, 28, 28}, 3);
        net.emplace<max_pool>(4);
        net.emplace<dense<type>>(chip, dense_options{.in = 49, .out = 24}, 3u, 0u);
        net.emplace<relu>();
        net.emplace<dense<plain_type>>(plain_chip, dense_options{.in = 24, .out = 10}, 3u, 1u);
        return net;
    };
    const auto circulant = design<>{}
                               .with(multilevel_cell<2>{})
                               .with(block_circulant<4, bit_sliced<8, differential>>{})
                               .with(sgd{.learning_rate = 0.05f});
    const auto checked = faulty.with(an_code<119>{}).with(bit_serial_dac<8>{}).with(sgd{.learning_rate = 0.05f});
    same_on_ranks([&] { return dense_net(circulant); }, data, {.epochs = 1, .batch = 128}, {2, 3});
    same_on_ranks([&] { return dense_net(checked); }, data, {.epochs = 1, .batch = 128}, {2, 3});
}

TEST_CASE("fit on ranks: an unsound loss and a callback of one rank end all at the same step") {
    const dataset data = procedural_digits({.train = 200, .test = 20});
    struct stopper final : callback {
        void on_step(const training_state& at, const step_record&) override { stop = at.step == 2 ? "enough" : ""; }
    };
    local_ranks(3).run([&](rank_group& group) {
        network net = small_net(plain_chip);
        stopper one;
        fit_options options{.epochs = 3, .batch = 48, .ranks = &group, .callbacks = {}};
        if (group.rank() == 1) {
            options.callbacks = {&one};
        }
        const training_record record = fit(net, data, options);
        CHECK(record.stopped == "enough");
        CHECK(record.epochs.size() == 1);
    });
    outcome alone = train([&] { return small_net(with_rate(1e30f)); }, data, {.epochs = 2, .batch = 48}, 1, nullptr);
    local_ranks(2).run([&](rank_group& group) {
        const outcome here = train([&] { return small_net(with_rate(1e30f)); }, data, {.epochs = 2, .batch = 48}, 1, &group);
        CHECK(here.state == alone.state);
        CHECK(here.numbers.size() == alone.numbers.size());
    });
}

TEST_CASE("fit on ranks: what differs between ranks is refused on every rank, before anything changes") {
    const dataset data = toy::data();
    const auto refused = [&](auto&& differ) {
        std::vector<std::string> reason(2);
        static_cast<void>(thrown_by([&] {
            local_ranks(2).run([&](rank_group& group) {
                const bool other = group.rank() == 1;
                dataset own = data;
                network net({1, 4, 4}, 5);
                auto& layer = net.emplace<dense<plain_type>>(plain_chip, dense_options{.in = 16, .out = 3}, 5u, 0u);
                fit_options options{.epochs = 1, .batch = 16, .ranks = &group};
                if (other) {
                    differ(layer, own, options);
                }
                const std::uint64_t before = state_fingerprint(net);
                std::string& text_of_rank = reason[static_cast<std::size_t>(group.rank())];
                text_of_rank = thrown_by([&] { fit(net, own, options); });
                CHECK(state_fingerprint(net) == before);
                throw error(text_of_rank);
            });
        }));
        CHECK(reason[0] == reason[1]);
        return reason[1];
    };
    using std::string;
    CHECK(refused([](auto&, dataset&, fit_options& o) { o.batch = 32; }) ==
          "fit: options of rank 1: expected batch 16, as rank 0 has it, found batch 32");
    CHECK(refused([](auto&, dataset&, fit_options& o) {
              o.seed = 9;
          }).find("expected seed 5, as rank 0 has it, found seed 9") != string::npos);
    CHECK(refused([](auto& layer, dataset&, fit_options&) {
              layer.bias_values()[0] = 1.0f;
          }).find("fit: state of the network of rank 1: expected as rank 0") == 0);
    CHECK(refused([](auto&, dataset& d, fit_options&) { d.train.images[5] ^= 1; }).find("fit: training images of rank 1") == 0);
    CHECK(refused([](auto&, dataset& d, fit_options&) {
              d.test.labels[5] = static_cast<std::uint8_t>((d.test.labels[5] + 1) % 3);
          }).find("fit: test images of rank 1") == 0);
    CHECK(refused([](auto&, dataset& d, fit_options&) { d.deviation[0] *= 2; }).find("fit: normalisation of rank 1") == 0);
    // Refused by one rank alone: the other hears of it.
    std::vector<std::string> reason(2);
    static_cast<void>(thrown_by([&] {
        local_ranks(2).run([&](rank_group& group) {
            toy::net t;
            t.layer.learning = false;
            reason[static_cast<std::size_t>(group.rank())] =
                thrown_by([&] { fit(t.network, data, {.epochs = group.rank() == 1 ? -1 : 1, .ranks = &group}); });
            throw error("as expected");
        });
    }));
    CHECK(reason[1] == "fit: epochs: expected at least 0, found -1");
}

TEST_CASE("fit on ranks: designs that differ are named line by line") {
    const dataset data = toy::data();
    const std::string reason = thrown_by([&] {
        local_ranks(2).run([&](rank_group& group) {
            network net({1, 4, 4}, 5);
            net.emplace<dense<plain_type>>(with_rate(group.rank() == 0 ? 0.1f : 0.2f), dense_options{.in = 16, .out = 3}, 5u,
                                           0u);
            fit(net, data, {.ranks = &group});
        });
    });
    CHECK(reason.find("fit: network of rank 1: expected 00 dense 3 x 16") == 0);
    CHECK(reason.find("learning_rate = 0.1") < reason.find("as rank 0 has it"));
    CHECK(reason.find("learning_rate = 0.2") > reason.find("as rank 0 has it"));
}

TEST_CASE("fit on ranks: a rank that fails in the middle stops all with its reason") {
    const dataset data = procedural_digits({.train = 200, .test = 20});
    struct bomb final : callback {
        void on_step(const training_state& at, const step_record&) override {
            if (at.step == 2) {
                throw error("the disk is full");
            }
        }
    };
    std::vector<std::string> reason(3);
    const std::string first = thrown_by([&] {
        local_ranks(3).run([&](rank_group& group) {
            network net = small_net(plain_chip);
            bomb callback_of_one;
            fit_options options{.epochs = 1, .batch = 48, .ranks = &group};
            if (group.rank() == 2) {
                options.callbacks = {&callback_of_one};
            }
            try {
                fit(net, data, options);
            } catch (const error& e) {
                reason[static_cast<std::size_t>(group.rank())] = e.what();
                throw;
            }
        });
    });
    CHECK(first == "rank 2 has stopped: the disk is full");
    CHECK(reason[0] == "rank 2 has stopped: the disk is full");
    CHECK(reason[1] == "rank 2 has stopped: the disk is full");
    CHECK(reason[2] == "the disk is full");
}

TEST_CASE("fit on ranks: replicas that have parted are found after the epoch") {
    const dataset data = procedural_digits({.train = 64, .test = 20});
    struct meddler final : callback {
        void on_step(const training_state& at, const step_record&) override {
            at.net.each([](layer& one) {
                for (const auto values : one.parameters().digital) {
                    values[0] += 1.0f;
                }
            });
        }
    };
    const std::string reason = thrown_by([&] {
        local_ranks(2).run([&](rank_group& group) {
            network net = small_net(plain_chip);
            meddler m;
            fit_options options{.epochs = 1, .batch = 64, .ranks = &group};
            if (group.rank() == 1) {
                options.callbacks = {&m};
            }
            fit(net, data, options);
        });
    });
    CHECK(reason.find("state of the network after an epoch") != std::string::npos);
}

TEST_CASE("fit on ranks: layers that do not join their sums are refused by name, and more ranks than shards") {
    const dataset data = procedural_digits({.train = 64, .test = 20});
    CHECK(thrown_by([&] {
              local_ranks(2).run([&](rank_group& group) {
                  network net({1, 28, 28}, 5);
                  net.emplace<toy::linear>(784, 10);
                  fit(net, data, {.batch = 64, .ranks = &group});
              });
          })
              .find("fit: layer on ranks (linear): expected batches that can be shared out, found gradients that it does not "
                    "join over ranks") == 0);
    CHECK(thrown_by([&] {
              local_ranks(9).run([&](rank_group& group) {
                  network net = small_net(plain_chip);
                  fit(net, data, {.ranks = &group});
              });
          }) == "fit: ranks: expected 1 to 8, the shards of a batch, found 9");
}

TEST_CASE("evaluate on ranks: the same loss, accuracy and events, also with fewer batches than ranks") {
    const dataset data = procedural_digits({.train = 16, .test = 150});
    for (const index_t batch : {32, 100, 400}) {
        event_ledger ledger;
        network net = small_net(plain_chip);
        const evaluation alone = evaluate(net, data, {.batch = batch, .events = &ledger});
        local_ranks(3).run([&](rank_group& group) {
            event_ledger own;
            network replica = small_net(plain_chip);
            const evaluation here = evaluate(replica, data, {.batch = batch, .events = &own, .ranks = &group});
            CHECK(here.loss == alone.loss);
            CHECK(here.accuracy == alone.accuracy);
            CHECK(own.total() == ledger.total());
            CHECK(own.images == ledger.images);
        });
    }
}

} // namespace ranks_tests
