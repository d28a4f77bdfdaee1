#include "designs.hpp"

std::vector<rcim::sweep_design> designs_with_ideal_reads_2(std::shared_ptr<const experiment> on) {
    return rcim::bind_designs<1, 2>(ideal_reads, train_design{std::move(on)});
}
