// Written by covering_array.py: designs 99 to 107.
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::padded, faults::lasting, noise::none, wire::estimated, dac::two_passes, adc::full_scale, words::symmetric_7, rounding::stochastic, layout::masked_circulant, protect::compensated, geometry::given, dataflow::digital, update::by_lines>(all, 99, "dense.padded.lasting.none.estimated.two_passes.full_scale.symmetric_7.stochastic.masked_circulant.compensated.given.digital.by_lines");
    add<layers::conv2d, cell::drifts, faults::lasting, noise::by_columns, wire::exact, dac::of_magnitudes, adc::ideal, words::differential_8, rounding::stochastic, layout::pruned, protect::compensated, geometry::fixed, dataflow::transposed, update::by_lines>(all, 100, "conv2d.drifts.lasting.by_columns.exact.of_magnitudes.ideal.differential_8.stochastic.pruned.compensated.fixed.transposed.by_lines");
    add<layers::dense, cell::drifts, faults::wear, noise::of_states, wire::exact, dac::bit_serial, adc::cuts, words::offset_8, rounding::nearest, layout::plain, protect::none, geometry::as_large_as_needed, dataflow::fewer_rows, update::plain>(all, 101, "dense.drifts.wear.of_states.exact.bit_serial.cuts.offset_8.nearest.plain.none.as_large_as_needed.fewer_rows.plain");
    add<layers::dense, cell::beyond_ohm, faults::arrive, noise::pytorx, wire::estimated, dac::bit_serial, adc::fitted, words::sign_magnitude_6, rounding::nearest, layout::masked, protect::none, geometry::fixed, dataflow::digital, update::plain>(all, 102, "dense.beyond_ohm.arrive.pytorx.estimated.bit_serial.fitted.sign_magnitude_6.nearest.masked.none.fixed.digital.plain");
    add<layers::conv2d, cell::programmed, faults::wear, noise::by_columns, wire::estimated, dac::bit_serial, adc::ideal, words::differential_8, rounding::stochastic, layout::pruned, protect::none, geometry::given, dataflow::sampled, update::zeroed>(all, 103, "conv2d.programmed.wear.by_columns.estimated.bit_serial.ideal.differential_8.stochastic.pruned.none.given.sampled.zeroed");
    add<layers::conv2d, cell::padded, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::ideal, words::sign_magnitude_6, rounding::carried, layout::pruned, protect::arithmetic, geometry::fixed, dataflow::digital, update::mastered>(all, 104, "conv2d.padded.none.none.ideal.bit_serial.ideal.sign_magnitude_6.carried.pruned.arithmetic.fixed.digital.mastered");
    add<layers::dense, cell::padded, faults::arrive, noise::none, wire::ideal, dac::of_magnitudes, adc::whole, words::differential_16, rounding::stochastic, layout::circulant, protect::none, geometry::given, dataflow::digital, update::plain>(all, 105, "dense.padded.arrive.none.ideal.of_magnitudes.whole.differential_16.stochastic.circulant.none.given.digital.plain");
    add<layers::conv2d, cell::beyond_ohm, faults::arrive, noise::of_reads, wire::estimated, dac::of_magnitudes, adc::full_scale, words::symmetric_7, rounding::carried, layout::masked, protect::none, geometry::given, dataflow::fewer_rows, update::by_lines>(all, 106, "conv2d.beyond_ohm.arrive.of_reads.estimated.of_magnitudes.full_scale.symmetric_7.carried.masked.none.given.fewer_rows.by_lines");
    add<layers::dense, cell::padded, faults::wear, noise::pytorx, wire::estimated, dac::bit_serial, adc::full_scale, words::differential_16, rounding::stochastic, layout::masked, protect::none, geometry::given, dataflow::fewer_rows, update::mastered>(all, 107, "dense.padded.wear.pytorx.estimated.bit_serial.full_scale.differential_16.stochastic.masked.none.given.fewer_rows.mastered");
});

} // namespace
} // namespace rcim_differential
