#pragma once

/// @file
/// The levels of the covering array: what the names in covering_array.py stand for. Models that are the same to the compiler share one
/// level, and wrappers that change nothing at zero are put together; which of them act is drawn at run time.

#include <rcim/cell/cycle_variation.hpp>
#include <rcim/cell/device_variation.hpp>
#include <rcim/cell/drifting.hpp>
#include <rcim/cell/exponential_steps.hpp>
#include <rcim/cell/ideal_cell.hpp>
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/programming_error.hpp>
#include <rcim/cell/pulsed.hpp>
#include <rcim/cell/sinh_iv.hpp>
#include <rcim/cell/uneven_levels.hpp>
#include <rcim/cell/write_verified.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/calibrated.hpp>
#include <rcim/convert/flipped_adc.hpp>
#include <rcim/convert/multibit_dac.hpp>
#include <rcim/convert/streamed_dac.hpp>
#include <rcim/convert/table_adc.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/arriving.hpp>
#include <rcim/fault/broken_lines.hpp>
#include <rcim/fault/chain.hpp>
#include <rcim/fault/clustered.hpp>
#include <rcim/fault/hot_spots.hpp>
#include <rcim/fault/imported_array.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/fault/wear_out.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/block_circulant.hpp>
#include <rcim/mapping/column_masked.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/direct.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/mapping/largest_columns.hpp>
#include <rcim/mapping/largest_of_layer.hpp>
#include <rcim/mapping/largest_per_column.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/pruned.hpp>
#include <rcim/mapping/rounding.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/mapping/symmetric.hpp>
#include <rcim/nn/conv2d.hpp>
#include <rcim/nn/dense.hpp>
#include <rcim/noise/chain.hpp>
#include <rcim/noise/columnwise.hpp>
#include <rcim/noise/injected.hpp>
#include <rcim/noise/lumped.hpp>
#include <rcim/noise/pytorx_noise.hpp>
#include <rcim/noise/shot.hpp>
#include <rcim/noise/telegraph.hpp>
#include <rcim/noise/thermal.hpp>
#include <rcim/protect/an_code.hpp>
#include <rcim/protect/stuck_compensation.hpp>
#include <rcim/update/accumulated_rows.hpp>
#include <rcim/update/activation_arrays.hpp>
#include <rcim/update/adam.hpp>
#include <rcim/update/admm.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/clipped_on_write.hpp>
#include <rcim/update/digital_master.hpp>
#include <rcim/update/elided_columns.hpp>
#include <rcim/update/elided_rows.hpp>
#include <rcim/update/elided_share.hpp>
#include <rcim/update/elided_slices.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/row_write.hpp>
#include <rcim/update/sampled_rows.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/update/significance.hpp>
#include <rcim/update/threshold_training.hpp>
#include <rcim/update/transposed_errors.hpp>
#include <rcim/update/whole_write.hpp>
#include <rcim/update/zeroed_on_use.hpp>
#include <rcim/wire/first_order.hpp>
#include <rcim/wire/ideal_wires.hpp>
#include <rcim/wire/nodal.hpp>

#include <differential/draws.hpp>
#include <differential/nudge.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <tuple>
#include <variant>

namespace rcim_differential {

namespace layers {
struct dense {
    template <class Design, plan Plan>
    using type = rcim::dense<Design, Plan>;
};
struct conv2d {
    template <class Design, plan Plan>
    using type = rcim::conv2d<Design, Plan>;
};
} // namespace layers

namespace cell {
using multilevel = multilevel_cell<2>;
using ideal = ideal_cell;
using padded = multilevel_cell<3>; // divides none of the words
using beyond_ohm = sinh_iv<uneven_levels<multilevel_cell<2>>>;
using programmed = write_verified<programming_error<device_variation<cycle_variation<exponential_steps<multilevel_cell<2>>>>>>;
using drifts = drifting<pulsed<multilevel_cell<1>>>;
} // namespace cell

namespace faults {
using none = no_faults;
struct lasting {
    using policy_kind = fault_kind;
    static constexpr bool none = false;
    choice<stuck_at, clustered, hot_spots, broken_lines, imported_array> model{};

