// Written by covering_array.py: designs 180 to 188.
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::padded, faults::lasting, noise::by_columns, wire::exact, dac::ideal, adc::cuts, words::differential_8, rounding::nearest, layout::circulant, protect::compensated, geometry::fixed, dataflow::digital, update::mastered>(all, 180, "dense.padded.lasting.by_columns.exact.ideal.cuts.differential_8.nearest.circulant.compensated.fixed.digital.mastered");
    add<layers::conv2d, cell::multilevel, faults::arrive, noise::of_states, wire::estimated, dac::two_passes, adc::cuts, words::offset_8, rounding::nearest, layout::plain, protect::none, geometry::fixed, dataflow::sampled, update::mastered>(all, 181, "conv2d.multilevel.arrive.of_states.estimated.two_passes.cuts.offset_8.nearest.plain.none.fixed.sampled.mastered");
    add<layers::dense, cell::padded, faults::lasting, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::symmetric_7, rounding::stochastic, layout::pruned, protect::arithmetic, geometry::given, dataflow::transposed, update::mastered>(all, 182, "dense.padded.lasting.none.ideal.bit_serial.whole.symmetric_7.stochastic.pruned.arithmetic.given.transposed.mastered");
    add<layers::conv2d, cell::drifts, faults::none, noise::of_states, wire::exact, dac::of_magnitudes, adc::cuts, words::symmetric_7, rounding::stochastic, layout::masked, protect::none, geometry::given, dataflow::sampled, update::gated>(all, 183, "conv2d.drifts.none.of_states.exact.of_magnitudes.cuts.symmetric_7.stochastic.masked.none.given.sampled.gated");
    add<layers::dense, cell::drifts, faults::arrive, noise::of_states, wire::ideal, dac::ideal, adc::fitted, words::sign_magnitude_6, rounding::carried, layout::pruned, protect::none, geometry::fixed, dataflow::transposed, update::gated>(all, 184, "dense.drifts.arrive.of_states.ideal.ideal.fitted.sign_magnitude_6.carried.pruned.none.fixed.transposed.gated");
    add<layers::dense, cell::padded, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::symmetric_7, rounding::carried, layout::plain, protect::arithmetic, geometry::as_large_as_needed, dataflow::fewer_rows, update::clipped>(all, 185, "dense.padded.none.none.ideal.bit_serial.whole.symmetric_7.carried.plain.arithmetic.as_large_as_needed.fewer_rows.clipped");
    add<layers::conv2d, cell::beyond_ohm, faults::none, noise::of_reads, wire::exact, dac::two_passes, adc::full_scale, words::differential_8, rounding::nearest, layout::circulant, protect::compensated, geometry::as_large_as_needed, dataflow::digital, update::plain>(all, 186, "conv2d.beyond_ohm.none.of_reads.exact.two_passes.full_scale.differential_8.nearest.circulant.compensated.as_large_as_needed.digital.plain");
    add<layers::conv2d, cell::padded, faults::wear, noise::by_columns, wire::estimated, dac::of_magnitudes, adc::fitted, words::differential_16, rounding::nearest, layout::pruned, protect::none, geometry::as_large_as_needed, dataflow::fewer_columns, update::by_lines>(all, 187, "conv2d.padded.wear.by_columns.estimated.of_magnitudes.fitted.differential_16.nearest.pruned.none.as_large_as_needed.fewer_columns.by_lines");
    add<layers::conv2d, cell::beyond_ohm, faults::lasting, noise::of_states, wire::ideal, dac::bit_serial, adc::ideal, words::offset_8, rounding::nearest, layout::plain, protect::compensated, geometry::as_large_as_needed, dataflow::digital, update::by_lines>(all, 188, "conv2d.beyond_ohm.lasting.of_states.ideal.bit_serial.ideal.offset_8.nearest.plain.compensated.as_large_as_needed.digital.by_lines");
});

} // namespace
} // namespace rcim_differential
