// Written by covering_array.py: designs 189 to 197.
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::padded, faults::arrive, noise::pytorx, wire::ideal, dac::of_magnitudes, adc::cuts, words::symmetric_7, rounding::stochastic, layout::pruned, protect::none, geometry::given, dataflow::fewer_rows, update::plain>(all, 189, "dense.padded.arrive.pytorx.ideal.of_magnitudes.cuts.symmetric_7.stochastic.pruned.none.given.fewer_rows.plain");
    add<layers::conv2d, cell::padded, faults::wear, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::offset_8, rounding::carried, layout::plain, protect::arithmetic, geometry::fixed, dataflow::sampled, update::plain>(all, 190, "conv2d.padded.wear.none.ideal.bit_serial.whole.offset_8.carried.plain.arithmetic.fixed.sampled.plain");
    add<layers::conv2d, cell::programmed, faults::wear, noise::pytorx, wire::exact, dac::bit_serial, adc::fitted, words::sign_magnitude_6, rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::fewer_columns, update::by_lines>(all, 191, "conv2d.programmed.wear.pytorx.exact.bit_serial.fitted.sign_magnitude_6.stochastic.plain.none.given.fewer_columns.by_lines");
    add<layers::conv2d, cell::drifts, faults::arrive, noise::of_states, wire::exact, dac::of_magnitudes, adc::ideal, words::symmetric_7, rounding::nearest, layout::masked, protect::none, geometry::fixed, dataflow::fewer_columns, update::clipped>(all, 192, "conv2d.drifts.arrive.of_states.exact.of_magnitudes.ideal.symmetric_7.nearest.masked.none.fixed.fewer_columns.clipped");
    add<layers::conv2d, cell::multilevel, faults::arrive, noise::by_columns, wire::exact, dac::bit_serial, adc::cuts, words::differential_8, rounding::nearest, layout::masked_circulant, protect::none, geometry::fixed, dataflow::transposed, update::by_lines>(all, 193, "conv2d.multilevel.arrive.by_columns.exact.bit_serial.cuts.differential_8.nearest.masked_circulant.none.fixed.transposed.by_lines");
    add<layers::dense, cell::ideal, faults::arrive, noise::of_reads, wire::exact, dac::two_passes, adc::ideal, words::differential_16, rounding::carried, layout::pruned, protect::none, geometry::fixed, dataflow::fewer_rows, update::mastered>(all, 194, "dense.ideal.arrive.of_reads.exact.two_passes.ideal.differential_16.carried.pruned.none.fixed.fewer_rows.mastered");
    add<layers::dense, cell::ideal, faults::none, noise::none, wire::ideal, dac::of_magnitudes, adc::whole, words::offset_8, rounding::stochastic, layout::plain, protect::compensated, geometry::given, dataflow::fewer_columns, update::clipped>(all, 195, "dense.ideal.none.none.ideal.of_magnitudes.whole.offset_8.stochastic.plain.compensated.given.fewer_columns.clipped");
    add<layers::dense, cell::drifts, faults::arrive, noise::pytorx, wire::estimated, dac::two_passes, adc::full_scale, words::differential_16, rounding::nearest, layout::pruned, protect::none, geometry::as_large_as_needed, dataflow::sampled, update::by_lines>(all, 196, "dense.drifts.arrive.pytorx.estimated.two_passes.full_scale.differential_16.nearest.pruned.none.as_large_as_needed.sampled.by_lines");
    add<layers::dense, cell::drifts, faults::none, noise::of_reads, wire::estimated, dac::ideal, adc::ideal, words::offset_8, rounding::carried, layout::plain, protect::compensated, geometry::given, dataflow::transposed, update::zeroed>(all, 197, "dense.drifts.none.of_reads.estimated.ideal.ideal.offset_8.carried.plain.compensated.given.transposed.zeroed");
});

} // namespace
} // namespace rcim_differential
