// Written by covering_array.py: designs 151 to 159.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::conv2d, cell::programmed, faults::lasting, noise::pytorx, wire::exact, dac::bit_serial, adc::fitted,
        words::differential_8, rounding::nearest, layout::pruned, protect::compensated, geometry::fixed,
        dataflow::sampled, update::clipped>(
        all, 151, "conv2d.programmed.lasting.pytorx.exact.bit_serial.fitted.differential_8.nearest.pruned.compensated.fixed.sampled.clipped");
    add<layers::conv2d, cell::multilevel, faults::none, noise::by_columns, wire::estimated, dac::of_magnitudes, adc::cuts,
        words::differential_8, rounding::stochastic, layout::masked, protect::compensated, geometry::given,
        dataflow::fewer_rows, update::plain>(
        all, 152, "conv2d.multilevel.none.by_columns.estimated.of_magnitudes.cuts.differential_8.stochastic.masked.compensated.given.fewer_rows.plain");
    add<layers::conv2d, cell::programmed, faults::lasting, noise::none, wire::estimated, dac::bit_serial, adc::cuts,
        words::differential_16, rounding::carried, layout::circulant, protect::none, geometry::fixed,
        dataflow::transposed, update::clipped>(
        all, 153, "conv2d.programmed.lasting.none.estimated.bit_serial.cuts.differential_16.carried.circulant.none.fixed.transposed.clipped");
    add<layers::dense, cell::padded, faults::none, noise::of_reads, wire::ideal, dac::of_magnitudes, adc::full_scale,
        words::sign_magnitude_6, rounding::carried, layout::circulant, protect::none, geometry::given,
        dataflow::transposed, update::clipped>(
        all, 154, "dense.padded.none.of_reads.ideal.of_magnitudes.full_scale.sign_magnitude_6.carried.circulant.none.given.transposed.clipped");
    add<layers::dense, cell::beyond_ohm, faults::wear, noise::of_states, wire::exact, dac::of_magnitudes, adc::fitted,
        words::symmetric_7, rounding::stochastic, layout::masked_circulant, protect::none, geometry::given,
        dataflow::digital, update::plain>(
        all, 155, "dense.beyond_ohm.wear.of_states.exact.of_magnitudes.fitted.symmetric_7.stochastic.masked_circulant.none.given.digital.plain");
    add<layers::conv2d, cell::padded, faults::none, noise::none, wire::ideal, dac::two_passes, adc::whole, words::offset_8,
        rounding::nearest, layout::masked, protect::compensated, geometry::fixed, dataflow::fewer_columns,
        update::by_lines>(
        all, 156, "conv2d.padded.none.none.ideal.two_passes.whole.offset_8.nearest.masked.compensated.fixed.fewer_columns.by_lines");
    add<layers::dense, cell::programmed, faults::none, noise::of_states, wire::ideal, dac::two_passes, adc::full_scale,
        words::sign_magnitude_6, rounding::nearest, layout::pruned, protect::none, geometry::as_large_as_needed,
        dataflow::fewer_columns, update::zeroed>(
        all, 157, "dense.programmed.none.of_states.ideal.two_passes.full_scale.sign_magnitude_6.nearest.pruned.none.as_large_as_needed.fewer_columns.zeroed");
    add<layers::dense, cell::ideal, faults::wear, noise::of_reads, wire::estimated, dac::ideal, adc::ideal,
        words::sign_magnitude_6, rounding::stochastic, layout::pruned, protect::none, geometry::fixed,
        dataflow::fewer_rows, update::clipped>(
        all, 158, "dense.ideal.wear.of_reads.estimated.ideal.ideal.sign_magnitude_6.stochastic.pruned.none.fixed.fewer_rows.clipped");
    add<layers::dense, cell::drifts, faults::arrive, noise::by_columns, wire::exact, dac::bit_serial, adc::full_scale,
        words::offset_8, rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::fewer_columns,
        update::mastered>(
        all, 159, "dense.drifts.arrive.by_columns.exact.bit_serial.full_scale.offset_8.stochastic.plain.none.given.fewer_columns.mastered");
});

} // namespace
} // namespace rcim_differential
