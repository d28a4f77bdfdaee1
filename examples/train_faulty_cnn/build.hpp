#pragma once

#include "select.hpp"
#include "settings.hpp"

#include <string>
#include <type_traits>
#include <utility>

/// The network of the settings over one design.
template <class Design>
built build_net(const Design& chip, const settings& s, const rcim::map_shape& input, int classes) {
    const auto on_chip = [&](rcim::network net) {
        return built{std::move(net), rcim::describe(chip), rcim::plot::axes_of(chip), rcim::plot::note_on_plan(chip)};
    };
    if (s.net == "lenet5") {
        return on_chip(rcim::lenet5(chip, s.seed, input, classes));
    }
    if (s.net == "vgg8") {
        return on_chip(rcim::vgg8(chip, s.seed, input, classes));
    }
    return on_chip(rcim::resnet20(chip, s.seed, input, classes));
}

inline rcim::sgd innermost_rule(const settings& s) {
    return {.learning_rate = static_cast<float>(s.learning_rate),
            .momentum = static_cast<float>(s.momentum),
            .weight_decay = static_cast<float>(s.weight_decay)};
}

/// Gating needs a pair of arrays.
template <class Encoding>
using rules_for = std::conditional_t<
    Encoding::arrays == 2,
    types<rcim::sgd, rcim::clipped_on_use<rcim::sgd>, rcim::clipped_on_write<rcim::sgd>, rcim::zeroed_on_use<rcim::sgd>,
          rcim::gated_on_use<rcim::sgd>>,
    types<rcim::sgd, rcim::clipped_on_use<rcim::sgd>, rcim::clipped_on_write<rcim::sgd>, rcim::zeroed_on_use<rcim::sgd>>>;

#ifdef RCIM_SHORT // one in eight of the designs, for quick builds
using cell_bits_known = integers<2>;
using weight_bits_known = integers<16>;
#else
using cell_bits_known = integers<1, 2, 3, 4>;
using weight_bits_known = integers<8, 16>;
#endif

/// The network over a faulty chip with this encoding: picks cell, width and update rule.
template <class Encoding>
built build_faulty(const settings& s, const rcim::map_shape& input, int classes) {
    using namespace rcim;
    return select(cell_bits_known{}, "--cell-bits", std::to_string(s.cell_bits), [&](auto cell_bits) {
        return select(weight_bits_known{}, "--weight-bits", std::to_string(s.weight_bits), [&](auto weight_bits) {
            return select(rules_for<Encoding>{}, text("--update with --encoding ", Encoding::name()), s.update, [&](auto rule) {
                if constexpr (requires { rule.inner; }) {
                    rule.theta = static_cast<float>(s.theta);
                    rule.inner = innermost_rule(s);
                } else {
                    rule = innermost_rule(s);
                }
                const auto chip =
                    design<>{}
                        .with(multilevel_cell<cell_bits()>{})
                        .with(bit_sliced<weight_bits(), Encoding>{.fraction_bits = s.fraction_bits})
                        .with(geometry<128, 128>{})
                        .with(stuck_at{.p_stuck_hrs = static_cast<float>(s.p_stuck_hrs), .p_stuck_lrs = static_cast<float>(s.p_stuck_lrs)})
                        .with(rule);
                return build_net(chip, s, input, classes);
            });
        });
    });
}
