// Written by covering_array.py: designs 1 to 9.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::conv2d, cell::beyond_ohm, faults::none, noise::of_states, wire::ideal, dac::bit_serial, adc::full_scale,
        words::symmetric_7, rounding::carried, layout::circulant, protect::compensated, geometry::given,
        dataflow::digital, update::zeroed>(
        all, 1, "conv2d.beyond_ohm.none.of_states.ideal.bit_serial.full_scale.symmetric_7.carried.circulant.compensated.given.digital.zeroed");
    add<layers::dense, cell::drifts, faults::none, noise::none, wire::exact, dac::ideal, adc::cuts, words::differential_8,
        rounding::stochastic, layout::plain, protect::none, geometry::fixed, dataflow::fewer_columns, update::clipped>(
        all, 2, "dense.drifts.none.none.exact.ideal.cuts.differential_8.stochastic.plain.none.fixed.fewer_columns.clipped");
    add<layers::conv2d, cell::ideal, faults::lasting, noise::pytorx, wire::estimated, dac::of_magnitudes, adc::ideal,
        words::offset_8, rounding::nearest, layout::masked, protect::none, geometry::as_large_as_needed,
        dataflow::transposed, update::plain>(
        all, 3, "conv2d.ideal.lasting.pytorx.estimated.of_magnitudes.ideal.offset_8.nearest.masked.none.as_large_as_needed.transposed.plain");
    add<layers::dense, cell::programmed, faults::lasting, noise::by_columns, wire::ideal, dac::two_passes, adc::fitted,
        words::differential_16, rounding::nearest, layout::pruned, protect::compensated, geometry::fixed,
        dataflow::fewer_rows, update::mastered>(
        all, 4, "dense.programmed.lasting.by_columns.ideal.two_passes.fitted.differential_16.nearest.pruned.compensated.fixed.fewer_rows.mastered");
    add<layers::conv2d, cell::padded, faults::arrive, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::sign_magnitude_6, rounding::stochastic, layout::pruned, protect::arithmetic,
        geometry::as_large_as_needed, dataflow::sampled, update::by_lines>(
        all, 5, "conv2d.padded.arrive.none.ideal.bit_serial.whole.sign_magnitude_6.stochastic.pruned.arithmetic.as_large_as_needed.sampled.by_lines");
    add<layers::dense, cell::multilevel, faults::wear, noise::of_reads, wire::exact, dac::two_passes, adc::fitted,
        words::sign_magnitude_6, rounding::carried, layout::masked_circulant, protect::none,
        geometry::as_large_as_needed, dataflow::digital, update::gated>(
        all, 6, "dense.multilevel.wear.of_reads.exact.two_passes.fitted.sign_magnitude_6.carried.masked_circulant.none.as_large_as_needed.digital.gated");
    add<layers::dense, cell::padded, faults::arrive, noise::by_columns, wire::estimated, dac::of_magnitudes, adc::cuts,
        words::differential_16, rounding::carried, layout::masked, protect::none, geometry::given, dataflow::sampled,
        update::zeroed>(
        all, 7, "dense.padded.arrive.by_columns.estimated.of_magnitudes.cuts.differential_16.carried.masked.none.given.sampled.zeroed");
    add<layers::conv2d, cell::multilevel, faults::lasting, noise::of_reads, wire::estimated, dac::ideal, adc::full_scale,
        words::differential_8, rounding::nearest, layout::plain, protect::compensated, geometry::given,
        dataflow::fewer_columns, update::by_lines>(
        all, 8, "conv2d.multilevel.lasting.of_reads.estimated.ideal.full_scale.differential_8.nearest.plain.compensated.given.fewer_columns.by_lines");
    add<layers::conv2d, cell::programmed, faults::wear, noise::of_states, wire::estimated, dac::bit_serial, adc::ideal,
        words::symmetric_7, rounding::stochastic, layout::masked, protect::none, geometry::fixed, dataflow::fewer_rows,
        update::gated>(
        all, 9, "conv2d.programmed.wear.of_states.estimated.bit_serial.ideal.symmetric_7.stochastic.masked.none.fixed.fewer_rows.gated");
});

} // namespace
} // namespace rcim_differential
