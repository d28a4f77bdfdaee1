#include <rcim/fault/hot_spots.hpp>

#include <doctest/doctest.h>
#include <statistics.hpp>

#include <vector>

using namespace rcim;
using namespace rcim_test;

namespace hot_spots_tests {

constexpr index_t rows = 32, cols = 24;

cell_site site(index_t row, index_t col) {
    return {.row = row, .col = col, .rows = rows, .cols = cols, .index = static_cast<std::uint64_t>(row * cols + col)};
}
random_source crossbar(std::uint32_t number) { return {5, purpose::fault_map, 0, number}; }

TEST_CASE("hot_spots: the rates asked for reach the cells, at the border as in the middle") {
    for (const hot_spots& faults : {hot_spots{.p_stuck_hrs = 0.02f, .p_stuck_lrs = 0.01f, .spots = 1.0f, .radius = 3},
                                    hot_spots{.p_stuck_hrs = 0.0f, .p_stuck_lrs = 0.2f, .spots = 9.0f, .radius = 3},
                                    hot_spots{.p_stuck_hrs = 0.001f, .p_stuck_lrs = 0.0f, .spots = 4.0f, .radius = 0}}) {
        INFO(describe(faults));
        std::vector<double> hrs, lrs, corner;
        for (std::uint32_t n = 0; n < 3000; ++n) {
            double low = 0.0, high = 0.0;
            for (index_t r = 0; r < rows; r += 3) {
                for (index_t c = 0; c < cols; c += 3) {
                    const int level = faults.stuck_level(crossbar(n), site(r, c), 4);
                    low += level == 0 ? 1.0 : 0.0;
                    high += level == 3 ? 1.0 : 0.0;
                }
            }
            hrs.push_back(low / 88.0);
            lrs.push_back(high / 88.0);
            double edge = 0.0;
            for (index_t r = 0; r < rows; ++r) {
                edge += faults.stuck_level(crossbar(n), site(r, 0), 4) != healthy ? 1.0 : 0.0;
            }
            corner.push_back(edge / static_cast<double>(rows));
        }
        CHECK(mean_is(hrs, static_cast<double>(faults.p_stuck_hrs)));
        CHECK(mean_is(lrs, static_cast<double>(faults.p_stuck_lrs)));
        CHECK(mean_is(corner, static_cast<double>(faults.p_stuck_hrs + faults.p_stuck_lrs)));
    }
}

TEST_CASE("hot_spots: cells fail where a spot covers them and nowhere else, and neighbours together") {
    const hot_spots faults{.p_stuck_hrs = 0.05f, .spots = 2.0f, .radius = 3};
    int uncovered = 0, stuck = 0, pairs = 0, asked = 0;
    for (std::uint32_t n = 0; n < 300; ++n) {
        for (index_t r = 0; r < rows; ++r) {
            for (index_t c = 0; c + 1 < cols; ++c) {
                const bool here = faults.stuck_level(crossbar(n), site(r, c), 4) != healthy;
                const bool next = faults.stuck_level(crossbar(n), site(r, c + 1), 4) != healthy;
                uncovered += here && faults.covering(crossbar(n), site(r, c)) == 0 ? 1 : 0;
                stuck += here ? 1 : 0;
                pairs += here && next ? 1 : 0;
                ++asked;
            }
        }
    }
    CHECK(uncovered == 0);
    const double rate = static_cast<double>(stuck) / asked;
    CHECK(static_cast<double>(pairs) / asked > 4.0 * rate * rate);
}

TEST_CASE("hot_spots: rates that spots cannot reach, and spots that do not fit, are refused") {
    const hot_spots too_many{.p_stuck_hrs = 0.9f, .spots = 1.0f, .radius = 2};
    CHECK_THROWS_WITH_AS(static_cast<void>(too_many.probability_inside(site(0, 0))),
                         "hot_spots: p_stuck_hrs + p_stuck_lrs: expected at most 0.0167846, which such spots reach, found 0.9", error);
    const hot_spots too_large{.p_stuck_hrs = 0.01f, .radius = 12};
    CHECK_THROWS_WITH_AS(static_cast<void>(too_large.probability_inside(site(0, 0))),
                         "hot_spots: radius: expected a disc that fits a crossbar of 32 x 24, found 12", error);
}

} // namespace hot_spots_tests
