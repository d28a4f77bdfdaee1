// Written by covering_array.py: designs 279 to 287.
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::padded, faults::arrive, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::differential_8, rounding::stochastic, layout::plain, protect::arithmetic, geometry::fixed, dataflow::fewer_rows, update::by_lines>(all, 279, "dense.padded.arrive.none.ideal.bit_serial.whole.differential_8.stochastic.plain.arithmetic.fixed.fewer_rows.by_lines");
    add<layers::dense, cell::ideal, faults::wear, noise::none, wire::estimated, dac::two_passes, adc::ideal, words::differential_8, rounding::nearest, layout::plain, protect::none, geometry::given, dataflow::digital, update::mastered>(all, 280, "dense.ideal.wear.none.estimated.two_passes.ideal.differential_8.nearest.plain.none.given.digital.mastered");
    add<layers::dense, cell::programmed, faults::none, noise::of_states, wire::ideal, dac::ideal, adc::fitted, words::differential_16, rounding::carried, layout::plain, protect::none, geometry::given, dataflow::sampled, update::clipped>(all, 281, "dense.programmed.none.of_states.ideal.ideal.fitted.differential_16.carried.plain.none.given.sampled.clipped");
    add<layers::dense, cell::ideal, faults::wear, noise::by_columns, wire::exact, dac::ideal, adc::full_scale, words::symmetric_7, rounding::stochastic, layout::masked, protect::none, geometry::fixed, dataflow::fewer_rows, update::by_lines>(all, 282, "dense.ideal.wear.by_columns.exact.ideal.full_scale.symmetric_7.stochastic.masked.none.fixed.fewer_rows.by_lines");
    add<layers::dense, cell::beyond_ohm, faults::wear, noise::of_reads, wire::exact, dac::two_passes, adc::full_scale, words::sign_magnitude_6, rounding::nearest, layout::pruned, protect::none, geometry::fixed, dataflow::sampled, update::clipped>(all, 283, "dense.beyond_ohm.wear.of_reads.exact.two_passes.full_scale.sign_magnitude_6.nearest.pruned.none.fixed.sampled.clipped");
    add<layers::dense, cell::multilevel, faults::lasting, noise::none, wire::ideal, dac::bit_serial, adc::ideal, words::sign_magnitude_6, rounding::carried, layout::pruned, protect::arithmetic, geometry::fixed, dataflow::fewer_rows, update::plain>(all, 284, "dense.multilevel.lasting.none.ideal.bit_serial.ideal.sign_magnitude_6.carried.pruned.arithmetic.fixed.fewer_rows.plain");
    add<layers::conv2d, cell::beyond_ohm, faults::lasting, noise::by_columns, wire::estimated, dac::bit_serial, adc::fitted, words::differential_8, rounding::nearest, layout::masked_circulant, protect::compensated, geometry::as_large_as_needed, dataflow::digital, update::mastered>(all, 285, "conv2d.beyond_ohm.lasting.by_columns.estimated.bit_serial.fitted.differential_8.nearest.masked_circulant.compensated.as_large_as_needed.digital.mastered");
    add<layers::conv2d, cell::drifts, faults::arrive, noise::of_reads, wire::ideal, dac::two_passes, adc::cuts, words::symmetric_7, rounding::stochastic, layout::circulant, protect::none, geometry::as_large_as_needed, dataflow::digital, update::clipped>(all, 286, "conv2d.drifts.arrive.of_reads.ideal.two_passes.cuts.symmetric_7.stochastic.circulant.none.as_large_as_needed.digital.clipped");
    add<layers::dense, cell::ideal, faults::none, noise::none, wire::ideal, dac::two_passes, adc::ideal, words::direct, rounding::stochastic, layout::plain, protect::none, geometry::as_large_as_needed, dataflow::digital, update::plain>(all, 287, "dense.ideal.none.none.ideal.two_passes.ideal.direct.stochastic.plain.none.as_large_as_needed.digital.plain");
});

} // namespace
} // namespace rcim_differential
