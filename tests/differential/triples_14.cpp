// Written by covering_array.py: designs 169 to 176.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::padded, faults::wear, noise::none, wire::ideal, dac::bit_serial, adc::ideal, words::differential_8,
        rounding::stochastic, layout::pruned, protect::arithmetic, geometry::given, dataflow::fewer_columns,
        update::plain>(
        all, 169, "dense.padded.wear.none.ideal.bit_serial.ideal.differential_8.stochastic.pruned.arithmetic.given.fewer_columns.plain");
    add<layers::dense, cell::drifts, faults::wear, noise::pytorx, wire::estimated, dac::ideal, adc::ideal, words::offset_8,
        rounding::stochastic, layout::masked, protect::none, geometry::fixed, dataflow::fewer_rows, update::by_lines>(
        all, 170, "dense.drifts.wear.pytorx.estimated.ideal.ideal.offset_8.stochastic.masked.none.fixed.fewer_rows.by_lines");
    add<layers::dense, cell::drifts, faults::lasting, noise::of_reads, wire::estimated, dac::of_magnitudes, adc::ideal,
        words::differential_8, rounding::carried, layout::masked_circulant, protect::compensated, geometry::given,
        dataflow::digital, update::clipped>(
        all, 171, "dense.drifts.lasting.of_reads.estimated.of_magnitudes.ideal.differential_8.carried.masked_circulant.compensated.given.digital.clipped");
    add<layers::conv2d, cell::beyond_ohm, faults::arrive, noise::of_reads, wire::ideal, dac::of_magnitudes, adc::cuts,
        words::differential_8, rounding::nearest, layout::plain, protect::none, geometry::as_large_as_needed,
        dataflow::sampled, update::zeroed>(
        all, 172, "conv2d.beyond_ohm.arrive.of_reads.ideal.of_magnitudes.cuts.differential_8.nearest.plain.none.as_large_as_needed.sampled.zeroed");
    add<layers::dense, cell::ideal, faults::lasting, noise::of_reads, wire::estimated, dac::of_magnitudes, adc::fitted,
        words::symmetric_7, rounding::stochastic, layout::circulant, protect::none, geometry::given, dataflow::digital,
        update::gated>(
        all, 173, "dense.ideal.lasting.of_reads.estimated.of_magnitudes.fitted.symmetric_7.stochastic.circulant.none.given.digital.gated");
    add<layers::dense, cell::ideal, faults::arrive, noise::of_states, wire::estimated, dac::bit_serial, adc::fitted,
        words::sign_magnitude_6, rounding::nearest, layout::masked, protect::none, geometry::as_large_as_needed,
        dataflow::fewer_rows, update::zeroed>(
        all, 174, "dense.ideal.arrive.of_states.estimated.bit_serial.fitted.sign_magnitude_6.nearest.masked.none.as_large_as_needed.fewer_rows.zeroed");
    add<layers::dense, cell::beyond_ohm, faults::lasting, noise::by_columns, wire::exact, dac::bit_serial, adc::fitted,
        words::differential_8, rounding::carried, layout::plain, protect::compensated, geometry::fixed,
        dataflow::fewer_rows, update::zeroed>(
        all, 175, "dense.beyond_ohm.lasting.by_columns.exact.bit_serial.fitted.differential_8.carried.plain.compensated.fixed.fewer_rows.zeroed");
    add<layers::conv2d, cell::padded, faults::wear, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::sign_magnitude_6, rounding::nearest, layout::plain, protect::arithmetic, geometry::fixed,
        dataflow::digital, update::clipped>(
        all, 176, "conv2d.padded.wear.none.ideal.bit_serial.whole.sign_magnitude_6.nearest.plain.arithmetic.fixed.digital.clipped");
});

} // namespace
} // namespace rcim_differential
