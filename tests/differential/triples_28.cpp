// Written by covering_array.py: designs 297 to 305.
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::two_passes, adc::cuts, words::direct, rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::fewer_columns, update::clipped>(all, 297, "conv2d.ideal.none.none.ideal.two_passes.cuts.direct.stochastic.plain.none.given.fewer_columns.clipped");
    add<layers::dense, cell::programmed, faults::arrive, noise::of_reads, wire::ideal, dac::of_magnitudes, adc::ideal, words::differential_16, rounding::stochastic, layout::plain, protect::none, geometry::given, dataflow::digital, update::gated>(all, 298, "dense.programmed.arrive.of_reads.ideal.of_magnitudes.ideal.differential_16.stochastic.plain.none.given.digital.gated");
    add<layers::conv2d, cell::multilevel, faults::wear, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::symmetric_7, rounding::nearest, layout::pruned, protect::arithmetic, geometry::given, dataflow::fewer_columns, update::by_lines>(all, 299, "conv2d.multilevel.wear.none.ideal.bit_serial.whole.symmetric_7.nearest.pruned.arithmetic.given.fewer_columns.by_lines");
    add<layers::conv2d, cell::multilevel, faults::arrive, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::differential_16, rounding::nearest, layout::pruned, protect::arithmetic, geometry::as_large_as_needed, dataflow::fewer_rows, update::mastered>(all, 300, "conv2d.multilevel.arrive.none.ideal.bit_serial.whole.differential_16.nearest.pruned.arithmetic.as_large_as_needed.fewer_rows.mastered");
    add<layers::dense, cell::beyond_ohm, faults::arrive, noise::by_columns, wire::exact, dac::ideal, adc::cuts, words::differential_16, rounding::carried, layout::masked, protect::none, geometry::as_large_as_needed, dataflow::sampled, update::by_lines>(all, 301, "dense.beyond_ohm.arrive.by_columns.exact.ideal.cuts.differential_16.carried.masked.none.as_large_as_needed.sampled.by_lines");
    add<layers::conv2d, cell::ideal, faults::arrive, noise::by_columns, wire::exact, dac::of_magnitudes, adc::ideal, words::symmetric_7, rounding::stochastic, layout::circulant, protect::none, geometry::given, dataflow::transposed, update::plain>(all, 302, "conv2d.ideal.arrive.by_columns.exact.of_magnitudes.ideal.symmetric_7.stochastic.circulant.none.given.transposed.plain");
    add<layers::conv2d, cell::drifts, faults::none, noise::none, wire::exact, dac::of_magnitudes, adc::cuts, words::offset_8, rounding::nearest, layout::masked, protect::none, geometry::fixed, dataflow::fewer_rows, update::zeroed>(all, 303, "conv2d.drifts.none.none.exact.of_magnitudes.cuts.offset_8.nearest.masked.none.fixed.fewer_rows.zeroed");
    add<layers::conv2d, cell::padded, faults::lasting, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::offset_8, rounding::carried, layout::plain, protect::arithmetic, geometry::fixed, dataflow::digital, update::zeroed>(all, 304, "conv2d.padded.lasting.none.ideal.bit_serial.whole.offset_8.carried.plain.arithmetic.fixed.digital.zeroed");
    add<layers::dense, cell::drifts, faults::wear, noise::pytorx, wire::exact, dac::bit_serial, adc::ideal, words::sign_magnitude_6, rounding::stochastic, layout::masked, protect::none, geometry::fixed, dataflow::sampled, update::mastered>(all, 305, "dense.drifts.wear.pytorx.exact.bit_serial.ideal.sign_magnitude_6.stochastic.masked.none.fixed.sampled.mastered");
});

} // namespace
} // namespace rcim_differential
