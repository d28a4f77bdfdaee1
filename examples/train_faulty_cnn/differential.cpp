#include "build.hpp"

built build_differential(const settings& s, const rcim::map_shape& input, int classes) {
    return build_faulty<rcim::differential>(s, input, classes);
}
