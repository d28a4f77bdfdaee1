// Written by covering_array.py: designs 171 to 179.
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::conv2d, cell::beyond_ohm, faults::arrive, noise::of_reads, wire::ideal, dac::of_magnitudes, adc::cuts, words::differential_8, rounding::nearest, layout::plain, protect::none, geometry::as_large_as_needed, dataflow::sampled, update::zeroed>(all, 171, "conv2d.beyond_ohm.arrive.of_reads.ideal.of_magnitudes.cuts.differential_8.nearest.plain.none.as_large_as_needed.sampled.zeroed");
    add<layers::dense, cell::ideal, faults::lasting, noise::of_reads, wire::estimated, dac::of_magnitudes, adc::fitted, words::symmetric_7, rounding::stochastic, layout::circulant, protect::none, geometry::given, dataflow::digital, update::gated>(all, 172, "dense.ideal.lasting.of_reads.estimated.of_magnitudes.fitted.symmetric_7.stochastic.circulant.none.given.digital.gated");
    add<layers::dense, cell::ideal, faults::arrive, noise::of_states, wire::estimated, dac::bit_serial, adc::fitted, words::sign_magnitude_6, rounding::nearest, layout::masked, protect::none, geometry::as_large_as_needed, dataflow::fewer_rows, update::zeroed>(all, 173, "dense.ideal.arrive.of_states.estimated.bit_serial.fitted.sign_magnitude_6.nearest.masked.none.as_large_as_needed.fewer_rows.zeroed");
    add<layers::dense, cell::beyond_ohm, faults::lasting, noise::by_columns, wire::exact, dac::bit_serial, adc::fitted, words::differential_8, rounding::carried, layout::plain, protect::compensated, geometry::fixed, dataflow::fewer_rows, update::zeroed>(all, 174, "dense.beyond_ohm.lasting.by_columns.exact.bit_serial.fitted.differential_8.carried.plain.compensated.fixed.fewer_rows.zeroed");
    add<layers::conv2d, cell::padded, faults::wear, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::sign_magnitude_6, rounding::nearest, layout::plain, protect::arithmetic, geometry::fixed, dataflow::digital, update::clipped>(all, 175, "conv2d.padded.wear.none.ideal.bit_serial.whole.sign_magnitude_6.nearest.plain.arithmetic.fixed.digital.clipped");
    add<layers::dense, cell::programmed, faults::arrive, noise::of_reads, wire::estimated, dac::ideal, adc::ideal, words::sign_magnitude_6, rounding::nearest, layout::circulant, protect::none, geometry::fixed, dataflow::digital, update::by_lines>(all, 176, "dense.programmed.arrive.of_reads.estimated.ideal.ideal.sign_magnitude_6.nearest.circulant.none.fixed.digital.by_lines");
    add<layers::dense, cell::beyond_ohm, faults::arrive, noise::pytorx, wire::estimated, dac::two_passes, adc::fitted, words::offset_8, rounding::nearest, layout::masked_circulant, protect::none, geometry::given, dataflow::digital, update::clipped>(all, 177, "dense.beyond_ohm.arrive.pytorx.estimated.two_passes.fitted.offset_8.nearest.masked_circulant.none.given.digital.clipped");
    add<layers::dense, cell::ideal, faults::lasting, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::differential_8, rounding::carried, layout::masked, protect::compensated, geometry::as_large_as_needed, dataflow::sampled, update::by_lines>(all, 178, "dense.ideal.lasting.none.ideal.bit_serial.whole.differential_8.carried.masked.compensated.as_large_as_needed.sampled.by_lines");
    add<layers::conv2d, cell::programmed, faults::wear, noise::none, wire::exact, dac::two_passes, adc::fitted, words::symmetric_7, rounding::nearest, layout::pruned, protect::none, geometry::as_large_as_needed, dataflow::digital, update::mastered>(all, 179, "conv2d.programmed.wear.none.exact.two_passes.fitted.symmetric_7.nearest.pruned.none.as_large_as_needed.digital.mastered");
});

} // namespace
} // namespace rcim_differential
