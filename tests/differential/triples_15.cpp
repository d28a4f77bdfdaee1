// Written by covering_array.py: designs 177 to 185.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::programmed, faults::arrive, noise::of_reads, wire::estimated, dac::ideal, adc::ideal,
        words::sign_magnitude_6, rounding::nearest, layout::circulant, protect::none, geometry::fixed,
        dataflow::digital, update::by_lines>(
        all, 177, "dense.programmed.arrive.of_reads.estimated.ideal.ideal.sign_magnitude_6.nearest.circulant.none.fixed.digital.by_lines");
    add<layers::dense, cell::beyond_ohm, faults::arrive, noise::pytorx, wire::estimated, dac::two_passes, adc::fitted,
        words::offset_8, rounding::nearest, layout::masked_circulant, protect::none, geometry::given, dataflow::digital,
        update::clipped>(
        all, 178, "dense.beyond_ohm.arrive.pytorx.estimated.two_passes.fitted.offset_8.nearest.masked_circulant.none.given.digital.clipped");
    add<layers::dense, cell::ideal, faults::lasting, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::differential_8, rounding::carried, layout::masked, protect::compensated, geometry::as_large_as_needed,
        dataflow::sampled, update::by_lines>(
        all, 179, "dense.ideal.lasting.none.ideal.bit_serial.whole.differential_8.carried.masked.compensated.as_large_as_needed.sampled.by_lines");
    add<layers::conv2d, cell::programmed, faults::wear, noise::none, wire::exact, dac::two_passes, adc::fitted,
        words::symmetric_7, rounding::nearest, layout::pruned, protect::none, geometry::as_large_as_needed,
        dataflow::digital, update::mastered>(
        all, 180, "conv2d.programmed.wear.none.exact.two_passes.fitted.symmetric_7.nearest.pruned.none.as_large_as_needed.digital.mastered");
    add<layers::dense, cell::padded, faults::lasting, noise::by_columns, wire::exact, dac::ideal, adc::cuts,
        words::differential_8, rounding::nearest, layout::circulant, protect::compensated, geometry::fixed,
        dataflow::digital, update::mastered>(
        all, 181, "dense.padded.lasting.by_columns.exact.ideal.cuts.differential_8.nearest.circulant.compensated.fixed.digital.mastered");
    add<layers::conv2d, cell::multilevel, faults::arrive, noise::of_states, wire::estimated, dac::two_passes, adc::cuts,
        words::offset_8, rounding::nearest, layout::plain, protect::none, geometry::fixed, dataflow::sampled,
        update::mastered>(
        all, 182, "conv2d.multilevel.arrive.of_states.estimated.two_passes.cuts.offset_8.nearest.plain.none.fixed.sampled.mastered");
    add<layers::dense, cell::padded, faults::lasting, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::symmetric_7,
        rounding::stochastic, layout::pruned, protect::arithmetic, geometry::given, dataflow::transposed,
        update::mastered>(
        all, 183, "dense.padded.lasting.none.ideal.bit_serial.whole.symmetric_7.stochastic.pruned.arithmetic.given.transposed.mastered");
    add<layers::conv2d, cell::drifts, faults::none, noise::of_states, wire::exact, dac::of_magnitudes, adc::cuts,
        words::symmetric_7, rounding::stochastic, layout::masked, protect::none, geometry::given, dataflow::sampled,
        update::gated>(
        all, 184, "conv2d.drifts.none.of_states.exact.of_magnitudes.cuts.symmetric_7.stochastic.masked.none.given.sampled.gated");
    add<layers::dense, cell::drifts, faults::arrive, noise::of_states, wire::ideal, dac::ideal, adc::fitted,
        words::sign_magnitude_6, rounding::carried, layout::pruned, protect::none, geometry::fixed,
        dataflow::transposed, update::gated>(
        all, 185, "dense.drifts.arrive.of_states.ideal.ideal.fitted.sign_magnitude_6.carried.pruned.none.fixed.transposed.gated");
});

} // namespace
} // namespace rcim_differential
