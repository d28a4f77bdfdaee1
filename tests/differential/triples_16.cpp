// Written by covering_array.py: designs 186 to 194.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::padded, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::symmetric_7,
        rounding::carried, layout::plain, protect::arithmetic, geometry::as_large_as_needed, dataflow::fewer_rows,
        update::clipped>(
        all, 186, "dense.padded.none.none.ideal.bit_serial.whole.symmetric_7.carried.plain.arithmetic.as_large_as_needed.fewer_rows.clipped");
    add<layers::conv2d, cell::beyond_ohm, faults::none, noise::of_reads, wire::exact, dac::two_passes, adc::full_scale,
        words::differential_8, rounding::nearest, layout::circulant, protect::compensated, geometry::as_large_as_needed,
        dataflow::digital, update::plain>(
        all, 187, "conv2d.beyond_ohm.none.of_reads.exact.two_passes.full_scale.differential_8.nearest.circulant.compensated.as_large_as_needed.digital.plain");
    add<layers::conv2d, cell::padded, faults::wear, noise::by_columns, wire::estimated, dac::of_magnitudes, adc::fitted,
        words::differential_16, rounding::nearest, layout::pruned, protect::none, geometry::as_large_as_needed,
        dataflow::fewer_columns, update::by_lines>(
        all, 188, "conv2d.padded.wear.by_columns.estimated.of_magnitudes.fitted.differential_16.nearest.pruned.none.as_large_as_needed.fewer_columns.by_lines");
    add<layers::conv2d, cell::beyond_ohm, faults::lasting, noise::of_states, wire::ideal, dac::bit_serial, adc::ideal,
        words::offset_8, rounding::nearest, layout::plain, protect::compensated, geometry::as_large_as_needed,
        dataflow::digital, update::by_lines>(
        all, 189, "conv2d.beyond_ohm.lasting.of_states.ideal.bit_serial.ideal.offset_8.nearest.plain.compensated.as_large_as_needed.digital.by_lines");
    add<layers::dense, cell::padded, faults::arrive, noise::pytorx, wire::ideal, dac::of_magnitudes, adc::cuts,
        words::symmetric_7, rounding::stochastic, layout::pruned, protect::none, geometry::given, dataflow::fewer_rows,
        update::plain>(
        all, 190, "dense.padded.arrive.pytorx.ideal.of_magnitudes.cuts.symmetric_7.stochastic.pruned.none.given.fewer_rows.plain");
    add<layers::conv2d, cell::padded, faults::wear, noise::none, wire::ideal, dac::bit_serial, adc::whole, words::offset_8,
        rounding::carried, layout::plain, protect::arithmetic, geometry::fixed, dataflow::sampled, update::plain>(
        all, 191, "conv2d.padded.wear.none.ideal.bit_serial.whole.offset_8.carried.plain.arithmetic.fixed.sampled.plain");
    add<layers::conv2d, cell::programmed, faults::wear, noise::pytorx, wire::exact, dac::bit_serial, adc::fitted,
        words::sign_magnitude_6, rounding::stochastic, layout::plain, protect::none, geometry::given,
        dataflow::fewer_columns, update::by_lines>(
        all, 192, "conv2d.programmed.wear.pytorx.exact.bit_serial.fitted.sign_magnitude_6.stochastic.plain.none.given.fewer_columns.by_lines");
    add<layers::conv2d, cell::drifts, faults::arrive, noise::of_states, wire::exact, dac::of_magnitudes, adc::ideal,
        words::symmetric_7, rounding::nearest, layout::masked, protect::none, geometry::fixed, dataflow::fewer_columns,
        update::clipped>(
        all, 193, "conv2d.drifts.arrive.of_states.exact.of_magnitudes.ideal.symmetric_7.nearest.masked.none.fixed.fewer_columns.clipped");
    add<layers::conv2d, cell::multilevel, faults::arrive, noise::by_columns, wire::exact, dac::bit_serial, adc::cuts,
        words::differential_8, rounding::nearest, layout::masked_circulant, protect::none, geometry::fixed,
        dataflow::transposed, update::by_lines>(
        all, 194, "conv2d.multilevel.arrive.by_columns.exact.bit_serial.cuts.differential_8.nearest.masked_circulant.none.fixed.transposed.by_lines");
});

} // namespace
} // namespace rcim_differential
