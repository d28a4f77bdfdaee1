#include "build.hpp"

built build_ideal(const settings& s, const rcim::map_shape& input, int classes) {
    return build_net(rcim::design<>{}.with(innermost_rule(s)), s, input, classes);
}
