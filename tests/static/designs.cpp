#include <laws/archetypes.hpp>
#include <rcim/cell/cycle_variation.hpp>
#include <rcim/cell/device_variation.hpp>
#include <rcim/cell/drifting.hpp>
#include <rcim/cell/measured_errors.hpp>
#include <rcim/cell/multilevel_cell.hpp>
#include <rcim/cell/pulse_presets.hpp>
#include <rcim/cell/write_verified.hpp>
#include <rcim/design/design.hpp>
#include <rcim/design/plan.hpp>
#include <rcim/fault/chain.hpp>
#include <rcim/fault/stuck_at.hpp>
#include <rcim/mapping/bit_sliced.hpp>
#include <rcim/mapping/differential.hpp>
#include <rcim/mapping/offset.hpp>
#include <rcim/mapping/sign_magnitude.hpp>
#include <rcim/update/adam.hpp>
#include <rcim/update/clipped_on_use.hpp>
#include <rcim/update/clipped_on_write.hpp>
#include <rcim/update/digital_master.hpp>
#include <rcim/update/gated_on_use.hpp>
#include <rcim/update/zeroed_on_use.hpp>

#include <concepts>
#include <type_traits>

using namespace rcim;
using namespace rcim_test;

namespace designs_tests {

// The primary form, spelled out. --------------------------------------------------------------------------------------------

static_assert(std::is_same_v<design<>, design<ideal_cell, no_faults, no_noise, ideal_wires, ideal_dac, ideal_adc, direct, no_protection,
                                              unbounded, digital_gradients, frozen>>);

constexpr auto chip = design<>{}
                          .with(multilevel_cell<2>{})
                          .with(bit_sliced<16, differential>{})
                          .with(stuck_at{.p_stuck_hrs = 0.0904f, .p_stuck_lrs = 0.0175f})
                          .with(eight_level_adc{.step = 2.0})
                          .with(clipped_on_use<sgd>{.theta = 0.5f, .inner = {.learning_rate = 0.05f}});
static_assert(std::is_same_v<std::remove_const_t<decltype(chip)>,
                             design<multilevel_cell<2>, stuck_at, no_noise, ideal_wires, ideal_dac, eight_level_adc,
                                    bit_sliced<16, differential, stochastic>, no_protection, unbounded, digital_gradients, clipped_on_use<sgd>>>);

// A design is a constant: its members carry the parameters.
static_assert(chip.faults.p_stuck_hrs == 0.0904f && chip.faults.p_stuck_lrs == 0.0175f);
static_assert(chip.adc.step == 2.0);
static_assert(chip.update.theta == 0.5f && chip.update.inner.learning_rate == 0.05f && chip.update.inner.momentum == 0.0f);
static_assert(chip.map.fraction_bits == 12 && chip.map.scale == 1.0f);

// The primary form with designated initialisers says the same.
constexpr design<ideal_cell, stuck_at> explicit_chip{.faults = {.p_stuck_lrs = 0.25f}};
static_assert(std::is_same_v<std::remove_const_t<decltype(explicit_chip)>, decltype(design<>{}.with(stuck_at{}))>);
static_assert(explicit_chip.faults.p_stuck_lrs == 0.25f);

// The order of with() does not matter. --------------------------------------------------------------------------------------

template <class... P>
constexpr auto with_all(P... policies) {
    const auto go = [](auto self, auto d, auto first, auto... rest) {
        if constexpr (sizeof...(rest) == 0) {
            return d.with(first);
        } else {
            return self(self, d.with(first), rest...);
        }
    };
    return go(go, design<>{}, policies...);
}

constexpr auto a = with_all(square_law_cell{}, every_nth_stuck{.n = 5}, relative_noise{}, fading_wires{}, two_cycle_dac{}, eight_level_adc{},
                            q3_5{}, bounded_sums{}, square_tile{}, host_gradients{}, sign_sgd{.learning_rate = 0.5f});
constexpr auto b = with_all(sign_sgd{.learning_rate = 0.5f}, host_gradients{}, square_tile{}, bounded_sums{}, q3_5{}, eight_level_adc{},
                            two_cycle_dac{}, fading_wires{}, relative_noise{}, every_nth_stuck{.n = 5}, square_law_cell{});
constexpr auto c = with_all(eight_level_adc{}, square_law_cell{}, sign_sgd{.learning_rate = 0.5f}, every_nth_stuck{.n = 5}, q3_5{},
                            square_tile{}, relative_noise{}, host_gradients{}, two_cycle_dac{}, bounded_sums{}, fading_wires{});
static_assert(std::is_same_v<decltype(a), decltype(b)> && std::is_same_v<decltype(a), decltype(c)>);
static_assert(std::is_same_v<std::remove_const_t<decltype(a)>,
                             design<square_law_cell, every_nth_stuck, relative_noise, fading_wires, two_cycle_dac, eight_level_adc, q3_5,
                                    bounded_sums, square_tile, host_gradients, sign_sgd>>);
static_assert(a.faults.n == 5 && b.faults.n == 5 && c.faults.n == 5);
static_assert(a.update.learning_rate == 0.5f && b.update.learning_rate == 0.5f && c.update.learning_rate == 0.5f);

// A null model by name is no change of type, and its axis is still free.
static_assert(std::is_same_v<decltype(design<>{}.with(ideal_cell{}).with(no_faults{})), design<>>);
static_assert(std::is_same_v<decltype(design<>{}.with(no_faults{}).with(stuck_at{})), decltype(design<>{}.with(stuck_at{}))>);

// chain<...> is one policy of its axis.
static_assert(std::is_same_v<decltype(design<>{}.with(chain<stuck_at, stuck_at>{}))::faults_type, chain<stuck_at, stuck_at>>);
static_assert(FaultModel<chain<stuck_at, every_nth_stuck>> && FaultModel<chain<chain<stuck_at>, no_faults>>);

// Plans. --------------------------------------------------------------------------------------------------------------------

template <class... P>
constexpr plan plan_with(P... policies) {
    return plan_of<decltype(with_all(policies...))>;
}
constexpr bit_sliced<16, differential> words{};
static_assert(plan_of<design<>> == plan::folded);
static_assert(plan_with(words, multilevel_cell<2>{}, stuck_at{}, geometry<128, 128>{}, clipped_on_use<sgd>{}) == plan::folded);
static_assert(plan_with(words, multilevel_cell<2>{.on_off_ratio = 10.0}) == plan::folded);
static_assert(plan_with(two_cycle_dac{}) == plan::folded);
static_assert(plan_with(words, square_law_cell{}) == plan::folded);
static_assert(plan_with(relative_noise{}) == plan::reference);
static_assert(plan_with(fading_wires{}) == plan::reference);
static_assert(plan_with(eight_level_adc{}) == plan::reference);
static_assert(plan_with(bounded_sums{}) == plan::reference);

// An axis goes back to its null model, the others stay. ----------------------------------------------------------------------

constexpr auto noisy_chip = design<>{}.with(words).with(relative_noise{.sigma = 0.1}).with(fading_wires{}).with(stuck_at{.p_stuck_hrs = 0.25f});
static_assert(std::is_same_v<decltype(noisy_chip.without<noise_kind>()),
                             decltype(design<>{}.with(words).with(fading_wires{}).with(stuck_at{}))>);
static_assert(noisy_chip.without<noise_kind>().faults.p_stuck_hrs == 0.25f);
static_assert(noisy_chip.without<noise_kind>().with(relative_noise{.sigma = 0.2}).noise.sigma == 0.2);
static_assert(noisy_chip.without<noise_kind>().without<wire_kind>().without<fault_kind>().without<map_kind>().map.coded == false);

// Policies are plain values. ------------------------------------------------------------------------------------------------

template <class P>
concept plain_value = std::is_aggregate_v<P> && std::is_trivially_copyable_v<P> && std::is_standard_layout_v<P> &&
                      std::is_default_constructible_v<P> && !std::is_polymorphic_v<P> && std::regular_invocable<decltype(P::fields)>;
template <class... P>
inline constexpr bool all_plain = (plain_value<P> && ...);
static_assert(all_plain<ideal_cell, multilevel_cell<1>, multilevel_cell<8>, no_faults, stuck_at, no_noise, ideal_wires, ideal_dac, ideal_adc>);
using wrapped_cell = drifting<write_verified<programming_error<device_variation<cycle_variation<pulsed<uneven_levels<multilevel_cell<2>>>>>>>>;
static_assert(all_plain<programming_error<multilevel_cell<3>>, uneven_levels<multilevel_cell<1>>, device_variation<ideal_cell>,
                        cycle_variation<ideal_cell>, pulsed<multilevel_cell<2>>, write_verified<ideal_cell>, drifting<ideal_cell>, wrapped_cell>);
static_assert(all_plain<direct, bit_sliced<2, offset>, bit_sliced<20, sign_magnitude, carried>, no_protection, unbounded, geometry<3, 4>,
                        geometry<dynamic, dynamic>, digital_gradients>);
static_assert(all_plain<frozen, sgd, adam, clipped_on_use<>, clipped_on_write<>, zeroed_on_use<>, gated_on_use<>, digital_master<>,
                        clipped_on_use<gated_on_use<digital_master<sgd>>>>);
static_assert(std::is_trivially_copyable_v<decltype(chip)> && std::is_aggregate_v<design<>>);

// Null models are empty and hold nothing; the ideal DAC has the voltage of a read.
static_assert(std::is_empty_v<ideal_cell> && std::is_empty_v<no_faults> && std::is_empty_v<no_noise> && std::is_empty_v<ideal_wires> &&
              std::is_empty_v<ideal_adc> && std::is_empty_v<direct> && std::is_empty_v<no_protection> &&
              std::is_empty_v<unbounded> && std::is_empty_v<digital_gradients> && std::is_empty_v<frozen>);
// Named parameters are ideal until said otherwise.
static_assert(stuck_at{}.p_stuck_hrs == 0.0f && stuck_at{}.p_stuck_lrs == 0.0f);
static_assert(sgd{}.momentum == 0.0f && sgd{}.weight_decay == 0.0f);
static_assert(leak_in_levels(multilevel_cell<4>{}, 16) == 0.0 && leak_in_levels(ideal_cell{}, 16) == 0.0);

// Chains of rules. ----------------------------------------------------------------------------------------------------------

static_assert(has_used<clipped_on_use<sgd>>() && has_used<clipped_on_write<clipped_on_use<sgd>>>() && !has_used<clipped_on_write<sgd>>());
static_assert(has_keep_write<clipped_on_use<rare_writes<>>>() && !has_keep_write<clipped_on_use<sgd>>());
static_assert(has_slices_on<clipped_on_use<gated_on_use<sgd>>>() && !has_slices_on<clipped_on_use<sgd>>());
static_assert(reads_stored<clipped_on_use<digital_master<sgd>>>() && !reads_stored<sgd>());
static_assert(learns<clipped_on_use<sgd>>() && !learns<clipped_on_use<frozen>>() && learns<sign_sgd>());
static_assert(std::is_same_v<decltype(innermost(clipped_on_use<gated_on_use<sign_sgd>>{})), const sign_sgd&>);

// Cells. --------------------------------------------------------------------------------------------------------------------

static_assert(exact_cell<ideal_cell>() && exact_cell<multilevel_cell<2>>() && !exact_cell<square_law_cell>());
static_assert(!exact_cell<programming_error<multilevel_cell<2>>>() && !exact_cell<drifting<ideal_cell>>() && !exact_cell<uneven_levels<multilevel_cell<2>>>());
static_assert(programs<write_verified<multilevel_cell<2>>>() && programs<drifting<pulsed<multilevel_cell<2>>>>() && !programs<drifting<ideal_cell>>());
static_assert(drifts<write_verified<drifting<ideal_cell>>>() && !drifts<write_verified<ideal_cell>>());
static_assert(plan_with(words, wrapped_cell{}) == plan::folded && plan_with(words, wrapped_cell{}, eight_level_adc{}) == plan::reference);
constexpr auto measured = nvmexplorer_error(nvmexplorer_means(multilevel_cell<2>{.on_off_ratio = 10.0}));
static_assert(measured.sigma[3] > 0.0101f && measured.sigma[3] < 0.0103f && measured.inner.position[1] > 1.15f);
static_assert(error_of(wan_2022, multilevel_cell<2>{}).sigma[0] > 0.08f && pulses_of(reram_array_om, multilevel_cell<2>{}).rate_up == 0.0949f);

// Formats. ------------------------------------------------------------------------------------------------------------------

constexpr code_format q4_12 = bit_sliced<16, differential>{}.format(2);
static_assert(q4_12.lsb == 0x1p-12f && q4_12.slices == 8 && q4_12.pair && q4_12.minus_constant == 0);
static_assert(q4_12.range == code_bounds{-32768, 32767} && q4_12.top_word() == 65535);
constexpr code_format padded = bit_sliced<16, offset>{.scale = 3.0f}.format(3);
static_assert(padded.lsb == 3.0f * 0x1p-12f && padded.slices == 6 && !padded.pair && padded.minus_constant == 32768);
static_assert(padded.top_word() == (1 << 18) - 1);
static_assert(bit_sliced<2, offset>{}.format(1).lsb == 4.0f);
static_assert(bit_sliced<16, sign_magnitude>{}.format(0).slices == 1 && bit_sliced<16, sign_magnitude>{}.format(0).cell_bits == 16);
// Where the edges of an update lie in codes.
static_assert(q4_12.codes_within({-0.25f, 0.25f}) == code_bounds{-1024, 1024});
static_assert(q4_12.codes_within({-16.0f, 16.0f}) == q4_12.range);
static_assert(q4_12.at_most<std::int32_t>(0.25f) == 1024 && q4_12.at_most<std::int32_t>(1e30f) == 1 << 30);

} // namespace designs_tests
