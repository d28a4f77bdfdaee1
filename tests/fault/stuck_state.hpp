#pragma once

#include <rcim/core/error.hpp>
#include <rcim/fault/concept.hpp>

namespace rcim_test {

/// State of a cell: 0 healthy, 1 stuck at HRS, 2 stuck at LRS.
template <class F>
int state(const F& faults, std::uint64_t seed, std::uint32_t place, std::uint64_t index) {
    const int level = faults.stuck_level(rcim::random_source(seed, rcim::purpose::fault_map, place), {.index = index}, 4);
    if (level != rcim::healthy && level != 0 && level != 3) {
        throw rcim::error("stuck_at: stuck in the middle");
    }
    return level == rcim::healthy ? 0 : level == 0 ? 1 : 2;
}

} // namespace rcim_test
