// Written by covering_array.py: designs 46 to 54.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::padded, faults::lasting, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::differential_8, rounding::stochastic, layout::pruned, protect::arithmetic, geometry::as_large_as_needed,
        dataflow::digital, update::clipped>(
        all, 46, "dense.padded.lasting.none.ideal.bit_serial.whole.differential_8.stochastic.pruned.arithmetic.as_large_as_needed.digital.clipped");
    add<layers::dense, cell::drifts, faults::wear, noise::by_columns, wire::exact, dac::two_passes, adc::full_scale,
        words::offset_8, rounding::stochastic, layout::masked, protect::none, geometry::given, dataflow::digital,
        update::plain>(
        all, 47, "dense.drifts.wear.by_columns.exact.two_passes.full_scale.offset_8.stochastic.masked.none.given.digital.plain");
    add<layers::conv2d, cell::beyond_ohm, faults::none, noise::none, wire::ideal, dac::of_magnitudes, adc::ideal,
        words::differential_16, rounding::carried, layout::plain, protect::compensated, geometry::as_large_as_needed,
        dataflow::fewer_rows, update::plain>(
        all, 48, "conv2d.beyond_ohm.none.none.ideal.of_magnitudes.ideal.differential_16.carried.plain.compensated.as_large_as_needed.fewer_rows.plain");
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::two_passes, adc::ideal, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::fewer_columns, update::plain>(
        all, 49, "conv2d.ideal.none.none.ideal.two_passes.ideal.direct.stochastic.plain.none.given.fewer_columns.plain");
    add<layers::conv2d, cell::programmed, faults::arrive, noise::none, wire::ideal, dac::bit_serial, adc::full_scale,
        words::offset_8, rounding::stochastic, layout::plain, protect::none, geometry::fixed, dataflow::sampled,
        update::plain>(
        all, 50, "conv2d.programmed.arrive.none.ideal.bit_serial.full_scale.offset_8.stochastic.plain.none.fixed.sampled.plain");
    add<layers::dense, cell::multilevel, faults::arrive, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::sign_magnitude_6, rounding::nearest, layout::masked, protect::none, geometry::given,
        dataflow::fewer_columns, update::mastered>(
        all, 51, "dense.multilevel.arrive.none.ideal.bit_serial.whole.sign_magnitude_6.nearest.masked.none.given.fewer_columns.mastered");
    add<layers::dense, cell::multilevel, faults::wear, noise::of_reads, wire::ideal, dac::two_passes, adc::ideal,
        words::symmetric_7, rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::transposed,
        update::plain>(
        all, 52, "dense.multilevel.wear.of_reads.ideal.two_passes.ideal.symmetric_7.stochastic.plain.none.given.transposed.plain");
    add<layers::dense, cell::beyond_ohm, faults::wear, noise::of_states, wire::ideal, dac::of_magnitudes, adc::cuts,
        words::differential_16, rounding::nearest, layout::plain, protect::none, geometry::as_large_as_needed,
        dataflow::fewer_columns, update::clipped>(
        all, 53, "dense.beyond_ohm.wear.of_states.ideal.of_magnitudes.cuts.differential_16.nearest.plain.none.as_large_as_needed.fewer_columns.clipped");
    add<layers::dense, cell::drifts, faults::arrive, noise::none, wire::exact, dac::of_magnitudes, adc::fitted,
        words::sign_magnitude_6, rounding::nearest, layout::masked, protect::none, geometry::as_large_as_needed,
        dataflow::fewer_rows, update::zeroed>(
        all, 54, "dense.drifts.arrive.none.exact.of_magnitudes.fitted.sign_magnitude_6.nearest.masked.none.as_large_as_needed.fewer_rows.zeroed");
});

} // namespace
} // namespace rcim_differential
