#include <rcim/kernel/draws.hpp>
#include <rcim/kernel/reference.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <vector>

namespace kernel = rcim::kernel;
using rcim::index_t;
using rcim::random_source;

namespace {
using group_draws = std::array<std::uint32_t, kernel::draw_group>;
} // namespace

TEST_CASE("the draws of a group are words of the generator's blocks, on every instruction set") {
    const random_source sources[] = {{0, rcim::purpose::write_rounding},
                                     {7, rcim::purpose::write_rounding, 3, 12345},
                                     {0xFEDCBA9876543210u, rcim::purpose::write_rounding, 0xFFFFFFFFu, 0xFFFFFFFFu},
                                     {0xFFFFFFFFFFFFFFFFu, rcim::purpose::test, 0x80000000u, 1}};
    // The last groups reach into the upper word of the block number.
    for (const index_t group : {index_t{0}, index_t{1}, index_t{2}, index_t{63}, index_t{1000003}, (index_t{1} << 28) - 1,
                                index_t{1} << 28, (index_t{1} << 40) + 5}) {
        CAPTURE(group);
        for (const random_source& source : sources) {
            group_draws expected{};
            for (std::size_t w = 0; w < expected.size(); ++w) {
                expected[w] = source.block(static_cast<std::uint64_t>(group) * 16 + w % 16)[w / 16];
            }
            group_draws reference{}, portable{}, fastest{};
            kernel::reference::draws_of_group(source, group, reference.data());
            kernel::draws_of_group_portable(source, group, portable.data());
            kernel::draws_of_group(source, group, fastest.data());
            CHECK(reference == expected);
            CHECK(portable == expected);
            CHECK(fastest == expected);
#ifdef __AVX512F__
            group_draws wide{};
            kernel::draws_of_group_avx512(source, group, wide.data());
            CHECK(wide == expected);
#endif
        }
    }
}

TEST_CASE("no two weights, steps or places share a draw") {
    std::set<std::uint32_t> seen;
    std::size_t count = 0;
    group_draws draws{};
    for (std::uint32_t place = 0; place < 3; ++place) {
        for (std::uint32_t step = 0; step < 3; ++step) {
            for (index_t group = 0; group < 3; ++group) {
                kernel::draws_of_group(random_source(5, rcim::purpose::write_rounding, place, step), group, draws.data());
                seen.insert(draws.begin(), draws.end());
                count += draws.size();
            }
        }
    }
    // Of 1728 words of 32 bits two are equal by chance with a probability of 3e-4; the seed is fixed.
    CHECK(seen.size() == count);
}
