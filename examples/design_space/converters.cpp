#include "designs.hpp"

std::vector<rcim::sweep_design> designs_with_converters(std::shared_ptr<const experiment> on) {
    return rcim::bind_designs(through_converters, train_design{std::move(on)});
}
