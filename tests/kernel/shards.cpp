#include <rcim/kernel/shards.hpp>

#include <doctest/doctest.h>

#include <string>

namespace kernel = rcim::kernel;

namespace shards_tests {

using rcim::index_t;

/// Writes down how it is added.
struct written_sum {
    std::string text;
    friend written_sum operator+(const written_sum& a, const written_sum& b) { return {"(" + a.text + "+" + b.text + ")"}; }
};

TEST_CASE("shards are joined by the fixed tree, and those that do not exist are left out") {
    const char* const expected[] = {"0",
                                    "(0+1)",
                                    "((0+1)+2)",
                                    "((0+1)+(2+3))",
                                    "(((0+1)+(2+3))+4)",
                                    "(((0+1)+(2+3))+(4+5))",
                                    "(((0+1)+(2+3))+((4+5)+6))",
                                    "(((0+1)+(2+3))+((4+5)+(6+7)))"};
    for (index_t shards = 1; shards <= rcim::batch_shards; ++shards) {
        const auto sum = kernel::join_shards(shards, [](index_t shard) { return written_sum{std::to_string(shard)}; });
        CHECK(sum.text == expected[shards - 1]);
    }
}

} // namespace shards_tests
