#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/nn/network_of.hpp>

#include <import/networks.hpp>

namespace rcim_test {

using namespace rcim;

network ideal_network(const network_outline& model, std::uint64_t seed) {
    return network_of(model, design<>{}, seed);
}

network sliced_network(const network_outline& model, float p_stuck, std::uint64_t seed) {
    const auto chip = design<>{}
                          .with(multilevel_cell<2>{})
                          .with(bit_sliced<16, differential, nearest>{.fitted = true})
                          .with(geometry<64, 64>{})
                          .with(stuck_at{.p_stuck_hrs = p_stuck, .p_stuck_lrs = p_stuck / 5});
    return network_of(model, chip, seed);
}

network ideal_lenet5(std::uint64_t seed) {
    return lenet5(design<>{}, seed);
}
network ideal_resnet8(std::uint64_t seed) {
    return resnet8(design<>{}, seed, {3, 8, 8});
}

} // namespace rcim_test
