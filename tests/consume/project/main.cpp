#include <rcim/rcim.hpp>

#include <cstdio>

int main() {
    try {
        rcim::require_rate("consumer", "p_stuck_hrs", 2.0);
    } catch (const rcim::error& refused) {
        std::printf("rcim %d.%d.%d: %s\n", RCIM_VERSION_MAJOR, RCIM_VERSION_MINOR, RCIM_VERSION_PATCH, refused.what());
        return 0;
    }
    return 1;
}
