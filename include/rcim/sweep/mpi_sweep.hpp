#pragma once

/// @file
/// A sweep over the ranks of an MPI program. Needs MPI (target rcim::mpi); the umbrella header does not include this.
///
/// Rank 0 hands out points one by one and computes as well: one of its threads answers requests and sleeps between them. Every rank hands its own
/// rows on as soon as they are there, so that what it has finished is lost neither with it nor with rank 0.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>
#include <rcim/sweep/run.hpp>

#include <mpi.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace rcim::inline RCIM_ABI {

namespace detail {

/// Waits for a request without the spinning of MPI's own waiting, which would take a core from the threads that compute.
inline void wait_asleep(MPI_Request& request) {
    for (int done = 0;;) {
        MPI_Test(&request, &done, MPI_STATUS_IGNORE);
        if (done != 0) {
            return;
        }
        std::this_thread::sleep_for(std::chrono::microseconds(500)); // short beside a point
    }
}

/// What a rank tells rank 0: points finished since it told last, and whether it asks for another, leaves, or leaves because something was thrown.
enum class rank_wish : std::uint64_t { ticket, leave, stop_all };
struct rank_message {
    std::uint64_t finished;
    rank_wish wish;
};
inline constexpr int message_tag = 7001;
inline constexpr int ticket_tag = 7002;
inline constexpr std::uint64_t no_ticket = ~std::uint64_t{0};

inline void send_to_first(MPI_Comm ranks, rank_message message) {
    MPI_Request sent;
    MPI_Isend(&message, 2, MPI_UINT64_T, 0, message_tag, ranks, &sent);
    wait_asleep(sent);
}

/// The part of rank 0: tickets for its own threads and for other ranks, until all of these have left and its own threads are through.
template <class Work>
void hand_out(MPI_Comm ranks, int others, std::size_t count, int threads, Work&& work,
              const std::function<void(std::size_t)>& told) {
    std::atomic<std::size_t> next{0};
    std::atomic<std::size_t> finished{0};
    std::atomic<bool> computing{true};
    std::exception_ptr failure;
    const auto ticket = [&] {
        const std::size_t mine = next.load() < count ? next.fetch_add(1) : count; // stays near count, however often it is asked
        return mine < count ? std::optional(mine) : std::nullopt;
    };
    std::thread team([&] {
        try {
            work_off(ticket, threads, [&](std::size_t mine) {
                work(mine);
                ++finished;
            });
        } catch (...) {
            failure = std::current_exception();
            next = count;
        }
        computing = false;
    });
    std::size_t elsewhere = 0;
    while (computing || others > 0) {
        told(elsewhere + finished);
        int waiting = 0;
        MPI_Status status;
        MPI_Iprobe(MPI_ANY_SOURCE, message_tag, ranks, &waiting, &status);
        if (waiting == 0) {
            std::this_thread::sleep_for(std::chrono::microseconds(500));
            continue;
        }
        rank_message message{};
        MPI_Recv(&message, 2, MPI_UINT64_T, status.MPI_SOURCE, message_tag, ranks, MPI_STATUS_IGNORE);
        elsewhere += message.finished;
        if (message.wish == rank_wish::ticket) {
            const std::uint64_t answer = ticket().value_or(no_ticket);
            MPI_Send(&answer, 1, MPI_UINT64_T, status.MPI_SOURCE, ticket_tag, ranks);
            continue;
        }
        --others;
        if (message.wish == rank_wish::stop_all) {
            next = count;
        }
    }
    team.join();
    told(elsewhere + finished);
    if (failure) {
        std::rethrow_exception(failure);
    }
}

/// The part of every other rank.
template <class Work>
void ask_for(MPI_Comm ranks, int threads, Work&& work) {
    std::mutex talking;
    std::atomic<std::uint64_t> finished{0};
    const ticket_source ask = [&]() -> std::optional<std::size_t> {
        const std::lock_guard lock(talking);
        send_to_first(ranks, {finished.exchange(0), rank_wish::ticket});
        std::uint64_t ticket = no_ticket;
        MPI_Request got;
        MPI_Irecv(&ticket, 1, MPI_UINT64_T, 0, ticket_tag, ranks, &got);
        wait_asleep(got);
        return ticket == no_ticket ? std::nullopt : std::optional(static_cast<std::size_t>(ticket));
    };
    try {
        work_off(ask, threads, [&](std::size_t mine) {
            work(mine);
            ++finished;
        });
    } catch (...) {
        send_to_first(ranks, {finished.exchange(0), rank_wish::stop_all});
        throw;
    }
    send_to_first(ranks, {finished.exchange(0), rank_wish::leave});
}

/// A number that sweeps with the same points share (FNV-1a over their keys).
[[nodiscard]] inline std::uint64_t fingerprint(const sweep& s) {
    std::uint64_t hash = 14695981039346656037u;
    for (std::size_t i = 0; i < size_of(s); ++i) {
        for (const char c : point_of(s, i).key()) {
            hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
        }
    }
    return hash;
}

} // namespace detail

