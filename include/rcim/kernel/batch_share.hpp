#pragma once

/// @file
/// What one rank computes of a batch. The eight shards of a batch go to the ranks in consecutive runs of about equal length, so a rank holds
/// whole nodes of the tree that joins them: it computes the sum of each of its nodes, the ranks exchange these, and everybody finishes the
/// same tree. So the number of ranks changes no bit.

#include <rcim/compat/simd.hpp>
#include <rcim/core/aligned.hpp>
#include <rcim/core/batch_tensor.hpp>
#include <rcim/core/ranks.hpp>
#include <rcim/core/thread_pool.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace rcim::inline RCIM_ABI::kernel {

/// Shards [first, first + width) of a batch, all of those that exist in the hands of one rank. Its blocks lie side by side in the rank's part
/// of the batch: block i of them belongs to shard first + i % width.
struct shard_node {
    index_t first = 0;
    index_t width = batch_shards; ///< a power of two
    int rank = 0;
    index_t first_block = 0; ///< in the rank's part
    index_t blocks = 0;
    index_t samples = 0;
};

/// The part of every batch that a rank of a group computes, and sums over the whole batch. Not copyable; one thread at a time.
class batch_share {
    static constexpr index_t lane = samples_per_block;

public:
    explicit batch_share(rank_group& group) : group_(group) {}
    batch_share(const batch_share&) = delete;
    batch_share& operator=(const batch_share&) = delete;

    [[nodiscard]] rank_group& group() const noexcept { return group_; }

    /// Shares out a batch of so many samples, >= 1.
    void take(index_t samples) {
        if (samples == samples_) {
            return;
        }
        samples_ = samples;
        blocks_ = (samples + lane - 1) / lane;
        shards_ = std::min(blocks_, batch_shards);
        nodes_.clear();
        for (auto& of_first : node_at_) {
            of_first.fill(-1);
        }
        for (int r = 0; r < group_.size(); ++r) {
            add_nodes(r, shards_ * r / group_.size(), shards_ * (r + 1) / group_.size(), 0, batch_shards);
        }
        own_.clear();
        for (std::size_t n = 0; n < nodes_.size(); ++n) {
            if (nodes_[n].rank == group_.rank()) {
                own_.push_back(n);
            }
        }
        // The last block may have fewer samples than 16: it comes last in the rank's part too.
        const index_t last_shard = (blocks_ - 1) % batch_shards;
        std::stable_partition(own_.begin(), own_.end(), [&](std::size_t n) {
            return last_shard < nodes_[n].first || last_shard >= nodes_[n].first + nodes_[n].width;
        });
        first_sample_.clear();
        for (const std::size_t n : own_) {
            shard_node& node = nodes_[n];
            node.first_block = static_cast<index_t>(first_sample_.size());
            for (index_t round = node.first; round < blocks_; round += batch_shards) {
                for (index_t block = round; block < std::min(blocks_, round + node.width); ++block) {
                    first_sample_.push_back(block * lane);
                    node.samples += std::min(lane, samples - block * lane);
                    ++node.blocks;
                }
            }
        }
    }

    /// Of the whole batch.
    [[nodiscard]] index_t samples() const noexcept { return samples_; }
    /// Of this rank; none where there are fewer blocks than ranks.
    [[nodiscard]] index_t own_samples() const noexcept {
        index_t sum = 0;
        for (const std::size_t n : own_) {
            sum += nodes_[n].samples;
        }
        return sum;
    }
    /// Number in the whole batch of a sample of this rank.
    [[nodiscard]] index_t number(index_t own_sample) const noexcept {
        return first_sample_[static_cast<std::size_t>(own_sample / lane)] + own_sample % lane;
    }
    /// Samples of this rank from this one on that are consecutive in the whole batch, up to an end.
    [[nodiscard]] index_t consecutive(index_t own_sample, index_t end) const noexcept {
        auto block = static_cast<std::size_t>(own_sample / lane);
        while (block + 1 < first_sample_.size() && first_sample_[block + 1] == first_sample_[block] + lane) {
            ++block;
        }
        return std::min(end, (static_cast<index_t>(block) + 1) * lane) - own_sample;
    }

