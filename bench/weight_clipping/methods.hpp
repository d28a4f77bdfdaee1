#pragma once

/// @file
/// What the study compares: ways to keep weights and to learn, and the networks that are put on them. A new way is one more entry
/// in `methods_of`.

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/core/error.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/nn/nets.hpp>
#include <rcim/protect/an_code.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/clipped_on_write.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/update/zeroed_on_use.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "weight_clipping/faults.hpp"

namespace rcim_bench {

using namespace rcim;

inline constexpr int weight_bits = 16, cell_bits = 2;

/// A network with the settings under which it is studied unless others are asked for; the values here are those of the nets for
/// CIFAR-10, of which a run takes minutes.
struct net_settings {
    std::string name;
    double learning_rate;
    double cost; ///< of one image, relative to LeNet-5; for the time to go
    int epochs = 3;
    double theta = 0.125;
    double weight_decay = 0.0;
    bool grey = false; ///< made for images of 1 x 28 x 28
    std::vector<std::string> encodings{"differential"};
    std::vector<std::string> methods{"none", "clipped_on_use"};
    std::vector<std::string> densities{"1", "5"};
    std::vector<std::string> ratios{"9:1"};
};

inline const std::vector<net_settings>& all_nets() {
    // The learning rates and theta of the nets for CIFAR-10 come from trainings of 100 steps. A theta of 0.125 cuts the first layer's
    // initial weights of up to 0.47 to two fifths of their standard deviation; batch norm undoes that, and VGG-8 without it
    // loses less by the cut than by stuck weights of 0.25 among thousands of weights below 0.07.
    static const std::vector<net_settings> nets{{.name = "lenet5",
                                                 .learning_rate = 0.02,
                                                 .cost = 1.0,
                                                 .epochs = 5,
                                                 .theta = 0.25,
                                                 .grey = true,
                                                 .encodings = {"ideal", "offset", "differential"},
                                                 .methods = {"none", "none nearest", "none carried", "clipped_on_write",
                                                             "clipped_on_use", "gated_on_use", "zeroed_on_use"},
                                                 .densities = {"0.1", "0.5", "1", "2", "5", "9.04/1.75"},
                                                 .ratios = {"9:1", "1:1"}},
                                                {.name = "vgg8", .learning_rate = 0.02, .cost = 90.0},
                                                {.name = "vgg8-plain", .learning_rate = 0.01, .cost = 85.0},
                                                {.name = "resnet20", .learning_rate = 0.05, .cost = 100.0}};
    return nets;
}

/// All that decides what is built; the design, apart from these numbers, is the method's.
struct conditions {
    std::string net;
    map_shape input{};
    int fraction_bits = 12;
    double theta = 0.0, learning_rate = 0.0, momentum = 0.0, weight_decay = 0.0;
    fault_rate rate{};
    std::uint64_t seed = 0;

    [[nodiscard]] sgd rule() const {
        return {.learning_rate = static_cast<float>(learning_rate),
                .momentum = static_cast<float>(momentum),
                .weight_decay = static_cast<float>(weight_decay)};
    }
    [[nodiscard]] stuck_at faults() const {
        return {.p_stuck_hrs = static_cast<float>(rate.hrs), .p_stuck_lrs = static_cast<float>(rate.lrs)};
    }
    [[nodiscard]] float bound() const { return static_cast<float>(theta); }
};

/// One way to keep and to train weights.
struct method {
    std::string encoding, name, rounding;
    bool uses_theta = false;
    bool faulty = true;      ///< run at every fault setting, not only without faults
    nlohmann::json fields{}; ///< what else decides the result, for the key of its rows
    std::function<network(const conditions&)> build{};

    /// As in --methods.
    [[nodiscard]] std::string label() const {
        return rounding == "nearest" || rounding == "carried" ? name + " " + rounding : name;
    }
};

template <class Design>
network build_net(const conditions& c, const Design& chip) {
    if (c.net == "lenet5") {
        return lenet5(chip, c.seed, c.input);
    }
    if (c.net == "vgg8" || c.net == "vgg8-plain") {
        return vgg8(chip, c.seed, c.input, 10, {.batch_norm = c.net == "vgg8"});
    }
    if (c.net == "resnet20") {
        return resnet20(chip, c.seed, c.input);
    }
    fail("build_net", "net", "lenet5, vgg8, vgg8-plain or resnet20", c.net);
}

/// `complete(chip, conditions)` puts faults, rule and whatever else the method has on a chip that has cells and mapping.
template <class Encoding, class Rounding = stochastic, class Complete>
method on_cells(std::string name, bool uses_theta, Complete complete) {
    return {Encoding::name(),
            std::move(name),
            Rounding::name(),
            uses_theta,
            true,
            nlohmann::json::object(),
            [complete](const conditions& c) {
                return build_net(
                    c, complete(design<>{}
                                    .with(multilevel_cell<cell_bits>{})
                                    .with(bit_sliced<weight_bits, Encoding, Rounding>{.fraction_bits = c.fraction_bits}),
                                c));
            }};
}

template <class Encoding>
std::vector<method> methods_of() {
    const auto plain = [](auto chip, const conditions& c) { return chip.with(c.faults()).with(c.rule()); };
    std::vector<method> list{
        on_cells<Encoding>("none", false, plain),
        on_cells<Encoding>("clipped_on_write", true,
                           [](auto chip, const conditions& c) {
                               return chip.with(c.faults()).with(clipped_on_write<sgd>{.theta = c.bound(), .inner = c.rule()});
                           }),
        on_cells<Encoding>("clipped_on_use", true,
                           [](auto chip, const conditions& c) {
                               return chip.with(c.faults()).with(clipped_on_use<sgd>{.theta = c.bound(), .inner = c.rule()});
                           }),
        on_cells<Encoding>("zeroed_on_use", true, [](auto chip, const conditions& c) {
            return chip.with(c.faults()).with(zeroed_on_use<sgd>{.theta = c.bound(), .inner = c.rule()});
        })};
    // The code checks the sum of a column, so its crossbars have the extents that are usual for it.
    const auto coded = [](auto chip, const conditions& c) {
        return chip.with(geometry<128, 128>{}).with(c.faults()).with(bit_serial_dac<16>{}).with(an_code<119>{});
    };
    list.push_back(on_cells<Encoding>("an_code", false, [coded](auto chip, const conditions& c) { return coded(chip, c).with(c.rule()); }));
    list.push_back(on_cells<Encoding>("an_code clipped_on_use", true, [coded](auto chip, const conditions& c) {
        return coded(chip, c).with(clipped_on_use<sgd>{.theta = c.bound(), .inner = c.rule()});
    }));
    if constexpr (Encoding::arrays == 2) {
        list.push_back(on_cells<Encoding>("gated_on_use", true, [](auto chip, const conditions& c) {
            return chip.with(c.faults()).with(gated_on_use<sgd>{.theta = c.bound(), .inner = c.rule()});
        }));
        for (method m :
             {on_cells<Encoding, nearest>("none", false, plain), on_cells<Encoding, carried>("none", false, plain)}) {
            m.faulty = false;
            list.push_back(std::move(m));
        }
    }
    return list;
}

inline std::vector<method> all_methods() {
    std::vector<method> list{{"ideal", "none", "none", false, false, nlohmann::json::object(),
                              [](const conditions& c) { return build_net(c, design<>{}.with(c.rule())); }}};
    for (std::vector<method> more : {methods_of<offset>(), methods_of<differential>()}) {
        std::move(more.begin(), more.end(), std::back_inserter(list));
    }
    return list;
}

} // namespace rcim_bench
