#include <laws/archetypes.hpp>
#include <rcim/cell/ideal_cell.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/ideal_adc.hpp>
#include <rcim/convert/ideal_dac.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/chain.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/rounding.hpp>
#include <rcim/noise/no_noise.hpp>
#include <rcim/protect/an_code.hpp>
#include <rcim/protect/no_protection.hpp>
#include <rcim/update/sgd.hpp>
#include <static/parts.hpp>

#include <array>
#include <cstdint>
#include <type_traits>

// Each concept on both sides: it takes the policy with all of its members, and none that lacks one. A new requirement belongs here.

using namespace rcim;
using namespace rcim_test;

namespace {

template <bool Value = true>
struct folding {
    static constexpr bool folds = Value;
};

struct two_bits {
    static constexpr int bits = 2;
};
struct conducting {
    [[nodiscard]] double conductance(int, int) const { return 0.0; }
};
static_assert(needs_each<of_kind<cell_kind>, named, with_fields, two_bits, conducting, folding<>>([]<class P>() { return CellModel<P>; }));

struct sticking {
    [[nodiscard]] int stuck_level(const random_source&, const cell_site&, int) const { return healthy; }
};
struct never {
    static constexpr bool none = true;
};
static_assert(needs_each<of_kind<fault_kind>, named, with_fields, sticking, never>([]<class P>() { return FaultModel<P>; }));

struct noisy {
    [[nodiscard]] double read(double g, const random_source&, std::uint64_t) const { return g; }
};
static_assert(needs_each<of_kind<noise_kind>, named, with_fields, noisy, folding<>>([]<class P>() { return NoiseModel<P>; }));

struct carrying {
    void currents(matrix_view<const double>, std::span<const double>, std::span<double>) const {}
};
static_assert(needs_each<of_kind<wire_kind>, named, with_fields, carrying, folding<>>([]<class P>() { return WireModel<P>; }));

struct cycling {
    [[nodiscard]] int cycles() const { return 1; }
};
struct driving {
    [[nodiscard]] double drive(double x, int) const { return x; }
};
struct weighting {
    [[nodiscard]] double weight(int) const { return 1.0; }
};
static_assert(needs_each<of_kind<dac_kind>, named, with_fields, cycling, driving, weighting, folding<>>([]<class P>() {
    return DacModel<P>;
}));

struct converting {
    [[nodiscard]] double convert(double sum) const { return sum; }
};
static_assert(needs_each<of_kind<adc_kind>, named, with_fields, converting, folding<>>([]<class P>() { return AdcModel<P>; }));

struct coded_words {
    static constexpr bool coded = true;
};
struct of_eight_bits {
    static constexpr int weight_bits = 8;
};
struct in_pairs {
    using encoding = differential;
};
struct to_nearest {
    using rounding = nearest;
};
struct formatted {
    [[nodiscard]] code_format format(int) const { return {}; }
};
static_assert(needs_each<of_kind<map_kind>, named, with_fields, coded_words, of_eight_bits, in_pairs, to_nearest, formatted>([]<class P>() {
    return MapModel<P>;
}));
// What is stored directly needs no codes.
struct uncoded {
    static constexpr bool coded = false;
};
static_assert(needs_each<of_kind<map_kind>, named, with_fields, uncoded>([]<class P>() { return MapModel<P>; }));
// An encoding that is none.
struct in_fancy {
    using encoding = int;
};
static_assert(!MapModel<built_of<of_kind<map_kind>, named, with_fields, coded_words, of_eight_bits, in_fancy, to_nearest, formatted>>);

struct correcting {
    [[nodiscard]] double correct(double sum, const code_format&) const { return sum; }
};
static_assert(needs_each<of_kind<protect_kind>, named, with_fields, correcting, folding<>>([]<class P>() { return ProtectModel<P>; }));

struct with_rows {
    [[nodiscard]] index_t row_count() const { return 1; }
};
struct with_cols {
    [[nodiscard]] index_t col_count() const { return 1; }
};
static_assert(needs_each<of_kind<geometry_kind>, named, with_fields, with_rows, with_cols>([]<class P>() { return GeometryModel<P>; }));

struct digital {
    static constexpr bool gradients_in_arrays = false;
};
static_assert(needs_each<of_kind<dataflow_kind>, named, with_fields, digital>([]<class P>() { return DataflowModel<P>; }));

struct learning {
    void delta(no_state&, const update_context&, const update_spans&) const {}
};
static_assert(needs_each<of_kind<update_kind>, named, with_fields, learning>([]<class P>() { return UpdateRule<P>; }));
// A wrapper needs no delta of its own.
struct around_sgd {
    sgd inner;
};
static_assert(needs_each<of_kind<update_kind>, named, with_fields, around_sgd>([]<class P>() { return UpdateRule<P>; }));
// State must show itself.
struct secret {
    int memory = 0;
};
struct remembering {
    [[nodiscard]] secret state(index_t) const { return {}; }
    void delta(secret&, const update_context&, const update_spans&) const {}
};
static_assert(!UpdateRule<built_of<of_kind<update_kind>, named, with_fields, remembering>>);

// Encodings and roundings are no policies of a design, but are checked alike.
struct one_array {
    static constexpr int arrays = 1;
};
struct read_apart {
    static constexpr bool analog_subtraction = false;
};
struct with_range {
    static constexpr code_bounds range(int) { return {}; }
};
struct with_constant {
    static constexpr std::int32_t minus_constant(int) { return 0; }
};
struct encoding {
    template <class I>
    static constexpr stored_word<I> encode(I, I) {
        return {};
    }
};
struct adding {
    template <class I, class Store>
    static constexpr stored_word<I> add(stored_word<I>, I, code_bounds, Store&&) {
        return {};
    }
};
static_assert(needs_each<one_array, read_apart, with_range, with_constant, encoding, adding, named>([]<class P>() {
    // Never made into an object, so that copies do not matter.
    return WeightEncoding<P> && !std::is_base_of_v<not_copyable, P>;
}));

struct drawing {
    static constexpr bool draws = false;
};
struct forgetful {
    static constexpr bool remembers = false;
};
struct rounding {
    static constexpr std::int32_t round(float, std::uint32_t, float&) { return 0; }
};
static_assert(needs_each<drawing, forgetful, rounding, named>([]<class P>() {
    return WriteRounding<P> && !std::is_base_of_v<not_copyable, P>;
}));

// A code is a protection with three members more; a DAC of integers a DAC with two.
struct multiplying {
    static constexpr std::int32_t multiplier = 3;
};
struct with_table {
    [[nodiscard]] static constexpr std::array<std::int32_t, 3> corrections(int, int) { return {}; }
};
struct zeroing {
    bool zeroes = true;
};
static_assert(needs_each<of_kind<protect_kind>, named, with_fields, correcting, folding<>, multiplying, with_table, zeroing>([]<class P>() {
    return ArithmeticCode<P>;
}));
struct in_units {
    [[nodiscard]] float unit(float) const { return 1.0f; }
};
static_assert(needs_each<of_kind<dac_kind>, named, with_fields, cycling, driving, weighting, folding<>, two_bits, in_units>([]<class P>() {
    return IntegerDac<P>;
}));
static_assert(ArithmeticCode<an_code<>> && !ArithmeticCode<no_protection> && !ArithmeticCode<bounded_sums>);
static_assert(IntegerDac<bit_serial_dac<>> && !IntegerDac<ideal_dac> && !IntegerDac<two_cycle_dac>);

// Policies of equal shape are told apart by their kind.
static_assert(!AdcModel<built_of<of_kind<protect_kind>, named, with_fields, converting, folding<>>>);
static_assert(!FaultModel<ideal_cell> && !CellModel<stuck_at> && !NoiseModel<ideal_wires> && !AdcModel<ideal_dac> && !DacModel<ideal_adc>);
static_assert(!UpdateRule<digital_gradients> && !DataflowModel<sgd> && !MapModel<unbounded> && !GeometryModel<direct>);
static_assert(!CellModel<int> && !FaultModel<void> && !UpdateRule<float>);

// Policies of the user's.
static_assert(CellModel<square_law_cell> && FaultModel<every_nth_stuck> && NoiseModel<relative_noise> && WireModel<fading_wires>);
static_assert(DacModel<two_cycle_dac> && AdcModel<eight_level_adc> && MapModel<q3_5> && ProtectModel<bounded_sums>);
static_assert(GeometryModel<square_tile> && DataflowModel<host_gradients> && UpdateRule<sign_sgd> && UpdateRule<rare_writes<>>);
static_assert(WeightEncoding<symmetric_offset> && WriteRounding<toward_zero>);

} // namespace
