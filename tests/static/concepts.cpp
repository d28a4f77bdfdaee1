#include <laws/archetypes.hpp>
#include <rcim/cell/ideal_cell.hpp>
#include <rcim/cell/sinh_iv.hpp>
#include <rcim/cell/uneven_levels.hpp>
#include <rcim/convert/bit_serial_dac.hpp>
#include <rcim/convert/calibrated.hpp>
#include <rcim/convert/ideal_adc.hpp>
#include <rcim/convert/ideal_dac.hpp>
#include <rcim/convert/lossless_adc.hpp>
#include <rcim/convert/table_adc.hpp>
#include <rcim/convert/uniform_adc.hpp>
#include <rcim/design/design.hpp>
#include <rcim/fault/chain.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/rounding.hpp>
#include <rcim/noise/chain.hpp>
#include <rcim/noise/columnwise.hpp>
#include <rcim/noise/injected.hpp>
#include <rcim/noise/lumped.hpp>
#include <rcim/noise/no_noise.hpp>
#include <rcim/noise/pytorx_noise.hpp>
#include <rcim/noise/shot.hpp>
#include <rcim/noise/telegraph.hpp>
#include <rcim/noise/thermal.hpp>
#include <rcim/protect/an_code.hpp>
#include <rcim/protect/no_protection.hpp>
#include <rcim/protect/stuck_compensation.hpp>
#include <rcim/update/sgd.hpp>
#include <rcim/wire/first_order.hpp>
#include <rcim/wire/nodal.hpp>
#include <static/parts.hpp>

#include <array>
#include <cstdint>
#include <type_traits>

// Each concept on both sides: it takes the policy with all of its members, and none that lacks one. A new requirement belongs here.

using namespace rcim;
using namespace rcim_test;

