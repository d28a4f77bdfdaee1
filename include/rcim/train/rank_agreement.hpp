#pragma once

#include <rcim/core/archive.hpp>
#include <rcim/core/error.hpp>
#include <rcim/core/events.hpp>
#include <rcim/core/ranks.hpp>
#include <rcim/data/dataset.hpp>
#include <rcim/nn/network.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// A number for anything, by which ranks tell whether they hold the same: FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo) over words of eight
/// bytes, with a finishing mix of its own. About 1 GB/s; no protection against malice.
class fingerprint {
public:
    void add(std::span<const std::byte> bytes) {
        for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
            std::uint64_t word = 0;
            std::memcpy(&word, bytes.data(), 8);
            mix(word);
        }
        std::uint64_t word = bytes.size();
        for (const std::byte b : bytes) {
            word = word << 8 | std::to_integer<std::uint64_t>(b);
        }
        mix(word);
    }
    template <class T>
    requires std::is_arithmetic_v<T>
    void add(T value) { add(std::as_bytes(std::span<const T>(&value, 1))); }
    template <class T>
    void add(const std::vector<T>& values) {
        add(std::as_bytes(std::span<const T>(values)));
    }
    void add(std::string_view words) { add(std::as_bytes(std::span(words))); }

    [[nodiscard]] std::uint64_t value() const { return state_ ^ state_ >> 32; }

private:
    void mix(std::uint64_t word) {
        state_ = (state_ ^ word) * 0x100000001b3ull;
        state_ ^= state_ >> 29;
    }

    std::uint64_t state_ = 0xcbf29ce484222325ull;
};

/// The fingerprint of all state that decides what an owner of state computes; of padding nothing. O(its bytes).
template <class Owner>
[[nodiscard]] std::uint64_t state_fingerprint(Owner& owner) {
    struct reader final : archive {
        void on_array(const array& a) override {
            sum.add(a.name);
            const auto row = static_cast<std::size_t>(a.shape.back());
            const auto stride = static_cast<std::size_t>(a.row_stride);
            std::size_t rows = 1;
            for (std::size_t i = 0; i + 1 < a.shape.size(); ++i) {
                rows *= static_cast<std::size_t>(a.shape[i]);
            }
            if (row == 0 || rows == 0 || a.bytes == 0) {
                return;
            }
            const std::size_t size = size_of(a.type);
            for (std::size_t r = 0; r < rows; ++r) {
                sum.add(std::span(static_cast<const std::byte*>(a.data) + r * stride * size, row * size));
            }
        }
        static std::size_t size_of(element type) {
            switch (type) {
            case element::u8:
                return 1;
            case element::u16:
                return 2;
            case element::u64:
            case element::f64:
                return 8;
            default:
                return 4;
            }
        }
        fingerprint sum;
    } reading;
    owner.visit(reading);
    return reading.sum.value();
}

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
