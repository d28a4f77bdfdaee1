#include <rcim/fault/broken_lines.hpp>

#include <doctest/doctest.h>
#include <statistics.hpp>

using namespace rcim;
using namespace rcim_test;

TEST_CASE("broken_lines: whole lines fail, each on its own, at the rates asked for") {
    const broken_lines faults{.p_word_line = 0.05f, .p_bit_line = 0.02f, .hrs_share = 0.75f};
    constexpr index_t extent = 16;
    constexpr std::uint32_t crossbars = 4000;
    double rows = 0.0, cols = 0.0, open = 0.0, crossings = 0.0;
    int split = 0;
    for (std::uint32_t n = 0; n < crossbars; ++n) {
        const random_source source(5, purpose::fault_map, 0, n);
        const auto level = [&](index_t r, index_t c) { return faults.stuck_level(source, {.row = r, .col = c}, 4); };
        const auto row_broken = [&](index_t r) {
            // The same crossbar with word lines alone.
            return broken_lines{.p_word_line = 0.05f, .hrs_share = 0.75f}.stuck_level(source, {.row = r}, 4);
        };
        const auto col_broken = [&](index_t c) {
            return broken_lines{.p_bit_line = 0.02f, .hrs_share = 0.75f}.stuck_level(source, {.col = c}, 4);
        };
        for (index_t r = 0; r < extent; ++r) {
            rows += row_broken(r) != healthy ? 1.0 : 0.0;
            cols += col_broken(r) != healthy ? 1.0 : 0.0;
            open += row_broken(r) == 0 ? 1.0 : 0.0;
            for (index_t c = 0; c < extent; ++c) {
                const int expected = row_broken(r) != healthy ? row_broken(r) : col_broken(c);
                split += level(r, c) != expected ? 1 : 0;
                crossings += row_broken(r) != healthy && col_broken(c) != healthy ? 1.0 : 0.0;
            }
        }
    }
    const double lines = static_cast<double>(extent) * crossbars;
    CHECK(split == 0);
    CHECK(binomial(rows, lines, 0.05));
    CHECK(binomial(cols, lines, 0.02));
    CHECK(binomial(open, rows, 0.75));
    CHECK(crossings > 0.0);
}