    /// Sums over the whole batch of `count` items, a multiple of 16 where Lanes is false: fill(node, to) computes those of a node of this
    /// rank, one float for each item or, with Lanes, one for each of 16 lanes, which are added up when the nodes are. Valid until the next
    /// call. Each rank sends its nodes once and, where that is less, joins a slice of the items for all.
    template <bool Lanes, class Fill>
    [[nodiscard]] std::span<const float> join(std::string_view what, index_t count, thread_pool& pool, Fill&& fill) {
        constexpr index_t each = Lanes ? lane : 1;
        const auto ranks = static_cast<index_t>(group_.size());
        const bool sliced = count * each * static_cast<index_t>(nodes_.size()) > 16384;
        const index_t units = (count + lane - 1) / lane;
        const auto slice_begin = [&](index_t r) { return sliced ? std::min(count, units * r / ranks * lane) : 0; };
        const auto slice_end = [&](index_t r) { return sliced ? std::min(count, units * (r + 1) / ranks * lane) : count; };
        const index_t begin = slice_begin(group_.rank());
        const index_t end = slice_end(group_.rank());

        const auto others = static_cast<index_t>(nodes_.size() - own_.size());
        mine_.resize(std::max(mine_.size(), own_.size() * static_cast<std::size_t>(count * each)));
        theirs_.resize(std::max(theirs_.size(), static_cast<std::size_t>(others * (end - begin) * each)));
        joined_.resize(std::max(joined_.size(), static_cast<std::size_t>(units * lane)));
        struct place {
            const float* data;
            index_t first_item;
        };
        std::array<place, batch_shards> at{};
        for (std::size_t i = 0; i < own_.size(); ++i) {
            float* const to = mine_.data() + static_cast<index_t>(i) * count * each;
            fill(static_cast<const shard_node&>(nodes_[own_[i]]), to);
            at[own_[i]] = {to, 0};
        }
        out_.clear();
        in_.clear();
        float* to = theirs_.data();
        for (std::size_t n = 0; n < nodes_.size(); ++n) {
            if (nodes_[n].rank == group_.rank()) {
                for (index_t r = 0; r < ranks; ++r) {
                    if (r != group_.rank()) {
                        out_.push_back({static_cast<int>(r),
                                        bytes(at[n].data + slice_begin(r) * each, (slice_end(r) - slice_begin(r)) * each)});
                    }
                }
            } else {
                in_.push_back(
                    {nodes_[n].rank, std::as_writable_bytes(std::span(to, static_cast<std::size_t>((end - begin) * each)))});
                at[n] = {to, begin};
                to += (end - begin) * each;
            }
        }
        group_.exchange(what, static_cast<std::uint64_t>(count), out_, in_);

        pool.run((end - begin + lane - 1) / lane, [&](index_t first, index_t last) {
            const index_t stop = std::min(end, begin + last * lane);
            for (index_t item = begin + first * lane; item < stop; item += Lanes ? 1 : lane) {
                const lanes sum =
                    tree([&](std::size_t n) { return lanes::load(at[n].data + (item - at[n].first_item) * each); });
                if constexpr (Lanes) {
                    joined_[static_cast<std::size_t>(item)] = sum.sum();
                } else {
                    sum.store(joined_.data() + item);
                }
            }
        });
        if (sliced) {
            out_.clear();
            in_.clear();
            for (index_t r = 0; r < ranks; ++r) {
                if (r != group_.rank()) {
                    out_.push_back({static_cast<int>(r), bytes(joined_.data() + begin, end - begin)});
                    in_.push_back({static_cast<int>(r),
                                   std::as_writable_bytes(std::span(joined_.data() + slice_begin(r),
                                                                    static_cast<std::size_t>(slice_end(r) - slice_begin(r))))});
                }
            }
            group_.exchange(what, static_cast<std::uint64_t>(count), out_, in_);
        }
        return {joined_.data(), static_cast<std::size_t>(count)};
    }

