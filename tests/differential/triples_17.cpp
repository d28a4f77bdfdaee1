// Written by covering_array.py: designs 198 to 206.
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::ideal, faults::arrive, noise::pytorx, wire::estimated, dac::ideal, adc::fitted, words::symmetric_7, rounding::stochastic, layout::masked_circulant, protect::none, geometry::as_large_as_needed, dataflow::transposed, update::clipped>(all, 198, "dense.ideal.arrive.pytorx.estimated.ideal.fitted.symmetric_7.stochastic.masked_circulant.none.as_large_as_needed.transposed.clipped");
    add<layers::dense, cell::ideal, faults::none, noise::by_columns, wire::ideal, dac::of_magnitudes, adc::cuts, words::offset_8, rounding::nearest, layout::circulant, protect::none, geometry::as_large_as_needed, dataflow::transposed, update::zeroed>(all, 199, "dense.ideal.none.by_columns.ideal.of_magnitudes.cuts.offset_8.nearest.circulant.none.as_large_as_needed.transposed.zeroed");
    add<layers::dense, cell::programmed, faults::lasting, noise::none, wire::exact, dac::ideal, adc::ideal, words::differential_16, rounding::carried, layout::masked_circulant, protect::compensated, geometry::as_large_as_needed, dataflow::digital, update::zeroed>(all, 200, "dense.programmed.lasting.none.exact.ideal.ideal.differential_16.carried.masked_circulant.compensated.as_large_as_needed.digital.zeroed");
    add<layers::dense, cell::programmed, faults::lasting, noise::of_reads, wire::exact, dac::ideal, adc::fitted, words::symmetric_7, rounding::stochastic, layout::pruned, protect::compensated, geometry::given, dataflow::fewer_columns, update::plain>(all, 201, "dense.programmed.lasting.of_reads.exact.ideal.fitted.symmetric_7.stochastic.pruned.compensated.given.fewer_columns.plain");
    add<layers::conv2d, cell::programmed, faults::arrive, noise::of_states, wire::exact, dac::bit_serial, adc::full_scale, words::offset_8, rounding::carried, layout::circulant, protect::none, geometry::as_large_as_needed, dataflow::digital, update::by_lines>(all, 202, "conv2d.programmed.arrive.of_states.exact.bit_serial.full_scale.offset_8.carried.circulant.none.as_large_as_needed.digital.by_lines");
    add<layers::conv2d, cell::beyond_ohm, faults::wear, noise::of_reads, wire::exact, dac::two_passes, adc::fitted, words::offset_8, rounding::carried, layout::masked, protect::none, geometry::as_large_as_needed, dataflow::fewer_rows, update::clipped>(all, 203, "conv2d.beyond_ohm.wear.of_reads.exact.two_passes.fitted.offset_8.carried.masked.none.as_large_as_needed.fewer_rows.clipped");
    add<layers::dense, cell::multilevel, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::differential_8, rounding::carried, layout::pruned, protect::arithmetic, geometry::given, dataflow::sampled, update::zeroed>(all, 204, "dense.multilevel.none.none.ideal.bit_serial.whole.differential_8.carried.pruned.arithmetic.given.sampled.zeroed");
    add<layers::dense, cell::drifts, faults::wear, noise::of_reads, wire::ideal, dac::ideal, adc::cuts, words::differential_16, rounding::carried, layout::masked_circulant, protect::none, geometry::fixed, dataflow::digital, update::mastered>(all, 205, "dense.drifts.wear.of_reads.ideal.ideal.cuts.differential_16.carried.masked_circulant.none.fixed.digital.mastered");
    add<layers::dense, cell::multilevel, faults::wear, noise::none, wire::exact, dac::ideal, adc::fitted, words::differential_8, rounding::nearest, layout::pruned, protect::none, geometry::given, dataflow::sampled, update::gated>(all, 206, "dense.multilevel.wear.none.exact.ideal.fitted.differential_8.nearest.pruned.none.given.sampled.gated");
});

} // namespace
} // namespace rcim_differential
