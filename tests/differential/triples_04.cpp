// Written by covering_array.py: designs 81 to 89.
// clang-format off
#include <differential/entry.hpp>

namespace rcim_differential {
namespace {

const design_file designs([](catalogue& all) {
    add<layers::conv2d, cell::beyond_ohm, faults::lasting, noise::by_columns, wire::ideal, dac::of_magnitudes, adc::full_scale,
        words::symmetric_7, rounding::carried, layout::pruned, protect::none, geometry::as_large_as_needed,
        dataflow::sampled, update::mastered>(
        all, 81, "conv2d.beyond_ohm.lasting.by_columns.ideal.of_magnitudes.full_scale.symmetric_7.carried.pruned.none.as_large_as_needed.sampled.mastered");
    add<layers::dense, cell::drifts, faults::arrive, noise::of_reads, wire::exact, dac::ideal, adc::ideal,
        words::differential_16, rounding::carried, layout::masked, protect::none, geometry::fixed, dataflow::sampled,
        update::plain>(
        all, 82, "dense.drifts.arrive.of_reads.exact.ideal.ideal.differential_16.carried.masked.none.fixed.sampled.plain");
    add<layers::conv2d, cell::padded, faults::none, noise::of_states, wire::estimated, dac::bit_serial, adc::cuts,
        words::offset_8, rounding::stochastic, layout::plain, protect::compensated, geometry::given,
        dataflow::fewer_columns, update::zeroed>(
        all, 83, "conv2d.padded.none.of_states.estimated.bit_serial.cuts.offset_8.stochastic.plain.compensated.given.fewer_columns.zeroed");
    add<layers::conv2d, cell::programmed, faults::lasting, noise::pytorx, wire::exact, dac::of_magnitudes, adc::ideal,
        words::differential_8, rounding::nearest, layout::circulant, protect::compensated, geometry::given,
        dataflow::digital, update::plain>(
        all, 84, "conv2d.programmed.lasting.pytorx.exact.of_magnitudes.ideal.differential_8.nearest.circulant.compensated.given.digital.plain");
    add<layers::conv2d, cell::multilevel, faults::arrive, noise::by_columns, wire::estimated, dac::two_passes, adc::full_scale,
        words::symmetric_7, rounding::stochastic, layout::masked, protect::none, geometry::as_large_as_needed,
        dataflow::fewer_rows, update::clipped>(
        all, 85, "conv2d.multilevel.arrive.by_columns.estimated.two_passes.full_scale.symmetric_7.stochastic.masked.none.as_large_as_needed.fewer_rows.clipped");
    add<layers::dense, cell::programmed, faults::none, noise::of_states, wire::estimated, dac::two_passes, adc::cuts,
        words::differential_8, rounding::carried, layout::masked, protect::compensated, geometry::given,
        dataflow::transposed, update::plain>(
        all, 86, "dense.programmed.none.of_states.estimated.two_passes.cuts.differential_8.carried.masked.compensated.given.transposed.plain");
    add<layers::dense, cell::ideal, faults::lasting, noise::of_states, wire::exact, dac::of_magnitudes, adc::full_scale,
        words::offset_8, rounding::carried, layout::circulant, protect::compensated, geometry::fixed, dataflow::digital,
        update::clipped>(
        all, 87, "dense.ideal.lasting.of_states.exact.of_magnitudes.full_scale.offset_8.carried.circulant.compensated.fixed.digital.clipped");
    add<layers::conv2d, cell::programmed, faults::wear, noise::of_reads, wire::ideal, dac::of_magnitudes, adc::fitted,
        words::offset_8, rounding::carried, layout::masked, protect::none, geometry::given, dataflow::fewer_columns,
        update::zeroed>(
        all, 88, "conv2d.programmed.wear.of_reads.ideal.of_magnitudes.fitted.offset_8.carried.masked.none.given.fewer_columns.zeroed");
    add<layers::conv2d, cell::padded, faults::wear, noise::none, wire::ideal, dac::two_passes, adc::whole, words::symmetric_7,
        rounding::stochastic, layout::pruned, protect::none, geometry::fixed, dataflow::fewer_columns, update::gated>(
        all, 89, "conv2d.padded.wear.none.ideal.two_passes.whole.symmetric_7.stochastic.pruned.none.fixed.fewer_columns.gated");
});

} // namespace
} // namespace rcim_differential
