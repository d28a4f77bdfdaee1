#include <rcim/rcim.hpp>

#ifdef WITH_GZIP
#include <rcim/data/gzip.hpp>
#endif
#ifdef WITH_JSON
#include <rcim/train/json_lines.hpp>
#endif

#include <cstdio>
#include <vector>

namespace {

/// The headers of the components that are here do what they are for.
bool components_work() {
    bool work = true;
#ifdef WITH_GZIP
    try {
        static_cast<void>(rcim::read_gzip("nowhere.gz"));
        work = false;
    } catch (const rcim::error&) {
    }
#endif
#ifdef WITH_JSON
    work = work && rcim::to_json(rcim::epoch_record{.loss = 0.5}).at("loss") == 0.5;
#endif
    return work;
}

} // namespace

int main() {
    try {
        rcim::require_rate("consumer", "p_stuck_hrs", 2.0);
    } catch (const rcim::error& refused) {
        std::printf("rcim %d.%d.%d: %s\n", RCIM_VERSION_MAJOR, RCIM_VERSION_MINOR, RCIM_VERSION_PATCH, refused.what());
        return components_work() ? 0 : 1;
    }
    return 1;
}
