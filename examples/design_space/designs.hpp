#pragma once

#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/fault/clustered.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/nn/conv2d.hpp>
#include <rcim/nn/max_pool.hpp>
#include <rcim/nn/network.hpp>
#include <rcim/nn/relu.hpp>
#include <rcim/sweep/sweep.hpp>
#include <rcim/sweep/variants.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/clipped_on_write.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/update/zeroed_on_use.hpp>

#include "experiment.hpp"

inline constexpr rcim::sgd learns{.learning_rate = 0.05f, .momentum = 0.9f};

// Axes that both lists have.
inline constexpr auto faults = rcim::axis("faults", rcim::stuck_at{}, rcim::clustered{});
#ifdef RCIM_SHORT // a third of the designs, for quick builds
inline constexpr auto cells = rcim::axis("cell", rcim::choice("2 bits", rcim::multilevel_cell<2>{}));
#else
inline constexpr auto cells =
    rcim::axis("cell", rcim::choice("1 bit", rcim::multilevel_cell<1>{}), rcim::choice("2 bits", rcim::multilevel_cell<2>{}),
               rcim::choice("4 bits", rcim::multilevel_cell<4>{}));
#endif
inline constexpr auto in_offset = rcim::choice("offset", rcim::bit_sliced<8, rcim::offset>{.fraction_bits = 6});
inline constexpr auto in_pairs = rcim::choice("differential", rcim::bit_sliced<8, rcim::differential>{.fraction_bits = 6});
inline constexpr auto with_sign = rcim::choice("sign_magnitude", rcim::bit_sliced<8, rcim::sign_magnitude>{.fraction_bits = 6});
inline constexpr auto plain = rcim::choice("sgd", learns);
inline constexpr auto clipped = rcim::choice("clipped_on_use", rcim::clipped_on_use<>{.inner = learns});

/// 3 x 2 x 3 x 4 = 72 designs.
inline constexpr auto ideal_reads = rcim::variants(
    rcim::design<>{}.with(rcim::geometry<128, 128>{}), rcim::axis("reads", rcim::choice("ideal")),
    rcim::axis("encoding", in_offset, in_pairs, with_sign), faults, cells,
    rcim::axis("update", plain, clipped, rcim::choice("clipped_on_write", rcim::clipped_on_write<>{.inner = learns}),
               rcim::choice("zeroed_on_use", rcim::zeroed_on_use<>{.inner = learns})));

/// 2 x 2 x 3 x 2 = 24 designs, each read bit by bit through converters.
inline constexpr auto through_converters =
    rcim::variants(rcim::design<>{}.with(rcim::geometry<128, 128>{}),
                   rcim::axis("reads", rcim::choice("8-bit ADC", rcim::bit_serial_dac<8>{}, rcim::uniform_adc<8>{})),
                   rcim::axis("encoding", in_offset, in_pairs), faults, cells, rcim::axis("update", plain, clipped));

static_assert(ideal_reads.size + through_converters.size == 32 * cells.size);

/// What is instantiated for each design: a small network of its layers. All else is done by `train`, which knows no design.
struct train_design {
    std::shared_ptr<const experiment> on;

    template <class Design>
    rcim::named_values operator()(Design chip, const rcim::sweep_point& point) const {
        // Nine of ten stuck cells are stuck at high resistance.
        const auto stuck = static_cast<float>(point.settings.number("p_stuck"));
        chip.faults.p_stuck_hrs = 0.9f * stuck;
        chip.faults.p_stuck_lrs = 0.1f * stuck;
        const rcim::dataset& data = on->data;
        rcim::network net(data.train.shape, point.seed);
        net.emplace<rcim::conv2d<Design>>(
            chip,
            rcim::conv2d_options{
                .in_channels = data.train.shape.channels, .out_channels = 8, .kernel = 5, .stride = 2, .padding = 2},
            point.seed, 0u);
        net.emplace<rcim::max_pool>(2);
        net.emplace<rcim::relu>();
        // The classifier: a kernel as large as the map, so that one type of layer does for both.
        const rcim::map_shape map = net.output_shape();
        net.emplace<rcim::conv2d<Design>>(
            chip, rcim::conv2d_options{.in_channels = map.channels, .out_channels = data.train.classes, .kernel = map.height},
            point.seed, 1u);
        return train(net, *on, point);
    }
};
