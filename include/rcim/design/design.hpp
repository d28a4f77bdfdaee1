#pragma once

#include <rcim/cell/ideal_cell.hpp>
#include <rcim/convert/ideal_adc.hpp>
#include <rcim/convert/ideal_dac.hpp>
#include <rcim/core/chain.hpp>
#include <rcim/fault/no_faults.hpp>
#include <rcim/mapping/block_circulant.hpp>
#include <rcim/mapping/column_masked.hpp>
#include <rcim/mapping/direct.hpp>
#include <rcim/mapping/geometry.hpp>
#include <rcim/noise/no_noise.hpp>
#include <rcim/protect/no_protection.hpp>
#include <rcim/update/dataflow.hpp>
#include <rcim/update/frozen.hpp>
#include <rcim/wire/ideal_wires.hpp>

#include <string>
#include <type_traits>

namespace rcim::inline RCIM_ABI {

namespace detail {

template <class Kind>
inline constexpr bool is_axis_kind =
    std::disjunction_v<std::is_same<Kind, cell_kind>, std::is_same<Kind, fault_kind>, std::is_same<Kind, noise_kind>,
                       std::is_same<Kind, wire_kind>, std::is_same<Kind, dac_kind>, std::is_same<Kind, adc_kind>,
                       std::is_same<Kind, map_kind>, std::is_same<Kind, protect_kind>, std::is_same<Kind, geometry_kind>,
                       std::is_same<Kind, dataflow_kind>, std::is_same<Kind, update_kind>>;

/// Whether any rule of the chain needs two arrays.
template <class R>
[[nodiscard]] consteval bool needs_pair() {
    if constexpr (requires { R::needs_pair; }) {
        return R::needs_pair;
    } else if constexpr (update_requires::wraps<R>) {
        return needs_pair<std::remove_cvref_t<decltype(std::declval<R>().inner)>>();
    } else {
        return false;
    }
}

template <class M>
[[nodiscard]] consteval int arrays_of() {
    if constexpr (M::coded) {
        return M::encoding::arrays;
    } else {
        return 1;
    }
}

/// Checks that need two axes: made where a design is used, since `.with` passes through incomplete compositions.
template <class Cell, class Faults, class Map, class Update>
struct check_composition {
    static_assert(Map::coded || Cell::bits == 0, "rcim: roles Cell and Map: a cell with a number of bits holds codes; "
                                                 "add .with(bit_sliced<WeightBits, Encoding>{})");
    static_assert(Map::coded || (!programs<Cell>() && !drifts<Cell>()), "rcim: roles Cell and Map: cells that are not exact hold codes; "
                                                                       "add .with(bit_sliced<WeightBits, Encoding>{})");
    static_assert(Map::coded || Faults::none, "rcim: roles Faults and Map: stuck cells need codes; "
                                              "add .with(bit_sliced<WeightBits, Encoding>{})");
    static_assert(!needs_pair<Update>() || arrays_of<Map>() == 2,
                  "rcim: roles Update and Map: this update rule needs two arrays, a pair encoding such as differential "
                  "(in offset encoding the top slices carry the sign)");
    static constexpr bool sound = true;
};

/// Likewise, for what protections need of the other axes.
template <class Design>
struct check_protection {
    static constexpr bool code = ArithmeticCode<typename Design::protect_type>;
    static constexpr bool compensates = compensates_stuck<typename Design::protect_type>();
    static_assert(!compensates || Design::protect_type::folds, "rcim: role Protect: a protection that compensates stuck cells leaves sums "
                                                               "alone: `static constexpr bool folds = true;`");
    static_assert(!compensates || Design::map_type::coded, "rcim: roles Protect and Map: stuck-at compensation needs words; "
                                                           "add .with(bit_sliced<WeightBits, Encoding>{})");
    using faults = typename Design::faults_type;
    static_assert(!compensates || !(fault_requires::arrives<faults> || fault_requires::wears<faults>),
                  "rcim: roles Protect and Faults: stuck-at compensation knows the cells of a profile that is made once, and these faults "
                  "arrive or wear out later");
    using map = typename Design::map_type;
    using cell = typename Design::cell_type;
    static_assert(!code || map::coded, "rcim: roles Protect and Map: an arithmetic code needs words; "
                                       "add .with(bit_sliced<WeightBits, Encoding>{})");
    static_assert(!code || cell::bits > 0, "rcim: roles Protect and Cell: an arithmetic code needs cells with a number of bits; "
                                           "add .with(multilevel_cell<Bits>{})");
    static_assert(!code || (BitSerialDac<typename Design::dac_type> && Design::dac_type::folds),
                  "rcim: roles Protect and Dac: an arithmetic code needs inputs of one bit at a time in two's complement, for which its "
                  "tables are made; add .with(bit_serial_dac<>{})");
    static_assert(!code || Design::adc_type::folds, "rcim: roles Protect and Adc: an arithmetic code needs an ADC that loses nothing "
                                                    "(`folds`), since it corrects cells and not converters");
    static_assert(!code || Design::noise_type::folds, "rcim: roles Protect and Noise: an arithmetic code needs reads without noise, "
                                                      "since only whole sums have a residue");
    static_assert(!code || Design::wire_type::folds, "rcim: roles Protect and Wire: an arithmetic code needs wires without "
                                                     "resistance (`folds`), since only whole sums have a residue");
    static_assert(!code || cell::folds, "rcim: roles Protect and Cell: an arithmetic code needs levels at equal steps (`folds`), since "
                                        "only whole sums have a residue");
    static_assert(!code || exact_cell<cell>(), "rcim: roles Protect and Cell: an arithmetic code needs cells that hold exact levels, since "
                                               "only whole sums have a residue");
    static_assert(!code || !has_slices_on<typename Design::update_type>(),
                  "rcim: roles Protect and Update: an arithmetic code needs all slices; a rule that switches slices off "
                  "(`slices_on`) leaves no multiples");
    static consteval bool distinct() {
        if constexpr (code && map::coded && cell::bits > 0) {
            using protect = typename Design::protect_type;
            if constexpr (requires { protect::corrects(8, 2); }) {
                return protect::corrects(map::weight_bits, cell::bits);
            }
        }
        return true;
    }
    static_assert(distinct(), "rcim: role Protect: two errors of single cells have the same residue; a code corrects one cell only "
                              "where all residues differ: an_code<smallest_multiplier(weight_bits, cell_bits)> does");
    static constexpr bool sound = true;
};

/// Likewise, for converters that lose nothing as long as sums are whole.
template <class Design>
struct check_converters {
    static constexpr bool whole = needs_whole_sums<typename Design::adc_type>();
    static_assert(!whole || IntegerDac<typename Design::dac_type>, "rcim: roles Adc and Dac: this ADC loses nothing of whole sums, and "
                                                                   "inputs are not whole; add .with(bit_serial_dac<>{})");
    static_assert(!whole || Design::map_type::coded, "rcim: roles Adc and Map: this ADC loses nothing of whole sums, and weights are not "
                                                     "whole; add .with(bit_sliced<WeightBits, Encoding>{})");
    static_assert(!whole || (Design::cell_type::folds && exact_cell<typename Design::cell_type>()),
                  "rcim: roles Adc and Cell: this ADC loses nothing of whole sums, and these cells' levels are not whole; name a "
                  "uniform_adc");
    static_assert(!whole || Design::noise_type::folds, "rcim: roles Adc and Noise: this ADC loses nothing of whole sums, and with noise "
                                                       "they are not; name a uniform_adc");
    static_assert(!whole || Design::wire_type::folds, "rcim: roles Adc and Wire: this ADC loses nothing of whole sums, and with wire "
                                                      "resistance they are not; name a uniform_adc");
    static constexpr bool sound = true;
};

/// Likewise, for what acts on single cells.
template <class Design>
struct check_cells {
    static constexpr bool coded = Design::map_type::coded;
    static_assert(coded || Design::noise_type::folds, "rcim: roles Noise and Map: noise is that of cells; "
                                                      "add .with(bit_sliced<WeightBits, Encoding>{})");
    static_assert(coded || Design::wire_type::folds, "rcim: roles Wire and Map: wires join cells; "
                                                     "add .with(bit_sliced<WeightBits, Encoding>{})");
    static constexpr bool sound = true;
};

/// Likewise, for masks on columns.
template <class Design>
struct check_masks {
    static constexpr bool masked = masks_columns<typename Design::map_type>();
    static_assert(!masked || !ArithmeticCode<typename Design::protect_type>,
                  "rcim: roles Map and Protect: an arithmetic code corrects the sums of whole crossbars, and column masks read them block by block");
    static constexpr bool sound = true;
};

/// Likewise, for block-circulant matrices.
template <class Design>
struct check_circulants {
    static constexpr bool circulant = circulates<typename Design::map_type>();
    static_assert(!circulant || !ArithmeticCode<typename Design::protect_type>,
                  "rcim: roles Map and Protect: an arithmetic code corrects the sums of a whole matrix, and block_circulant reads the stored "
                  "one rotation by rotation");
    static_assert(!circulant || !Design::dataflow_type::gradients_in_arrays,
                  "rcim: roles Map and Dataflow: arrays of activations give the gradient of a whole matrix, and block_circulant stores the "
                  "vectors of its blocks; leave out activation_arrays");
    static_assert(!circulant || !compensates_stuck<typename Design::protect_type>() || !transposes_errors<typename Design::dataflow_type>(),
                  "rcim: roles Map, Protect and Dataflow: stuck-at compensation corrects errors of a whole matrix, and block_circulant drives "
                  "them rotation by rotation; leave out transposed_errors");
    static constexpr bool sound = true;
};

} // namespace detail

template <class Cell, class Faults, class Noise, class Wire, class Dac, class Adc, class Map, class Protect, class Geometry, class Dataflow,
          class Update>
struct design;

namespace detail {

// Parts of members of `design`, outside of it and by reference: a program of many designs compiles each of them once.

template <class Kind, class Axis, class Null, class Now>
[[nodiscard]] constexpr decltype(auto) drop(const Now& now) {
    if constexpr (std::is_same_v<Kind, Axis>) {
        return Null{};
    } else {
        return (now);
    }
}

template <class Kind, class Null, class P, class Now>
[[nodiscard]] constexpr const auto& pick(const P& policy, const Now& now) {
    if constexpr (std::is_same_v<typename P::policy_kind, Kind>) {
        static_assert(std::is_same_v<Now, Null>, "rcim: design::with: this axis has a policy already; chain<...> composes several");
        return policy;
    } else {
        return now;
    }
}

template <class... Slots>
[[nodiscard]] constexpr design<Slots...> make(const Slots&... slots) {
    return {slots...};
}

/// Adds `.with(...)` to a description, unless the policy is the null model.
template <class Null, class P>
void add_policy(std::string& parts, const P& policy) {
    if constexpr (!std::is_same_v<P, Null>) {
        parts += ".with(" + describe(policy) + ")";
    }
}

} // namespace detail

/// A chip and the way it learns, as a value: its type picks the algorithms, its members carry their parameters. What is not named
/// is ideal, and `frozen` unless an update rule is named.
///
///     constexpr auto chip = design<>{}
///         .with(multilevel_cell<2>{})
///         .with(bit_sliced<16, differential>{})
///         .with(stuck_at{.p_stuck_hrs = 0.0904f, .p_stuck_lrs = 0.0175f})
///         .with(clipped_on_use<sgd>{.theta = 0.25f});
///
/// The order of `.with` does not matter, and equal designs have equal types. A second policy of one axis is an error; chain<...>
/// composes several where the axis allows it.
template <class Cell = ideal_cell, class Faults = no_faults, class Noise = no_noise, class Wire = ideal_wires, class Dac = ideal_dac,
          class Adc = ideal_adc, class Map = direct, class Protect = no_protection, class Geometry = unbounded,
          class Dataflow = digital_gradients, class Update = frozen>
struct design {
    static_assert(sizeof(check_cell<Cell>) > 0);
    static_assert(sizeof(check_fault<Faults>) > 0);
    static_assert(sizeof(check_noise<Noise>) > 0);
    static_assert(sizeof(check_wire<Wire>) > 0);
    static_assert(sizeof(check_dac<Dac>) > 0);
    static_assert(sizeof(check_adc<Adc>) > 0);
    static_assert(sizeof(check_map<Map>) > 0);
    static_assert(sizeof(check_protect<Protect>) > 0);
    static_assert(sizeof(check_geometry<Geometry>) > 0);
    static_assert(sizeof(check_dataflow<Dataflow>) > 0);
    static_assert(sizeof(check_update<Update>) > 0);

