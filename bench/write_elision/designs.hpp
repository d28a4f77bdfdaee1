#pragma once

/// @file
/// What the study of write elision compares: chips that hold activations in arrays and write them and their weights in different ways.

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/wear_out.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/update/accumulated_rows.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/elided_share.hpp>
#include <rcim/update/elided_slices.hpp>
#include <rcim/update/row_write.hpp>
#include <rcim/update/sampled_rows.hpp>
#include <rcim/update/threshold_training.hpp>
#include <rcim/update/whole_write.hpp>

#include <string>
#include <vector>

namespace rcim_bench {

using namespace rcim;

/// A network and how it is trained; its settings are those of bench_weight_clipping.
struct elision_net {
    std::string name;
    double learning_rate;
    double cost; ///< of one image, relative to LeNet-5; for the time to go
    int epochs;
    bool grey = false; ///< made for images of 1 x 28 x 28
};
inline const std::vector<elision_net>& elision_nets() {
    static const std::vector<elision_net> nets{{.name = "lenet5", .learning_rate = 0.02, .cost = 1.0, .epochs = 5, .grey = true},
                                               {.name = "vgg8", .learning_rate = 0.02, .cost = 90.0, .epochs = 3},
                                               {.name = "resnet20", .learning_rate = 0.05, .cost = 100.0, .epochs = 3}};
    return nets;
}

/// What a chip writes.
enum class writing {
    everything,     ///< every row of activations and every weight cell that is mapped, at each step
    changes,        ///< of these, the cells that change
    thresholds,     ///< activations as everything; of the weights, elements of the increment above a share of the largest (Xia et al.)
    rows,           ///< rows of activations and of weights that matter, each as a whole
    changes_in_rows, ///< of these, the cells that change
};

struct writing_method {
    std::string name;
    writing kind = writing::everything;
    float share = 0.0f;    ///< of the significance of a layer's activations that may be left out
    float thinning = 0.0f; ///< of those that are left, at most one in so many is written, by chance
    int slices = 0;        ///< lowest ones of the four of an activation that are not written
    float codes = 0.0f;    ///< increments of a row of weights wait until the largest exceeds so many codes
    float theta = 0.01f;   ///< of threshold training
    double endurance = 0.0; ///< mean writes that a weight cell takes, of a chip whose weights are clipped; 0: any number
};

/// 16-bit weights on pairs of 4-bit cells in 128 x 128 arrays, 16-bit inputs bit by bit, converters that lose nothing: as PipeLayer has it,
/// as far as public notes tell.
template <class Faults, class Rule, class Flow>
network on_chip(const elision_net& net, const Faults& faults, const Rule& rule, const Flow& flow, map_shape input, std::uint64_t seed) {
    const auto chip = design<>{}
                          .with(multilevel_cell<4>{})
                          .with(bit_sliced<16, differential>{})
                          .with(geometry<128, 128>{})
                          .with(bit_serial_dac<16>{})
                          .with(faults)
                          .with(rule)
                          .with(flow);
    return net.name == "lenet5" ? lenet5(chip, seed, input) : net.name == "vgg8" ? vgg8(chip, seed, input) : resnet20(chip, seed, input);
}

/// All of it. Chips that wear write everything or rows.
template <class Inner, class Faults>
network build(const elision_net& net, const writing_method& how, const Inner& inner, const Faults& faults, map_shape input, std::uint64_t seed) {
    const auto waiting = accumulated_rows<Inner>{.codes = how.codes, .inner = inner};
    using all_rows = activation_arrays<>;
    const auto kept = [&](bool packed, bool changed) {
        using sliced = elided_slices<all_rows>;
        using bounded = elided_share<outer_product, sliced>;
        return sampled_rows<outer_product, bounded>{
            .thinning = how.thinning,
            .inner = {.share = how.share, .inner = {.slices = how.slices, .inner = {.packed = packed, .changed_cells_only = changed}}}};
    };
    if constexpr (fault_requires::wears<Faults>) {
        return how.kind == writing::everything ? on_chip(net, faults, whole_write<Inner>{.inner = inner}, all_rows{}, input, seed)
                                               : on_chip(net, faults, row_write<accumulated_rows<Inner>>{.inner = waiting}, kept(true, false), input, seed);
    }
    switch (how.kind) {
    case writing::everything: return on_chip(net, faults, whole_write<Inner>{.inner = inner}, all_rows{}, input, seed);
    case writing::changes: return on_chip(net, faults, inner, all_rows{.changed_cells_only = true}, input, seed);
    case writing::thresholds: return on_chip(net, faults, threshold_training<Inner>{.theta = how.theta, .inner = inner}, all_rows{}, input, seed);
    case writing::rows: return on_chip(net, faults, row_write<accumulated_rows<Inner>>{.inner = waiting}, kept(true, false), input, seed);
    case writing::changes_in_rows: break;
    }
    return on_chip(net, faults, waiting, kept(false, true), input, seed);
}

inline network build(const elision_net& net, const writing_method& how, map_shape input, std::uint64_t seed) {
    const sgd rule{.learning_rate = static_cast<float>(net.learning_rate), .momentum = 0.9f};
    if (how.endurance > 0.0) {
        const wear_out faults{.mean = how.endurance};
        return build(net, how, clipped_on_use<sgd>{.inner = rule}, faults, input, seed);
    }
    return build(net, how, rule, no_faults{}, input, seed);
}

} // namespace rcim_bench
