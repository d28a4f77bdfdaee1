// Written by covering_array.py: designs 63 to 71.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::drifts, faults::lasting, noise::of_reads, wire::estimated, dac::of_magnitudes, adc::full_scale,
        words::sign_magnitude_6, rounding::stochastic, layout::pruned, protect::compensated, geometry::fixed,
        dataflow::fewer_columns, update::plain>(
        all, 63, "dense.drifts.lasting.of_reads.estimated.of_magnitudes.full_scale.sign_magnitude_6.stochastic.pruned.compensated.fixed.fewer_columns.plain");
    add<layers::conv2d, cell::padded, faults::lasting, noise::by_columns, wire::ideal, dac::ideal, adc::ideal, words::offset_8,
        rounding::nearest, layout::masked, protect::compensated, geometry::given, dataflow::fewer_rows, update::clipped>(
        all, 64, "conv2d.padded.lasting.by_columns.ideal.ideal.ideal.offset_8.nearest.masked.compensated.given.fewer_rows.clipped");
    add<layers::conv2d, cell::multilevel, faults::none, noise::of_states, wire::ideal, dac::ideal, adc::ideal,
        words::sign_magnitude_6, rounding::stochastic, layout::circulant, protect::compensated, geometry::fixed,
        dataflow::digital, update::gated>(
        all, 65, "conv2d.multilevel.none.of_states.ideal.ideal.ideal.sign_magnitude_6.stochastic.circulant.compensated.fixed.digital.gated");
    add<layers::conv2d, cell::drifts, faults::lasting, noise::of_reads, wire::estimated, dac::bit_serial, adc::fitted,
        words::symmetric_7, rounding::nearest, layout::plain, protect::compensated, geometry::given, dataflow::sampled,
        update::gated>(
        all, 66, "conv2d.drifts.lasting.of_reads.estimated.bit_serial.fitted.symmetric_7.nearest.plain.compensated.given.sampled.gated");
    add<layers::dense, cell::padded, faults::none, noise::pytorx, wire::ideal, dac::two_passes, adc::full_scale,
        words::sign_magnitude_6, rounding::nearest, layout::plain, protect::none, geometry::as_large_as_needed,
        dataflow::fewer_rows, update::by_lines>(
        all, 67, "dense.padded.none.pytorx.ideal.two_passes.full_scale.sign_magnitude_6.nearest.plain.none.as_large_as_needed.fewer_rows.by_lines");
    add<layers::conv2d, cell::programmed, faults::arrive, noise::of_reads, wire::estimated, dac::ideal, adc::fitted,
        words::differential_8, rounding::stochastic, layout::masked_circulant, protect::none,
        geometry::as_large_as_needed, dataflow::transposed, update::mastered>(
        all, 68, "conv2d.programmed.arrive.of_reads.estimated.ideal.fitted.differential_8.stochastic.masked_circulant.none.as_large_as_needed.transposed.mastered");
    add<layers::dense, cell::beyond_ohm, faults::none, noise::by_columns, wire::estimated, dac::ideal, adc::cuts,
        words::symmetric_7, rounding::nearest, layout::masked_circulant, protect::none, geometry::fixed,
        dataflow::transposed, update::plain>(
        all, 69, "dense.beyond_ohm.none.by_columns.estimated.ideal.cuts.symmetric_7.nearest.masked_circulant.none.fixed.transposed.plain");
    add<layers::conv2d, cell::multilevel, faults::wear, noise::of_states, wire::estimated, dac::two_passes, adc::full_scale,
        words::differential_16, rounding::carried, layout::pruned, protect::none, geometry::given, dataflow::sampled,
        update::by_lines>(
        all, 70, "conv2d.multilevel.wear.of_states.estimated.two_passes.full_scale.differential_16.carried.pruned.none.given.sampled.by_lines");
    add<layers::dense, cell::ideal, faults::wear, noise::of_reads, wire::exact, dac::bit_serial, adc::full_scale,
        words::offset_8, rounding::nearest, layout::masked_circulant, protect::none, geometry::fixed,
        dataflow::transposed, update::zeroed>(
        all, 71, "dense.ideal.wear.of_reads.exact.bit_serial.full_scale.offset_8.nearest.masked_circulant.none.fixed.transposed.zeroed");
});

} // namespace
} // namespace rcim_differential
