#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/data/fault_files.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/imported_array.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/geometry.hpp>

#include <data/scratch.hpp>
#include <doctest/doctest.h>
#include <statistics.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

using namespace rcim;

namespace imported_array_tests {

random_source crossbar(std::uint32_t number) {
    return {5, purpose::fault_map, 0, number};
}

/// Two arrays of 4 x 6, of which every cell has a level of its own.
fault_array numbered() {
    fault_array result{2, 4, 6, {}};
    for (std::int32_t n = 0; n < 48; ++n) {
        result.levels.push_back(n);
    }
    return result;
}

TEST_CASE("imported_array: crossbars are windows of the measured arrays, all of them in use") {
    const imported_array faults{numbered()};
    std::set<int> corners;
    for (std::uint32_t n = 0; n < 200; ++n) {
        const auto level = [&](index_t row, index_t col) {
            return faults.stuck_level(crossbar(n), {.row = row, .col = col, .rows = 2, .cols = 2, .index = 7}, 48);
        };
        const int corner = level(0, 0);
        corners.insert(corner);
        CHECK(level(0, 1) == corner + 1);
        CHECK(level(1, 0) == corner + 6);
        CHECK(level(1, 1) == corner + 7);
    }
    CHECK(corners == std::set<int>{0, 2, 4, 12, 14, 16, 24, 26, 28, 36, 38, 40});
    // Each as likely as the others, whatever its neighbour is.
    std::vector<double> windows(12);
    const std::vector<int> all(corners.begin(), corners.end());
    const auto window = [&](std::uint32_t n) {
        const int corner = faults.stuck_level(crossbar(n), {.row = 0, .col = 0, .rows = 2, .cols = 2, .index = 0}, 48);
        return static_cast<std::size_t>(std::find(all.begin(), all.end(), corner) - all.begin());
    };
    rcim_test::state_pairs<12> pairs([] {
        std::array<double, 12> p{};
        p.fill(1.0 / 12.0);
        return p;
    }());
    for (std::uint32_t n = 0; n < 40000; n += 2) {
        const std::size_t here = window(n), next = window(n + 1);
        windows[here] += 1.0;
        windows[next] += 1.0;
        pairs.add(here, next);
    }
    CHECK(rcim_test::equally_likely(windows));
    CHECK(pairs.independent());
    // A crossbar that is larger repeats the array, in both directions.
    const auto large = [&](index_t row, index_t col) {
        return faults.stuck_level(crossbar(3), {.row = row, .col = col, .rows = 10, .cols = 7}, 48);
    };
    CHECK(large(9, 6) == large(1, 0));
    CHECK(large(3, 5) == large(0, 0) + 23);
}

TEST_CASE("imported_array: a chip has the share of faults that was measured, and is its seed") {
    const scratch here;
    std::vector<std::int8_t> measured(512 * 512, -1);
    for (std::size_t n = 0; n < measured.size(); n += 10) {
        measured[n] = n % 20 == 0 ? 0 : 3; // 10 % in all
    }
    save_npy<std::int8_t>(here / "faults.npy", measured, std::array<index_t, 2>{512, 512});
    const auto chip = design<>{}
                          .with(multilevel_cell<2>{})
                          .with(bit_sliced<8, differential>{})
                          .with(geometry<64, 64>{})
                          .with(imported_array{load_fault_array(here / "faults.npy")});
    using array = crossbar_array<std::remove_const_t<decltype(chip)>>;
    const auto stuck = [&](std::uint64_t seed) {
        fault_map map;
        array(chip, 300, 100, seed, 0).show_faults(map);
        return map;
    };
    const fault_map first = stuck(1);
    CHECK(static_cast<double>(first.stuck()) / (300 * 100 * 4 * 2) == doctest::Approx(0.1).epsilon(0.02));
    CHECK(text(first) == text(stuck(1)));
    CHECK(text(first) != text(stuck(2)));
}

TEST_CASE("load_fault_array: masks, codes, order, stacks") {
    const scratch here;
    const std::vector<std::uint8_t> codes{0, 1, 2, 0, 0, 1};
    save_npy<std::uint8_t>(here / "codes.npy", codes, std::array<index_t, 2>{2, 3});
    const auto named = [](std::int64_t v) { return v == 0 ? healthy : v == 1 ? 0 : 3; };
    CHECK(load_fault_array(here / "codes.npy", named).levels == std::vector<std::int32_t>{-1, 0, 3, -1, -1, 0});
    CHECK(load_fault_array(here / "codes.npy", stuck_where_set(3)).stuck() == 3);
    save_npy<std::uint8_t>(here / "stack.npy", codes, std::array<index_t, 3>{3, 1, 2});
    const fault_array stack = load_fault_array(here / "stack.npy");
    CHECK(stack.arrays == 3);
    CHECK(stack.at(2, 0, 1) == 1);

    const std::string header = "{'descr': '|b1', 'fortran_order': True, 'shape': (2, 2)}";
    bytes mask{0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, static_cast<std::uint8_t>(header.size()), 0};
    mask.insert(mask.end(), header.begin(), header.end());
    mask = mask + bytes{0, 1, 0, 0};
    const std::string path = here.file("mask.npy", mask).string();
    CHECK(load_fault_array(path, stuck_where_set(0)).levels == std::vector<std::int32_t>{-1, -1, 0, -1}); // row 1, column 0
    const auto reason = [](auto&& call) { return error_of([&] { (void)call(); }); };
    CHECK(reason([&] { return load_fault_array(path); }) ==
          "load_fault_array: " + path + ": expected a code for a mask, such as stuck_where_set(level), found none");
    CHECK(reason([&] {
              return load_fault_array(path, [](std::int64_t) { return -2; });
          }).ends_with("element 0: expected -1 for a cell that works, or a level, found -2"));
    save_npy<std::uint8_t>(here / "line.npy", codes, std::array<index_t, 1>{6});
    CHECK(reason([&] {
              return load_fault_array(here / "line.npy");
          }).ends_with("shape: expected (rows, cols) or (arrays, rows, cols), none of them 0, found (6,)"));
    CHECK(reason([&] {
              validate(imported_array{});
              return 0;
          }) == "imported_array: stock: expected measured arrays, found none");
    CHECK(reason([&] {
              validate(imported_array{{1, 2, 2, {0}}});
              return 0;
          }).ends_with("found 1 x 2 x 2, 1 levels"));
    CHECK(reason([&] {
              return imported_array{{1, 1, 1, {4}}}.stuck_level(crossbar(0), {}, 4);
          }) == "imported_array: array 0, row 0, column 0: expected -1 or a level below 4, which the cell has, found 4");
    CHECK(describe(imported_array{{1, 1, 2, {-1, 0}}})
              .find("imported_array{.stock = fault_array(1 of 1 x 2, 1 of 2 cells stuck, sum ") == 0);
}

} // namespace imported_array_tests
