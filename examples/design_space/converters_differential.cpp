#include "designs.hpp"

std::vector<rcim::sweep_design> designs_with_converters_in_pairs(std::shared_ptr<const experiment> on) {
    return rcim::bind_designs<3, 4>(design_space, train_design{std::move(on)});
}
