#include <rcim/core/thread_pool.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

using namespace rcim;

TEST_CASE("thread_pool: every index once, in contiguous ranges, no more ranges than threads") {
    for (const int threads : {1, 2, 3, 4}) {
        thread_pool pool(threads);
        CHECK(pool.size() == threads);
        for (const index_t count : {0, 1, 2, 3, 5, 64, 1000}) {
            INFO(threads, " threads, count ", count);
            std::vector<int> seen(static_cast<std::size_t>(count), 0);
            std::vector<std::pair<index_t, index_t>> ranges;
            std::mutex mutex;
            pool.run(count, [&](index_t begin, index_t end) {
                for (index_t i = begin; i < end; ++i) {
                    ++seen[static_cast<std::size_t>(i)];
                }
                const std::lock_guard lock(mutex);
                ranges.emplace_back(begin, end);
            });
            CHECK(seen == std::vector<int>(static_cast<std::size_t>(count), 1));
            CHECK(static_cast<index_t>(ranges.size()) <= std::min<index_t>(threads, count));
            for (const auto& [begin, end] : ranges) {
                CHECK(begin < end);
            }
        }
        bool called = false;
        pool.run(-3, [&](index_t, index_t) { called = true; });
        CHECK(!called);
    }
}

TEST_CASE("thread_pool: the partition depends on count and threads alone") {
    thread_pool pool(3);
    for (int repeat = 0; repeat < 100; ++repeat) {
        std::vector<index_t> begin_of(10, -1);
        pool.run(10, [&](index_t begin, index_t end) {
            for (index_t i = begin; i < end; ++i) {
                begin_of[static_cast<std::size_t>(i)] = begin;
            }
        });
        REQUIRE(begin_of == std::vector<index_t>{0, 0, 0, 3, 3, 3, 6, 6, 6, 6});
    }
}

TEST_CASE("thread_pool: nested calls run inline, also of another pool") {
    thread_pool pool(2), other(2);
    std::atomic<int> sum{0};
    pool.run(4, [&](index_t begin, index_t end) {
        for (index_t i = begin; i < end; ++i) {
            int ranges = 0;
            pool.run(10, [&](index_t b, index_t e) {
                ++ranges;
                sum += static_cast<int>(e - b);
            });
            other.run(10, [&](index_t b, index_t e) {
                ++ranges;
                sum += static_cast<int>(e - b);
            });
            sum += ranges == 2 ? 0 : 1000;
        }
    });
    CHECK(sum == 4 * 20);
}

TEST_CASE("thread_pool: an exception of any range reaches the caller after all have stopped, and the pool goes on") {
    for (const int threads : {1, 2, 4}) {
        thread_pool pool(threads);
        for (index_t bad = 0; bad < 8; ++bad) {
            std::atomic<int> finished{0};
            std::string what;
            try {
                pool.run(8, [&](index_t begin, index_t end) {
                    const bool throws = begin <= bad && bad < end;
                    if (throws) {
                        throw error("range of " + std::to_string(bad));
                    }
                    ++finished;
                });
            } catch (const error& e) {
                what = e.what();
            }
            CHECK(what == "range of " + std::to_string(bad));
            CHECK(finished == threads - 1);
            std::atomic<int> sum{0};
            pool.run(8, [&](index_t begin, index_t end) { sum += static_cast<int>(end - begin); });
            CHECK(sum == 8);
        }
        CHECK_THROWS_WITH_AS(pool.run(8, [](index_t, index_t) { throw error("all"); }), "all", error);
        // The caller's thread is not taken for one inside of a call afterwards.
        std::atomic<int> ranges{0};
        pool.run(8, [&](index_t, index_t) { ++ranges; });
        CHECK(ranges == threads);
    }
}

TEST_CASE("thread_pool: many short calls") {
    thread_pool pool(4);
    std::atomic<long> sum{0};
    for (int i = 0; i < 5000; ++i) {
        pool.run(7, [&](index_t begin, index_t end) { sum += end - begin; });
    }
    CHECK(sum == 35000);
}

TEST_CASE("thread_pool: impossible numbers of threads") {
    CHECK_THROWS_WITH_AS(thread_pool(0), "thread_pool: threads: expected 1 to 1024, found 0", error);
    CHECK_THROWS_WITH_AS(thread_pool(-2), "thread_pool: threads: expected 1 to 1024, found -2", error);
    CHECK_THROWS_WITH_AS(thread_pool(1025), "thread_pool: threads: expected 1 to 1024, found 1025", error);
}
