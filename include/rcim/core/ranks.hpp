#pragma once

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// What one rank hands to another. Between two ranks, messages arrive in the order in which they are listed.
struct outgoing {
    int to = 0; ///< another rank
    std::span<const std::byte> bytes{};
};
struct incoming {
    int from = 0;                 ///< another rank
    std::span<std::byte> bytes{}; ///< as many as the other sends
};

/// Processes (or threads) that do the same work on replicas of the same things and share out parts of it. Models give `rank`, `size` and
/// `transfer`: `one_rank` here, `local_ranks` (core/local_ranks.hpp) in one process, `mpi_ranks` (mpi/mpi_ranks.hpp) in several.
///
/// All members but rank() and size() are *collective*: every rank calls the same ones in the same order, from one thread at a time. Before
/// anything is handed over the ranks tell each other what they are about to do. Where they differ, or where one of them has failed, every
/// rank throws `error` with the reason, and so do all further calls: nobody waits for ever for somebody who does not come.
class rank_group {
public:
    rank_group() = default;
    rank_group(const rank_group&) = delete;
    rank_group& operator=(const rank_group&) = delete;
    virtual ~rank_group() = default;

    /// Number of the caller, 0 to size() - 1.
    [[nodiscard]] virtual int rank() const noexcept = 0;
    [[nodiscard]] virtual int size() const noexcept = 0;

    /// Sends and takes messages. `what` names the purpose, at most 200 characters, and `count` its extent: both the same on every rank.
    void exchange(std::string_view what, std::uint64_t count, std::span<const outgoing> out, std::span<const incoming> in) {
        if (size() == 1) {
            return;
        }
        if (!stopped_.empty()) {
            throw error(stopped_);
        }
        agree(what, count);
        transfer(out, in);
        for (const outgoing& message : out) {
            sent_ += message.bytes.size();
        }
    }

    /// Returns once every rank has called it.
    void barrier(std::string_view what) { exchange(what, 0, {}, {}); }

    /// All ranks get what each of them gives, one after the other; own: counts[rank()] objects, all: the sum of the counts.
    template <class T>
    requires std::is_trivially_copyable_v<T>
    void all_gather(std::string_view what, std::span<const T> own, std::span<T> all, std::span<const index_t> counts) {
        std::vector<outgoing> out;
        std::vector<incoming> in;
        std::size_t begin = 0;
        for (int r = 0; r < size(); ++r) {
            const auto count = static_cast<std::size_t>(counts[static_cast<std::size_t>(r)]);
            if (r == rank()) {
                std::copy(own.begin(), own.end(), all.begin() + static_cast<std::ptrdiff_t>(begin));
            } else {
                out.push_back({r, std::as_bytes(own)});
                in.push_back({r, std::as_writable_bytes(all.subspan(begin, count))});
            }
            begin += count;
        }
        exchange(what, all.size(), out, in);
    }
    /// One object of each rank.
    template <class T>
    requires std::is_trivially_copyable_v<T>
    [[nodiscard]] std::vector<T> all_gather(std::string_view what, const T& own) {
        std::vector<T> all(static_cast<std::size_t>(size()));
        const std::vector<index_t> counts(all.size(), 1);
        all_gather(what, std::span<const T>(&own, 1), std::span<T>(all), std::span<const index_t>(counts));
        return all;
    }
    /// One text of each rank.
    [[nodiscard]] std::vector<std::string> all_gather(std::string_view what, const std::string& own) {
        const std::vector<index_t> counts = all_gather(what, static_cast<index_t>(own.size()));
        std::string joined;
        for (const index_t count : counts) {
            joined.append(static_cast<std::size_t>(count), ' ');
        }
        all_gather(what, std::span<const char>(own), std::span<char>(joined), std::span<const index_t>(counts));
        std::vector<std::string> all;
        for (std::size_t r = 0, begin = 0; r < counts.size(); begin += static_cast<std::size_t>(counts[r]), ++r) {
            all.push_back(joined.substr(begin, static_cast<std::size_t>(counts[r])));
        }
        return all;
    }

    /// Tells the others, in place of the next collective call, that this rank has failed; they throw. Does nothing where that is known.
    void stop_all(std::string_view reason) noexcept {
        if (size() == 1 || !stopped_.empty()) {
            return;
        }
        try {
            stopped_ = text("rank ", rank(), " has stopped: ", reason);
            static_cast<void>(letters_of_all(letter_of(reason, 0, true)));
        } catch (...) { // the others could not be reached
        }
    }
    /// Whether this rank or another has failed.
    [[nodiscard]] bool stopped() const noexcept { return !stopped_.empty(); }
    /// What this rank has sent to others so far, without what they tell each other before.
    [[nodiscard]] std::uint64_t bytes_sent() const noexcept { return sent_; }

protected:
    /// Sends and takes messages to and from other ranks, and returns when the bytes of both may be used anew.
    virtual void transfer(std::span<const outgoing> out, std::span<const incoming> in) = 0;

private:
    /// What a rank says before it hands anything over.
    struct letter {
        std::uint64_t failed = 0;
        std::uint64_t count = 0;
        std::array<char, 496> text{}; ///< what it is about to do, or why it has failed
    };

    static letter letter_of(std::string_view words, std::uint64_t count, bool failed) {
        letter l{.failed = failed ? 1u : 0u, .count = count, .text = {}};
        std::copy_n(words.data(), std::min(words.size(), l.text.size() - 1), l.text.data());
        return l;
    }

    std::vector<letter> letters_of_all(const letter& own) {
        std::vector<letter> all(static_cast<std::size_t>(size()), own);
        std::vector<outgoing> out;
        std::vector<incoming> in;
        for (int r = 0; r < size(); ++r) {
            if (r != rank()) {
                out.push_back({r, std::as_bytes(std::span(&own, 1))});
                in.push_back({r, std::as_writable_bytes(std::span(&all[static_cast<std::size_t>(r)], 1))});
            }
        }
        transfer(out, in);
        return all;
    }

    void agree(std::string_view what, std::uint64_t count) {
        const std::vector<letter> all = letters_of_all(letter_of(what, count, false));
        for (std::size_t r = 0; r < all.size(); ++r) {
            if (all[r].failed != 0) {
                stopped_ = text("rank ", r, " has stopped: ", all[r].text.data());
                throw error(stopped_);
            }
        }
        for (std::size_t r = 1; r < all.size(); ++r) {
            if (all[r].count != all[0].count || all[r].text != all[0].text) {
                stopped_ = text("ranks: what rank ", r, " does next: expected ", all[0].text.data(), " (", all[0].count,
                                "), as rank 0, found ", all[r].text.data(), " (", all[r].count, ")");
                throw error(stopped_);
            }
        }
    }

    std::string stopped_; ///< why; empty while all is well
    std::uint64_t sent_ = 0;
};

/// The group of a process that is alone.
class one_rank final : public rank_group {
public:
    [[nodiscard]] int rank() const noexcept override { return 0; }
    [[nodiscard]] int size() const noexcept override { return 1; }

protected:
    void transfer(std::span<const outgoing>, std::span<const incoming>) override {}
};

/// Does body() on every rank of the group: what one throws makes the others throw too, and no rank goes on before all have ended.
template <class Body>
void on_ranks(rank_group& group, std::string_view what, Body&& body) {
    try {
        body();
    } catch (const std::exception& e) {
        group.stop_all(e.what());
        throw;
    } catch (...) {
        group.stop_all("an exception of unknown type");
        throw;
    }
    group.barrier(text("end of ", what));
}

} // namespace rcim::inline RCIM_ABI
