#pragma once

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/sweep/sweep.hpp>

#include <atomic>
#include <stdexcept>

/// 2 x 3 designs, 2 x 2 settings and two seeds: 48 points whose results are numbers of the design, the settings and the seed.
namespace small_sweep {

inline std::atomic<int>& calls() {
    static std::atomic<int> count{0};
    return count;
}

struct run {
    bool throws = false;

    template <class Design>
    rcim::named_values operator()(const Design& chip, const rcim::sweep_point& point) const {
        ++calls();
        if (throws && point.settings.number("rate") > 0.2 && point.settings.word("net") == "small") {
            throw std::runtime_error("no such \"net\",\nwith this rate");
        }
        return {{"cell_bits", Design::cell_type::bits},
                {"slices", chip.map.format(Design::cell_type::bits).slices},
                {"score", point.settings.number("rate") * 3.0 + static_cast<double>(point.seed)},
                {"net", point.settings.word("net")}};
    }
};

inline constexpr auto designs = rcim::variants(rcim::design<>{}.with(rcim::stuck_at{.p_stuck_hrs = 0.1f}),
                                               rcim::axis("map", rcim::choice("offset", rcim::bit_sliced<8, rcim::offset>{}),
                                                          rcim::choice("pair", rcim::bit_sliced<8, rcim::differential>{})),
                                               rcim::axis("cell", rcim::multilevel_cell<1>{}, rcim::multilevel_cell<2>{},
                                                          rcim::choice("four bits", rcim::multilevel_cell<4>{})));

inline rcim::sweep make(bool throws = false) {
    return {.name = "small",
            .about = "a sweep for tests",
            .designs = rcim::bind_designs(designs, run{throws}),
            .settings = {{"rate", {0.1, 0.3}}, {"net", {"small", "large"}}},
            .seeds = {1, 2},
            .objectives = {{"score", rcim::goal::maximise}, {"slices"}}};
}

} // namespace small_sweep
