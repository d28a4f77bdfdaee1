// Written by covering_array.py: designs 221 to 229.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::padded, faults::lasting, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::sign_magnitude_6, rounding::nearest, layout::pruned, protect::arithmetic, geometry::given,
        dataflow::fewer_columns, update::zeroed>(
        all, 221, "dense.padded.lasting.none.ideal.bit_serial.whole.sign_magnitude_6.nearest.pruned.arithmetic.given.fewer_columns.zeroed");
    add<layers::dense, cell::multilevel, faults::wear, noise::by_columns, wire::estimated, dac::two_passes, adc::fitted,
        words::symmetric_7, rounding::carried, layout::masked, protect::none, geometry::fixed, dataflow::fewer_columns,
        update::mastered>(
        all, 222, "dense.multilevel.wear.by_columns.estimated.two_passes.fitted.symmetric_7.carried.masked.none.fixed.fewer_columns.mastered");
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::two_passes, adc::cuts, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::sampled, update::zeroed>(
        all, 223, "conv2d.ideal.none.none.ideal.two_passes.cuts.direct.stochastic.plain.none.given.sampled.zeroed");
    add<layers::conv2d, cell::padded, faults::wear, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::differential_8, rounding::nearest, layout::plain, protect::arithmetic, geometry::as_large_as_needed,
        dataflow::sampled, update::mastered>(
        all, 224, "conv2d.padded.wear.none.ideal.bit_serial.whole.differential_8.nearest.plain.arithmetic.as_large_as_needed.sampled.mastered");
    add<layers::dense, cell::beyond_ohm, faults::none, noise::of_reads, wire::ideal, dac::ideal, adc::ideal, words::symmetric_7,
        rounding::stochastic, layout::plain, protect::compensated, geometry::given, dataflow::fewer_columns,
        update::gated>(
        all, 225, "dense.beyond_ohm.none.of_reads.ideal.ideal.ideal.symmetric_7.stochastic.plain.compensated.given.fewer_columns.gated");
    add<layers::dense, cell::drifts, faults::lasting, noise::of_reads, wire::ideal, dac::two_passes, adc::cuts,
        words::differential_16, rounding::stochastic, layout::plain, protect::compensated, geometry::given,
        dataflow::fewer_rows, update::by_lines>(
        all, 226, "dense.drifts.lasting.of_reads.ideal.two_passes.cuts.differential_16.stochastic.plain.compensated.given.fewer_rows.by_lines");
    add<layers::dense, cell::programmed, faults::lasting, noise::by_columns, wire::estimated, dac::of_magnitudes, adc::cuts,
        words::offset_8, rounding::nearest, layout::masked_circulant, protect::none, geometry::fixed, dataflow::digital,
        update::clipped>(
        all, 227, "dense.programmed.lasting.by_columns.estimated.of_magnitudes.cuts.offset_8.nearest.masked_circulant.none.fixed.digital.clipped");
    add<layers::conv2d, cell::beyond_ohm, faults::none, noise::of_states, wire::ideal, dac::of_magnitudes, adc::fitted,
        words::sign_magnitude_6, rounding::nearest, layout::masked_circulant, protect::none, geometry::given,
        dataflow::transposed, update::by_lines>(
        all, 228, "conv2d.beyond_ohm.none.of_states.ideal.of_magnitudes.fitted.sign_magnitude_6.nearest.masked_circulant.none.given.transposed.by_lines");
    add<layers::conv2d, cell::multilevel, faults::wear, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::differential_16, rounding::carried, layout::circulant, protect::none, geometry::fixed,
        dataflow::transposed, update::zeroed>(
        all, 229, "conv2d.multilevel.wear.none.ideal.bit_serial.whole.differential_16.carried.circulant.none.fixed.transposed.zeroed");
});

} // namespace
} // namespace rcim_differential
