#pragma once

#include <rcim/core/error.hpp>
#include <rcim/core/events.hpp>
#include <rcim/core/fingerprint.hpp>
#include <rcim/core/ranks.hpp>
#include <rcim/data/dataset.hpp>
#include <rcim/nn/network.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

namespace detail {

/// Throws, on every rank, unless all ranks hold the same number for each of the names.
template <std::size_t N>
void require_same(rank_group& group, std::string_view where, const std::array<std::pair<const char*, std::uint64_t>, N>& own) {
    std::array<std::uint64_t, N> numbers{};
    for (std::size_t i = 0; i < N; ++i) {
        numbers[i] = own[i].second;
    }
    const auto all = group.all_gather("fingerprints", numbers);
    for (std::size_t i = 0; i < N; ++i) {
        for (std::size_t r = 1; r < all.size(); ++r) {
            if (all[r][i] != all[0][i]) {
                std::ostringstream expected, found;
                expected << "as rank 0 has it (fingerprint " << std::hex << all[0][i] << ")";
                found << std::hex << all[r][i];
                fail(where, text(own[i].first, " of rank ", r), expected.str(), found.str());
            }
        }
    }
}

/// Throws, on every rank, unless all ranks have the same text; says which line differs.
inline void require_same_text(rank_group& group, std::string_view where, std::string_view what, const std::string& own) {
    const std::vector<std::string> all = group.all_gather(what, own);
    for (std::size_t r = 1; r < all.size(); ++r) {
        std::istringstream expected(all[0]), found(all[r]);
        std::string a, b;
        while (all[r] != all[0]) {
            a = std::getline(expected, a) ? a : std::string("nothing");
            b = std::getline(found, b) ? b : std::string("nothing");
            if (a != b || (!expected && !found)) {
                fail(where, text(what, " of rank ", r), text(a, ", as rank 0 has it"), b);
            }
        }
    }
}

inline std::uint64_t fingerprint_of(const image_set& set) {
    fingerprint sum;
    sum.add(set.shape.channels);
    sum.add(set.shape.height);
    sum.add(set.shape.width);
    sum.add(set.classes);
    sum.add(set.labels);
    sum.add(set.images);
    return sum.value();
}

/// Events of what ranks share out, reads forward and of errors, summed over the ranks; what every rank does alike, writes, counts once.
class shared_events {
public:
    /// ledger may be null: nothing is counted then.
    shared_events(event_ledger* ledger, rank_group& group) : ledger_(ledger), group_(group) {
        if (ledger_ != nullptr) {
            before_ = counts();
        }
    }
    /// Adds what the others have counted since. Collective where any rank counts, which all then do.
    void add_others() {
        if (ledger_ == nullptr) {
            return;
        }
        // Of an evaluation with few batches a rank may have counted nothing yet.
        for (const std::uint64_t layers : group_.all_gather("layers with events", std::uint64_t{ledger_->layers().size()})) {
            if (layers > 0) {
                static_cast<void>(ledger_->at(static_cast<std::uint32_t>(layers - 1)));
            }
        }
        std::vector<std::uint64_t> own = counts();
        for (std::size_t i = 0; i < before_.size(); ++i) {
            own[i] -= before_[i];
        }
        std::vector<std::uint64_t> all(own.size() * static_cast<std::size_t>(group_.size()));
        const std::vector<index_t> sizes(static_cast<std::size_t>(group_.size()), static_cast<index_t>(own.size()));
        group_.all_gather("events", std::span<const std::uint64_t>(own), std::span<std::uint64_t>(all),
                          std::span<const index_t>(sizes));
        std::size_t i = 0;
        each_count([&](std::uint64_t& count) {
            for (std::size_t r = 0; r < sizes.size(); ++r) {
                count += static_cast<int>(r) != group_.rank() ? all[r * own.size() + i] : 0;
            }
            ++i;
        });
        before_ = counts();
    }

private:
    template <class Visit>
    void each_count(Visit&& visit) {
        for (std::size_t place = 0; place < ledger_->layers().size(); ++place) {
            for (const stage s : {stage::forward, stage::errors}) {
                event_counts& counts = ledger_->at(static_cast<std::uint32_t>(place))[s];
                std::apply([&](const auto&... m) { (visit(counts.*m.second), ...); }, event_counts::members());
            }
        }
    }
    [[nodiscard]] std::vector<std::uint64_t> counts() {
        std::vector<std::uint64_t> all;
        each_count([&](std::uint64_t count) { all.push_back(count); });
        return all;
    }

    event_ledger* ledger_;
    rank_group& group_;
    std::vector<std::uint64_t> before_;
};

} // namespace detail

} // namespace rcim::inline RCIM_ABI
