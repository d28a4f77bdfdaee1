#include <rcim/core/local_ranks.hpp>
#include <rcim/core/ranks.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

using namespace rcim;

namespace ranks_tests {

/// What every rank of a group of so many throws; empty where it throws nothing.
template <class Body>
std::vector<std::string> thrown_by_ranks(int size, Body&& body) {
    std::vector<std::string> thrown(static_cast<std::size_t>(size));
    try {
        local_ranks(size).run([&](rank_group& group) {
            try {
                on_ranks(group, "test", [&] { body(group); });
            } catch (const std::exception& e) {
                thrown[static_cast<std::size_t>(group.rank())] = e.what();
                throw;
            }
        });
    } catch (const std::exception&) {
    }
    return thrown;
}

TEST_CASE("ranks: everybody gets what everybody gives, in order") {
    for (const int size : {1, 2, 5}) {
        local_ranks(size).run([&](rank_group& group) {
            CHECK(group.size() == size);
            for (int round = 0; round < 50; ++round) {
                const std::vector<int> all = group.all_gather("numbers", 100 * round + group.rank());
                REQUIRE(all.size() == static_cast<std::size_t>(size));
                for (int r = 0; r < size; ++r) {
                    CHECK(all[static_cast<std::size_t>(r)] == 100 * round + r);
                }
            }
            const std::vector<std::string> texts =
                group.all_gather("texts", std::string(static_cast<std::size_t>(group.rank()), 'x'));
            for (std::size_t r = 0; r < texts.size(); ++r) {
                CHECK(texts[r] == std::string(r, 'x')); // of rank 0 none
            }
        });
    }
}

TEST_CASE("ranks: several messages between two ranks arrive in the order in which they are listed") {
    local_ranks(3).run([](rank_group& group) {
        // Rank r sends the numbers 10 r + 0, 1, 2 to each other rank, one by one and the other ranks in turn.
        std::vector<std::uint8_t> mine{0, 1, 2};
        std::vector<std::uint8_t> theirs(9, 255);
        for (std::uint8_t& n : mine) {
            n = static_cast<std::uint8_t>(n + 10 * group.rank());
        }
        std::vector<outgoing> out;
        std::vector<incoming> in;
        for (std::size_t n = 0; n < 3; ++n) {
            for (int r = 0; r < 3; ++r) {
                if (r != group.rank()) {
                    out.push_back({r, std::as_bytes(std::span(mine).subspan(n, 1))});
                    in.push_back(
                        {r, std::as_writable_bytes(std::span(theirs).subspan(static_cast<std::size_t>(r) * 3 + n, 1))});
                }
            }
        }
        group.exchange("in order", 9, out, in);
        for (int r = 0; r < 3; ++r) {
            for (int n = 0; n < 3; ++n) {
                CHECK(int{theirs[static_cast<std::size_t>(3 * r + n)]} == (r == group.rank() ? 255 : 10 * r + n));
            }
        }
    });
}

TEST_CASE("ranks: one that fails stops all, wherever they are, and nothing goes on after that") {
    const auto thrown = thrown_by_ranks(3, [](rank_group& group) {
        group.barrier("first");
        if (group.rank() == 1) {
            fail("test", "number", "1", "2");
        }
        try {
            static_cast<void>(group.all_gather("second", group.rank()));
        } catch (const error&) {
            CHECK(group.stopped());
            CHECK_THROWS_AS(group.barrier("third"), error);
            throw;
        }
    });
    CHECK(thrown[0] == "rank 1 has stopped: test: number: expected 1, found 2");
    CHECK(thrown[1] == "test: number: expected 1, found 2");
    CHECK(thrown[2] == thrown[0]);
}

TEST_CASE("ranks: all may fail at once, and by what is no exception of the library") {
    const auto thrown = thrown_by_ranks(2, [](rank_group& group) { throw std::runtime_error(group.rank() == 0 ? "a" : "b"); });
    CHECK(thrown[0] == "a");
    CHECK(thrown[1] == "b");
    CHECK_THROWS_AS(local_ranks(2).run([](rank_group&) { throw 5; }), int);
}

TEST_CASE("ranks: those that do different things are told so, those that end early too") {
    const auto different = thrown_by_ranks(2, [](rank_group& group) { group.barrier(group.rank() == 0 ? "loss" : "weights"); });
    CHECK(different[0] == "ranks: what rank 1 does next: expected loss (0), as rank 0, found weights (0)");
    CHECK(different[1] == different[0]);
    const auto early = thrown_by_ranks(2, [](rank_group& group) {
        if (group.rank() == 0) {
            group.barrier("loss");
        }
    });
    CHECK(early[1] == "ranks: what rank 1 does next: expected loss (0), as rank 0, found end of test (0)");
}

TEST_CASE("ranks: a group of one sends nothing; sizes out of range are refused") {
    one_rank alone;
    CHECK(alone.all_gather("numbers", 5) == std::vector<int>{5});
    alone.stop_all("no reason");
    CHECK_FALSE(alone.stopped());
    CHECK_THROWS_WITH_AS(local_ranks(0), "local_ranks: size: expected 1 to 64, found 0", error);
    CHECK_THROWS_AS(local_ranks(65), error);
}

} // namespace ranks_tests