    /// The sum over the whole batch of one small object: of(node) computes that of a node of this rank, and + adds.
    template <class Part, class Of>
    requires std::is_trivially_copyable_v<Part>
    [[nodiscard]] Part join_parts(std::string_view what, Of&& of) {
        std::array<Part, batch_shards> all{};
        out_.clear();
        in_.clear();
        for (std::size_t n = 0; n < nodes_.size(); ++n) {
            const auto part = std::as_writable_bytes(std::span(&all[n], 1));
            if (nodes_[n].rank != group_.rank()) {
                in_.push_back({nodes_[n].rank, part});
                continue;
            }
            all[n] = of(static_cast<const shard_node&>(nodes_[n]));
            for (int r = 0; r < group_.size(); ++r) {
                if (r != group_.rank()) {
                    out_.push_back({r, part});
                }
            }
        }
        group_.exchange(what, nodes_.size(), out_, in_);
        return tree([&](std::size_t n) { return all[n]; });
    }

private:
    static std::span<const std::byte> bytes(const float* from, index_t count) {
        return std::as_bytes(std::span(from, static_cast<std::size_t>(count)));
    }

    /// The largest nodes below [first, first + width) whose shards, as far as they exist, lie in [begin, end).
    void add_nodes(int rank, index_t begin, index_t end, index_t first, index_t width) {
        const index_t last = std::min(shards_, first + width);
        if (first >= last || last <= begin || first >= end) {
            return;
        }
        if (begin <= first && last <= end) {
            node_at_[static_cast<std::size_t>(first)]
                    [static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(width)))] =
                        static_cast<int>(nodes_.size());
            nodes_.push_back({.first = first, .width = width, .rank = rank});
            return;
        }
        add_nodes(rank, begin, end, first, width / 2);
        add_nodes(rank, begin, end, first + width / 2, width / 2);
    }

    /// As kernel::join_shards, from the nodes on: leaf(number of the node).
    template <class Leaf>
    [[nodiscard]] auto tree(Leaf&& leaf, index_t first = 0, index_t width = batch_shards) const
        -> decltype(leaf(std::size_t{0})) {
        const int node =
            node_at_[static_cast<std::size_t>(first)][static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(width)))];
        if (node >= 0) {
            return leaf(static_cast<std::size_t>(node));
        }
        const index_t half = width / 2;
        auto left = tree(leaf, first, half);
        if (first + half >= shards_) {
            return left;
        }
        return left + tree(leaf, first + half, half);
    }

    rank_group& group_;
    index_t samples_ = 0;
    index_t blocks_ = 0;
    index_t shards_ = 0;
    std::vector<shard_node> nodes_; ///< of all ranks, in the order of the shards; blocks of this rank's alone are known
    std::vector<std::size_t> own_;  ///< numbers of this rank's, in the order of their blocks
    std::array<std::array<int, 4>, batch_shards> node_at_{}; ///< [first][log2 width], -1: none
    std::vector<index_t> first_sample_;                      ///< of each block of this rank, in the whole batch
    aligned_vector<float> mine_;                             ///< [own node][item][lane]
    aligned_vector<float> theirs_;                           ///< [other node][item of the slice][lane]
    aligned_vector<float> joined_;
    std::vector<outgoing> out_;
    std::vector<incoming> in_;
};

/// The numbers of the images of a batch: consecutive, but for the part of a rank.
struct image_numbers {
    image_numbers(std::uint64_t first_ = 0, const batch_share* share_ = nullptr) : first(first_), share(share_) {}

    [[nodiscard]] std::uint64_t of(index_t sample) const {
        return first + static_cast<std::uint64_t>(share != nullptr ? share->number(sample) : sample);
    }
    /// Of the samples from this one to the end, how many have consecutive numbers.
    [[nodiscard]] index_t consecutive(index_t sample, index_t end) const {
        return share != nullptr ? share->consecutive(sample, end) : end - sample;
    }

    std::uint64_t first;
    const batch_share* share;
};

} // namespace rcim::inline RCIM_ABI::kernel
