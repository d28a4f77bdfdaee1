#include "build.hpp"

rcim::network build_differential(const settings& s, const rcim::map_shape& input, int classes) {
    return build_faulty<rcim::differential>(s, input, classes);
}