namespace concepts_tests {

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
// The law is that of the outermost cell that has one.
static_assert(follows_ohm<ideal_cell>() && follows_ohm<uneven_levels<multilevel_cell<2>>>() && !follows_ohm<sinh_iv<ideal_cell>>());
static_assert(!follows_ohm<uneven_levels<sinh_iv<multilevel_cell<2>>>>());
static_assert(std::is_same_v<decltype(law_of(uneven_levels<multilevel_cell<2>>{})), ohmic>);
static_assert(std::is_same_v<decltype(law_of(uneven_levels<sinh_iv<multilevel_cell<2>>>{})), sinh_law>);
struct carrying_twice {
    [[nodiscard]] double current(double g, double u) const { return 2.0 * g * u; }
};
struct with_slope {
    [[nodiscard]] double slope(double g, double) const { return 2.0 * g; }
};
static_assert(IvLaw<built_of<carrying_twice, with_slope>> && !IvLaw<carrying_twice> && !IvLaw<with_slope> && !IvLaw<int>);

struct sticking {
    [[nodiscard]] int stuck_level(const random_source&, const cell_site&, int) const { return healthy; }
};
struct never {
    static constexpr bool none = true;
};
static_assert(needs_each<of_kind<fault_kind>, named, with_fields, sticking, never>([]<class P>() { return FaultModel<P>; }));

// A noise has any of five hooks, or folds.
struct heating {
    [[nodiscard]] double variance_per_siemens() const { return 0.0; }
};
struct counting_charges {
    [[nodiscard]] double variance_per_ampere() const { return 0.0; }
};
struct scattering {
    [[nodiscard]] double conductance_variance(double) const { return 0.0; }
};
struct trapping {
    [[nodiscard]] double held(double g, const held_cell&) const { return g; }
};
struct dwelling {
    [[nodiscard]] index_t images_per_state() const { return 1; }
};
struct injecting {
    static constexpr bool injects = true;
};
constexpr auto is_noise = []<class P>() { return NoiseModel<P>; };
static_assert(needs_each<of_kind<noise_kind>, named, with_fields, heating, folding<false>>(is_noise));
static_assert(needs_each<of_kind<noise_kind>, named, with_fields, counting_charges, folding<false>>(is_noise));
static_assert(needs_each<of_kind<noise_kind>, named, with_fields, scattering, folding<false>>(is_noise));
static_assert(needs_each<of_kind<noise_kind>, named, with_fields, trapping, dwelling, folding<false>>(is_noise));
static_assert(needs_each<of_kind<noise_kind>, named, with_fields, injecting, folding<false>>(is_noise));
static_assert(needs_each<of_kind<noise_kind>, named, with_fields, folding<true>>(is_noise));
template <class... Hooks>
using noise_with = built_of<of_kind<noise_kind>, named, with_fields, folding<false>, Hooks...>;
static_assert(!NoiseModel<noise_with<>> && !NoiseModel<noise_with<dwelling>>);
// The interface of old is no hook.
struct reading {
    [[nodiscard]] double read(double g, const random_source&, std::uint64_t) const { return g; }
};
static_assert(!NoiseModel<noise_with<reading>>);
static_assert(draws_per_read<thermal>() && draws_per_read<shot>() && draws_per_read<lumped>() && !draws_per_read<telegraph>());
static_assert(holds_states<telegraph>() && holds_states<pytorx_noise>() && !holds_states<lumped>() && !draws_per_read<pytorx_noise>());
static_assert(injects_shift<injected>() && !draws_per_read<injected>() && !holds_states<injected>() && !injects_shift<thermal>());
static_assert(!holds_states<no_noise>() && !draws_per_read<no_noise>() && !injects_shift<no_noise>());
// Chains and wrappers have the hooks of their parts and no others.
static_assert(NoiseModel<chain<thermal, shot>> && NoiseModel<chain<no_noise>> && NoiseModel<columnwise<telegraph>>);
static_assert(chain<no_noise, no_noise>::folds && !chain<no_noise, thermal>::folds && columnwise<no_noise>::folds);
template <class N>
constexpr int hooks_of = (noise_requires::thermal<N> ? 1 : 0) + (noise_requires::shot<N> ? 2 : 0) +
                         (noise_requires::conductance<N> ? 4 : 0) + (noise_requires::held<N> ? 8 : 0) +
                         (noise_requires::injected<N> ? 16 : 0) + (noise_requires::levels<N> ? 32 : 0);
static_assert(hooks_of<chain<no_noise, no_noise>> == 0 && hooks_of<chain<no_noise, thermal>> == 1 && hooks_of<chain<shot, shot>> == 2);
static_assert(hooks_of<chain<lumped, injected>> == 4 + 16 && hooks_of<chain<telegraph, thermal>> == 1 + 8 + 32);
static_assert(hooks_of<chain<chain<thermal, shot>, chain<lumped, pytorx_noise>, injected>> == 63);
static_assert(hooks_of<columnwise<thermal>> == 1 && hooks_of<columnwise<shot>> == 2 && hooks_of<columnwise<lumped>> == 4);
static_assert(hooks_of<columnwise<telegraph>> == 8 + 32 && hooks_of<columnwise<no_noise>> == 0);
static_assert(hooks_of<columnwise<noise_with<trapping, dwelling>>> == 8 && hooks_of<chain<noise_with<trapping, dwelling>>> == 8);
// Columns are drawn by themselves only where everything that is drawn may be.
static_assert(draws_by_columns<columnwise<thermal>>());
static_assert(draws_by_columns<chain<columnwise<thermal>, columnwise<shot>, telegraph, injected>>());
static_assert(!draws_by_columns<thermal>() && !draws_by_columns<chain<columnwise<thermal>, shot>>() &&
              !draws_by_columns<chain<telegraph>>());

struct carrying {
    template <IvLaw Law>
    void currents(const crossbar_read&, const Law&) const {}
};
static_assert(needs_each<of_kind<wire_kind>, named, with_fields, carrying, folding<>>([]<class P>() { return WireModel<P>; }));
struct solving {
    void transfer(matrix_view<const double>, std::span<double>) const {}
};
static_assert(needs_each<of_kind<wire_kind>, named, with_fields, carrying, folding<>, solving>([]<class P>() { return LinearWires<P>; }));
struct feeling {
    template <class Visit>
    void sensitivities(matrix_view<const double>, Visit&&) const {}
};
static_assert(needs_each<of_kind<wire_kind>, named, with_fields, carrying, folding<>, solving, feeling>([]<class P>() {
    return SensitiveWires<P>;
}));
// Currents from conductances and voltages alone are not enough.
struct carrying_arrays {
    void currents(matrix_view<const double>, std::span<const double>, std::span<double>) const {}
};
static_assert(!WireModel<built_of<of_kind<wire_kind>, named, with_fields, carrying_arrays, folding<>>>);
static_assert(SensitiveWires<nodal> && SensitiveWires<first_order> && !LinearWires<ideal_wires>);
static_assert(IvLaw<ohmic> && !IvLaw<carrying>);

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
// A converter gives either a conversion or a transfer; a transfer makes it one of sites.
struct transferring {
    [[nodiscard]] adc_transfer transfer(const adc_site&) const { return {}; }
};
static_assert(needs_each<of_kind<adc_kind>, named, with_fields, transferring, folding<>>([]<class P>() { return AdcModel<P>; }));
static_assert(needs_each<of_kind<adc_kind>, named, with_fields, transferring, folding<>>([]<class P>() { return SiteAdc<P>; }));
static_assert(!SiteAdc<built_of<of_kind<adc_kind>, named, with_fields, converting, folding<>>>);
struct transferring_bits {
    [[nodiscard]] int transfer(const adc_site&) const { return 0; }
};
static_assert(!AdcModel<built_of<of_kind<adc_kind>, named, with_fields, transferring_bits, folding<>>>);
using plain_converter = built_of<of_kind<adc_kind>, named, with_fields, transferring, folding<false>>;
static_assert(index_of(plain_converter{}) == converter_index::per_tile && saturates<plain_converter>());
static_assert(!needs_whole_sums<plain_converter>());
static_assert(index_of(ideal_adc{}) == converter_index::common && !saturates<ideal_adc>() && !needs_whole_sums<ideal_adc>());
static_assert(!saturates<uniform_adc<>>() && saturates<uniform_adc<8, unit_lsb>>() && saturates<uniform_adc<8, calibrated>>() &&
              saturates<table_adc>() && !saturates<lossless_adc>() && needs_whole_sums<lossless_adc>());
static_assert(SiteAdc<ideal_adc> && SiteAdc<uniform_adc<>> && SiteAdc<uniform_adc<4, given_range>> && SiteAdc<table_adc> &&
              SiteAdc<lossless_adc> && !SiteAdc<eight_level_adc>);
static_assert(CalibratedAdc<uniform_adc<dynamic, calibrated>> && !CalibratedAdc<uniform_adc<>> && !CalibratedAdc<table_adc>);
// No converter of one bit, none of fifteen, none over what is no range.
template <int Bits, class Range>
concept makes_uniform_adc = requires { typename uniform_adc<Bits, Range>; };
static_assert(makes_uniform_adc<2, unit_lsb> && makes_uniform_adc<14, full_scale_range> && makes_uniform_adc<dynamic, given_range>);
static_assert(!makes_uniform_adc<1, unit_lsb> && !makes_uniform_adc<15, unit_lsb> && !makes_uniform_adc<8, ideal_adc>);

struct of_range_kind : of_kind<adc_range_kind> {};
struct ranging {
    [[nodiscard]] sum_range range(const adc_site&, std::int32_t, bool) const { return {}; }
};
struct indexed {
    [[nodiscard]] converter_index index() const { return converter_index::common; }
};
struct cutting {
    static constexpr bool saturates = true;
};
static_assert(needs_each<of_range_kind, named, with_fields, ranging, indexed, cutting>([]<class P>() { return AdcRange<P>; }));
static_assert(AdcRange<full_scale_range> && AdcRange<unit_lsb> && AdcRange<given_range> && AdcRange<calibrated> && !AdcRange<ideal_adc>);

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
// What it writes and how much it remembers is told along the chain.
struct around_heavy_sgd {
    using policy_kind = update_kind;
    static constexpr write_grain grain = write_grain::line;
    sgd inner{.momentum = 0.9f};
    [[nodiscard]] constexpr int words_per_weight() const { return 2; }
    static std::string name() { return "around_heavy_sgd"; }
    static constexpr auto fields() { return std::tuple{}; }
};
static_assert(UpdateRule<around_heavy_sgd>);
static_assert(update_requires::words_per_weight<around_heavy_sgd> && update_requires::grain<around_heavy_sgd>);
static_assert(!update_requires::grain<sgd> && !update_requires::words_per_weight<learning>);
static_assert(words_per_weight(around_heavy_sgd{}) == 3);
static_assert(words_per_weight(sgd{}) == 0 && words_per_weight(frozen{}) == 0);
static_assert(write_grain_of<sgd>() == write_grain::cells);
static_assert(write_grain_of<around_heavy_sgd>() == write_grain::line);
// A grain is one of the three, and words are whole.
struct of_seven {
    static constexpr int grain = 7;
    [[nodiscard]] double words_per_weight() const { return 0.5; }
};
static_assert(!update_requires::grain<of_seven> && !update_requires::words_per_weight<of_seven>);
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

// A code is a protection with three members more; a DAC of integers a DAC with six.
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
struct from_low {
    static constexpr std::int32_t low = 0;
};
struct to_high {
    static constexpr std::int32_t high = 3;
};
struct driving_most {
    static constexpr int largest_drive = 1;
};
struct in_cycles {
    [[nodiscard]] drive_cycle cycle(int) const { return {}; }
};
static_assert(needs_each<of_kind<dac_kind>, named, with_fields, cycling, driving, weighting, folding<>, two_bits, in_units, from_low,
                         to_high, driving_most, in_cycles>([]<class P>() { return IntegerDac<P>; }));
template <bool Value>
struct bit_by_bit {
    static constexpr bool one_bit_twos_complement = Value;
};
template <class... More>
using integer_dac = built_of<of_kind<dac_kind>, named, with_fields, cycling, driving, weighting, folding<>, two_bits, in_units, from_low,
                             to_high, driving_most, in_cycles, More...>;
static_assert(BitSerialDac<integer_dac<bit_by_bit<true>>> && !BitSerialDac<integer_dac<bit_by_bit<false>>>);
static_assert(IntegerDac<integer_dac<>> && !BitSerialDac<integer_dac<>>);
static_assert(BitSerialDac<bit_serial_dac<>> && !BitSerialDac<bit_serial_dac<8, two_passes>> && !BitSerialDac<streamed_dac<8, 2>> &&
              !BitSerialDac<ideal_dac>);
// One type for one behaviour, and no more bits than a line or a number holds.
template <int Bits, int PerCycle, class Sign>
concept makes_dac = requires { typename streamed_dac<Bits, PerCycle, Sign>; };
static_assert(makes_dac<16, 1, twos_complement> && makes_dac<16, 8, two_passes> && makes_dac<15, 8, unsigned_inputs>);
static_assert(makes_dac<1, 1, unsigned_inputs>);
static_assert(!makes_dac<17, 1, twos_complement> && !makes_dac<1, 1, twos_complement> && !makes_dac<16, 1, unsigned_inputs> &&
              !makes_dac<16, 9, two_passes> && !makes_dac<8, 8, twos_complement> && !makes_dac<8, 0, unsigned_inputs>);
static_assert(compensates_stuck<stuck_compensation>() && !compensates_stuck<no_protection>() && !compensates_stuck<an_code<>>());
static_assert(ArithmeticCode<an_code<>> && !ArithmeticCode<no_protection> && !ArithmeticCode<bounded_sums>);
static_assert(IntegerDac<bit_serial_dac<>> && !IntegerDac<ideal_dac> && !IntegerDac<two_cycle_dac>);

// Policies of equal shape are told apart by their kind.
static_assert(!AdcModel<built_of<of_kind<protect_kind>, named, with_fields, converting, folding<>>>);
static_assert(!FaultModel<ideal_cell> && !CellModel<stuck_at> && !NoiseModel<ideal_wires> && !AdcModel<ideal_dac> && !DacModel<ideal_adc>);
static_assert(!UpdateRule<digital_gradients> && !DataflowModel<sgd> && !MapModel<unbounded> && !GeometryModel<direct>);
static_assert(!CellModel<int> && !FaultModel<void> && !UpdateRule<float>);

// Policies of the user's.
static_assert(CellModel<square_law_cell> && FaultModel<every_nth_stuck> && NoiseModel<relative_noise> && LinearWires<fading_wires>);
static_assert(DacModel<two_cycle_dac> && AdcModel<eight_level_adc> && SiteAdc<slice_wise_adc>);
static_assert(MapModel<q3_5> && ProtectModel<bounded_sums>);
static_assert(GeometryModel<square_tile> && DataflowModel<host_gradients> && UpdateRule<sign_sgd> && UpdateRule<rare_writes<>>);
static_assert(WeightEncoding<symmetric_offset> && WriteRounding<toward_zero>);

} // namespace concepts_tests
