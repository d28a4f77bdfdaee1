#include "build.hpp"

built build_offset(const settings& s, const rcim::map_shape& input, int classes) {
    return build_faulty<rcim::offset>(s, input, classes);
}
