// Written by covering_array.py: designs 225 to 233.
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::drifts, faults::lasting, noise::of_reads, wire::ideal, dac::two_passes, adc::cuts, words::differential_16, rounding::stochastic, layout::plain, protect::compensated, geometry::given, dataflow::fewer_rows, update::by_lines>(all, 225, "dense.drifts.lasting.of_reads.ideal.two_passes.cuts.differential_16.stochastic.plain.compensated.given.fewer_rows.by_lines");
    add<layers::dense, cell::programmed, faults::lasting, noise::by_columns, wire::estimated, dac::of_magnitudes, adc::cuts, words::offset_8, rounding::nearest, layout::masked_circulant, protect::none, geometry::fixed, dataflow::digital, update::clipped>(all, 226, "dense.programmed.lasting.by_columns.estimated.of_magnitudes.cuts.offset_8.nearest.masked_circulant.none.fixed.digital.clipped");
    add<layers::conv2d, cell::beyond_ohm, faults::none, noise::of_states, wire::ideal, dac::of_magnitudes, adc::fitted, words::sign_magnitude_6, rounding::nearest, layout::masked_circulant, protect::none, geometry::given, dataflow::transposed, update::by_lines>(all, 227, "conv2d.beyond_ohm.none.of_states.ideal.of_magnitudes.fitted.sign_magnitude_6.nearest.masked_circulant.none.given.transposed.by_lines");
    add<layers::conv2d, cell::multilevel, faults::wear, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::differential_16, rounding::carried, layout::circulant, protect::none, geometry::fixed, dataflow::transposed, update::zeroed>(all, 228, "conv2d.multilevel.wear.none.ideal.bit_serial.whole.differential_16.carried.circulant.none.fixed.transposed.zeroed");
    add<layers::dense, cell::padded, faults::none, noise::by_columns, wire::estimated, dac::bit_serial, adc::fitted, words::symmetric_7, rounding::nearest, layout::masked, protect::none, geometry::fixed, dataflow::fewer_rows, update::gated>(all, 229, "dense.padded.none.by_columns.estimated.bit_serial.fitted.symmetric_7.nearest.masked.none.fixed.fewer_rows.gated");
    add<layers::conv2d, cell::ideal, faults::none, noise::of_reads, wire::ideal, dac::two_passes, adc::full_scale, words::differential_16, rounding::carried, layout::masked, protect::compensated, geometry::fixed, dataflow::fewer_columns, update::plain>(all, 230, "conv2d.ideal.none.of_reads.ideal.two_passes.full_scale.differential_16.carried.masked.compensated.fixed.fewer_columns.plain");
    add<layers::dense, cell::drifts, faults::lasting, noise::pytorx, wire::estimated, dac::of_magnitudes, adc::ideal, words::sign_magnitude_6, rounding::carried, layout::circulant, protect::none, geometry::given, dataflow::transposed, update::mastered>(all, 231, "dense.drifts.lasting.pytorx.estimated.of_magnitudes.ideal.sign_magnitude_6.carried.circulant.none.given.transposed.mastered");
    add<layers::conv2d, cell::multilevel, faults::wear, noise::of_states, wire::exact, dac::ideal, adc::ideal, words::symmetric_7, rounding::carried, layout::masked_circulant, protect::none, geometry::given, dataflow::transposed, update::mastered>(all, 232, "conv2d.multilevel.wear.of_states.exact.ideal.ideal.symmetric_7.carried.masked_circulant.none.given.transposed.mastered");
    add<layers::conv2d, cell::drifts, faults::lasting, noise::none, wire::exact, dac::bit_serial, adc::full_scale, words::differential_16, rounding::nearest, layout::pruned, protect::compensated, geometry::given, dataflow::transposed, update::clipped>(all, 233, "conv2d.drifts.lasting.none.exact.bit_serial.full_scale.differential_16.nearest.pruned.compensated.given.transposed.clipped");
});

} // namespace
} // namespace rcim_differential
