// Written by covering_array.py: designs 19 to 27.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::dense, cell::padded, faults::lasting, noise::of_states, wire::exact, dac::two_passes, adc::cuts,
        words::symmetric_7, rounding::nearest, layout::pruned, protect::compensated, geometry::as_large_as_needed,
        dataflow::sampled, update::clipped>(
        all, 19, "dense.padded.lasting.of_states.exact.two_passes.cuts.symmetric_7.nearest.pruned.compensated.as_large_as_needed.sampled.clipped");
    add<layers::conv2d, cell::ideal, faults::none, noise::none, wire::ideal, dac::two_passes, adc::cuts, words::direct,
        rounding::stochastic, layout::plain, protect::none, geometry::fixed, dataflow::fewer_rows, update::zeroed>(
        all, 20, "conv2d.ideal.none.none.ideal.two_passes.cuts.direct.stochastic.plain.none.fixed.fewer_rows.zeroed");
    add<layers::dense, cell::programmed, faults::none, noise::pytorx, wire::estimated, dac::ideal, adc::cuts, words::offset_8,
        rounding::carried, layout::masked_circulant, protect::compensated, geometry::given, dataflow::digital,
        update::mastered>(
        all, 21, "dense.programmed.none.pytorx.estimated.ideal.cuts.offset_8.carried.masked_circulant.compensated.given.digital.mastered");
    add<layers::dense, cell::multilevel, faults::lasting, noise::none, wire::ideal, dac::bit_serial, adc::whole,
        words::differential_16, rounding::carried, layout::plain, protect::arithmetic, geometry::fixed,
        dataflow::fewer_columns, update::mastered>(
        all, 22, "dense.multilevel.lasting.none.ideal.bit_serial.whole.differential_16.carried.plain.arithmetic.fixed.fewer_columns.mastered");
    add<layers::conv2d, cell::drifts, faults::none, noise::by_columns, wire::estimated, dac::ideal, adc::full_scale,
        words::differential_16, rounding::nearest, layout::circulant, protect::none, geometry::given,
        dataflow::transposed, update::gated>(
        all, 23, "conv2d.drifts.none.by_columns.estimated.ideal.full_scale.differential_16.nearest.circulant.none.given.transposed.gated");
    add<layers::conv2d, cell::padded, faults::wear, noise::of_reads, wire::exact, dac::ideal, adc::full_scale,
        words::differential_8, rounding::carried, layout::pruned, protect::none, geometry::fixed, dataflow::fewer_rows,
        update::plain>(
        all, 24, "conv2d.padded.wear.of_reads.exact.ideal.full_scale.differential_8.carried.pruned.none.fixed.fewer_rows.plain");
    add<layers::dense, cell::drifts, faults::arrive, noise::pytorx, wire::ideal, dac::bit_serial, adc::ideal,
        words::symmetric_7, rounding::nearest, layout::masked_circulant, protect::none, geometry::fixed,
        dataflow::digital, update::by_lines>(
        all, 25, "dense.drifts.arrive.pytorx.ideal.bit_serial.ideal.symmetric_7.nearest.masked_circulant.none.fixed.digital.by_lines");
    add<layers::dense, cell::beyond_ohm, faults::wear, noise::pytorx, wire::estimated, dac::of_magnitudes, adc::fitted,
        words::differential_8, rounding::carried, layout::plain, protect::none, geometry::fixed, dataflow::sampled,
        update::gated>(
        all, 26, "dense.beyond_ohm.wear.pytorx.estimated.of_magnitudes.fitted.differential_8.carried.plain.none.fixed.sampled.gated");
    add<layers::dense, cell::multilevel, faults::none, noise::of_states, wire::exact, dac::of_magnitudes, adc::fitted,
        words::offset_8, rounding::stochastic, layout::masked, protect::compensated, geometry::as_large_as_needed,
        dataflow::fewer_rows, update::by_lines>(
        all, 27, "dense.multilevel.none.of_states.exact.of_magnitudes.fitted.offset_8.stochastic.masked.compensated.as_large_as_needed.fewer_rows.by_lines");
});

} // namespace
} // namespace rcim_differential
