#include "build.hpp"

built build_sign_magnitude(const settings& s, const rcim::map_shape& input, int classes) {
    return build_faulty<rcim::sign_magnitude>(s, input, classes);
}
