// Written by covering_array.py: designs 160 to 168.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::conv2d, cell::drifts, faults::lasting, noise::pytorx, wire::exact, dac::of_magnitudes, adc::cuts,
        words::sign_magnitude_6, rounding::stochastic, layout::plain, protect::none, geometry::as_large_as_needed,
        dataflow::digital, update::by_lines>(
        all, 160, "conv2d.drifts.lasting.pytorx.exact.of_magnitudes.cuts.sign_magnitude_6.stochastic.plain.none.as_large_as_needed.digital.by_lines");
    add<layers::conv2d, cell::programmed, faults::wear, noise::of_states, wire::exact, dac::of_magnitudes, adc::ideal,
        words::differential_8, rounding::carried, layout::plain, protect::none, geometry::fixed, dataflow::fewer_rows,
        update::mastered>(
        all, 161, "conv2d.programmed.wear.of_states.exact.of_magnitudes.ideal.differential_8.carried.plain.none.fixed.fewer_rows.mastered");
    add<layers::conv2d, cell::ideal, faults::none, noise::by_columns, wire::estimated, dac::two_passes, adc::ideal,
        words::symmetric_7, rounding::carried, layout::pruned, protect::compensated, geometry::fixed, dataflow::sampled,
        update::gated>(
        all, 162, "conv2d.ideal.none.by_columns.estimated.two_passes.ideal.symmetric_7.carried.pruned.compensated.fixed.sampled.gated");
    add<layers::dense, cell::beyond_ohm, faults::lasting, noise::pytorx, wire::ideal, dac::ideal, adc::ideal,
        words::symmetric_7, rounding::carried, layout::pruned, protect::compensated, geometry::as_large_as_needed,
        dataflow::fewer_columns, update::mastered>(
        all, 163, "dense.beyond_ohm.lasting.pytorx.ideal.ideal.ideal.symmetric_7.carried.pruned.compensated.as_large_as_needed.fewer_columns.mastered");
    add<layers::dense, cell::multilevel, faults::arrive, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::symmetric_7, rounding::carried, layout::plain, protect::arithmetic, geometry::fixed, dataflow::digital,
        update::by_lines>(
        all, 164, "dense.multilevel.arrive.none.ideal.bit_serial.whole.symmetric_7.carried.plain.arithmetic.fixed.digital.by_lines");
    add<layers::conv2d, cell::ideal, faults::wear, noise::of_states, wire::estimated, dac::bit_serial, adc::ideal,
        words::differential_16, rounding::nearest, layout::circulant, protect::none, geometry::as_large_as_needed,
        dataflow::transposed, update::plain>(
        all, 165, "conv2d.ideal.wear.of_states.estimated.bit_serial.ideal.differential_16.nearest.circulant.none.as_large_as_needed.transposed.plain");
    add<layers::conv2d, cell::ideal, faults::lasting, noise::none, wire::ideal, dac::two_passes, adc::whole, words::offset_8,
        rounding::stochastic, layout::masked_circulant, protect::compensated, geometry::fixed, dataflow::digital,
        update::mastered>(
        all, 166, "conv2d.ideal.lasting.none.ideal.two_passes.whole.offset_8.stochastic.masked_circulant.compensated.fixed.digital.mastered");
    add<layers::conv2d, cell::multilevel, faults::lasting, noise::of_states, wire::estimated, dac::two_passes, adc::full_scale,
        words::symmetric_7, rounding::carried, layout::plain, protect::compensated, geometry::as_large_as_needed,
        dataflow::transposed, update::gated>(
        all, 167, "conv2d.multilevel.lasting.of_states.estimated.two_passes.full_scale.symmetric_7.carried.plain.compensated.as_large_as_needed.transposed.gated");
    add<layers::conv2d, cell::padded, faults::arrive, noise::of_reads, wire::estimated, dac::ideal, adc::cuts,
        words::sign_magnitude_6, rounding::carried, layout::masked, protect::none, geometry::given,
        dataflow::fewer_columns, update::gated>(
        all, 168, "conv2d.padded.arrive.of_reads.estimated.ideal.cuts.sign_magnitude_6.carried.masked.none.given.fewer_columns.gated");
});

} // namespace
} // namespace rcim_differential