    [[nodiscard]] int stuck_level(const random_source& source, const cell_site& site, int levels) const {
        return std::visit([&](const auto& one) { return one.stuck_level(source, site, levels); }, model.now);
    }
    void validate() const {
        std::visit([](const auto& one) { rcim::validate(one); }, model.now);
    }
    static std::string name() { return "lasting"; }
    static constexpr auto fields() { return std::tuple{field{"model", &lasting::model}}; }
};
using arrive = chain<stuck_at, arriving<clustered>>;
using wear = chain<arriving<stuck_at>, wear_out>;
} // namespace faults

namespace noise {
using none = no_noise;
using of_reads = chain<thermal, shot, lumped>;
using of_states = telegraph;
using by_columns = chain<columnwise<chain<thermal, lumped>>, injected>;
using pytorx = pytorx_noise;
} // namespace noise

namespace wire {
using ideal = ideal_wires;
using exact = nodal;
using estimated = first_order;
} // namespace wire

namespace dac {
using bit_serial = bit_serial_dac<6>;
using ideal = ideal_dac;
using two_passes = streamed_dac<7, 3, rcim::two_passes>;
using of_magnitudes = multibit_dac<5, unsigned_inputs>;
} // namespace dac

namespace adc {
/// Sees sums a little off, as `nudged_by` says; of a calibrated range once it is fitted, so that the range stays.
template <class Adc>
struct nudged : Adc {
    [[nodiscard]] adc_transfer transfer(const adc_site& site) const& {
        adc_transfer one = Adc::transfer(site);
        if (!CalibratedAdc<Adc> || site.fitted != nullptr) {
            one.offset +=
                nudged_by.offset * (site.array == 0 ? 1.0 : nudged_by.minus) * (site.full_scale.high - site.full_scale.low);
            one.gain *= 1.0 + nudged_by.gain;
        }
        return one;
    }
    adc_transfer transfer(const adc_site&) && = delete; // may be of a table in here
    [[nodiscard]] converter_index index() const {
        return nudged_by.none() ? Adc::index() : std::max(Adc::index(), converter_index::per_plane);
    }
};

using ideal = ideal_adc;
using whole = nudged<flipped_adc>; // whose transfer is that of lossless_adc
using full_scale = nudged<uniform_adc<>>;
struct cut {
    using policy_kind = adc_kind;
    static constexpr bool folds = false;
    static constexpr bool saturates = true;
    choice<uniform_adc<dynamic, unit_lsb>, uniform_adc<dynamic, given_range>, table_adc> model{};

    [[nodiscard]] adc_transfer transfer(const adc_site& site) const& {
        return std::visit([&](const auto& one) { return one.transfer(site); }, model.now);
    }
    adc_transfer transfer(const adc_site&) && = delete;
    [[nodiscard]] converter_index index() const {
        return std::visit([](const auto& one) { return one.index(); }, model.now);
    }
    void validate() const {
        std::visit([](const auto& one) { rcim::validate(one); }, model.now);
    }
    static std::string name() { return "cut"; }
    static constexpr auto fields() { return std::tuple{field{"model", &cut::model}}; }
};
using cuts = nudged<cut>;
using fitted = nudged<uniform_adc<dynamic, calibrated>>;
} // namespace adc

namespace words {
template <int Bits, class Encoding>
struct sliced {
    template <class Rounding>
    using map = bit_sliced<Bits, Encoding, Rounding>;
};
using differential_8 = sliced<8, differential>;
using offset_8 = sliced<8, offset>;
using differential_16 = sliced<16, differential>;
using sign_magnitude_6 = sliced<6, sign_magnitude>;
using symmetric_7 = sliced<7, symmetric<sign_magnitude>>;
struct direct {
    template <class>
    using map = rcim::direct;
};
} // namespace words

namespace rounding {
using rcim::carried;
using rcim::nearest;
using rcim::stochastic;
} // namespace rounding

/// Any of the rules that prune.
struct any_projection {
    using policy_kind = projection_kind;
    choice<largest_per_column<>, largest_columns, largest_of_layer> model{};

    [[nodiscard]] index_t most_in(index_t rows) const {
        return std::visit([&](const auto& one) { return one.most_in(rows); }, model.now);
    }
    void keep(const pruning_view& view, std::span<std::uint8_t> kept) const {
        std::visit([&](const auto& one) { one.keep(view, kept); }, model.now);
    }
    static std::string name() { return "any_projection"; }
    static constexpr auto fields() { return std::tuple{field{"model", &any_projection::model}}; }
};

namespace layout {
struct plain {
    template <class Map>
    using map = Map;
};
struct masked {
    template <class Map>
    using map = column_masked<Map, shifting<2>>;
};
struct pruned {
    template <class Map>
    using map = rcim::pruned<any_projection, Map>;
};
struct circulant {
    template <class Map>
    using map = block_circulant<4, Map>;
};
struct masked_circulant {
    template <class Map>
    using map = column_masked<block_circulant<2, Map>, gating>;
};
} // namespace layout

namespace protect {
struct none {
    template <class, class>
    using type = no_protection;
};
struct arithmetic {
    template <class Map, class Cell>
    using type = an_code<smallest_multiplier(Map::weight_bits, Cell::bits)>;
};
struct compensated {
    template <class, class>
    using type = stuck_compensation;
};
} // namespace protect

namespace geometry {
using as_large_as_needed = unbounded;
using given = rcim::geometry<dynamic, dynamic>;
using fixed = rcim::geometry<16, 64>;
} // namespace geometry

namespace dataflow {
using digital = digital_gradients;
using transposed = transposed_errors<bit_serial_dac<6>, adc::nudged<uniform_adc<>>>;
using fewer_rows = elided_rows<outer_product, elided_slices<activation_arrays<8, 3>>>;
using sampled = sampled_rows<
    largest_error,
    elided_share<outer_product, activation_arrays<0, 4,
                                                  transposed_errors<streamed_dac<6, 2, rcim::two_passes>,
                                                                    adc::nudged<uniform_adc<dynamic, unit_lsb>>>>>>;
using fewer_columns = elided_columns<elided_rows<largest_activation, activation_arrays<6, 2>>>;
} // namespace dataflow

namespace update {
using plain = sgd;
using clipped = clipped_on_use<adam>;
using gated = clipped_on_use<gated_on_use<sgd>>;
using zeroed = zeroed_on_use<threshold_training<sgd>>;
using by_lines = row_write<accumulated_rows<adam>>;
using mastered = whole_write<clipped_on_write<digital_master<admm<any_projection, sgd>>>>;
} // namespace update

} // namespace rcim_differential
