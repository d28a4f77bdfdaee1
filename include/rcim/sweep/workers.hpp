#pragma once

/// @file
/// Work that is handed out piece by piece, and what people are told meanwhile.

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Where workers get the number of their next piece of work; empty: there is none left. Called by several threads at once.
using ticket_source = std::function<std::optional<std::size_t>()>;

/// Calls work(ticket) with each ticket, in `threads` threads, the caller's among them. After the first exception no thread takes another
/// ticket; it is thrown to the caller when all have stopped.
template <class Work>
void work_off(const ticket_source& next, int threads, Work&& work) {
    if (threads < 1 || threads > 1024) {
        fail("work_off", "threads", "1 to 1024", text(threads));
    }
    std::atomic<bool> stopped{false};
    std::mutex mutex;
    std::exception_ptr failure;
    const auto run = [&] {
        try {
            while (!stopped) {
                const std::optional<std::size_t> ticket = next();
                if (!ticket) {
                    return;
                }
                work(*ticket);
            }
        } catch (...) {
            stopped = true;
            const std::lock_guard lock(mutex);
            if (!failure) {
                failure = std::current_exception();
            }
        }
    };
    std::vector<std::thread> others;
    for (int t = 1; t < threads; ++t) {
        others.emplace_back(run);
    }
    run();
    for (std::thread& other : others) {
        other.join();
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

/// Tickets 0 to count - 1, in order.
[[nodiscard]] inline ticket_source tickets_up_to(std::size_t count) {
    return [count, next = std::make_shared<std::atomic<std::size_t>>(0)]() -> std::optional<std::size_t> {
        const std::size_t mine = next->fetch_add(1);
        return mine < count ? std::optional(mine) : std::nullopt;
    };
}

/// Tells how far a sweep is: on a terminal one line that changes, elsewhere a line every few seconds. Not for several threads at once.
class sweep_progress {
public:
    /// all: points, of which `before` were done before. No stream: silence.
    sweep_progress(std::ostream* out, bool terminal, std::size_t all, std::size_t before)
        : out_(out), terminal_(terminal), all_(all), before_(before), done_(before) {}

    /// One more point is done.
    void add(std::string_view point) {
        ++done_;
        say(point);
    }
    /// So many are done by now, those before among them.
    void set(std::size_t done) {
        if (done != done_) {
            done_ = done;
            say("");
        }
    }
    void note(std::string_view line) {
        if (out_ != nullptr) {
            *out_ << (terminal_ ? "\r\033[K" : "") << line << std::endl;
        }
    }

private:
    using clock = std::chrono::steady_clock;

    void say(std::string_view point) {
        const auto now = clock::now();
        const bool last = done_ == all_;
        if (out_ == nullptr || (now - said_ < std::chrono::milliseconds(terminal_ ? 100 : 2000) && !last)) {
            return;
        }
        said_ = now;
        const double passed = std::chrono::duration<double>(now - start_).count();
        const double left = passed * static_cast<double>(all_ - done_) / static_cast<double>(done_ - before_);
        char line[80];
        std::snprintf(line, sizeof line, "[%zu/%zu] %.0f s, %.0f s to go", done_, all_, passed, left);
        *out_ << (terminal_ ? "\r\033[K" : "") << line;
        if (!terminal_ && !point.empty()) {
            *out_ << "  " << point;
        }
        *out_ << (terminal_ && !last ? "" : "\n") << std::flush;
    }

    std::ostream* out_;
    bool terminal_;
    std::size_t all_;
    std::size_t before_;
    std::size_t done_;
    clock::time_point start_ = clock::now();
    clock::time_point said_ = start_;
};

} // namespace rcim::inline RCIM_ABI