/// Waits until every rank is here. Collective.
inline void meet(MPI_Comm ranks) {
    MPI_Request request;
    MPI_Ibarrier(ranks, &request);
    detail::wait_asleep(request);
}

/// Runs the points that are missing from what rank 0 knows, `options.threads` at a time on every rank. Collective, with the same sweep on all
/// ranks. `options.finished` gets the rows of its own rank; progress is that of rank 0, of all ranks. MPI must have been started with
/// MPI_THREAD_SERIALIZED at least, and the caller does not use it meanwhile.
///
/// Throws `error` where that is not so and where ranks have other points than rank 0. What `finished` throws on one rank, and a failed point where
/// the options say so, ends the sweep on all: the others return, that rank throws.
inline void run_sweep_on_ranks(MPI_Comm ranks, const sweep& s, const sweep_options& options = {},
                               std::span<const sweep_row> known = {}) {
    int level = MPI_THREAD_SINGLE;
    int rank = 0;
    int size = 1;
    MPI_Query_thread(&level);
    MPI_Comm_rank(ranks, &rank);
    MPI_Comm_size(ranks, &size);
    if (level < MPI_THREAD_SERIALIZED) {
        fail("run_sweep_on_ranks", "MPI", "MPI_Init_thread with MPI_THREAD_SERIALIZED", text("level ", level));
    }
    const sweep_state state = state_of(s, rank == 0 ? known : std::span<const sweep_row>{}, options.retry_failed);
    const std::uint64_t own = detail::fingerprint(s);
    std::uint64_t head[2] = {own, state.missing.size()};
    MPI_Bcast(head, 2, MPI_UINT64_T, 0, ranks);
    std::vector<std::uint64_t> missing(state.missing.begin(), state.missing.end());
    missing.resize(head[1]);
    MPI_Bcast(missing.data(), static_cast<int>(missing.size()), MPI_UINT64_T, 0, ranks);
    int same = head[0] == own ? 1 : 0;
    MPI_Allreduce(MPI_IN_PLACE, &same, 1, MPI_INT, MPI_MIN, ranks);
    if (same == 0) {
        fail("run_sweep_on_ranks", s.name, "the same points on every rank", "other points on some");
    }

    std::mutex mutex;
    sweep_progress progress(rank == 0 ? options.progress : nullptr, options.terminal, size_of(s), size_of(s) - missing.size());
    const auto work = [&](std::size_t ticket) {
        const sweep_row row = run_point(s, static_cast<std::size_t>(missing[ticket]));
        const std::lock_guard lock(mutex);
        if (options.finished) {
            options.finished(row);
        }
        if (row.failed() && options.stop_at_failure) {
            fail("sweep " + s.name, row.point.name(), "results", row.error);
        }
    };
    if (rank == 0) {
        detail::hand_out(ranks, size - 1, missing.size(), options.threads, work,
                         [&](std::size_t done) { progress.set(size_of(s) - missing.size() + done); });
    } else {
        detail::ask_for(ranks, options.threads, work);
    }
}

} // namespace rcim::inline RCIM_ABI
