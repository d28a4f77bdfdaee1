#pragma once

#include <rcim/core/ranks.hpp>

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace rcim::inline RCIM_ABI {

/// Ranks that are threads of one process: for tests, and where a group is wanted without MPI.
class local_ranks {
public:
    /// size: 1 to 64. Throws `error`.
    explicit local_ranks(int size) : size_(size), posted_(static_cast<std::size_t>(std::clamp(size, 1, 64))) {
        if (size < 1 || size > 64) {
            fail("local_ranks", "size", "1 to 64", text(size));
        }
    }

    /// Calls body(rank_group&) in one thread for each rank and returns when all have ended; a group of its own for each call. Throws what the
    /// first rank that failed by itself threw.
    void run(const std::function<void(rank_group&)>& body) {
        std::vector<std::exception_ptr> thrown(posted_.size());
        std::vector<int> own(posted_.size(), 0);
        std::vector<std::thread> threads;
        for (int r = 0; r < size_; ++r) {
            threads.emplace_back([&, r] {
                const auto i = static_cast<std::size_t>(r);
                member group(*this, r);
                try {
                    on_ranks(group, "local_ranks", [&] {
                        try {
                            body(group);
                        } catch (...) {
                            own[i] = group.stopped() ? 0 : 1;
                            throw;
                        }
                    });
                } catch (...) {
                    thrown[i] = std::current_exception();
                }
            });
        }
        for (std::thread& t : threads) {
            t.join();
        }
        for (const int wanted : {1, 0}) {
            for (std::size_t i = 0; i < thrown.size(); ++i) {
                if (thrown[i] && own[i] == wanted) {
                    std::rethrow_exception(thrown[i]);
                }
            }
        }
    }

private:
    class member final : public rank_group {
    public:
        member(local_ranks& owner, int rank) : owner_(owner), rank_(rank) {}
        [[nodiscard]] int rank() const noexcept override { return rank_; }
        [[nodiscard]] int size() const noexcept override { return owner_.size_; }

    protected:
        void transfer(std::span<const outgoing> out, std::span<const incoming> in) override {
            owner_.posted_[static_cast<std::size_t>(rank_)] = out;
            owner_.meet();
            std::vector<std::size_t> next(owner_.posted_.size(), 0);
            for (const incoming& message : in) {
                const std::span<const outgoing> from = owner_.posted_[static_cast<std::size_t>(message.from)];
                std::size_t& at = next[static_cast<std::size_t>(message.from)];
                while (at < from.size() && from[at].to != rank_) {
                    ++at;
                }
                if (at < from.size() && !message.bytes.empty()) {
                    std::memcpy(message.bytes.data(), from[at].bytes.data(),
                                std::min(message.bytes.size(), from[at].bytes.size()));
                }
                ++at;
            }
            owner_.meet();
        }

    private:
        local_ranks& owner_;
        int rank_;
    };

    /// Returns once all ranks are here.
    void meet() {
        std::unique_lock lock(mutex_);
        const std::uint64_t now = meetings_;
        if (++here_ == size_) {
            here_ = 0;
            ++meetings_;
            all_here_.notify_all();
            return;
        }
        all_here_.wait(lock, [&] { return meetings_ != now; });
    }

    int size_;
    std::vector<std::span<const outgoing>> posted_; ///< by each rank
    std::mutex mutex_;
    std::condition_variable all_here_;
    int here_ = 0;
    std::uint64_t meetings_ = 0;
};

} // namespace rcim::inline RCIM_ABI