    using cell_type = Cell;
    using faults_type = Faults;
    using noise_type = Noise;
    using wire_type = Wire;
    using dac_type = Dac;
    using adc_type = Adc;
    using map_type = Map;
    using protect_type = Protect;
    using geometry_type = Geometry;
    using dataflow_type = Dataflow;
    using update_type = Update;

    Cell cell{};
    Faults faults{};
    Noise noise{};
    Wire wire{};
    Dac dac{};
    Adc adc{};
    Map map{};
    Protect protect{};
    Geometry geometry{};
    Dataflow dataflow{};
    Update update{};

    /// This design with the policy in the place of its axis.
    template <class P>
    [[nodiscard]] constexpr auto with(P policy) const {
        static_assert(has_policy_kind<P>, "rcim: design::with: the argument is not a policy; missing `using policy_kind = ...;`");
        if constexpr (has_policy_kind<P>) {
            static_assert(detail::is_axis_kind<typename P::policy_kind>,
                          "rcim: design::with: `using policy_kind = ...;` names none of the kinds of a design's axes");
            return detail::make(
                detail::pick<cell_kind, ideal_cell>(policy, cell),
                detail::pick<fault_kind, no_faults>(policy, faults),
                detail::pick<noise_kind, no_noise>(policy, noise),
                detail::pick<wire_kind, ideal_wires>(policy, wire),
                detail::pick<dac_kind, ideal_dac>(policy, dac),
                detail::pick<adc_kind, ideal_adc>(policy, adc),
                detail::pick<map_kind, direct>(policy, map),
                detail::pick<protect_kind, no_protection>(policy, protect),
                detail::pick<geometry_kind, unbounded>(policy, geometry),
                detail::pick<dataflow_kind, digital_gradients>(policy, dataflow),
                detail::pick<update_kind, frozen>(policy, update));
        }
    }

