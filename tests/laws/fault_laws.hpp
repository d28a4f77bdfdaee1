#pragma once

#include <laws/policy_laws.hpp>
#include <rcim/fault/concept.hpp>

namespace rcim_test {

/// Laws of `FaultModel`, as its header states them. Returns the share of stuck cells among those asked.
template <rcim::FaultModel F>
double fault_laws(const F& faults) {
    policy_laws(faults);
    int stuck = 0;
    int asked = 0;
    int broken = 0;
    for (const int levels : {2, 4, 8, 256, 65536}) {
        for (std::uint32_t place = 0; place < 2; ++place) {
            for (std::uint64_t index = 0; index < 500; ++index) {
                const rcim::random_source source(11, rcim::purpose::fault_map, place, 3);
                const rcim::cell_site site{.row_tile = 1, .array = static_cast<int>(place), .row = static_cast<rcim::index_t>(index / 20),
                                           .col = static_cast<rcim::index_t>(index % 20), .rows = 25, .cols = 20, .index = index};
                const int level = faults.stuck_level(source, site, levels);
                const F copy = faults;
                broken += level >= rcim::healthy && level < levels ? 0 : 1;
                broken += level == faults.stuck_level(rcim::random_source(11, rcim::purpose::fault_map, place, 3), site, levels) ? 0 : 1;
                broken += level == copy.stuck_level(source, site, levels) ? 0 : 1;
                const int epoch = rcim::arrival_epoch(faults, source, site, levels);
                broken += epoch >= 0 && epoch == rcim::arrival_epoch(copy, source, site, levels) ? 0 : 1;
                if constexpr (rcim::fault_requires::wears<F>) {
                    const rcim::worn_cell worn = faults.wear(source, site, levels);
                    const rcim::worn_cell again = copy.wear(source, site, levels);
                    broken += worn.endurance >= 1.0 && worn.level >= 0 && worn.level < levels ? 0 : 1;
                    broken += worn.endurance == again.endurance && worn.level == again.level ? 0 : 1;
                }
                broken += F::none && level != rcim::healthy ? 1 : 0;
                stuck += level != rcim::healthy ? 1 : 0;
                ++asked;
            }
        }
    }
    INFO(rcim::describe(faults));
    CHECK(broken == 0);
    return static_cast<double>(stuck) / asked;
}

} // namespace rcim_test
