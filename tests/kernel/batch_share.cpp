#include <rcim/core/local_ranks.hpp>
#include <rcim/core/random.hpp>
#include <rcim/kernel/batch_share.hpp>
#include <rcim/kernel/normalisation.hpp>
#include <rcim/kernel/shards.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <vector>

using namespace rcim;

namespace batch_share_tests {

/// A number of any size for a sample: sums of these show every change of the order.
float number_of(index_t sample, index_t item) {
    const random_source source(1, purpose::test, 2);
    const auto i = static_cast<std::uint64_t>(1000 * sample + item);
    return (source.uniform(i) - 0.5f) * std::exp2(static_cast<float>(static_cast<int>(source.below(1'000'000 + i, 30)) - 15));
}

TEST_CASE("batch_share: every sample belongs to one rank, blocks of a node lie together, a part that is not full comes last") {
    for (int size = 1; size <= 8; ++size) {
        for (const index_t samples : {1, 15, 16, 17, 40, 64, 100, 128, 129, 150, 180, 255, 256, 1000}) {
            CAPTURE(size);
            CAPTURE(samples);
            std::vector<int> times(static_cast<std::size_t>(samples), 0);
            std::mutex mutex;
            local_ranks(size).run([&](rank_group& group) {
                kernel::batch_share share(group);
                share.take(samples);
                const std::lock_guard lock(mutex);
                for (index_t i = 0; i < share.own_samples(); ++i) {
                    const index_t number = share.number(i);
                    REQUIRE(number < samples);
                    ++times[static_cast<std::size_t>(number)];
                    const index_t alike = share.consecutive(i, share.own_samples());
                    REQUIRE(alike >= 1);
                    REQUIRE(i + alike <= share.own_samples());
                    CHECK(share.number(i + alike - 1) == number + alike - 1);
                    if (i + alike < share.own_samples()) {
                        CHECK(share.number(i + alike) != number + alike);
                    }
                }
                // No rank has more than its fair number of shards.
                const index_t blocks = (samples + 15) / 16;
                const index_t shards = std::min<index_t>(blocks, 8);
                CHECK(share.own_samples() <= (shards + size - 1) / size * ((blocks + 7) / 8) * 16);
            });
            CHECK(std::all_of(times.begin(), times.end(), [](int n) { return n == 1; }));
        }
    }
}

TEST_CASE("batch_share: sums of lanes and of numbers are those of one process, bit for bit, sliced or not") {
    thread_pool pool(2);
    for (const index_t samples : {7, 40, 128, 180, 330}) {
        for (const index_t items : {3, 16, 700}) {
            // What one process makes: lanes of every shard in turn, the tree, the sum of the lanes.
            const index_t blocks = (samples + 15) / 16;
            const auto shard_lanes = [&](index_t item, index_t width, auto&& sample_of, index_t own_blocks) {
                std::vector<lanes> shard(static_cast<std::size_t>(width), lanes::broadcast(0.0f));
                for (index_t b = 0; b < own_blocks; ++b) {
                    alignas(64) float x[samples_per_block] = {};
                    for (index_t l = 0; l < samples_per_block; ++l) {
                        const index_t sample = sample_of(b, l);
                        x[l] = sample < samples ? number_of(sample, item) : 0.0f;
                    }
                    lanes& sum = shard[static_cast<std::size_t>(b % width)];
                    sum = sum + lanes::load(x);
                }
                return kernel::join_shards(std::min(own_blocks, width),
                                           [&](index_t s) { return shard[static_cast<std::size_t>(s)]; });
            };
            std::vector<float> expected(static_cast<std::size_t>(items));
            std::vector<float> first_lane(expected);
            for (index_t i = 0; i < items; ++i) {
                const lanes sum = shard_lanes(
                    i, 8, [](index_t b, index_t l) { return b * 16 + l; }, blocks);
                expected[static_cast<std::size_t>(i)] = sum.sum();
                alignas(64) float x[samples_per_block];
                sum.store(x);
                first_lane[static_cast<std::size_t>(i)] = x[0];
            }
            for (int size = 1; size <= 8; ++size) {
                CAPTURE(size);
                CAPTURE(samples);
                CAPTURE(items);
                local_ranks(size).run([&](rank_group& group) {
                    kernel::batch_share share(group);
                    share.take(samples);
                    thread_pool own_pool(group.rank() % 2 + 1);
                    const auto node_lanes = [&](const kernel::shard_node& node, index_t item) {
                        return shard_lanes(
                            item, node.width,
                            [&](index_t b, index_t l) {
                                const index_t own = (node.first_block + b) * 16 + l;
                                return own < share.own_samples() ? share.number(own) : samples;
                            },
                            node.blocks);
                    };
                    const auto sums =
                        share.join<true>("lanes", items, own_pool, [&](const kernel::shard_node& node, float* to) {
                            for (index_t i = 0; i < items; ++i) {
                                node_lanes(node, i).store(to + i * samples_per_block);
                            }
                        });
                    CHECK(std::memcmp(sums.data(), expected.data(), expected.size() * sizeof(float)) == 0);
                    const index_t padded = (items + 15) / 16 * 16;
                    const auto numbers =
                        share.join<false>("numbers", padded, own_pool, [&](const kernel::shard_node& node, float* to) {
                            std::fill_n(to, padded, 0.0f);
                            for (index_t i = 0; i < items; ++i) {
                                alignas(64) float x[samples_per_block];
                                node_lanes(node, i).store(x);
                                to[i] = x[0];
                            }
                        });
                    CHECK(std::memcmp(numbers.data(), first_lane.data(), first_lane.size() * sizeof(float)) == 0);
                });
            }
        }
    }
}

} // namespace batch_share_tests
