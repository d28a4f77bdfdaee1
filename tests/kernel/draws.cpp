#include <rcim/kernel/draws.hpp>
#include <rcim/kernel/reference.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <vector>

namespace kernel = rcim::kernel;

namespace draws_tests {

using rcim::index_t;
using rcim::random_source;

using group_draws = std::array<std::uint32_t, kernel::draw_group>;

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
            kernel::draws_of_group<kernel::philox_lanes_portable>(source, group, portable.data());
            kernel::draws_of_group(source, group, fastest.data());
            CHECK(reference == expected);
            CHECK(portable == expected);
            CHECK(fastest == expected);
        }
    }
}

TEST_CASE("the draws of 16 images are words of their blocks, on every instruction set") {
    for (std::uint64_t n = 0; n < 200; ++n) {
        const random_source d(n, rcim::purpose::test);
        const bool ends = n % 4 == 0;
        const auto number = [&](std::uint64_t i) { return ends ? d.word(i) | 0xFFFFFFF0u : d.word(i); };
        const random_source source(n, rcim::purpose::column_noise, number(0), number(1));
        const std::uint32_t first = number(2), second = number(3), image = number(4);
        group_draws expected{}, portable{}, fastest{};
        for (std::uint32_t l = 0; l < 16; ++l) {
            const random_source at_image(n, rcim::purpose::column_noise, source.place(), source.step() + image + l);
            const auto words = at_image.block(std::uint64_t{second} << 32 | first);
            CHECK(kernel::draws_of_image(source, first, second, image + l) == words);
            for (std::size_t w = 0; w < 4; ++w) {
                expected[16 * w + l] = words[w];
            }
        }
        kernel::draws_of_images<kernel::philox_lanes_portable>(source, first, second, image, portable.data());
        kernel::draws_of_images(source, first, second, image, fastest.data());
        CHECK(portable == expected);
        CHECK(fastest == expected);
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

} // namespace draws_tests
