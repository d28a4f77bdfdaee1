// Written by covering_array.py: designs 90 to 97.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::beyond_ohm, faults::none, noise::of_reads, wire::estimated, dac::bit_serial, adc::fitted,
        words::differential_16, rounding::stochastic, layout::pruned, protect::compensated, geometry::given,
        dataflow::transposed, update::by_lines>(
        all, 90, "dense.beyond_ohm.none.of_reads.estimated.bit_serial.fitted.differential_16.stochastic.pruned.compensated.given.transposed.by_lines");
    add<layers::dense, cell::padded, faults::wear, noise::of_states, wire::ideal, dac::ideal, adc::cuts, words::differential_8,
        rounding::nearest, layout::masked, protect::none, geometry::given, dataflow::digital, update::by_lines>(
        all, 91, "dense.padded.wear.of_states.ideal.ideal.cuts.differential_8.nearest.masked.none.given.digital.by_lines");
    add<layers::conv2d, cell::programmed, faults::wear, noise::pytorx, wire::ideal, dac::ideal, adc::full_scale,
        words::symmetric_7, rounding::nearest, layout::masked_circulant, protect::none, geometry::as_large_as_needed,
        dataflow::digital, update::clipped>(
        all, 92, "conv2d.programmed.wear.pytorx.ideal.ideal.full_scale.symmetric_7.nearest.masked_circulant.none.as_large_as_needed.digital.clipped");
    add<layers::dense, cell::programmed, faults::arrive, noise::by_columns, wire::ideal, dac::of_magnitudes, adc::cuts,
        words::sign_magnitude_6, rounding::nearest, layout::plain, protect::none, geometry::as_large_as_needed,
        dataflow::sampled, update::gated>(
        all, 93, "dense.programmed.arrive.by_columns.ideal.of_magnitudes.cuts.sign_magnitude_6.nearest.plain.none.as_large_as_needed.sampled.gated");
    add<layers::conv2d, cell::ideal, faults::wear, noise::none, wire::ideal, dac::of_magnitudes, adc::whole, words::offset_8,
        rounding::carried, layout::masked_circulant, protect::none, geometry::as_large_as_needed, dataflow::transposed,
        update::by_lines>(
        all, 94, "conv2d.ideal.wear.none.ideal.of_magnitudes.whole.offset_8.carried.masked_circulant.none.as_large_as_needed.transposed.by_lines");
    add<layers::dense, cell::padded, faults::arrive, noise::none, wire::exact, dac::ideal, adc::ideal, words::symmetric_7,
        rounding::carried, layout::circulant, protect::none, geometry::as_large_as_needed, dataflow::transposed,
        update::gated>(
        all, 95, "dense.padded.arrive.none.exact.ideal.ideal.symmetric_7.carried.circulant.none.as_large_as_needed.transposed.gated");
    add<layers::conv2d, cell::drifts, faults::arrive, noise::of_states, wire::exact, dac::two_passes, adc::cuts,
        words::sign_magnitude_6, rounding::carried, layout::circulant, protect::none, geometry::fixed,
        dataflow::digital, update::zeroed>(
        all, 96, "conv2d.drifts.arrive.of_states.exact.two_passes.cuts.sign_magnitude_6.carried.circulant.none.fixed.digital.zeroed");
    add<layers::conv2d, cell::beyond_ohm, faults::none, noise::of_states, wire::exact, dac::ideal, adc::full_scale,
        words::differential_16, rounding::nearest, layout::masked, protect::compensated, geometry::fixed,
        dataflow::sampled, update::mastered>(
        all, 97, "conv2d.beyond_ohm.none.of_states.exact.ideal.full_scale.differential_16.nearest.masked.compensated.fixed.sampled.mastered");
});

} // namespace
} // namespace rcim_differential
