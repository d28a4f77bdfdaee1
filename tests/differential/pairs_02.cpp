// Written by covering_array.py: designs 10 to 18.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::beyond_ohm, faults::arrive, noise::pytorx, wire::exact, dac::two_passes, adc::full_scale,
        words::offset_8, rounding::stochastic, layout::circulant, protect::none, geometry::fixed, dataflow::transposed,
        update::mastered>(
        all, 10, "dense.beyond_ohm.arrive.pytorx.exact.two_passes.full_scale.offset_8.stochastic.circulant.none.fixed.transposed.mastered");
    add<layers::dense, cell::multilevel, faults::wear, noise::none, wire::ideal, dac::bit_serial, adc::ideal, words::offset_8,
        rounding::carried, layout::plain, protect::arithmetic, geometry::given, dataflow::transposed, update::clipped>(
        all, 11, "dense.multilevel.wear.none.ideal.bit_serial.ideal.offset_8.carried.plain.arithmetic.given.transposed.clipped");
    add<layers::conv2d, cell::ideal, faults::lasting, noise::by_columns, wire::exact, dac::bit_serial, adc::cuts,
        words::differential_16, rounding::stochastic, layout::masked_circulant, protect::compensated, geometry::given,
        dataflow::digital, update::plain>(
        all, 12, "conv2d.ideal.lasting.by_columns.exact.bit_serial.cuts.differential_16.stochastic.masked_circulant.compensated.given.digital.plain");
    add<layers::conv2d, cell::drifts, faults::none, noise::pytorx, wire::estimated, dac::of_magnitudes, adc::fitted,
        words::sign_magnitude_6, rounding::carried, layout::pruned, protect::compensated, geometry::given,
        dataflow::fewer_rows, update::clipped>(
        all, 13, "conv2d.drifts.none.pytorx.estimated.of_magnitudes.fitted.sign_magnitude_6.carried.pruned.compensated.given.fewer_rows.clipped");
    add<layers::dense, cell::ideal, faults::arrive, noise::of_states, wire::ideal, dac::ideal, adc::fitted, words::symmetric_7,
        rounding::carried, layout::plain, protect::none, geometry::as_large_as_needed, dataflow::fewer_columns,
        update::plain>(
        all, 14, "dense.ideal.arrive.of_states.ideal.ideal.fitted.symmetric_7.carried.plain.none.as_large_as_needed.fewer_columns.plain");
    add<layers::dense, cell::padded, faults::none, noise::none, wire::ideal, dac::of_magnitudes, adc::whole,
        words::differential_8, rounding::nearest, layout::masked_circulant, protect::compensated, geometry::fixed,
        dataflow::digital, update::gated>(
        all, 15, "dense.padded.none.none.ideal.of_magnitudes.whole.differential_8.nearest.masked_circulant.compensated.fixed.digital.gated");
    add<layers::conv2d, cell::drifts, faults::none, noise::of_reads, wire::ideal, dac::two_passes, adc::ideal,
        words::differential_8, rounding::nearest, layout::masked, protect::compensated, geometry::as_large_as_needed,
        dataflow::sampled, update::mastered>(
        all, 16, "conv2d.drifts.none.of_reads.ideal.two_passes.ideal.differential_8.nearest.masked.compensated.as_large_as_needed.sampled.mastered");
    add<layers::conv2d, cell::beyond_ohm, faults::wear, noise::by_columns, wire::exact, dac::ideal, adc::ideal,
        words::sign_magnitude_6, rounding::nearest, layout::pruned, protect::none, geometry::as_large_as_needed,
        dataflow::fewer_columns, update::zeroed>(
        all, 17, "conv2d.beyond_ohm.wear.by_columns.exact.ideal.ideal.sign_magnitude_6.nearest.pruned.none.as_large_as_needed.fewer_columns.zeroed");
    add<layers::dense, cell::programmed, faults::wear, noise::of_reads, wire::exact, dac::of_magnitudes, adc::cuts,
        words::differential_16, rounding::stochastic, layout::circulant, protect::none, geometry::as_large_as_needed,
        dataflow::transposed, update::by_lines>(
        all, 18, "dense.programmed.wear.of_reads.exact.of_magnitudes.cuts.differential_16.stochastic.circulant.none.as_large_as_needed.transposed.by_lines");
});

} // namespace
} // namespace rcim_differential