    /// This design with the axis of a kind back at its null model, after which `with` may name another.
    template <class Kind>
    [[nodiscard]] constexpr auto without() const {
        static_assert(detail::is_axis_kind<Kind>, "rcim: design::without: the argument is none of the kinds of a design's axes");
        return detail::make(
            detail::drop<Kind, cell_kind, ideal_cell>(cell),
            detail::drop<Kind, fault_kind, no_faults>(faults),
            detail::drop<Kind, noise_kind, no_noise>(noise),
            detail::drop<Kind, wire_kind, ideal_wires>(wire),
            detail::drop<Kind, dac_kind, ideal_dac>(dac),
            detail::drop<Kind, adc_kind, ideal_adc>(adc),
            detail::drop<Kind, map_kind, direct>(map),
            detail::drop<Kind, protect_kind, no_protection>(protect),
            detail::drop<Kind, geometry_kind, unbounded>(geometry),
            detail::drop<Kind, dataflow_kind, digital_gradients>(dataflow),
            detail::drop<Kind, update_kind, frozen>(update));
    }
};

/// The policies that are not null models, as one writes them.
template <class... Slots>
[[nodiscard]] std::string describe(const design<Slots...>& d) {
    std::string parts;
    detail::add_policy<ideal_cell>(parts, d.cell);
    detail::add_policy<no_faults>(parts, d.faults);
    detail::add_policy<no_noise>(parts, d.noise);
    detail::add_policy<ideal_wires>(parts, d.wire);
    detail::add_policy<ideal_dac>(parts, d.dac);
    detail::add_policy<ideal_adc>(parts, d.adc);
    detail::add_policy<direct>(parts, d.map);
    detail::add_policy<no_protection>(parts, d.protect);
    detail::add_policy<unbounded>(parts, d.geometry);
    detail::add_policy<digital_gradients>(parts, d.dataflow);
    detail::add_policy<frozen>(parts, d.update);
    return "design<>{}" + parts;
}

/// Throws `error` if a member of a policy lies outside its range.
template <class... Slots>
void validate(const design<Slots...>& d) {
    validate(d.cell);
    validate(d.faults);
    validate(d.noise);
    validate(d.wire);
    validate(d.dac);
    validate(d.adc);
    validate(d.map);
    validate(d.protect);
    validate(d.geometry);
    validate(d.dataflow);
    validate(d.update);
}

} // namespace rcim::inline RCIM_ABI
