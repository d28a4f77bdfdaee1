// Written by covering_array.py: designs 98 to 106.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::programmed, faults::none, noise::of_reads, wire::estimated, dac::bit_serial, adc::cuts,
        words::sign_magnitude_6, rounding::nearest, layout::masked, protect::compensated, geometry::as_large_as_needed,
        dataflow::fewer_rows, update::clipped>(
        all, 98, "dense.programmed.none.of_reads.estimated.bit_serial.cuts.sign_magnitude_6.nearest.masked.compensated.as_large_as_needed.fewer_rows.clipped");
    add<layers::dense, cell::programmed, faults::arrive, noise::pytorx, wire::estimated, dac::two_passes, adc::ideal,
        words::differential_16, rounding::stochastic, layout::plain, protect::none, geometry::given,
        dataflow::fewer_columns, update::clipped>(
        all, 99, "dense.programmed.arrive.pytorx.estimated.two_passes.ideal.differential_16.stochastic.plain.none.given.fewer_columns.clipped");
    add<layers::dense, cell::padded, faults::lasting, noise::none, wire::estimated, dac::two_passes, adc::full_scale,
        words::symmetric_7, rounding::stochastic, layout::masked_circulant, protect::compensated, geometry::given,
        dataflow::digital, update::by_lines>(
        all, 100, "dense.padded.lasting.none.estimated.two_passes.full_scale.symmetric_7.stochastic.masked_circulant.compensated.given.digital.by_lines");
    add<layers::conv2d, cell::drifts, faults::lasting, noise::by_columns, wire::exact, dac::of_magnitudes, adc::ideal,
        words::differential_8, rounding::stochastic, layout::pruned, protect::compensated, geometry::fixed,
        dataflow::transposed, update::by_lines>(
        all, 101, "conv2d.drifts.lasting.by_columns.exact.of_magnitudes.ideal.differential_8.stochastic.pruned.compensated.fixed.transposed.by_lines");
    add<layers::dense, cell::drifts, faults::wear, noise::of_states, wire::exact, dac::bit_serial, adc::cuts, words::offset_8,
        rounding::nearest, layout::plain, protect::none, geometry::as_large_as_needed, dataflow::fewer_rows,
        update::plain>(
        all, 102, "dense.drifts.wear.of_states.exact.bit_serial.cuts.offset_8.nearest.plain.none.as_large_as_needed.fewer_rows.plain");
    add<layers::dense, cell::beyond_ohm, faults::arrive, noise::pytorx, wire::estimated, dac::bit_serial, adc::fitted,
        words::sign_magnitude_6, rounding::nearest, layout::masked, protect::none, geometry::fixed, dataflow::digital,
        update::plain>(
        all, 103, "dense.beyond_ohm.arrive.pytorx.estimated.bit_serial.fitted.sign_magnitude_6.nearest.masked.none.fixed.digital.plain");
    add<layers::conv2d, cell::programmed, faults::wear, noise::by_columns, wire::estimated, dac::bit_serial, adc::ideal,
        words::differential_8, rounding::stochastic, layout::pruned, protect::none, geometry::given, dataflow::sampled,
        update::zeroed>(
        all, 104, "conv2d.programmed.wear.by_columns.estimated.bit_serial.ideal.differential_8.stochastic.pruned.none.given.sampled.zeroed");
    add<layers::conv2d, cell::padded, faults::none, noise::none, wire::ideal, dac::bit_serial, adc::ideal,
        words::sign_magnitude_6, rounding::carried, layout::pruned, protect::arithmetic, geometry::fixed,
        dataflow::digital, update::mastered>(
        all, 105, "conv2d.padded.none.none.ideal.bit_serial.ideal.sign_magnitude_6.carried.pruned.arithmetic.fixed.digital.mastered");
    add<layers::dense, cell::padded, faults::arrive, noise::none, wire::ideal, dac::of_magnitudes, adc::whole,
        words::differential_16, rounding::stochastic, layout::circulant, protect::none, geometry::given,
        dataflow::digital, update::plain>(
        all, 106, "dense.padded.arrive.none.ideal.of_magnitudes.whole.differential_16.stochastic.circulant.none.given.digital.plain");
});

} // namespace
} // namespace rcim_differential
