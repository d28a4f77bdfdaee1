#pragma once

#include <rcim/core/config.hpp>
#include <rcim/core/error.hpp>

#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#endif

namespace rcim::inline RCIM_ABI {

/// A team of threads with a static partition: `run(count, body)` cuts [0, count) into as many contiguous ranges as there are
/// threads and calls body(begin, end) once for each range that is not empty. The caller's thread takes the first range, and then
/// any that its thread has not begun, so that a thread which the system lets wait holds nobody up. Nested calls run inline. The first exception of any range is thrown to the caller after all have stopped. Waiting threads spin for a
/// fraction of a millisecond, longer than the gap between two kernels of a training step, and sleep after that.
class thread_pool {
public:
    /// threads >= 1, the caller's own included.
    explicit thread_pool(int threads = 1) : size_(threads) {
        if (threads < 1 || threads > 1024) {
            fail("thread_pool", "threads", "1 to 1024", text(threads));
        }
        // Spinning helps only while every thread has a core of its own.
        spins_ = threads <= static_cast<int>(std::thread::hardware_concurrency()) ? 4000 : 0;
        claims_ = std::make_unique<claim[]>(static_cast<std::size_t>(threads));
        workers_.reserve(static_cast<std::size_t>(threads - 1));
        for (int rank = 1; rank < threads; ++rank) {
            workers_.emplace_back([this, rank] { work(rank); });
        }
    }

    thread_pool(const thread_pool&) = delete;
    thread_pool& operator=(const thread_pool&) = delete;

    ~thread_pool() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
            generation_.fetch_add(1, std::memory_order_release);
        }
        wake_.notify_all();
        for (std::thread& worker : workers_) {
            worker.join();
        }
    }

    [[nodiscard]] int size() const noexcept { return size_; }

    template <class Body>
    void run(index_t count, Body&& body) {
        if (count <= 0) {
            return;
        }
        if (size_ == 1 || count == 1 || inside()) {
            body(index_t{0}, count);
            return;
        }
        using body_type = std::remove_reference_t<Body>;
        run_on_all(count, const_cast<void*>(static_cast<const void*>(std::addressof(body))),
                   [](void* self, index_t begin, index_t end) { (*static_cast<body_type*>(self))(begin, end); });
    }

private:
    /// Apart from `run`, so that it is compiled once for all bodies.
    void run_on_all(index_t count, void* body, void (*call)(void*, index_t, index_t)) {
        count_ = count;
        body_ = body;
        call_ = call;
        failure_ = nullptr;
        pending_.store(size_ - 1, std::memory_order_relaxed);
        {
            const std::lock_guard lock(mutex_);
            generation_.fetch_add(1, std::memory_order_release);
        }
        if (sleeping_.load(std::memory_order_acquire) > 0 || spins_ == 0) {
            wake_.notify_all();
        }
        inside() = true;
        run_range(0);
        const std::uint64_t now = generation_.load(std::memory_order_relaxed);
        for (int rank = 1; rank < size_; ++rank) {
            run_if_free(rank, now);
        }
        inside() = false;
        for (int spin = 0; pending_.load(std::memory_order_acquire) != 0; ++spin) {
            pause(spin);
        }
        if (failure_) {
            std::rethrow_exception(failure_);
        }
    }

    static bool& inside() {
        static thread_local bool flag = false;
        return flag;
    }

    static void pause(int spin) {
        if (spin > 4000) {
            std::this_thread::yield();
            return;
        }
#if defined(__x86_64__) || defined(__i386__)
        _mm_pause();
#endif
    }

    void run_range(int rank) noexcept {
        const index_t begin = count_ * rank / size_;
        const index_t end = count_ * (rank + 1) / size_;
        if (begin == end) {
            return;
        }
        try {
            call_(body_, begin, end);
        } catch (...) {
            const std::lock_guard lock(mutex_);
            if (!failure_) {
                failure_ = std::current_exception();
            }
        }
    }

    void work(int rank) {
        inside() = true;
        std::uint64_t seen = 0;
        for (;;) {
            for (int spin = 0; spin < spins_ && generation_.load(std::memory_order_acquire) == seen; ++spin) {
                pause(0);
            }
            if (generation_.load(std::memory_order_acquire) == seen) {
                std::unique_lock lock(mutex_);
                sleeping_.fetch_add(1, std::memory_order_acq_rel);
                wake_.wait(lock, [&] { return generation_.load(std::memory_order_acquire) != seen; });
                sleeping_.fetch_sub(1, std::memory_order_acq_rel);
            }
            seen = generation_.load(std::memory_order_acquire);
            if (stopping_) {
                return;
            }
            run_if_free(rank, seen);
        }
    }

    /// Takes the range of a rank in this generation unless it is taken. A thread that comes late to a generation finds it taken,
    /// so nothing runs after `run` has returned.
    void run_if_free(int rank, std::uint64_t generation) {
        std::uint64_t before = generation - 1;
        if (claims_[static_cast<std::size_t>(rank)].generation.compare_exchange_strong(before, generation, std::memory_order_acq_rel)) {
            run_range(rank);
            pending_.fetch_sub(1, std::memory_order_acq_rel);
        }
    }

    struct alignas(64) claim {
        std::atomic<std::uint64_t> generation{0};
    };

    int size_;
    int spins_ = 0;
    std::unique_ptr<claim[]> claims_;
    std::vector<std::thread> workers_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::atomic<std::uint64_t> generation_{0};
    std::atomic<int> pending_{0};
    std::atomic<int> sleeping_{0};
    std::atomic<bool> stopping_{false};
    index_t count_ = 0;
    void* body_ = nullptr;
    void (*call_)(void*, index_t, index_t) = nullptr;
    std::exception_ptr failure_;
};

} // namespace rcim::inline RCIM_ABI
