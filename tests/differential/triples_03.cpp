// Written by covering_array.py: designs 72 to 80.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::conv2d, cell::beyond_ohm, faults::lasting, noise::pytorx, wire::ideal, dac::two_passes, adc::cuts,
        words::differential_8, rounding::stochastic, layout::masked, protect::compensated, geometry::fixed,
        dataflow::transposed, update::gated>(
        all, 72, "conv2d.beyond_ohm.lasting.pytorx.ideal.two_passes.cuts.differential_8.stochastic.masked.compensated.fixed.transposed.gated");
    add<layers::conv2d, cell::drifts, faults::arrive, noise::of_states, wire::estimated, dac::of_magnitudes, adc::cuts,
        words::differential_16, rounding::stochastic, layout::pruned, protect::none, geometry::as_large_as_needed,
        dataflow::digital, update::mastered>(
        all, 73, "conv2d.drifts.arrive.of_states.estimated.of_magnitudes.cuts.differential_16.stochastic.pruned.none.as_large_as_needed.digital.mastered");
    add<layers::dense, cell::programmed, faults::arrive, noise::none, wire::exact, dac::ideal, adc::cuts, words::symmetric_7,
        rounding::carried, layout::pruned, protect::none, geometry::given, dataflow::fewer_rows, update::zeroed>(
        all, 74, "dense.programmed.arrive.none.exact.ideal.cuts.symmetric_7.carried.pruned.none.given.fewer_rows.zeroed");
    add<layers::conv2d, cell::padded, faults::wear, noise::pytorx, wire::ideal, dac::bit_serial, adc::fitted, words::offset_8,
        rounding::carried, layout::circulant, protect::none, geometry::as_large_as_needed, dataflow::transposed,
        update::mastered>(
        all, 75, "conv2d.padded.wear.pytorx.ideal.bit_serial.fitted.offset_8.carried.circulant.none.as_large_as_needed.transposed.mastered");
    add<layers::dense, cell::ideal, faults::none, noise::by_columns, wire::exact, dac::bit_serial, adc::fitted,
        words::differential_8, rounding::nearest, layout::masked, protect::compensated, geometry::as_large_as_needed,
        dataflow::fewer_columns, update::gated>(
        all, 76, "dense.ideal.none.by_columns.exact.bit_serial.fitted.differential_8.nearest.masked.compensated.as_large_as_needed.fewer_columns.gated");
    add<layers::conv2d, cell::beyond_ohm, faults::lasting, noise::of_reads, wire::exact, dac::two_passes, adc::cuts,
        words::sign_magnitude_6, rounding::carried, layout::plain, protect::compensated, geometry::given,
        dataflow::fewer_rows, update::mastered>(
        all, 77, "conv2d.beyond_ohm.lasting.of_reads.exact.two_passes.cuts.sign_magnitude_6.carried.plain.compensated.given.fewer_rows.mastered");
    add<layers::dense, cell::ideal, faults::wear, noise::by_columns, wire::estimated, dac::ideal, adc::ideal,
        words::differential_16, rounding::carried, layout::plain, protect::none, geometry::fixed, dataflow::digital,
        update::by_lines>(
        all, 78, "dense.ideal.wear.by_columns.estimated.ideal.ideal.differential_16.carried.plain.none.fixed.digital.by_lines");
    add<layers::conv2d, cell::multilevel, faults::arrive, noise::pytorx, wire::ideal, dac::of_magnitudes, adc::ideal,
        words::sign_magnitude_6, rounding::stochastic, layout::masked_circulant, protect::none, geometry::given,
        dataflow::transposed, update::zeroed>(
        all, 79, "conv2d.multilevel.arrive.pytorx.ideal.of_magnitudes.ideal.sign_magnitude_6.stochastic.masked_circulant.none.given.transposed.zeroed");
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::two_passes, adc::whole,
        words::differential_16, rounding::carried, layout::masked, protect::compensated, geometry::as_large_as_needed,
        dataflow::digital, update::zeroed>(
        all, 80, "conv2d.ideal.none.none.ideal.two_passes.whole.differential_16.carried.masked.compensated.as_large_as_needed.digital.zeroed");
});

} // namespace
} // namespace rcim_differential
