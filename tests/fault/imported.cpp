#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/data/fault_files.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/chain.hpp>
#include <rcim/fault/imported.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/nn/nets.hpp>

#include <data/scratch.hpp>
#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace rcim;

namespace imported_tests {

constexpr auto drawn = design<>{}
                           .with(multilevel_cell<2>{})
                           .with(bit_sliced<16, differential>{})
                           .with(geometry<128, 128>{})
                           .with(stuck_at{.p_stuck_hrs = 0.02f, .p_stuck_lrs = 0.01f});
constexpr auto undrawn = design<>{}.with(multilevel_cell<2>{}).with(bit_sliced<16, differential>{}).with(geometry<128, 128>{});

template <class F>
std::string message(F&& call) {
    try {
        call();
    } catch (const error& e) {
        return e.what();
    }
    return "no error";
}

TEST_CASE("imported: a chip that was saved is the same chip when it is loaded") {
    const scratch folder;
    network chip = lenet5(drawn, 5);
    const fault_map map = chip.faults();
    // Five layers of 6, 16, 120, 84 and 10 outputs, 16 to a crossbar, and 25 to 400 inputs, 128 to a crossbar.
    CHECK(map.crossbars().size() == 2u * (1 + 2 + 4 * 8 + 6 + 1));
    CHECK(map.stuck() == chip.census().stuck);
    save_fault_map(map, folder.folder / "chip");
    const fault_map back = load_fault_map(folder.folder / "chip");
    CHECK(text(back) == text(map));
    CHECK(text(lenet5(undrawn.with(imported{back}), 99).faults()) == text(map));
    CHECK(text(lenet5(undrawn.with(chain<stuck_at, imported>{stuck_at{}, imported{back}}), 99).faults()) == text(map));
    CHECK(describe(imported{back}) == "imported{.chip = " + text(map) + "}");
}

TEST_CASE("imported: a map that does not fit says where") {
    fault_map map;
    map.add({0, 0, 0, 0}, 4, 16);
    map.add({0, 0, 0, 1}, 4, 16).at(1, 2) = 3;
    const auto make = [](const fault_map& m, index_t inputs, index_t outputs, std::uint32_t place) {
        const auto chip = undrawn.with(imported{m});
        crossbar_array<std::remove_const_t<decltype(chip)>> array(chip, inputs, outputs, 1, place);
        return array.census().stuck;
    };
    CHECK(make(map, 4, 2, 0) == 1);
    CHECK(message([&] { make(map, 4, 2, 1); }).find("imported: fault map: expected a crossbar for layer 1, tile (0, 0), array 0, found "
                                                    "fault_map(2 crossbars, 1 of 128 cells stuck") == 0);
    CHECK(message([&] { make(map, 5, 2, 0); }) == "imported: crossbar for layer 0, tile (0, 0), array 0: expected a cell in row 4 and "
                                                  "column 0, found 4 x 16 cells");
    CHECK(message([&] { make(map, 4, 3, 0); }) == "imported: crossbar for layer 0, tile (0, 0), array 0: expected a cell in row 0 and "
                                                  "column 16, found 4 x 16 cells");
    map.add({3, 0, 0, 0}, 4, 16).at(2, 5) = 4;
    map.add({3, 0, 0, 1}, 4, 16);
    CHECK(message([&] { make(map, 4, 2, 3); }) == "imported: crossbar for layer 3, tile (0, 0), array 0, row 2, column 5: expected -1 or a "
                                                  "level below 4, found 4");
    CHECK(message([] { validate(imported{}); }) == "imported: fault map: expected the map of a chip, found none");
    CHECK(message([&] { map.add({0, 0, 0, 1}, 1, 1); }) == "fault_map: crossbar layer 0, tile (0, 0), array 1: expected one map, found two");
}

TEST_CASE("load_fault_map: files that do not fit together are refused") {
    const scratch folder;
    const std::vector<std::int32_t> levels(2 * 3 * 4, healthy);
    const std::vector<std::uint32_t> places(8, 0);
    const auto reason = [&] { return message([&] { static_cast<void>(load_fault_map(folder.folder)); }); };
    CHECK(reason().find("faults.npy") != std::string::npos);
    save_npy<std::int32_t>(folder.folder / "faults.npy", levels, std::array<index_t, 2>{6, 4});
    save_npy<std::uint32_t>(folder.folder / "placement.npy", places, std::array<index_t, 2>{2, 4});
    CHECK(reason().find("faults.npy: shape: expected (crossbars, rows, cols), found (6, 4)") != std::string::npos);
    save_npy<std::int32_t>(folder.folder / "faults.npy", levels, std::array<index_t, 3>{2, 3, 4});
    CHECK(reason() == "fault_map: crossbar layer 0, tile (0, 0), array 0: expected one map, found two");
    save_npy<std::uint32_t>(folder.folder / "placement.npy", places, std::array<index_t, 2>{4, 2});
    CHECK(reason().find("placement.npy: shape: expected (2, 4), found (4, 2)") != std::string::npos);
}

} // namespace imported_tests
