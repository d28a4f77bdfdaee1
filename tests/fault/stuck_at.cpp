#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/crossbar/array.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>

#include <fault/stuck_state.hpp>
#include <statistics.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>

using namespace rcim;
using namespace rcim_test;

namespace stuck_at_tests {

TEST_CASE("stuck_at: each rate is met, whatever the other is") {
    constexpr int n = 400000;
    for (const stuck_at& faults : {stuck_at{0.01f, 0.01f}, stuck_at{0.0904f, 0.0175f}, stuck_at{0.5f, 0.5f}, stuck_at{0.3f, 0.6f},
                                   stuck_at{0.0f, 0.2f}, stuck_at{0.2f, 0.0f}}) {
        INFO(describe(faults));
        double counts[3] = {};
        for (std::uint64_t i = 0; i < n; ++i) {
            counts[state(faults, 17, 1, i)] += 1.0;
        }
        CHECK(binomial(counts[1], n, static_cast<double>(faults.p_stuck_hrs)));
        CHECK(binomial(counts[2], n, static_cast<double>(faults.p_stuck_lrs)));
    }
}

TEST_CASE("stuck_at: cells fail independently of their neighbours, of the other array, of other layers and other chips") {
    constexpr std::uint64_t n = 400000;
    const stuck_at faults{.p_stuck_hrs = 0.05f, .p_stuck_lrs = 0.03f};
    const std::array<double, 3> p{0.92, 0.05, 0.03};
    state_pairs<3> neighbour(p), rows(p), layer(p), chip(p);
    for (std::uint64_t i = 0; i < n; ++i) {
        const auto here = static_cast<std::size_t>(state(faults, 17, 1, i));
        if (i % 2 == 0) {
            neighbour.add(here, static_cast<std::size_t>(state(faults, 17, 1, i + 1)));
        }
        if (i / 128 % 2 == 0) {
            rows.add(here, static_cast<std::size_t>(state(faults, 17, 1, i + 128)));
        }
        layer.add(here, static_cast<std::size_t>(state(faults, 17, 2, i)));
        chip.add(here, static_cast<std::size_t>(state(faults, 18, 1, i)));
    }
    CHECK(neighbour.independent());
    CHECK(rows.independent());
    CHECK(layer.independent());
    CHECK(chip.independent());
}

TEST_CASE("stuck_at: what is stuck at HRS at one rate is stuck at a higher rate") {
    int broken = 0;
    for (std::uint64_t i = 0; i < 20000; ++i) {
        broken += state(stuck_at{.p_stuck_hrs = 0.05f}, 3, 0, i) == 1 && state(stuck_at{.p_stuck_hrs = 0.1f}, 3, 0, i) != 1 ? 1 : 0;
    }
    CHECK(broken == 0);
}

TEST_CASE("stuck_at: a chip has the requested rates in each array, slice and tile") {
    constexpr auto chip = design<>{}
                              .with(multilevel_cell<2>{})
                              .with(bit_sliced<16, differential>{})
                              .with(geometry<128, 128>{})
                              .with(stuck_at{.p_stuck_hrs = 0.01f, .p_stuck_lrs = 0.01f});
    const crossbar_array<std::remove_const_t<decltype(chip)>> array(chip, 250, 100, 7, 0);
    const std::array<double, 3> p{0.98, 0.01, 0.01};
    std::array<std::array<std::array<double, 3>, 8>, 2> counts{};
    std::array<double, 3> first_tile{};
    state_pairs<3> pairs(p);
    int in_the_middle = 0;
    for (index_t o = 0; o < 100; ++o) {
        for (index_t i = 0; i < 250; ++i) {
            for (std::size_t s = 0; s < 8; ++s) {
                std::size_t states[2];
                for (int a = 0; a < 2; ++a) {
                    const bool works = (array.keep(a, o, i) >> (2 * s) & 3u) == 3u;
                    const std::uint32_t level = array.stuck_level(a, o, i) >> (2 * s) & 3u;
                    in_the_middle += !works && level != 0 && level != 3 ? 1 : 0;
                    states[a] = works ? 0 : level == 0 ? 1 : 2;
                    counts[static_cast<std::size_t>(a)][s][states[a]] += 1.0;
                    first_tile[states[a]] += i < 128 && o < 16 ? 1.0 : 0.0;
                }
                pairs.add(states[0], states[1]);
            }
        }
    }
    CHECK(in_the_middle == 0);
    for (const auto& slices : counts) {
        for (const auto& count : slices) {
            CHECK(binomial(count[1], 25000.0, 0.01));
            CHECK(binomial(count[2], 25000.0, 0.01));
        }
    }
    CHECK(binomial(first_tile[1], 128.0 * 16.0 * 16.0, 0.01));
    CHECK(binomial(first_tile[2], 128.0 * 16.0 * 16.0, 0.01));
    CHECK(pairs.independent());
}

TEST_CASE("stuck_at: rates of zero make a healthy chip, rates of one a dead one") {
    const auto count_kept = [](const stuck_at& faults) {
        const auto chip = design<>{}.with(multilevel_cell<3>{}).with(bit_sliced<8, offset>{}).with(faults);
        const crossbar_array<std::remove_const_t<decltype(chip)>> array(chip, 20, 20, 7, 0);
        int kept = 0;
        for (index_t o = 0; o < 20; ++o) {
            for (index_t i = 0; i < 20; ++i) {
                kept += array.keep(0, o, i) == 0x1FFu ? 1 : 0;
                if (array.keep(0, o, i) == 0) {
                    const std::int32_t held = array.stored(o, i).plus;
                    CHECK(held == (faults.p_stuck_lrs > 0.5f ? 0x1FF : 0));
                }
            }
        }
        return kept;
    };
    CHECK(count_kept({}) == 400);
    CHECK(count_kept({.p_stuck_hrs = 1.0f}) == 0);
    CHECK(count_kept({.p_stuck_lrs = 1.0f}) == 0);
}

} // namespace stuck_at_tests
